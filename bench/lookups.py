"""What a lookup table of many names costs a message.

    python -m bench.lookups [--names 50000] [--check]

Makes up that many names of products, and measures RegexFeaturizer (with Turkish suffixes and corrected spelling)
and RegexEntityExtractor over messages that name some of them: milliseconds of a message, and megabytes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

from bench.figures import percentile
from bot.nlu.component import Corpus, Draft, Options
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.featurizers import RegexFeaturizer
from bot.nlu.normalizer import TurkishNormalizer
from bot.nlu.regex_extractor import RegexEntityExtractor
from bot.nlu.tokenizers import WhitespaceTokenizer

TARGET = 1.0
"""Milliseconds of a message, the median of all."""
_MAKERS = (
    "Akel Bora Cemre Duru Ekin Fora Gülsa Halis İpek Jale Kaya Lena Mavera Nehir Orka Pera Rota Sarp Toros"
)
_KINDS = (
    "ceket gömlek pantolon etek elbise kazak hırka mont ayakkabı bot terlik çanta cüzdan kemer şapka eldiven "
    "kulaklık telefon tablet klavye fare monitör süpürge ütü tencere tava bardak tabak yastık nevresim"
)
_STUFFS = "keten pamuklu deri yün kaşe kadife ipek kot saten polar kablosuz çelik cam seramik bambu ahşap"
_FRAMES = (
    "{} var mı", "{} kaç lira", "merhaba {}'yi iade etmek istiyorum", "geçen hafta aldığım {} hâlâ gelmedi",
    "{} ve {} sipariş ettim ama sadece biri geldi", "kargom nerede", "bana {} benzeri bir şey önerir misiniz acaba",
)  # fmt: skip


def names(count: int, chance: random.Random) -> list[str]:
    """So many names of products, all different."""
    makers, kinds, stuffs = _MAKERS.split(), _KINDS.split(), _STUFFS.split()
    found: dict[str, None] = {}
    while len(found) < count:
        number = chance.randrange(1, max(1000, count // 20))
        parts = [chance.choice(makers), chance.choice(stuffs), chance.choice(kinds)]
        if chance.random() < 0.8:
            parts.append(f"{chance.choice('ABCDEFGHKLMNPRSTVYZ')}{number}")
        found[" ".join(parts[chance.randrange(2) :])] = None
    return list(found)


def messages(products: list[str], count: int, chance: random.Random) -> list[str]:
    frames = (chance.choice(_FRAMES) for _ in range(count))
    return [frame.format(*(chance.choice(products) for _ in range(frame.count("{}")))) for frame in frames]


def prepared(text: str) -> Draft:
    draft = Draft(text)
    WhitespaceTokenizer(WhitespaceTokenizer.defaults).process(draft)
    TurkishNormalizer(TurkishNormalizer.defaults).process(draft)
    return draft


def timed(process: Callable[[Draft], None], texts: list[str]) -> list[float]:
    """Milliseconds of each text, tokenizing left aside."""
    times = []
    for text in texts:
        draft = prepared(text)
        began = time.perf_counter()
        process(draft)
        times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m bench.lookups", description=__doc__)
    arguments.add_argument(
        "--names", type=int, default=50_000, help="names in the table (default: %(default)s)"
    )
    arguments.add_argument("--check", action="store_true", help=f"fail above {TARGET} ms")
    given = arguments.parse_args()
    chance = random.Random(7)
    products = names(given.names, chance)
    texts = messages(products, 2_000, chance)
    example = Example(products[0], "ask", (EntitySpan("product", 0, len(products[0]), products[0]),))
    data = TrainingData([example], lookups={"product": products})
    worst = 0.0
    wanted: tuple[tuple[str, type[RegexFeaturizer] | type[RegexEntityExtractor], Options], ...] = (
        ("RegexFeaturizer, inflected", RegexFeaturizer, {"case_sensitive": False, "inflected": True}),
        ("RegexFeaturizer", RegexFeaturizer, {"case_sensitive": False}),
        ("RegexEntityExtractor", RegexEntityExtractor, {}),
    )
    for title, kind, options in wanted:
        tracemalloc.start()
        began = time.perf_counter()
        component = kind.train({**kind.defaults, **options}, Corpus(data, [prepared(example.text)]))
        seconds = time.perf_counter() - began
        memory = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
        times = timed(component.process, texts)
        median = statistics.median(times)
        worst = max(worst, median)
        print(
            f"{title:28} {len(products):,} names  median {median:.3f} ms  95 of 100 {percentile(times, 0.95):.3f} ms"
            f"  made in {seconds:.1f} s  {memory:.0f} MB"
        )
    return 1 if given.check and worst > TARGET else 0


if __name__ == "__main__":
    sys.exit(main())
