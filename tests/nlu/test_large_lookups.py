"""Names are found in a table of thousands, with the suffixes that Turkish puts behind them."""

from __future__ import annotations

import random

import pytest

from bench.lookups import names, prepared
from bot.nlu.component import Corpus
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.featurizers import RegexFeaturizer
from bot.turkish import Suffix, attach, upper

CASES = (Suffix.DATIVE, Suffix.ACCUSATIVE, Suffix.LOCATIVE, Suffix.ABLATIVE, Suffix.GENITIVE)
PRODUCTS = [
    *names(5_000, random.Random(3)),
    "kırmızı çizgili İstanbul hırkası",
    "Iğdır kayısısı",
    "çelik tava",
]


@pytest.fixture(scope="module")
def featurizer() -> RegexFeaturizer:
    example = Example(PRODUCTS[0], "ask", (EntitySpan("product", 0, 4, PRODUCTS[0]),))
    options = {**RegexFeaturizer.defaults, "case_sensitive": False, "inflected": True}
    return RegexFeaturizer.train(options, Corpus(TrainingData([example], lookups={"product": PRODUCTS}), []))


@pytest.mark.parametrize("case", ["", *(one.value for one in CASES)])
def test_names_are_found_with_their_case(featurizer: RegexFeaturizer, case: str) -> None:
    for name in random.Random(5).sample([one for one in PRODUCTS if one[-1].isalpha()], 150):
        inflected = attach(name, case, apostrophe=False) if case else name
        for text in (f"merhaba {inflected} lazım", f"{upper(inflected)} VAR MI"):
            draft = prepared(text)
            featurizer.process(draft)
            start = text.index(inflected if inflected in text else upper(inflected))
            assert any((one.start, one.end) == (start, start + len(inflected)) for one in draft.matches), (
                text,
                draft.matches,
            )


def test_what_is_no_name_is_not_found(featurizer: RegexFeaturizer) -> None:
    for text in ("kargom nerede", "çelik", "tavan çelikten", "kırmızı İstanbul", "iade etmek istiyorum"):
        draft = prepared(text)
        featurizer.process(draft)
        assert draft.matches == [], text
