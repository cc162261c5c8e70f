"""``stories:`` and ``rules:`` → :class:`bot.dialogue.stories.StoryData`.

What Rasa skips with a warning is skipped with a warning here; what its schema forbids is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bot.dialogue.step_reader import StepReader
from bot.dialogue.stories import LoopStep, SlotStep, Step, Story, StoryData
from bot.domain import Domain
from bot.errors import Complaints, Place
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, did_you_mean, kind_of

_STORY_KEYS = ("story", "steps", "metadata")
_RULE_KEYS = ("rule", "steps", "metadata", "condition", "conversation_start", "wait_for_user_input")


class Readable(Protocol):
    """A parsed file."""

    @property
    def content(self) -> Map: ...


def read_stories(
    documents: Iterable[Readable], domain: Domain, complaints: Complaints, *, is_test: bool = False
) -> StoryData:
    """Read the stories and rules of all files, in file order, a file's stories before its rules.

    Args:
        documents: parsed training or test files.
        domain: tells the types of slots that are named without a value.
        complaints: gets what is wrong.
        is_test: in tests, user texts with intents and full retrieval intents are usual.
    """
    found = StoryData()
    reader = _Reader(domain, complaints, is_test)
    for document in documents:
        for key, title in (("stories", "story"), ("rules", "rule")):
            found.stories += reader.blocks(document.content, key, title)
    return found


class _Reader:
    def __init__(self, domain: Domain, complaints: Complaints, is_test: bool) -> None:
        self.complaints = complaints
        self.shape = Shape(complaints, "story")
        self.steps = StepReader(domain, complaints, is_test)

    def blocks(self, content: Map, key: str, title: str) -> Iterable[Story]:
        if content.get(key) is None:
            return
        items = self.shape.sequence(content[key], content.place_of(key), f"'{key}'") or Seq()
        for index, item in enumerate(items):
            place = items.place_of(index)
            if not isinstance(item, Map):
                message = f"An entry of '{key}' must be a mapping, but is {kind_of(item)}."
                self.complaints.error("story-type", message, f"Begin it with '- {title}: its name'.", place)
                continue
            story = self._story(item, title, place)
            if story is not None:
                yield story

    def _story(self, item: Map, title: str, place: Place) -> Story | None:
        known = _RULE_KEYS if title == "rule" else _STORY_KEYS
        self._keys(item, known, title)
        if title not in item:
            message = f"An entry without '{title}:' is skipped."
            mend = f"Give it a name: '- {title}: ...'."
            self.complaints.warn("story-no-name", message, mend, place)
            return None
        name = self._name(item, title)
        steps = self._steps(item, "steps", title)
        if not steps:
            message = f"The {title} '{name}' has no steps; it is skipped."
            mend = "Write its steps below 'steps:', each beginning with '- '."
            self.complaints.warn("story-no-steps", message, mend, item.place_of("steps"))
            return None
        is_rule = title == "rule"
        return Story(
            name,
            tuple(steps),
            is_rule=is_rule,
            condition=self._condition(item) if is_rule else (),
            conversation_start=is_rule and self._flag(item, "conversation_start", False),
            wait_for_user_input=not is_rule or self._flag(item, "wait_for_user_input", True),
            metadata=item.get("metadata") if isinstance(item.get("metadata"), Map) else None,
            place=place,
        )

    def _keys(self, item: Map, known: tuple[str, ...], title: str) -> None:
        for key in item:
            if key not in known:
                message = f"A {title} has no key '{key}'."
                mend = did_you_mean(key, known, f"Known: {', '.join(known)}.")
                self.complaints.error("story-key", message, mend, item.place_of(key))

    def _name(self, item: Map, title: str) -> str:
        place = item.place_of(title)
        if not item[title]:
            message = f"A {title} has an empty name."
            self.complaints.warn("story-no-name", message, f"Write '{title}: ' and a name.", place)
            return ""
        return self.shape.text(item[title], place, f"The name of a {title}") or ""

    def _steps(self, item: Map, key: str, title: str) -> list[Step]:
        if item.get(key) is None and not (key == "condition" and key in item):
            return []
        steps = self.shape.sequence(item[key], item.place_of(key), f"'{key}' of a {title}") or Seq()
        return [
            one
            for index, raw in enumerate(steps)
            for one in self.steps.read(raw, steps.place_of(index), title)
        ]

    def _condition(self, item: Map) -> tuple[SlotStep | LoopStep, ...]:
        good: list[SlotStep | LoopStep] = []
        for step in self._steps(item, "condition", "rule"):
            if isinstance(step, SlotStep | LoopStep):
                good.append(step)
                continue
            message = "A condition can only name active_loop and slot_was_set."
            mend = "Move this step to 'steps:'."
            self.complaints.error("rule-condition", message, mend, step.place)
        return tuple(good)

    def _flag(self, item: Map, key: str, default: bool) -> bool:
        if item.get(key) is None:
            return default
        found = self.shape.truth(item[key], item.place_of(key), f"'{key}'")
        return default if found is None else found
