"""Conversation tests: stories in which customers speak, played to the bot, action by action.

The files are Rasa's (``test_*.yml``), the turn is the real one: messages are understood, custom actions run, slots
are filled. After each message these are compared with the story, each mistake with the line that expected it:
intent, entities, the actions in order, the texts that the bot says, slots, and the active loop.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import events as ev
from bot.dialogue.step_reader import FILLED
from bot.dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    Story,
    StoryData,
    UserStep,
)
from bot.dialogue.story_reader import read_stories
from bot.domain import ACTION_LISTEN, ACTION_SESSION_START, Domain
from bot.errors import Complaints, Place
from bot.events import Event
from bot.message import Collected, Message
from bot.project import Document
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.turn import Bot, take_turn
from bot.yaml_file import Map, read_yaml_file

NOT_WRITTEN = (ACTION_LISTEN, ACTION_SESSION_START)
"""Actions that stories leave out."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that came out differently."""

    what: str
    """``intent``, ``entities``, ``action``, ``text``, ``slot`` or ``loop``."""
    expected: str
    predicted: str
    message: str
    """What the customer said."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one story went."""

    story: str
    place: Place | None
    mistakes: tuple[Mistake, ...] = ()
    actions: int = 0
    """How many actions the story expects."""
    right_actions: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message, and what should follow it."""

    user: UserStep
    steps: tuple[Step, ...] = ()


def find_test_files(paths: Iterable[Path]) -> list[Path]:
    """The files given, and every ``test_*.yml`` below the folders given, sorted."""
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(one for one in path.rglob("test_*.y*ml") if one.suffix in (".yml", ".yaml"))
        else:
            found.add(path)
    return sorted(found)


def read_test_files(files: Iterable[Path], domain: Domain, complaints: Complaints) -> StoryData:
    """The stories of test files; what is wrong with the files goes to ``complaints``."""
    documents = []
    for path in files:
        content = read_yaml_file(path, complaints, str(path))
        if isinstance(content, Map):
            documents.append(Document(str(path), content))
        elif content is not None:
            complaints.error("test-type", "The file is no mapping.", "Write 'stories:'.", Place(str(path), 1))
    return read_stories(documents, domain, complaints, is_test=True)


def read_tests(files: Iterable[Path], domain: Domain, complaints: Complaints) -> StoryData:
    """Read test stories that can be played; what is wrong with the files goes to ``complaints``."""
    tests = read_test_files(files, domain, complaints)
    for story in tests.stories:
        _complain_of_unplayable(story, complaints)
    return tests


def _complain_of_unplayable(story: Story, complaints: Complaints) -> None:
    for step in story.steps:
        if isinstance(step, CheckpointStep | OrStep):
            message = f"The test '{story.name}' has a step that stands for several."
            mend = "Write each conversation out: tests have no checkpoints and no 'or'."
            complaints.error("test-step", message, mend, step.place)
            return
    if not isinstance(story.steps[0], UserStep):
        message = f"The test '{story.name}' does not begin with a message."
        complaints.warn("test-start", message, "What stands before it is not tested.", story.place)


async def play_test(bot: Bot, story: Story) -> Outcome:
    """Play one story in a conversation of its own, in a memory of its own."""
    bot.store = MemoryStore()
    bot.trackers = type(bot.trackers)(bot.store, bot.domain)
    conversation_id = f"test-{uuid.uuid4().hex}"
    mistakes: list[Mistake] = []
    actions = right = seen = 0
    for turn in _turns(story):
        await take_turn(bot, Message(_said(turn.user), conversation_id), Collected())
        events = await bot.store.load(conversation_id)
        found = _Comparison(turn, events[seen:], Tracker(conversation_id, bot.domain, events))
        seen = len(events)
        mistakes += found.mistakes()
        actions += len(found.expected_actions)
        right += found.right_actions
    return Outcome(story.name, story.place, tuple(mistakes), actions, right)


async def play_tests(bot: Bot, tests: StoryData, told: Callable[[Outcome], None]) -> list[Outcome]:
    """Play all stories.

    Args:
        told: hears of each story when it is through.
    """
    outcomes = []
    for story in tests.stories:
        outcomes.append(await play_test(bot, story))
        told(outcomes[-1])
    return outcomes


def _turns(story: Story) -> Iterator[_Turn]:
    user: UserStep | None = None
    steps: list[Step] = []
    for step in story.steps:
        if isinstance(step, UserStep):
            if user is not None:
                yield _Turn(user, tuple(steps))
            user, steps = step, []
        elif user is not None:
            steps.append(step)
    if user is not None:
        yield _Turn(user, tuple(steps))


def _said(user: UserStep) -> str:
    if user.text is not None:
        return user.text
    import json

    entities = {one["entity"]: one["value"] for one in user.entities}
    return f"/{user.intent}" + (json.dumps(entities, ensure_ascii=False) if entities else "")


@dataclass(slots=True)
class _Comparison:
    """One turn as expected, and as it came."""

    turn: _Turn
    events: Sequence[Event]
    tracker: Tracker
    right_actions: int = field(default=0, init=False)

    @property
    def expected_actions(self) -> list[ActionStep]:
        return [one for one in self.turn.steps if isinstance(one, ActionStep)]

    def mistakes(self) -> list[Mistake]:
        return [*self._understanding(), *self._actions(), *self._slots(), *self._loop()]

    def _mistake(self, what: str, expected: str, predicted: str, place: Place | None) -> Mistake:
        return Mistake(what, expected, predicted, _said(self.turn.user), place)

    def _understanding(self) -> Iterator[Mistake]:
        user = self.turn.user
        heard = next((one for one in self.events if isinstance(one, ev.UserUttered)), None)
        if heard is None or user.intent is None:
            return
        # A retrieval intent's key may be left out of the story.
        names = {heard.intent_name, heard.parse_data.get("full_retrieval_intent_name")}
        if user.intent not in names:
            yield self._mistake("intent", user.intent, str(heard.intent_name), user.place)
        expected, predicted = _entity_texts(user.entities), _entity_texts(heard.entities)
        if user.entities and expected != predicted:
            told = ", ".join(expected) or "none", ", ".join(predicted) or "none"
            yield self._mistake("entities", *told, user.place)

    def _actions(self) -> Iterator[Mistake]:
        done = [one for one in self.events if isinstance(one, ev.ActionExecuted)]
        names = [one.name or one.action_text or "" for one in done if one.name not in NOT_WRITTEN]
        spoken = [one.text for one in self.events if isinstance(one, ev.BotUttered)]
        expected = self.expected_actions
        place = self.turn.steps[-1].place if self.turn.steps else self.turn.user.place
        at = 0
        for step in expected:
            if step.name is None:
                if step.text not in spoken:
                    yield self._mistake("text", str(step.text), " / ".join(map(str, spoken)), step.place)
                    return
                self.right_actions += 1
                # A text stands for the response that said it.
                at += 1
                continue
            if at >= len(names) or names[at] != step.name:
                predicted = names[at] if at < len(names) else ACTION_LISTEN
                yield self._mistake("action", step.name, predicted, step.place)
                return
            self.right_actions += 1
            at += 1
        if at < len(names):
            yield self._mistake("action", ACTION_LISTEN, names[at], place)

    def _slots(self) -> Iterator[Mistake]:
        now = self.tracker.current.slots
        for step in self.turn.steps:
            if not isinstance(step, SlotStep):
                continue
            values = [
                one.value for one in self.events if isinstance(one, ev.SlotSet) and one.name == step.name
            ]
            values.append(now.get(step.name))
            bare = step.value in (FILLED, [FILLED])
            if step.value not in values and not (bare and any(one is not None for one in values)):
                expected = f"{step.name} = {'any value' if bare else repr(step.value)}"
                yield self._mistake("slot", expected, f"{step.name} = {values[-1]!r}", step.place)

    def _loop(self) -> Iterator[Mistake]:
        steps = [one for one in self.turn.steps if isinstance(one, LoopStep)]
        if steps and steps[-1].name != self.tracker.current.loop_name:
            expected, predicted = str(steps[-1].name), str(self.tracker.current.loop_name)
            yield self._mistake("loop", expected, predicted, steps[-1].place)


def _entity_texts(entities: Iterable[Mapping[str, Any]]) -> list[str]:
    """``entity=value``, with role and group, sorted; several extractors may have found the same one."""
    return sorted(
        {
            f"{one['entity']}={one.get('value')}"
            + "".join(f" ({key} {one[key]})" for key in ("role", "group") if one.get(key))
            for one in entities
        }
    )
