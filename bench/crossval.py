"""Leaves out a part of a project's examples, trains on the rest, measures on noisy copies of that part.

    python -m bench.crossval [PROJECT] [--folds 5] [--only 1] [--config OTHER.yml]

Examples that are one when folded stay together. Prints for each kind of noise intent accuracy, calibration error,
entity F1 (exact span and type), and how often a shop's wish is refused or a stranger's is not.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.nlu import calibration_error
from bench.noise import VARIANTS, spans_of
from bot.errors import Complaints
from bot.nlu.data import Example, TrainingData
from bot.nlu.interpreter import Interpreter
from bot.project_config import Config
from bot.sources import read_sources
from bot.turkish import fold

REFUSED = ("out_of_scope", "nlu_fallback")


def folds_of(examples: list[Example], folds: int, seed: int = 7) -> list[int]:
    """A number for each example; those that differ only in case, signs or Turkish letters share it."""
    chance = random.Random(seed)
    of: dict[str, int] = {}
    return [
        of.setdefault(re.sub(r"\W+", " ", fold(one.text)).strip(), chance.randrange(folds))
        for one in examples
    ]


class Score:
    """What is counted of one kind of noise."""

    def __init__(self) -> None:
        self.hits: list[bool] = []
        self.confidences: list[float] = []
        self.right = self.found = self.marked = 0
        self.outside = [0, 0]
        self.inside = [0, 0]
        self.kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, example: Example, parsed: dict[str, Any]) -> None:
        intent = parsed["intent"]
        first = parsed["intent_ranking"][0] if parsed["intent_ranking"] else intent
        name = first["name"]
        if name == "nlu_fallback" and len(parsed["intent_ranking"]) > 1:
            first = parsed["intent_ranking"][1]
        self.hits.append(first["name"] == example.intent)
        self.confidences.append(first["confidence"])
        refused = intent["name"] in REFUSED
        count = self.outside if example.intent == "out_of_scope" else self.inside
        count[0] += refused
        count[1] += 1
        gold = spans_of(example.entities)
        said = {(one["entity"], one["start"], one["end"]) for one in parsed["entities"]}
        self.right += len(gold & said)
        self.found += len(said)
        self.marked += len(gold)
        for kind, *_ in gold & said:
            self.kinds[kind][0] += 1
        for kind, *_ in said:
            self.kinds[kind][1] += 1
        for kind, *_ in gold:
            self.kinds[kind][2] += 1

    @property
    def accuracy(self) -> float:
        return sum(self.hits) / len(self.hits)

    @property
    def entity_f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.marked)

    @property
    def refused_strangers(self) -> float:
        """The share of messages out of scope that are refused."""
        return self.outside[0] / max(1, self.outside[1])

    @property
    def refused_wishes(self) -> float:
        """The share of the shop's messages that are refused."""
        return self.inside[0] / max(1, self.inside[1])

    def row(self) -> str:
        error = calibration_error(self.confidences, self.hits)
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.marked)
        return (
            f"{self.accuracy:6.1%} ece {error:5.1%} "
            f"F1 {self.entity_f1:6.1%} (P {precision:6.1%} R {recall:6.1%}) "
            f"refused: out of scope {self.refused_strangers:6.1%}, shop {self.refused_wishes:5.1%}"
        )


def pipeline_of(config: Config, other: Path | None) -> Sequence[Mapping[str, Any]]:
    """The project's pipeline, or that of another configuration file."""
    if other is None:
        return config.pipeline
    pipeline: list[dict[str, Any]] = yaml.safe_load(other.read_text(encoding="utf-8"))["pipeline"]
    return pipeline


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("project", type=Path, nargs="?", default=Path())
    arguments.add_argument("--folds", type=int, default=5)
    arguments.add_argument("--only", type=int, default=1)
    arguments.add_argument("--config", type=Path)
    arguments.add_argument("--kinds", action="store_true")
    given = arguments.parse_args()
    sources = read_sources(given.project, Complaints())
    config = sources.project.config
    pipeline = pipeline_of(config, given.config)
    data = sources.examples
    folds = folds_of(data.examples, given.folds)
    scores: dict[str, Score] = defaultdict(Score)
    times: list[float] = []
    for fold_number in range(given.only):
        rest = [one for one, at in zip(data.examples, folds, strict=True) if at != fold_number]
        out = [one for one, at in zip(data.examples, folds, strict=True) if at == fold_number]
        began = time.process_time()
        trained = Interpreter.train(
            pipeline,
            config.language,
            TrainingData(rest, data.synonyms, data.regexes, data.lookups, data.responses),
            complaints=Complaints(),
        )
        print(f"trained on {len(rest)} in {time.process_time() - began:.1f} s CPU", flush=True)
        for name, noise in VARIANTS.items():
            chance = random.Random(f"{name}{fold_number}")
            for one in out:
                noisy = noise(one, chance)
                began = time.perf_counter()
                parsed = trained.parse(noisy.text)
                times.append((time.perf_counter() - began) * 1000)
                scores[name].add(noisy, parsed)
    for name, score in scores.items():
        print(f"{name:6} {score.row()}")
    print(f"parse, median {statistics.median(times):.2f} ms")
    if given.kinds:
        for kind in sorted(scores["clean"].kinds):
            print(
                f"{kind:12}",
                *(
                    f"{name} {2 * k[0] / max(1, k[1] + k[2]):.0%}"
                    for name, score in scores.items()
                    for k in [score.kinds[kind]]
                ),
            )


if __name__ == "__main__":
    main()
