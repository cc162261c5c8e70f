"""A conversation as a fold of its events.

The log only grows. What a rewind, an undo or a restart makes void stays in the log but not in the *history*:
a chain of :class:`Moment`, one for each event that still counts, each with the :class:`Situation` after it.
Undoing is stepping back along the chain, so a turn costs the same in a long conversation as in a short one.

The semantics are those of Rasa 3.6: ``current`` is what Rasa's tracker holds, ``history`` what its policies
see. They differ inside a form, whose happy turns the history folds into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot import events as ev
from bot.domain import ACTION_LISTEN, ACTION_SESSION_START, Domain
from bot.events import Event
from bot.slots import SHOULD_NOT_BE_SET


@dataclass(frozen=True, slots=True)
class Loop:
    """The active form, or the two-stage fallback."""

    name: str
    rejected: bool = False
    interrupted: bool = False
    trigger_message: Mapping[str, Any] | None = None
    """Parse data of the message that started it."""


_SAME: Any = object()


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a conversation stands."""

    slots: Mapping[str, Any]
    set_slots: frozenset[str] = frozenset()
    """Names of the slots that were set since the beginning or the last reset."""
    message: ev.UserUttered | None = None
    action: str | None = None
    """Name (or end-to-end text) of the latest action."""
    action_is_text: bool = False
    followup: str | None = ACTION_LISTEN
    loop: Loop | None = None
    paused: bool = False
    cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    """For what is derived from the situation and asked for again and again."""

    def but(
        self,
        slots: Any = _SAME,
        set_slots: Any = _SAME,
        message: Any = _SAME,
        action: Any = _SAME,
        action_is_text: Any = _SAME,
        followup: Any = _SAME,
        loop: Any = _SAME,
        paused: Any = _SAME,
    ) -> Situation:
        """The same but for what is given; several times quicker than :func:`dataclasses.replace`."""
        return Situation(
            self.slots if slots is _SAME else slots,
            self.set_slots if set_slots is _SAME else set_slots,
            self.message if message is _SAME else message,
            self.action if action is _SAME else action,
            self.action_is_text if action_is_text is _SAME else action_is_text,
            self.followup if followup is _SAME else followup,
            self.loop if loop is _SAME else loop,
            self.paused if paused is _SAME else paused,
        )

    @property
    def loop_name(self) -> str | None:
        return None if self.loop is None or self.loop.name == SHOULD_NOT_BE_SET else self.loop.name

    @property
    def intent(self) -> str | None:
        return self.message.intent_name if self.message else None


@dataclass(slots=True, eq=False)
class Moment:
    """An event that counts, and the situation after it."""

    event: Event
    situation: Situation
    previous: Moment | None
    actions: int
    """How many actions the chain holds up to here."""
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What policies derive from the chain up to here."""


def situation_after(before: Situation, event: Event, domain: Domain) -> Situation:
    """The next situation, for every event that does not undo others."""
    match event:
        case ev.UserUttered():
            return before.but(message=event, followup=None)
        case ev.ActionExecuted():
            return _after_action(before, event)
        case ev.SlotSet():
            if event.name not in domain.slots:
                return before
            slots = {**before.slots, event.name: domain.slots[event.name].stored(event.value)}
            return before.but(slots=slots, set_slots=before.set_slots | {event.name})
        case ev.AllSlotsReset():
            return before.but(slots=domain.initial_slots, set_slots=frozenset())
        case ev.ActiveLoop():
            trigger = before.message.parse_data if before.message else None
            loop = None if event.name is None else Loop(event.name, trigger_message=trigger)
            return before.but(loop=loop)
        case ev.LoopInterrupted() if before.loop:
            return before.but(loop=replace(before.loop, interrupted=event.is_interrupted))
        case ev.ActionExecutionRejected() if before.loop and before.loop.name == event.name:
            return before.but(loop=replace(before.loop, rejected=True))
        case ev.FollowupAction():
            return before.but(followup=event.name)
        case ev.ConversationPaused():
            return before.but(paused=True)
        case ev.ConversationResumed():
            return before.but(paused=False)
        case ev.DefinePrevUserUtteredFeaturization() if before.message and before.action == ACTION_LISTEN:
            message = replace(before.message, use_text=event.use_text_for_featurization)
            return before.but(message=message)
        case ev.EntitiesAdded() if before.message and before.action == ACTION_LISTEN:
            known = list(before.message.entities)
            known += [one for one in event.entities if one not in known]
            return before.but(message=replace(before.message, entities=tuple(known)))
    return before


def _after_action(before: Situation, event: ev.ActionExecuted) -> Situation:
    loop = before.loop
    if loop is not None and loop.name != SHOULD_NOT_BE_SET:
        rejected = loop.rejected and loop.name != event.name
        if loop.interrupted or rejected != loop.rejected:
            loop = replace(loop, interrupted=False, rejected=rejected)
    is_text = event.name is None
    return before.but(action=event.name_or_text, action_is_text=is_text, followup=None, loop=loop)


class Tracker:
    """One conversation. Change it by :meth:`update` only."""

    def __init__(self, conversation_id: str, domain: Domain, events: Iterable[Event] = ()) -> None:
        self.conversation_id = conversation_id
        self.domain = domain
        self.events: list[Event] = []
        self.beginning = Situation(domain.initial_slots)
        self.current = self.beginning
        """What Rasa's tracker holds."""
        self.latest: Moment | None = None
        """End of the history; ``None`` when nothing counts (any more)."""
        self.session_start = 0
        """Where in the log the present session begins."""
        self.told_from = 0
        """Where in the log begins what actions are told."""
        self._loops: set[str] = set()
        self._messages: dict[str, int] = {}
        for event in events:
            self.update(event)

    def followed_by(self, events: Iterable[Event]) -> Tracker:
        """A tracker of a part of a history: this one's, and events that count after it.

        Nothing among the events is undone or folded, and only what policies look at is told.
        """
        tracker = Tracker(self.conversation_id, self.domain)
        tracker.latest = self.latest
        for event in events:
            tracker._append(event)
        tracker.current = tracker.seen
        return tracker

    def update(self, event: Event) -> None:
        """Log an event."""
        self.events.append(event)
        match event:
            case ev.SessionStarted():
                self.session_start = len(self.events) - 1
                self._reset(ACTION_LISTEN)
            case ev.Restarted():
                self._reset(ACTION_SESSION_START)
            case ev.ActionReverted():
                self._step_back(ev.ActionExecuted)
                self.current = self.seen
            case ev.UserUtteranceReverted():
                # A customer's message comes after a listen: both go.
                self._step_back(ev.UserUttered)
                self._step_back(ev.ActionExecuted)
                self.current = self.seen
            case _:
                self._remember(event)
                self.current = situation_after(self.current, event, self.domain)

    def update_all(self, events: Iterable[Event]) -> None:
        for event in events:
            self.update(event)

    def take_followup(self) -> str | None:
        """The follow-up action, which is forgotten with this: it is chosen once."""
        followup = self.current.followup
        if followup is not None:
            self.current = self.current.but(followup=None)
        return followup

    def copy(self) -> Tracker:
        """The same conversation, to try something on; cheap, since the history is shared."""
        twin = Tracker(self.conversation_id, self.domain)
        twin.events = self.events.copy()
        twin.current, twin.latest = self.current, self.latest
        twin._loops = self._loops.copy()
        twin.session_start, twin.told_from = self.session_start, self.told_from
        return twin

    @property
    def seen(self) -> Situation:
        """The situation that policies see: the history's last."""
        return self.latest.situation if self.latest else self.beginning

    @property
    def action_count(self) -> int:
        """How many actions the history holds."""
        return self.latest.actions if self.latest else 0

    def history(self) -> Iterator[Moment]:
        """The moments that count, the latest first."""
        moment = self.latest
        while moment is not None:
            yield moment
            moment = moment.previous

    def applied_events(self) -> list[Event]:
        """The events that count, the earliest first."""
        return [moment.event for moment in self.history()][::-1]

    def last_user_event(self) -> ev.UserUttered | None:
        """The last message that counts."""
        found = (m.event for m in self.history() if isinstance(m.event, ev.UserUttered))
        return next(found, None)

    def position_of_message(self, message_id: str) -> int | None:
        """Where in the log the message with this id stands."""
        return self._messages.get(message_id)

    def events_after_latest_restart(self) -> Sequence[Event]:
        for index in range(len(self.events) - 1, -1, -1):
            if isinstance(self.events[index], ev.Restarted):
                return self.events[index + 1 :]
        return self.events

    def begin_turn(self) -> None:
        """Actions are told the present session; one that begins in mid-turn still tells the one before it."""
        self.told_from = self.session_start

    def told_events(self) -> Sequence[Event]:
        """The events that actions are told."""
        return self.events[self.told_from :] if self.told_from else self.events

    def latest_input_channel(self) -> str | None:
        for event in reversed(self.events):
            if isinstance(event, ev.UserUttered):
                return event.input_channel
        return None

    def slot(self, name: str) -> Any:
        return self.current.slots.get(name)

    def entity_values(self, entity: str, role: str | None = None, group: str | None = None) -> list[Any]:
        """Values of this entity in the latest message, in order."""
        message = self.current.message
        wanted = (entity, role, group)
        return [
            one.get("value")
            for one in (message.entities if message else ())
            if (one.get("entity"), one.get("role"), one.get("group")) == wanted
        ]

    def as_dict(self, events: Sequence[Event] | None = None) -> dict[str, Any]:
        """Rasa's JSON of a tracker; ``events``: those to be told, ``None`` tells none."""
        now = self.current
        message: dict[str, Any] = dict(now.message.body()["parse_data"]) if now.message else {}
        if now.message:
            message["entities"] = [dict(one) for one in now.message.entities]
        key = "action_text" if now.action_is_text else "action_name"
        return {
            "sender_id": self.conversation_id,
            "slots": dict(now.slots),
            "latest_message": message or {"intent": {}, "entities": [], "text": None},
            "latest_event_time": self.events[-1].timestamp if self.events else None,
            "followup_action": now.followup,
            "paused": now.paused,
            "events": None if events is None else [one.as_dict() for one in events],
            "latest_input_channel": self.latest_input_channel(),
            "active_loop": _loop_json(now.loop),
            "latest_action": {key: now.action} if now.action else {},
            "latest_action_name": now.action,
        }

    def _reset(self, followup: str) -> None:
        self.latest = None
        self.current = self.beginning.but(followup=followup)

    def _append(self, event: Event) -> None:
        situation = situation_after(self.seen, event, self.domain)
        actions = self.action_count + isinstance(event, ev.ActionExecuted)
        self.latest = Moment(event, situation, self.latest, actions)

    def _step_back(self, kind: type[Event]) -> None:
        """Forget moments up to and including the last one of this kind; all, if there is none."""
        while self.latest is not None:
            event = self.latest.event
            self.latest = self.latest.previous
            if isinstance(event, kind):
                return

    def _remember(self, event: Event) -> None:
        match event:
            case ev.UserUttered() if event.message_id:
                self._messages.setdefault(event.message_id, len(self.events) - 1)
            case ev.ActiveLoop() if event.name and event.name not in self._loops:
                self._loops.add(event.name)
                if self._ran_before(event.name):
                    self._fold_again()
                    return
            case ev.ActionExecuted() if event.name in self._loops and self._continues_loop(event.name):
                self._fold_loop_turn(event.name)
                return
        self._append(event)

    def _ran_before(self, action: str) -> bool:
        """Whether the action ran more than once before it first became a loop (it failed to start)."""
        runs = [e for e in self.events if isinstance(e, ev.ActionExecuted) and e.name == action]
        return len(runs) > 1

    def _fold_again(self) -> None:
        """Derive the history from the log, now that one more loop is known."""
        log, current = self.events, self.current
        self.events, self.latest = [], None
        for event in log:
            self.update(event)
        self.current = current

    def _continues_loop(self, name: str) -> bool:
        """Whether this run of a loop follows an earlier one on its happy path."""
        next_action: str | None = None
        for moment in self.history():
            match moment.event:
                case ev.ActiveLoop(name=None):
                    return False
                case ev.ActionExecutionRejected(name=rejected) if rejected == name:
                    return False
                case ev.UserUttered() if next_action is not None and next_action != name:
                    return False
                case ev.ActionExecuted(name=ran):
                    if ran == name:
                        return True
                    next_action = ran
        return False

    def _fold_loop_turn(self, name: str) -> None:
        """Take a happy turn of a loop out of the history, but keep the slots that it set."""
        kept: list[Event] = []
        while self.latest is not None:
            event = self.latest.event
            if isinstance(event, ev.ActionExecuted) and event.name == name:
                break
            if not isinstance(
                event, ev.ActionExecuted | ev.UserUttered | ev.DefinePrevUserUtteredFeaturization
            ):
                kept.append(event)
            self.latest = self.latest.previous
        for event in reversed(kept):
            self._append(event)


def _loop_json(loop: Loop | None) -> dict[str, Any]:
    if loop is None:
        return {}
    return {
        "name": loop.name,
        "is_interrupted": loop.interrupted,
        "rejected": loop.rejected,
        "trigger_message": dict(loop.trigger_message) if loop.trigger_message else None,
    }
