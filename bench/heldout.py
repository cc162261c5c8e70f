"""Trains the shop's understanding and measures it on messages that nobody trains on.

    python -m bench.heldout [--project .] [--config OTHER.yml] [--confusions] [--rows N] [FILE.jsonl ...]

A line of a file: ``{"text", "intent", "entities": [{"entity", "start", "end"}], "variant"}``. Prints for each variant
the share of right intents, calibration error, entity F1 (exact span and type) and refusals; for a person to read,
``--confusions`` adds which intents are taken for which, and which kinds of entities are missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter, defaultdict
from pathlib import Path

import yaml

from bench.crossval import Score
from bot.errors import Complaints
from bot.nlu.data import EntitySpan, Example
from bot.nlu.interpreter import Interpreter
from bot.sources import read_sources

FILES = [Path("tests/nlu/heldout.jsonl"), Path("tests/nlu/heldout_out_of_scope.jsonl")]


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
    pipeline = config.pipeline
    if given.config:
        pipeline = yaml.safe_load(given.config.read_text(encoding="utf-8"))["pipeline"]
    began = time.process_time()
    trained = Interpreter.train(pipeline, config.language, sources.examples, complaints=Complaints())
    print(f"trained in {time.process_time() - began:.1f} s of processor time")
    scores: dict[str, Score] = defaultdict(Score)
    confused: Counter[tuple[str, str]] = Counter()
    entities: Counter[tuple[str, str, str]] = Counter()
    times = []
    for path in given.files:
        for variant, example in read(path):
            at = time.perf_counter()
            parsed = trained.parse(example.text)
            times.append((time.perf_counter() - at) * 1000)
            for name in (variant, "all"):
                scores[name].add(example, parsed)
            said = parsed["intent"]["name"]
            if said != example.intent:
                confused[(str(example.intent), str(said))] += 1
            gold = {(one.entity, one.start, one.end) for one in example.entities}
            found = {(one["entity"], one["start"], one["end"]) for one in parsed["entities"]}
            entities.update(("missed", kind, example.text[start:end]) for kind, start, end in gold - found)
            entities.update(("invented", kind, example.text[start:end]) for kind, start, end in found - gold)
    for name, score in sorted(scores.items()):
        print(f"{name:13} {len(score.hits):5} {score.row()}")
    print(f"parse, median {statistics.median(times):.2f} ms")
    if given.confusions:
        for (wanted, said), count in confused.most_common(given.rows):
            print(f"{count:3} {wanted} taken for {said}")
        kinds = Counter((what, kind) for what, kind, _ in entities.elements())
        print(*(f"{what} {kind} {count}" for (what, kind), count in kinds.most_common()), sep=", ")


if __name__ == "__main__":
    main()
