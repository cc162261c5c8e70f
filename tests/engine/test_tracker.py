"""The tracker as a fold: told anew by a slow and plain reading of the same events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import events as ev
from bot.domain import ACTION_LISTEN, ACTION_SESSION_START
from bot.events import Event
from bot.tracker import Tracker

from .project import conversation, domain_of, said

DOMAIN = domain_of("""
    version: "3.1"
    intents: [hi, inform]
    entities: [city]
    slots:
      city: {type: text, mappings: [{type: custom}]}
      tags: {type: list, mappings: [{type: custom}]}
      count: {type: float, initial_value: 1.0, mappings: [{type: custom}]}
    forms: {f: {required_slots: [city]}, g: {required_slots: [tags]}}
    actions: [action_a, action_b]
""")

EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(ev.ActionExecuted, st.sampled_from([ACTION_LISTEN, "action_a", "action_b", "f", "g"])),
    st.builds(said, st.sampled_from(["hi", "inform"])),
    st.builds(
        ev.SlotSet,
        st.sampled_from(["city", "tags", "count", "requested_slot", "unknown"]),
        st.sampled_from([None, "x", 2.0, ["a"]]),
    ),
    st.builds(ev.ActiveLoop, st.sampled_from(["f", "g", None])),
    st.builds(ev.ActionExecutionRejected, st.sampled_from(["f", "g", "action_a"])),
    st.builds(ev.LoopInterrupted, st.booleans()),
    st.builds(ev.FollowupAction, st.sampled_from(["action_a", "f"])),
    st.sampled_from(
        [
            ev.UserUtteranceReverted(),
            ev.ActionReverted(),
            ev.Restarted(),
            ev.SessionStarted(),
            ev.AllSlotsReset(),
            ev.ConversationPaused(),
            ev.ConversationResumed(),
        ]
    ),
)
"""Everything that changes where a conversation stands."""


@dataclass
class Plain:
    """Where a conversation stands, by the simplest reading."""

    slots: dict[str, Any] = field(default_factory=lambda: dict(DOMAIN.initial_slots))
    action: str | None = None
    intent: str | None = None
    loop: str | None = None
    paused: bool = False


def counted(events: list[Event]) -> list[Event]:
    """The events that still count, found by going through the whole log."""
    loops = {one.name for one in events if isinstance(one, ev.ActiveLoop) and one.name}
    found: list[Event] = []
    for event in events:
        match event:
            case ev.Restarted() | ev.SessionStarted():
                found = []
            case ev.ActionReverted():
                cut(found, ev.ActionExecuted)
            case ev.UserUtteranceReverted():
                cut(found, ev.UserUttered)
                cut(found, ev.ActionExecuted)
            case ev.ActionExecuted(name=name) if name in loops and goes_on(found, name):
                kept = []
                while not (isinstance(found[-1], ev.ActionExecuted) and found[-1].name == name):
                    last = found.pop()
                    if not isinstance(last, ev.ActionExecuted | ev.UserUttered):
                        kept.append(last)
                found += kept[::-1]
            case _:
                found.append(event)
    return found


def cut(found: list[Event], kind: type[Event]) -> None:
    while found and not isinstance(found.pop(), kind):
        pass


def goes_on(found: list[Event], name: str | None) -> bool:
    """Whether a loop's run is the next after another one, with nothing but an answered question between."""
    after: str | None = None
    for event in reversed(found):
        match event:
            case ev.ActiveLoop(name=None):
                return False
            case ev.ActionExecutionRejected() if event.name == name:
                return False
            case ev.UserUttered() if after not in (None, name):
                return False
            case ev.ActionExecuted():
                if event.name == name:
                    return True
                after = event.name
    return False


def plainly(events: list[Event]) -> Plain:
    now = Plain()
    for event in events:
        match event:
            case ev.SlotSet() if event.name in DOMAIN.slots:
                now.slots[event.name] = DOMAIN.slots[event.name].stored(event.value)
            case ev.AllSlotsReset():
                now.slots = dict(DOMAIN.initial_slots)
            case ev.ActionExecuted():
                now.action = event.name
            case ev.UserUttered():
                now.intent = event.intent_name
            case ev.ActiveLoop():
                now.loop = event.name
            case ev.ConversationPaused():
                now.paused = True
            case ev.ConversationResumed():
                now.paused = False
    return now


def stands(tracker: Tracker) -> Plain:
    seen = tracker.seen
    return Plain(
        dict(seen.slots), seen.action, seen.intent, seen.loop.name if seen.loop else None, seen.paused
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(EVENTS, max_size=40))
def test_the_history_is_what_a_plain_reading_of_the_whole_log_gives(events: list[Event]) -> None:
    tracker = Tracker("c", DOMAIN)
    for event in events:
        tracker.update(event)
    assert tracker.events == events
    assert tracker.applied_events() == counted(events)
    assert stands(tracker) == plainly(counted(events))
    assert tracker.action_count == sum(isinstance(one, ev.ActionExecuted) for one in counted(events))


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, max_size=25), st.lists(EVENTS, max_size=10))
def test_a_copy_and_its_original_go_their_own_ways(before: list[Event], after: list[Event]) -> None:
    tracker = Tracker("c", DOMAIN, before)
    twin = tracker.copy()
    told = (tracker.applied_events(), tracker.current, tracker.session_start, tracker.as_dict([]))
    twin.update_all(after)
    assert (tracker.applied_events(), tracker.current, tracker.session_start, tracker.as_dict([])) == told
    assert tracker.events == before
    fresh = Tracker("c", DOMAIN, [*before, *after])
    assert twin.applied_events() == fresh.applied_events()
    assert twin.current == fresh.current
    assert twin.session_start == fresh.session_start


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=30))
def test_one_by_one_is_the_same_as_all_at_once(events: list[Event]) -> None:
    at_once, one_by_one = Tracker("c", DOMAIN, events), Tracker("c", DOMAIN)
    for event in events:
        one_by_one.update(event)
    assert at_once.current == one_by_one.current
    assert at_once.applied_events() == one_by_one.applied_events()


def test_a_rewind_takes_back_slots_loop_and_message() -> None:
    tracker = conversation(DOMAIN, said("hi"), "action_a", ev.ActionExecuted(ACTION_LISTEN))
    before = tracker.current
    tracker.update_all([said("inform"), ev.SlotSet("city", "x"), ev.ActionExecuted("f"), ev.ActiveLoop("f")])
    assert (tracker.slot("city"), tracker.current.loop_name) == ("x", "f")
    tracker.update(ev.UserUtteranceReverted())
    assert tracker.slot("city") is None
    assert tracker.current.loop is None
    assert tracker.current.intent == before.intent == "hi"
    assert len(tracker.events) == 9, "the log keeps everything"


def test_a_restart_asks_for_a_new_session_and_a_session_for_listening() -> None:
    tracker = conversation(DOMAIN, said("hi"), ev.SlotSet("count", 5))
    tracker.update(ev.Restarted())
    assert (tracker.current.followup, tracker.slot("count")) == (ACTION_SESSION_START, 1.0)
    tracker.update(ev.SessionStarted())
    assert tracker.current.followup == ACTION_LISTEN
    assert tracker.told_events() == tracker.events
    tracker.begin_turn()
    assert [type(one) for one in tracker.told_events()] == [ev.SessionStarted]


def test_an_unknown_slot_is_logged_and_has_no_effect() -> None:
    tracker = conversation(DOMAIN, ev.SlotSet("nobody", 1))
    assert tracker.events[-1] == ev.SlotSet("nobody", 1)
    assert tracker.current.slots == DOMAIN.initial_slots


def test_a_followup_is_taken_once() -> None:
    tracker = conversation(DOMAIN, said("hi"), ev.FollowupAction("action_b"))
    assert tracker.take_followup() == "action_b"
    assert tracker.take_followup() is None


def test_a_message_is_found_by_its_id_even_if_it_was_rewound() -> None:
    message = ev.UserUttered("hi", {"name": "hi"}, message_id="m1")
    tracker = conversation(DOMAIN, message, ev.UserUtteranceReverted(), message)
    assert tracker.position_of_message("m1") == 1
    assert tracker.position_of_message("m2") is None
