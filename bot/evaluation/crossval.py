"""Understanding of examples that were kept from training: every example is tested once."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean, pstdev
from typing import Any

from bot.errors import Complaints, ProjectError
from bot.evaluation.metrics import Report
from bot.evaluation.nlu import NluResults, evaluate
from bot.evaluation.nlu_files import nlu_reports
from bot.nlu.data import Example, TrainingData
from bot.nlu.interpreter import Interpreter

Told = Callable[[str, float], None]
"""Hears what is done, and how much of everything, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one fold, or one side of it: weighted averages and accuracy, from 0 to 1."""

    accuracy: float
    f1: float
    precision: float

    @classmethod
    def of(cls, report: Report) -> Figures:
        """The figures of a report that is not empty."""
        weighted = report["weighted avg"]
        return cls(report["accuracy"], weighted["f1-score"], weighted["precision"])


@dataclass(slots=True)
class CrossValidation:
    """All folds."""

    results: NluResults = field(default_factory=NluResults)
    """Of the examples that were kept from training."""
    figures: dict[str, list[Figures]] = field(default_factory=dict)
    """``train intent``, ``test intent``, ``test CRFEntityExtractor`` and so on → one of each fold."""


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation."""
    return fmean(values), pstdev(values)


def folds(examples: Sequence[Example], count: int, seed: int) -> list[set[int]]:
    """Indices of the examples that each fold tests, every intent (and retrieval key) spread evenly.

    Examples without an intent are never tested: there is nothing to compare.

    Raises:
        ProjectError: there are fewer than two folds, or no intent has an example for each of them.
    """
    groups: dict[str, list[int]] = {}
    for index, one in enumerate(examples):
        if one.intent:
            groups.setdefault(one.intent, []).append(index)
    complaints = Complaints()
    most = max(map(len, groups.values()), default=0)
    if count < 2:
        complaints.error("folds", f"Cross-validation needs two folds or more, not {count}.", "Write -f 5.")
    elif most < count:
        message = f"No intent has {count} examples: the largest has {most}."
        complaints.error("folds", message, "Use fewer folds (-f), or write more examples.")
    if complaints.errors:
        raise ProjectError(complaints)
    chance = random.Random(seed)
    found: list[set[int]] = [set() for _ in range(count)]
    at = 0
    for name in sorted(groups):
        chance.shuffle(groups[name])
        # Going on where the last intent ended keeps the folds equally large.
        for index in groups[name]:
            found[at % count].add(index)
            at += 1
    return found


def cross_validate(
    data: TrainingData,
    pipeline: Sequence[Mapping[str, Any] | str],
    language: str,
    *,
    count: int = 5,
    seed: int = 42,
    told: Told | None = None,
) -> CrossValidation:
    """Train ``count`` times, each time without the examples that are tested then.

    Raises:
        ProjectError: as :func:`folds` and :meth:`Interpreter.train` say.
    """
    found = CrossValidation()
    parts = folds(data.examples, count, seed)
    for number, tested in enumerate(parts):
        begun = number / count
        if told is not None:
            told(f"fold {number + 1} of {count}", begun)
        kept = [one for index, one in enumerate(data.examples) if index not in tested]
        held_out = [one for index, one in enumerate(data.examples) if index in tested]
        trained = Interpreter.train(
            pipeline,
            language,
            replace(data, examples=kept),
            seed=seed,
            complaints=Complaints(),
            progress=_within(told, begun, 0.8 / count, f"fold {number + 1} of {count}"),
        )
        _note(found, "train", evaluate(trained, kept))
        results = evaluate(trained, held_out)
        _note(found, "test", results)
        found.results.add(results)
    if told is not None:
        told("done", 1.0)
    return found


def _within(told: Told | None, begun: float, part: float, what: str) -> Told | None:
    """Progress of a training as progress of everything."""
    if told is None:
        return None
    tell = told
    return lambda step, share: tell(f"{what}: {step}", begun + part * share)


def _note(found: CrossValidation, side: str, results: NluResults) -> None:
    reports = nlu_reports(results)
    named = {"intent": reports.intents, "response selection": reports.responses, **reports.entities}
    for name, report in named.items():
        if report:
            found.figures.setdefault(f"{side} {name}", []).append(Figures.of(report))
