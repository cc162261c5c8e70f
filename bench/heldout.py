"""Trains the shop's understanding and measures it on messages that nobody trains on.

    python -m bench.heldout [--project .] [--config OTHER.yml] [--confusions] [--rows N] [FILE.jsonl ...]

A line of a file: ``{"text", "intent", "entities": [{"entity", "start", "end"}], "variant"}``. Prints for each variant
the share of right intents, calibration error, entity F1 (exact span and type) and refusals; for a person to read,
``--confusions`` adds which intents are taken for which, and which kinds of entities are missed. Two variants are made
here and do not count among all: clean lines in capitals, and long ones without capitals and punctuation.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.crossval import Score, pipeline_of
from bench.noise import spans_of
from bot.errors import Complaints
from bot.nlu.data import EntitySpan, Example
from bot.nlu.interpreter import Interpreter
from bot.sources import read_sources
from bot.turkish import lower, upper

FILES = [Path("tests/nlu/heldout.jsonl"), Path("tests/nlu/heldout_out_of_scope.jsonl")]

MADE: dict[str, tuple[str, Callable[[str], str]]] = {
    "clean": ("capitals", upper),
    "long": ("long, spoken", lambda text: lower(re.sub(r"[^\w\s']", " ", text))),
}
"""By variant, the name of one made of it and how; the length of the text stays."""


def read(path: Path) -> list[tuple[str, Example]]:
    """Variant and example of each line."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = tuple(
            EntitySpan(one["entity"], one["start"], one["end"], row["text"][one["start"] : one["end"]])
            for one in row.get("entities", ())
        )
        rows.append((row.get("variant", "clean"), Example(row["text"], row["intent"], spans)))
    return rows


@dataclass(slots=True)
class Found:
    """What was measured."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    """By variant, and of ``all``."""
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Intent wanted and intent said."""
    entities: Counter[tuple[str, str]] = field(default_factory=Counter)
    """``missed`` or ``invented``, and the entity."""
    times: list[float] = field(default_factory=list)
    """Milliseconds of each parse."""


def measure(trained: Interpreter, files: Iterable[Path]) -> Found:
    """Let an interpreter understand every line of the files."""
    found = Found()
    for path in files:
        for variant, example in read(path):
            at = time.perf_counter()
            parsed = trained.parse(example.text)
            found.times.append((time.perf_counter() - at) * 1000)
            for name in (variant, "all"):
                found.scores[name].add(example, parsed)
            if variant in MADE:
                name, remade = MADE[variant]
                remade_example = replace(example, text=remade(example.text))
                found.scores[name].add(remade_example, trained.parse(remade_example.text))
            said = parsed["intent"]["name"]
            if said != example.intent:
                found.confused[str(example.intent), str(said)] += 1
            gold = spans_of(example.entities)
            seen = {(one["entity"], one["start"], one["end"]) for one in parsed["entities"]}
            found.entities.update(("missed", kind) for kind, _, _ in gold - seen)
            found.entities.update(("invented", kind) for kind, _, _ in seen - gold)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", type=Path, nargs="*", default=FILES)
    arguments.add_argument("--project", type=Path, default=Path())
    arguments.add_argument("--config", type=Path)
    arguments.add_argument("--confusions", action="store_true")
    arguments.add_argument("--rows", type=int, default=30, help="confusions to show")
    given = arguments.parse_args()
    sources = read_sources(given.project, Complaints())
    config = sources.project.config
    pipeline = pipeline_of(config, given.config)
    began = time.process_time()
    trained = Interpreter.train(pipeline, config.language, sources.examples, complaints=Complaints())
    print(f"trained in {time.process_time() - began:.1f} s of processor time")
    found = measure(trained, given.files)
    for name, score in sorted(found.scores.items()):
        print(f"{name:13} {len(score.hits):5} {score.row()}")
    print(f"parse, median {statistics.median(found.times):.2f} ms")
    if given.confusions:
        for (wanted, said), count in found.confused.most_common(given.rows):
            print(f"{count:3} {wanted} taken for {said}")
        print(*(f"{what} {kind} {count}" for (what, kind), count in found.entities.most_common()), sep=", ")


if __name__ == "__main__":
    main()
