"""Stories and rules told out: every way through checkpoints and ``or`` becomes a conversation of its own.

The listens that stories leave unsaid are put in, and the slots that entities fill. The outcome is what Rasa
trains on, without its augmentation, which memory and rules do not use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot import events as ev
from bot.dialogue.states import situations_as_told, state_key, state_of
from bot.dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.domain import ACTION_LISTEN, RULE_SNIPPET, Domain
from bot.errors import Place
from bot.events import Event
from bot.slots import SHOULD_NOT_BE_SET
from bot.tracker import Tracker

START = "STORY_START"
MAX_PASSES = 2
"""How often a conversation goes through the same block, at most: circles of checkpoints end."""


@dataclass(slots=True, eq=False)
class TrainingConversation:
    """One conversation to learn from."""

    name: str
    """Names of the stories that it is made of, joined by `` > ``."""
    is_rule: bool
    tracker: Tracker
    unpredictable: frozenset[int] = frozenset()
    """``id`` of the action events that nothing leads to: they are not learned."""
    place: Place | None = None
    trail: tuple[int, ...] = ()
    """``id`` of the blocks that led here."""


@dataclass(slots=True, eq=False)
class Block:
    """The stretch of a story between two checkpoints."""

    name: str
    is_rule: bool
    starts: list[CheckpointStep]
    events: list[Event] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    place: Place | None = None

    def copy(self) -> Block:
        return replace(self, events=self.events.copy(), ends=self.ends.copy())


def user_event(step: UserStep) -> ev.UserUttered:
    """A story's user step as an event (the retrieval key of the intent is told apart)."""
    if step.intent is None:
        return ev.UserUttered(step.text, {}, tuple(step.entities))
    base, _, key = step.intent.partition("/")
    intent = {"name": base, "confidence": 1.0}
    if key:
        intent["full_retrieval_intent_name"] = step.intent
    return ev.UserUttered(step.text, intent, tuple(step.entities))


def step_event(step: Step) -> Event:
    """The event of a step that is one."""
    match step:
        case UserStep():
            return user_event(step)
        case ActionStep():
            return ev.ActionExecuted(step.name, action_text=step.text)
        case SlotStep():
            return ev.SlotSet(step.name, step.value)
        case LoopStep():
            return ev.ActiveLoop(step.name)
    raise TypeError(f"{step!r} is no single event")


class _BlockBuilder:
    """Cuts one story into blocks."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.done: list[Block] = []
        self.open: list[Block] = []
        self.starts: list[CheckpointStep] = []
        self.or_count = 0
        self.meeting = ""
        """Where the choices of the last `or` come together."""

    def build(self) -> list[Block]:
        story = self.story
        if story.is_rule:
            self._add_all(step_event(one) for one in story.condition)
            if not story.conversation_start:
                self._add(ev.ActionExecuted(RULE_SNIPPET))
        for step in story.steps:
            if isinstance(step, CheckpointStep):
                self._checkpoint(step)
            elif isinstance(step, OrStep):
                self._choices(step)
            else:
                self._add(step_event(step))
        if story.is_rule and not story.wait_for_user_input:
            self._add(ev.ActionExecuted(RULE_SNIPPET))
        # As in Rasa, what leads to an `or` with nothing after it is not learned.
        return self.done + [one for one in self.open if self.meeting not in one.ends]

    def _ready(self) -> None:
        self.done += [one for one in self.open if one.ends]
        names = dict.fromkeys(end for one in self.open for end in one.ends)
        unfinished = [one for one in self.open if not one.ends]
        if unfinished:
            self.open = unfinished
            return
        starts = [CheckpointStep(name) for name in names] if self.open else self.starts
        starts = starts or [CheckpointStep(START)]
        self.open = [Block(self.story.name, self.story.is_rule, starts, place=self.story.place)]

    def _add(self, event: Event) -> None:
        self._ready()
        for block in self.open:
            block.events.append(event)

    def _add_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self._add(event)

    def _checkpoint(self, step: CheckpointStep) -> None:
        if not self.open:
            self.starts.append(step)
            return
        for block in self.open.copy():
            if block.ends:
                twin = block.copy()
                twin.ends = [step.name]
                self.open.append(twin)
            else:
                block.ends = [step.name]

    def _choices(self, step: OrStep) -> None:
        if len(step.choices) == 1:
            self._add_all(step_event(one) for one in step.choices[0])
            return
        self._ready()
        self.or_count += 1
        place = f"{self.story.place}" if self.story.place else self.story.name
        self.meeting = f"OR {self.story.name} {place} {self.or_count}"
        ways: list[Block] = []
        for block in self.open:
            for choice in step.choices:
                way = block.copy()
                way.events += [step_event(one) for one in choice]
                way.ends = [self.meeting]
                ways.append(way)
        self.open = ways


def _explicit(block: Block, domain: Domain) -> list[Event]:
    """The block's events with listens and the slots of entities put in."""
    events: list[Event] = []

    def listen() -> None:
        last = events[-1] if events else None
        if not (isinstance(last, ev.ActionExecuted) and last.name == ACTION_LISTEN):
            events.append(ev.ActionExecuted(ACTION_LISTEN))

    for event in block.events:
        if isinstance(event, ev.UserUttered):
            listen()
            events.append(event)
            events += domain.slots_for_entities(event.entities)
        else:
            events.append(event)
    if not block.ends:
        listen()
    return [_rule_event(one) for one in events] if block.is_rule else events


def _rule_event(event: Event) -> Event:
    """In a rule, null means that it must not be set, which is more than not being told."""
    if isinstance(event, ev.ActiveLoop) and event.name is None:
        return ev.ActiveLoop(SHOULD_NOT_BE_SET)
    if isinstance(event, ev.SlotSet) and event.value is None:
        return ev.SlotSet(event.name, SHOULD_NOT_BE_SET)
    return event


def _first_unpredictable(block: Block) -> int | None:
    """The action at a story's beginning that no message leads to."""
    if not any(start.name == START for start in block.starts):
        return None
    for event in block.events:
        if isinstance(event, ev.UserUttered):
            return None
        if isinstance(event, ev.ActionExecuted):
            return id(event)
    return None


def _features(tracker: Tracker, domain: Domain) -> str:
    return state_key([state_of(one, domain) for one in situations_as_told(tracker)])


class _Expansion:
    """Leads conversations through the blocks until no new ones come out."""

    def __init__(self, blocks: Sequence[Block], domain: Domain) -> None:
        self.blocks = blocks
        self.domain = domain
        self.waiting: dict[str, list[TrainingConversation]] = defaultdict(list)
        self.taken: dict[tuple[int, str], int] = defaultdict(int)
        """How many of those waiting at a checkpoint a block has already led on."""
        self.finished: dict[str, TrainingConversation] = {}

    def run(self, is_rule: bool) -> list[TrainingConversation]:
        empty = Tracker("", self.domain)
        self.waiting[START] = [TrainingConversation("", is_rule, empty)]
        moved = True
        while moved:
            moved = False
            for block in self.blocks:
                if arrivals := list(self._arrivals(block)):
                    moved = True
                    self._lead_through(block, arrivals)
        return list(self.finished.values()) + list(self._stranded())

    def _arrivals(self, block: Block) -> Iterator[TrainingConversation]:
        seen: set[str] = set()
        for start in block.starts:
            mark = (id(block), start.name)
            fresh = self.waiting[start.name][self.taken[mark] :]
            self.taken[mark] += len(fresh)
            for one in fresh:
                fits = all(one.tracker.slot(name) == value for name, value in start.slots.items())
                if not fits or one.trail.count(id(block)) >= MAX_PASSES:
                    continue
                key = _features(one.tracker, self.domain)
                if key not in seen:
                    seen.add(key)
                    yield one

    def _lead_through(self, block: Block, arrivals: Sequence[TrainingConversation]) -> None:
        events = _explicit(block, self.domain)
        flagged = _first_unpredictable(block)
        for one in arrivals:
            names = one.name.split(" > ") if one.name else []
            name = one.name if block.name in names else " > ".join([*names, block.name])
            tracker = one.tracker.copy()
            tracker.update_all(events)
            marks = one.unpredictable if flagged is None else one.unpredictable | {flagged}
            place = one.place or block.place
            trail = (*one.trail, id(block))
            after = TrainingConversation(name, block.is_rule, tracker, marks, place, trail)
            for end in block.ends:
                self.waiting[end].append(after)
            if not block.ends:
                self.finished.setdefault(_features(tracker, self.domain), after)

    def _stranded(self) -> Iterator[TrainingConversation]:
        """Conversations at checkpoints from which nothing goes on."""
        starts = {start.name for block in self.blocks for start in block.starts}
        for name, waiting in self.waiting.items():
            if name not in starts:
                yield from waiting


def expand(stories: Sequence[Story], domain: Domain) -> list[TrainingConversation]:
    """All training conversations: first those of stories, then those of rules."""
    found: list[TrainingConversation] = []
    for is_rule in (False, True):
        blocks = [block for one in stories if one.is_rule == is_rule for block in _BlockBuilder(one).build()]
        if blocks:
            found += _Expansion(blocks, domain).run(is_rule)
    return found
