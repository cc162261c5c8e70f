"""What policies see of a situation: Rasa's *state*, a nested dictionary.

::

    {"user": {"intent": "inform", "entities": ["city"]}, "slots": {"city": [1.0]},
     "prev_action": {"action_name": "action_listen"}, "active_loop": {"name": "booking_form"}}

Only what is there is told: no key stands for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.domain import ACTION_LISTEN, Domain
from bot.events import ActionExecuted, UserUttered
from bot.slots import SHOULD_NOT_BE_SET
from bot.tracker import Moment, Situation, Tracker, situation_after

State = dict[str, dict[str, Any]]


def state_key(states: list[State]) -> str:
    """The states as canonical JSON: equal states have equal keys."""
    return json.dumps(states, sort_keys=True)


def prev_action_is_listen(state: State) -> bool:
    return state.get("prev_action", {}).get("action_name") == ACTION_LISTEN


def state_of(situation: Situation, domain: Domain, omit_unset: bool = False) -> State:
    """The state, with the user's intent in preference to the text. Not to be changed by the caller.

    Args:
        omit_unset: leave out slots that only have their initial value.
    """
    cached: State | None = situation.cache.get(omit_unset)
    if cached is None:
        cached = situation.cache[omit_unset] = _build(situation, domain, omit_unset)
    return cached


def _build(situation: Situation, domain: Domain, omit_unset: bool) -> State:
    state: State = {}
    if user := _user(situation.message, domain):
        state["user"] = user
    if slots := _slots(situation, domain, omit_unset):
        state["slots"] = slots
    if situation.action:
        state["prev_action"] = {
            "action_text" if situation.action_is_text else "action_name": situation.action
        }
    if situation.loop:
        state["active_loop"] = {"name": situation.loop.name}
    return state


def _user(message: UserUttered | None, domain: Domain) -> dict[str, Any]:
    if message is None:
        return {}
    if message.use_text:
        return {"text": message.meant} if message.text else {}
    found: dict[str, Any] = {}
    if message.intent_name:
        found["intent"] = message.intent_name
    elif message.text and message.use_text is None:
        found["text"] = message.meant
    if entities := domain.featurized_entities(message.intent_name, message.entities):
        found["entities"] = list(entities)
    return found


def _slots(situation: Situation, domain: Domain, omit_unset: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, slot in domain.slots.items():
        if slot.feature_size == 0 or (omit_unset and name not in situation.set_slots):
            continue
        value = situation.slots.get(name)
        if value == SHOULD_NOT_BE_SET:
            found[name] = SHOULD_NOT_BE_SET
        elif any(feature := slot.feature(value)):
            found[name] = list(feature)
    return found


def situations(tracker: Tracker) -> Iterator[Situation]:
    """The situation now, then those before each action, back to the beginning."""
    yield tracker.seen
    for moment in tracker.history():
        if isinstance(moment.event, ActionExecuted):
            yield moment.previous.situation if moment.previous else tracker.beginning


def situations_as_told(tracker: Tracker) -> list[Situation]:
    """What was before each action, and what is now, the earliest first; no turn of a form is folded away."""
    found: list[Situation] = []
    situation = tracker.beginning
    for event in tracker.events:
        if isinstance(event, ActionExecuted):
            found.append(situation)
        situation = situation_after(situation, event, tracker.domain)
    return [*found, situation]


def told_by_intent(state: State) -> State:
    """The latest state without the text of a message that is not answered yet."""
    if not prev_action_is_listen(state) or "text" not in state.get("user", {}):
        return state
    # Rasa empties the part without taking it away; memorised turns tell the two apart.
    return {**state, "user": {key: value for key, value in state["user"].items() if key != "text"}}


def told_by_text(state: State, message: UserUttered | None) -> State:
    """The latest state with nothing but the text of a message that is not answered yet."""
    if not prev_action_is_listen(state) or message is None:
        return state
    return {
        **state,
        "user": {"text": message.meant} if message.text and message.use_text is not False else {},
    }


def recent_states(
    tracker: Tracker, domain: Domain, limit: int | None = None, use_text: bool = False
) -> list[State]:
    """The states of a conversation, the earliest first, the present one last.

    Args:
        limit: how many at most; ``None``: all.
        use_text: tell the latest message by its text, not by its intent.
    """
    found: list[State] = []
    for situation in situations(tracker):
        found.append(state_of(situation, domain))
        if limit is not None and len(found) >= limit:
            break
    found[0] = told_by_text(found[0], tracker.seen.message) if use_text else told_by_intent(found[0])
    return found[::-1]


def moments_with_actions(tracker: Tracker) -> list[Moment]:
    """The history's actions, the earliest first."""
    return [one for one in tracker.history() if isinstance(one.event, ActionExecuted)][::-1]
