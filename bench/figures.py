"""A number with its unit and how often it was taken; and what it should be."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

Kind = Literal["cost", "rate", "factor"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that can be measured."""

    key: str
    title: str
    unit: str
    kind: Kind = "cost"
    """``cost``: less is better; ``rate``: more is better; ``factor``: a ratio already, less is better."""
    target: float | None = None
    """What Santral promises, in the unit."""
    target_bot: str | None = None
    """The bot that the promise is for; ``None``: every bot."""

    def target_for(self, bot: str) -> float | None:
        return self.target if self.target_bot in (None, bot) else None

    def is_met(self, value: float, bot: str) -> bool | None:
        """Whether a value keeps the promise; ``None``: there is none."""
        target = self.target_for(bot)
        if target is None:
            return None
        return value >= target if self.kind == "rate" else value <= target


MEASURES = (
    Measure("training_time", "training, from start to end of the process", "s", target=10, target_bot="shop"),
    Measure("training_cpu", "training, processor time", "s"),
    Measure("training_memory", "training, peak memory", "MB"),
    Measure("retraining_time", "training again after one story changed", "s", target=2, target_bot="shop"),
    Measure("first_answer", "from the start of the process to the first answer", "s", target=3),
    Measure("memory_first", "memory after the first answer", "MB", target=300),
    Measure("memory_last", "memory after all messages", "MB"),
    Measure("message_median", "a REST message, median", "ms", target=5),
    Measure("message_p95", "a REST message, 95th percentile", "ms"),
    Measure("message_cpu", "a REST message, the server's processor time", "ms"),
    Measure("rate_1", "messages a second, 1 client, one core", "/s", "rate"),
    Measure("rate_32", "messages a second, 32 clients, one core", "/s", "rate", target=500),
    Measure("capacity", "messages a second of the server's processor time, 32 clients", "/s", "rate"),
    Measure("turn_short", "a message in a short conversation, median", "ms"),
    Measure("turn_middle", "a message in a longer conversation, median", "ms"),
    Measure("turn_long", "a message in a long conversation, median", "ms"),
    Measure("turn_growth", "the long conversation against the short one", "times", "factor", target=1.2),
)
BY_KEY = {one.key: one for one in MEASURES}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value."""

    key: str
    value: float
    """In the measure's unit."""
    n: int
    """How many single values it was made of."""
    low: float | None = None
    high: float | None = None
    """The smallest and largest single value, where there are few."""
    note: str = ""


@dataclass(slots=True)
class Results:
    """Figures of one bot on one framework."""

    bot: str
    framework: str
    title: str
    figures: dict[str, Figure] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        """Raises:
        KeyError: there is no such measure.
        """
        BY_KEY[figure.key]
        self.figures[figure.key] = figure

    def add_values(self, key: str, values: Sequence[float], note: str = "") -> None:
        """Add the median of a few values, with their range."""
        low, high = (min(values), max(values)) if len(values) > 1 else (None, None)
        self.add(Figure(key, statistics.median(values), len(values), low, high, note))

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed (nearest rank).

    Args:
        share: above 0, up to 1.
    """
    if not values or not 0 < share <= 1:
        raise ValueError("a percentile needs values, and a share above 0 and up to 1")
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)
    return ordered[rank - 1]


def ratio(measure: Measure, ours: float, theirs: float) -> float | None:
    """How many times better ours is; ``None`` where that says nothing."""
    if measure.kind == "factor" or not ours or not theirs:
        return None
    return ours / theirs if measure.kind == "rate" else theirs / ours
