"""What understanding is trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Place


@dataclass(frozen=True, slots=True)
class EntitySpan:
    """A marked stretch of an example: ``text[start:end]`` stands for ``value``."""

    entity: str
    start: int
    end: int
    value: str
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One thing that a customer might say."""

    text: str
    intent: str | None
    """``name``, ``name/key`` for a retrieval intent, ``a+b`` for two wishes at once."""
    entities: tuple[EntitySpan, ...] = ()
    metadata: Mapping[str, Any] | None = None
    place: Place | None = None

    @property
    def base_intent(self) -> str | None:
        """The intent without its retrieval key."""
        return self.intent.split("/", 1)[0] if self.intent else self.intent


@dataclass(slots=True)
class TrainingData:
    """Everything under ``nlu:`` in a project's files."""

    examples: list[Example] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    """What is written (as in the file) → the value it stands for."""
    regexes: list[tuple[str, str]] = field(default_factory=list)
    """Name and pattern, in file order; a name may come several times."""
    lookups: dict[str, list[str]] = field(default_factory=dict)
    """Name → its entries."""
    responses: Mapping[str, Any] = field(default_factory=dict)
    """The domain's ``utter_intent/key`` responses, for response selectors."""

    @property
    def intents(self) -> list[str]:
        return sorted({one.base_intent for one in self.examples if one.base_intent})

    @property
    def entity_names(self) -> list[str]:
        return sorted({span.entity for one in self.examples for span in one.entities})
