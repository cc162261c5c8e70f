"""Precision, recall and F1, as scikit-learn's ``classification_report`` and Rasa's reports give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

Report = dict[str, Any]
"""Label → :class:`Scores` with ``confused_with``; ``accuracy``; ``macro avg``, ``micro avg``, ``weighted avg``."""

Scores = TypedDict("Scores", {"precision": float, "recall": float, "f1-score": float, "support": int})
"""Of one label, from 0 to 1; ``support`` is how often it was expected."""

MOST_CONFUSIONS = 3
"""So many of the most frequent predictions for a label are looked at for ``confused_with``."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """What was expected, and what was predicted, how often."""

    counts: Counter[tuple[str, str]]
    """(expected, predicted) → how often."""
    labels: tuple[str, ...]
    """All that were expected or predicted, sorted."""

    def row(self, expected: str) -> list[int]:
        """How often each label was predicted for this one."""
        return [self.counts[expected, one] for one in self.labels]


def confusion_of(expected: Sequence[str], predicted: Sequence[str]) -> Confusion:
    """Count pairs; both sequences have equal lengths."""
    counts = Counter(zip(expected, predicted, strict=True))
    return Confusion(counts, tuple(sorted({*expected, *predicted})))


def report_of(expected: Sequence[str], predicted: Sequence[str], without: str | None = None) -> Report:
    """The report of all labels that were expected.

    Args:
        without: a label that has no line of its own and does not count in the averages (no entity).

    Returns:
        the report; empty when there is nothing to report.
    """
    labels = sorted(set(expected) - {without})
    if not labels:
        return {}
    confusion = confusion_of(expected, predicted)
    wanted, given = Counter(expected), Counter(predicted)
    report: Report = {}
    for label in labels:
        report[label] = _scores(confusion.counts[label, label], given[label], wanted[label])
    accuracy = sum(confusion.counts[one, one] for one in confusion.labels) / len(expected)
    total = sum(wanted[label] for label in labels)
    report["accuracy"] = accuracy
    report["macro avg"] = _average(report, dict.fromkeys(labels, 1), total)
    report["weighted avg"] = _average(report, {label: wanted[label] for label in labels}, total)
    right = sum(confusion.counts[label, label] for label in labels)
    report["micro avg"] = _scores(right, sum(given[label] for label in labels), total)
    if set(labels) >= set(confusion.labels):
        micro: Scores = {"precision": accuracy, "recall": accuracy, "f1-score": accuracy, "support": total}
        report["micro avg"] = micro
    for label in labels:
        report[label] |= {"confused_with": _confused_with(confusion, label, without)}
    return report


def _scores(right: int, given: int, wanted: int) -> Scores:
    precision = right / given if given else 0.0
    recall = right / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1-score": f1, "support": wanted}


def _average(report: Report, weights: dict[str, int], support: int) -> Scores:
    def mean(key: str) -> float:
        return float(sum(report[label][key] * weight for label, weight in weights.items())) / whole

    whole = sum(weights.values())
    return {
        "precision": mean("precision"),
        "recall": mean("recall"),
        "f1-score": mean("f1-score"),
        "support": support,
    }


def _confused_with(confusion: Confusion, label: str, without: str | None) -> dict[str, int]:
    """What was predicted in the label's place, the most frequent first."""
    row = sorted(zip(confusion.labels, confusion.row(label), strict=True), key=lambda one: -one[1])
    return {
        name: count
        for name, count in row[:MOST_CONFUSIONS]
        if name not in (label, without) and count and name
    }
