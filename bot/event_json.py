"""Events from Rasa's JSON, old names included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot import events as ev
from bot.errors import SantralError
from bot.events import Event

Reader = Callable[[Mapping[str, Any], dict[str, Any]], Event]


class EventError(SantralError):
    """JSON that is no event."""

    code = "event"


def _user(data: Mapping[str, Any], base: dict[str, Any]) -> Event:
    parse = data.get("parse_data") or {}
    return ev.UserUttered(
        data.get("text"),
        parse.get("intent") or {},
        tuple(parse.get("entities") or ()),
        parse,
        data.get("input_channel"),
        data.get("message_id"),
        **base,
    )


def _bot(data: Mapping[str, Any], base: dict[str, Any]) -> Event:
    found = {key: value for key, value in (data.get("data") or {}).items() if value is not None}
    return ev.BotUttered(data.get("text"), found, **base)


def _action(data: Mapping[str, Any], base: dict[str, Any]) -> Event:
    return ev.ActionExecuted(
        data.get("name"),
        data.get("policy"),
        data.get("confidence"),
        data.get("action_text"),
        bool(data.get("hide_rule_turn", False)),
        **base,
    )


def _reminder(data: Mapping[str, Any], base: dict[str, Any]) -> Event:
    return ev.ReminderScheduled(
        data["intent"],
        data["date_time"],
        data.get("entities"),
        data.get("name"),
        bool(data.get("kill_on_user_msg", True)),
        **base,
    )


def _agent(data: Mapping[str, Any], base: dict[str, Any]) -> Event:
    return ev.AgentUttered(data.get("text"), data.get("data"), **base)


def _bare(cls: type[Event]) -> Reader:
    return lambda data, base: cls(**base)


_READERS: dict[str, Reader] = {
    "user": _user,
    "bot": _bot,
    "slot": lambda d, b: ev.SlotSet(d["name"], d.get("value"), **b),
    "action": _action,
    "action_execution_rejected": lambda d, b: ev.ActionExecutionRejected(
        d["name"], d.get("policy"), d.get("confidence"), **b
    ),
    "active_loop": lambda d, b: ev.ActiveLoop(d.get("name"), **b),
    "form": lambda d, b: ev.ActiveLoop(d.get("name"), **b),
    "loop_interrupted": lambda d, b: ev.LoopInterrupted(bool(d.get("is_interrupted")), **b),
    "form_validation": lambda d, b: ev.LoopInterrupted(not d.get("validate", True), **b),
    "followup": lambda d, b: ev.FollowupAction(d["name"], **b),
    "reminder": _reminder,
    "cancel_reminder": lambda d, b: ev.ReminderCancelled(
        d.get("name"), d.get("intent"), d.get("entities"), **b
    ),
    "agent": _agent,
    "entities": lambda d, b: ev.EntitiesAdded(tuple(d.get("entities") or ()), **b),
    "user_featurization": lambda d, b: ev.DefinePrevUserUtteredFeaturization(
        bool(d.get("use_text_for_featurization")), **b
    ),
    "export": _bare(ev.StoryExported),
    "session_started": _bare(ev.SessionStarted),
    "restart": _bare(ev.Restarted),
    "rewind": _bare(ev.UserUtteranceReverted),
    "undo": _bare(ev.ActionReverted),
    "reset_slots": _bare(ev.AllSlotsReset),
    "pause": _bare(ev.ConversationPaused),
    "resume": _bare(ev.ConversationResumed),
}


def from_dict(data: Mapping[str, Any]) -> Event:
    """Read one event of Rasa's JSON.

    Raises:
        EventError: the JSON is no event, or misses a field that its kind needs.
    """
    kind = data.get("event") if isinstance(data, Mapping) else None
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise EventError(f"Unknown event {kind!r}. Events are: {', '.join(sorted(_READERS))}.")
    timestamp = data.get("timestamp")
    if timestamp is not None and (isinstance(timestamp, bool) or not isinstance(timestamp, int | float)):
        raise EventError(f"The timestamp of a {kind!r} event must be a number of seconds.")
    base = {"timestamp": float(timestamp or 0.0), "metadata": data.get("metadata") or {}}
    try:
        return reader(data, base)
    except (KeyError, TypeError, AttributeError) as error:
        raise EventError(f"A {kind!r} event misses or distorts a field: {error}.") from error
