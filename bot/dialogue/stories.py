"""Stories and rules, as values. ``bot/dialogue/story_reader.py`` makes them of ``data/**/*.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Place


@dataclass(frozen=True, slots=True)
class UserStep:
    """The customer says something: an intent with entities, or (end to end) a text."""

    intent: str | None = None
    """``name`` or ``name/key`` for a retrieval intent."""
    entities: Sequence[Mapping[str, Any]] = ()
    """``{"entity", "value", "role"?, "group"?}``; the value of a bare name is an empty text."""
    text: str | None = None
    """The text: in a test with an intent, in an end-to-end story without."""
    place: Place | None = None

    @property
    def is_end_to_end(self) -> bool:
        return self.intent is None and self.text is not None


@dataclass(frozen=True, slots=True)
class ActionStep:
    """The bot acts: an action's name, or (end to end, or in a test) a text."""

    name: str | None = None
    text: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SlotStep:
    """A slot has a value."""

    name: str
    value: Any = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LoopStep:
    """A loop is active, or with ``None`` no longer."""

    name: str | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    """A point where stories join."""

    name: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Conditions: only conversations with these slot values come through."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class OrStep:
    """One of several: user steps, or lists of slot steps."""

    choices: tuple[tuple[UserStep | SlotStep, ...], ...]
    place: Place | None = None


Step = UserStep | ActionStep | SlotStep | LoopStep | CheckpointStep | OrStep


@dataclass(frozen=True, slots=True)
class Story:
    """A story, or a rule."""

    name: str
    steps: tuple[Step, ...]
    is_rule: bool = False
    condition: tuple[SlotStep | LoopStep, ...] = ()
    """Of a rule."""
    conversation_start: bool = False
    """The rule applies at a conversation's beginning only."""
    wait_for_user_input: bool = True
    """False: the rule does not end by listening."""
    metadata: Mapping[str, Any] | None = None
    place: Place | None = None


@dataclass(slots=True)
class StoryData:
    """All stories and rules of a project, in file order."""

    stories: list[Story] = field(default_factory=list)

    @property
    def rules(self) -> list[Story]:
        return [one for one in self.stories if one.is_rule]

    @property
    def plain_stories(self) -> list[Story]:
        return [one for one in self.stories if not one.is_rule]

    @property
    def action_texts(self) -> list[str]:
        """End-to-end bot texts."""
        texts = [s.text for one in self.stories for s in one.steps if isinstance(s, ActionStep) and s.text]
        return sorted(set(texts))
