"""Slots: what the bot remembers, and how much of a value the policies see.

The features are Rasa's: a text slot only tells whether it is set, a list whether it is empty, a categorical
one which of its values it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.turkish.untailored import untailored_lower

SHOULD_NOT_BE_SET = "should_not_be_set"
"""Stands for null in a rule's condition."""
OTHER_VALUE = "__other__"
"""A categorical slot's hidden value, for everything that it does not list."""

SLOT_TYPES = ("text", "bool", "categorical", "float", "list", "any")
MAPPING_TYPES = ("from_entity", "from_text", "from_intent", "from_trigger_intent", "custom")

Feature = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of the domain."""

    name: str
    type: str = "text"
    initial_value: Any = None
    influence_conversation: bool = True
    values: tuple[str, ...] = ()
    """Of a categorical slot, as texts; the hidden other value is not among them."""
    min_value: float = 0.0
    max_value: float = 1.0
    mappings: tuple[Mapping[str, Any], ...] = ()

    def stored(self, value: Any) -> Any:
        """The value as the tracker keeps it: a list slot wraps a lone value."""
        if self.type == "list" and value and not isinstance(value, list):
            return [value]
        return value

    @property
    def feature_size(self) -> int:
        """How many numbers :meth:`feature` gives; 0 for a slot that does not influence the conversation."""
        if not self.influence_conversation or self.type == "any":
            return 0
        if self.type == "categorical":
            return len(self.values) + 1
        return 2 if self.type in ("bool", "float") else 1

    def feature(self, value: Any) -> Feature:
        """What the policies see of a value."""
        if self.feature_size == 0:
            return ()
        match self.type:
            case "bool":
                truth = _truth(value)
                return (0.0, 0.0) if truth is None else (1.0, float(truth))
            case "float":
                return self._float_feature(value)
            case "list":
                return (1.0,) if isinstance(value, list | str | tuple | dict) and value else (0.0,)
            case "categorical":
                return self._categorical_feature(value)
        return (0.0,) if value is None else (1.0,)

    def _float_feature(self, value: Any) -> Feature:
        try:
            clipped = max(self.min_value, min(self.max_value, float(value)))
        except (TypeError, ValueError):
            return (0.0, 0.0)
        return (1.0, (clipped - self.min_value) / ((self.max_value - self.min_value) or 1.0))

    def _categorical_feature(self, value: Any) -> Feature:
        numbers = [0.0] * self.feature_size
        if value is not None:
            text = untailored_lower(str(value))
            places = (i for i, known in enumerate(self.values) if untailored_lower(known) == text)
            numbers[next(places, len(self.values))] = 1.0
        return tuple(numbers)


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool | int | float):
        return value == 1
    if isinstance(value, str):
        if value.isnumeric():
            return float(value) == 1.0
        return {"true": True, "false": False}.get(untailored_lower(value.strip()))
    return None
