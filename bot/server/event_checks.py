"""Events that come over HTTP: every field is looked at before it meets a conversation.

The shapes are those of Rasa's events schema; what it leaves open (names, texts) is closed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot import events as ev
from bot.domain import ACTION_LISTEN, ACTION_SESSION_START
from bot.event_json import EventError, from_dict
from bot.events import Event
from bot.server.errors import ApiError, bad_request

Check = Callable[[Any], bool]

LOGGED_ONLY = {"logged_only": True}
"""Metadata of a message that nobody asked the bot to answer: a later turn does not take it up."""


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _number_or_null(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _boolean_or_null(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def _object_or_null(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _entities_or_null(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(_is_entity(one) for one in value))


def _is_entity(value: Any) -> bool:
    if not isinstance(value, dict) or "value" not in value or not _text(value.get("entity")):
        return False
    return all(_text_or_null(value.get(key)) for key in ("role", "group", "extractor"))


def _intent_or_null(value: Any) -> bool:
    if value is None:
        return True
    return (
        isinstance(value, dict)
        and _text_or_null(value.get("name"))
        and _number_or_null(value.get("confidence"))
    )


def _entities_of_reminder(value: Any) -> bool:
    return isinstance(value, dict) or _entities_or_null(value)


_PARSE: dict[str, Check] = {
    "text": _text_or_null,
    "intent": _intent_or_null,
    "entities": _entities_or_null,
    "response_selector": _object_or_null,
}


def is_parse_data(value: Any) -> bool:
    """Whether a value has the shape of Rasa's parse JSON."""
    return value is None or (
        isinstance(value, dict) and all(one(value.get(key)) for key, one in _PARSE.items())
    )


_ANY_KIND: dict[str, Check] = {"metadata": _object_or_null}
_ACTION: dict[str, Check] = {"policy": _text_or_null, "confidence": _number_or_null}
_SAID: dict[str, Check] = {"text": _text_or_null, "data": _object_or_null}
_LOOP: dict[str, Check] = {"name": _text_or_null}
_FIELDS: dict[str, dict[str, Check]] = {
    "user": {
        "text": _text_or_null,
        "parse_data": is_parse_data,
        "input_channel": _text_or_null,
        "message_id": _text_or_null,
    },
    "bot": _SAID,
    "agent": _SAID,
    "action": {
        **_ACTION,
        "name": _text_or_null,
        "action_text": _text_or_null,
        "hide_rule_turn": _boolean_or_null,
    },
    "action_execution_rejected": {**_ACTION, "name": _text},
    "slot": {"name": _text},
    "active_loop": _LOOP,
    "form": _LOOP,
    "loop_interrupted": {"is_interrupted": _boolean_or_null},
    "form_validation": {"validate": _boolean_or_null},
    "followup": {"name": _text},
    "reminder": {
        "intent": _text,
        "date_time": _text,
        "name": _text_or_null,
        "entities": _entities_of_reminder,
        "kill_on_user_msg": _boolean_or_null,
    },
    "cancel_reminder": {"name": _text_or_null, "intent": _text_or_null, "entities": _entities_of_reminder},
    "entities": {"entities": _entities_or_null},
}


def read_events(body: Any, *, stored: bool = True) -> list[Event]:
    """The events of a body that is one event or a list of them.

    Args:
        stored: they go into a conversation, where a message at their end is not to be answered.

    Raises:
        ApiError: 400; it names the position and the field, not what stands there.
    """
    given = body if isinstance(body, list) else [body]
    if not given:
        raise bad_request("The body must have at least one event.", "")
    events = [_read(one, position) for position, one in enumerate(given)]
    return _marked(events) if stored else events


def _read(data: Any, position: int) -> Event:
    if not isinstance(data, Mapping):
        raise _wrong(position, "must be an object")
    kind = data.get("event")
    for key, check in {**_ANY_KIND, **_FIELDS.get(kind if isinstance(kind, str) else "", {})}.items():
        if not check(data.get(key)):
            raise _wrong(position, f"has a wrong '{key}'")
    try:
        return from_dict(data)
    except OverflowError:
        raise _wrong(position, "has a number beyond all measure") from None
    except EventError as error:
        raise _wrong(position, f"is none: {error}".rstrip(".")) from None


def _wrong(position: int, what: str) -> ApiError:
    return bad_request(f"Event {position} {what}.", "")


def _marked(events: list[Event]) -> list[Event]:
    """The same events; a message at the end that no listen follows is not to be answered."""
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, ev.ActionExecuted) and event.name == ACTION_LISTEN:
            break
        if isinstance(event, ev.UserUttered):
            events[index] = logged_only(event)
            break
    return events


def logged_only(event: ev.UserUttered) -> ev.UserUttered:
    metadata = {**event.metadata, **LOGGED_ONLY}
    return ev.UserUttered(
        event.text,
        event.intent,
        event.entities,
        event.parse_data,
        event.input_channel,
        event.message_id,
        timestamp=event.timestamp,
        metadata=metadata,
    )


def begin_with_session_start(events: list[Event]) -> bool:
    return len(events) > 1 and (
        isinstance(events[0], ev.ActionExecuted)
        and events[0].name == ACTION_SESSION_START
        and isinstance(events[1], ev.SessionStarted)
    )
