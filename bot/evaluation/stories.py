"""Test stories played to a trained bot, message by message and action by action, as ``rasa test core`` does.

What customers write is understood by the pipeline; where a story has no text, its intent is taken. Whatever was
predicted, the conversation goes on as the story tells it, so that one mistake is not counted again and again.
Actions do not run: what they do is in the story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import events as ev
from bot.dialogue.expansion import TrainingConversation, step_event
from bot.dialogue.stories import CheckpointStep, OrStep, Step, Story
from bot.dialogue.story_writer import marked_text
from bot.errors import Place
from bot.evaluation.understood import Parse, full_intent
from bot.events import Event
from bot.menu import Choice, choices_of
from bot.menu_answers import meaning_of
from bot.message import Message
from bot.model import Model
from bot.story_test import StoryOutcome, play_stories

BARELY = 0.5
"""A message that was understood with less confidence than this, although rightly, is a warning."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was predicted, beside what the story expects."""

    what: str
    """``intent``, ``entities`` or ``action``."""
    expected: str
    predicted: str
    confidence: float
    message: str
    """What the customer said last."""
    by: str = ""
    """The policy, of an action."""
    place: Place | None = None

    @property
    def is_right(self) -> bool:
        return self.expected == self.predicted

    @property
    def is_barely(self) -> bool:
        """Whether the message was understood rightly, but hardly."""
        return self.what == "intent" and self.is_right and self.confidence < BARELY


@dataclass(frozen=True, slots=True)
class Played:
    """One event of a story, and what was predicted in its place."""

    event: Event
    place: Place | None
    """``None``: the event does not stand in the file; the reader put it in."""
    checks: tuple[Check, ...] = ()
    unmarked: tuple[Check, ...] = ()
    """Entities that were found in a message in which the story marks none: no mistakes, but worth a look."""
    predicted: str = ""
    """The message as it was understood (``intent: text with marks``), or the action."""


@dataclass(slots=True)
class StoryResult:
    """How one conversation went."""

    name: str
    place: Place | None
    played: list[Played] = field(default_factory=list)
    entities: list[tuple[str, str]] = field(default_factory=list)
    """(expected, predicted) of every entity that is in the story or was found, as marked texts."""
    taken: list[str] = field(default_factory=list)
    """Intents of messages without a text: they were taken from the story, and count as right in the report."""

    @property
    def checks(self) -> Iterator[Check]:
        return (check for one in self.played for check in one.checks)

    @property
    def mistakes(self) -> list[Check]:
        return [one for one in self.checks if not one.is_right]

    @property
    def is_right(self) -> bool:
        return not self.mistakes

    @property
    def warnings(self) -> list[Check]:
        """Messages that were understood rightly, but hardly; and entities that the story does not mark."""
        barely = [one for one in self.checks if one.is_barely]
        return barely + [check for one in self.played for check in one.unmarked]


def play(
    stories: Sequence[Story],
    model: Model,
    *,
    end_to_end: bool = True,
    strict_entities: bool = False,
    told: Callable[[StoryResult], bool | None] | None = None,
) -> list[StoryResult]:
    """Play stories; rules among them are left out.

    Unlike Rasa, which plays stories of equal intents and actions only once whatever their texts are, every
    story is played.

    Args:
        end_to_end: understand the texts; else take the intents and entities that the story tells.
        strict_entities: an entity that is found in a message in which the story marks none is a mistake, as
            in Rasa; else a warning.
        told: hears of each conversation when it is through; playing ends when it returns True.
    """
    results: list[StoryResult] = []
    for group in _groups([one for one in stories if not one.is_rule]):
        for outcome in play_stories(group, model.ensemble, model.domain):
            results.append(_Playing(outcome, group, model, end_to_end, strict_entities).result())
            if told is not None and told(results[-1]):
                return results
    return results


def _groups(stories: Sequence[Story]) -> list[list[Story]]:
    """Stories that stand for themselves, one by one; those that checkpoints connect, together."""
    joined = [one for one in stories if any(isinstance(step, CheckpointStep) for step in one.steps)]
    alone = [[one] for one in stories if one not in joined]
    return [*alone, joined] if joined else alone


class _Playing:
    """One conversation: pairs what the policies predicted with what the pipeline understands."""

    def __init__(
        self, outcome: StoryOutcome, group: Sequence[Story], model: Model, end_to_end: bool, strict: bool
    ) -> None:
        self.conversation = outcome.conversation
        self.actions = iter(outcome.outcomes)
        self.model = model
        self.end_to_end = end_to_end
        self.strict = strict
        self.places = EventPlaces(self.conversation, group)
        self.message = ""
        self.parse: Parse | None = None
        self.offered: list[Choice] = []
        """What the responses before the message have as buttons."""
        self.entities: list[tuple[str, str]] = []
        self.taken: list[str] = []

    def result(self) -> StoryResult:
        found = StoryResult(self.conversation.name, self.conversation.place)
        for index, event in enumerate(self.conversation.tracker.events):
            place = self.places.of(event)
            if isinstance(event, ev.UserUttered):
                found.played.append(self._heard(event, place))
            elif isinstance(event, ev.ActionExecuted) and index > 0:
                self._offer(event.name)
                found.played.append(self._acted(event, place))
            else:
                found.played.append(Played(event, place))
        found.entities = self.entities
        found.taken = self.taken
        return found

    def _heard(self, event: ev.UserUttered, place: Place | None) -> Played:
        expected = event.full_retrieval_intent or event.intent_name
        self.message = event.text or f"/{expected}"
        self.parse = None
        if not self.end_to_end or not event.text:
            self.taken += [expected] if expected and self.end_to_end else []
            return Played(event, place)
        parse = self.parse = Parse(self._understood(event.text))
        checks: list[Check] = []
        predicted = parse.intent
        if expected:
            if expected != predicted:
                predicted = full_intent(parse.raw)
            checks.append(Check("intent", expected, predicted, parse.confidence, self.message, "", place))
        self.entities += _pairs(event.text, event.entities, parse.entities)
        found = self._entities(event, parse, place)
        is_judged = bool(event.entities) or self.strict
        told = f"{predicted}: {marked_text(event.text, parse.entities)}"
        if is_judged:
            return Played(event, place, (*checks, *found), predicted=told)
        return Played(event, place, tuple(checks), found, told)

    def _offer(self, action: str | None) -> None:
        """Remember the buttons of a response; they are open until the customer has spoken."""
        for variation in self.model.domain.responses.get(action or "", ())[:1]:
            self.offered = choices_of(variation) or self.offered

    def _understood(self, text: str) -> Mapping[str, Any]:
        """What a text is understood as, by the buttons before it where it chooses one of them."""
        offered, self.offered = self.offered, []
        parser = self.model.interpreter
        if self.model.config.get("menus") is False or text.startswith("/"):
            return parser.parse(text)
        meaning = meaning_of(Message(text), offered, self.model.domain.all_intents)
        if meaning is None:
            return parser.parse(text)
        words = parser.parse(text) if meaning.own_intent else None
        return meaning.parse(parser.parse(meaning.payload), words)

    def _entities(self, event: ev.UserUttered, parse: Parse, place: Place | None) -> tuple[Check, ...]:
        wanted, got = _entities(event.entities), _entities(parse.entities)
        if not wanted and not got:
            return ()
        expected = ", ".join(sorted(wanted.values())) or "none"
        predicted = expected if set(wanted) == set(got) else ", ".join(sorted(got.values())) or "none"
        return (Check("entities", expected, predicted, parse.confidence, self.message, "", place),)

    def _acted(self, event: ev.ActionExecuted, place: Place | None) -> Played:
        outcome = next(self.actions)
        predicted = outcome.predicted
        if predicted != outcome.expected:
            predicted = self._full_action(predicted)
        check = Check(
            "action",
            outcome.expected,
            predicted,
            outcome.confidence,
            self.message,
            outcome.policy,
            place or self.places.latest,
        )
        return Played(event, place, (check,), predicted=predicted)

    def _full_action(self, action: str) -> str:
        """``utter_faq`` → ``utter_faq/opening_hours``, as the message was understood."""
        if self.parse is None or action not in {
            f"utter_{one}" for one in self.model.domain.retrieval_intents
        }:
            return action
        full = full_intent(self.parse.raw)
        return f"utter_{full}" if f"utter_{full}".startswith(f"{action}/") else action


class EventPlaces:
    """Where the events of a told-out conversation stand in its stories' files."""

    def __init__(self, conversation: TrainingConversation, stories: Iterable[Story]) -> None:
        parts = conversation.name.split(" > ")
        by_name = {one.name: one for one in stories}
        chosen = [by_name[one] for one in parts if one in by_name] or list(by_name.values())
        self._places: dict[int, Place | None] = {}
        self.latest: Place | None = conversation.place
        todo = [step for story in chosen for step in story.steps]
        at = 0
        for event in conversation.tracker.events:
            # Circles of checkpoints come through the same steps again.
            for index in [*range(at, len(todo)), *range(at)]:
                place = _place_if(event, todo[index])
                if place is not None:
                    self._places[id(event)] = place
                    at = index + 1
                    break

    def of(self, event: Event) -> Place | None:
        """The line; ``None`` for what stories leave unsaid."""
        place = self._places.get(id(event))
        self.latest = place or self.latest
        return place


def _place_if(event: Event, step: Step) -> Place | None:
    """The step's place when the event comes of it."""
    if isinstance(step, OrStep):
        found = (_place_if(event, one) for choice in step.choices for one in choice)
        return next((one for one in found if one is not None), None)
    if isinstance(step, CheckpointStep):
        return None
    return step.place if step_event(step) == event else None


def _entities(entities: Iterable[Mapping[str, Any]]) -> dict[tuple[Any, ...], str]:
    """What makes entities equal, as Rasa compares them → ``name=value``; several extractors may find the same."""
    return {
        (one.get("start"), one.get("end"), one.get("entity"), str(one.get("value"))): _told(one)
        for one in entities
    }


def _told(entity: Mapping[str, Any]) -> str:
    return f"{entity.get('entity')}={entity.get('value')}"


def _pairs(
    text: str, expected: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Entities at the same place, expected and predicted, as marked words; ``None`` where there is none."""

    def by_place(entities: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        for one in entities:
            start, end = one.get("start") or 0, one.get("end") or 0
            marked = marked_text(text, [one])
            found[start, end] = marked[start : len(marked) - len(text) + end]
        return found

    wanted, got = by_place(expected), by_place(predicted)
    return [(wanted.get(one, "None"), got.get(one, "None")) for one in sorted({*wanted, *got})]
