"""What every store shares: an event as one line of JSON, and which conversation ids are allowed.

Error messages name positions and counts, never contents or ids: a conversation id is often a phone number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.errors import ConflictError, StoreError
from bot.event_json import EventError, from_dict
from bot.events import Event


def permanent(message: str) -> StoreError:
    """A :class:`StoreError` that the same call meets again: no retry helps."""
    error = StoreError(message)
    error.retry = False
    return error


def conflict(found: int, expected: int) -> ConflictError:
    return ConflictError(f"The conversation has {found} events, not {expected}: somebody else wrote to it.")


def too_short(after: int) -> StoreError:
    return permanent(f"The conversation has fewer than {after} events: it was shortened or deleted.")


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def check_conversation_id(conversation_id: str) -> None:
    """Any text is an id, of any length, but for what a database cannot hold.

    Raises:
        StoreError: it has a NUL character or half a surrogate pair; a retry does not help.
    """
    if not isinstance(conversation_id, str):
        raise permanent(f"A conversation id is text, not {type(conversation_id).__name__}.")
    if "\0" in conversation_id:
        raise permanent("A conversation id must not contain a NUL character.")
    if not _encodable(conversation_id):
        raise permanent("A conversation id must be valid Unicode: this one has half a surrogate pair.")


def check_after(after: int) -> None:
    if after < 0:
        raise ValueError(f"Positions count from 0: {after} is none.")


def records_of(events: Sequence[Event]) -> list[str]:
    """Each event as JSON text in one line.

    Raises:
        StoreError: an event holds a value that JSON has no form for; a retry does not help.
    """
    return [_record_of(event, index) for index, event in enumerate(events)]


def _record_of(event: Event, index: int) -> str:
    data = event.as_dict()
    try:
        record = _COMPACT.encode(data)
        # Half a surrogate pair cannot be written as UTF-8; escaped it can, and comes back as it was.
        return record if _encodable(record) else json.dumps(data, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise permanent(
            f"Event {index} of the batch (kind '{event.kind}') cannot be written as JSON: "
            f"{type(error).__name__}. Slots and metadata hold texts, numbers, lists and mappings only."
        ) from None


def event_of(record: str | bytes, position: int) -> Event:
    """The event that stands at ``position`` of its conversation.

    Raises:
        StoreError: the record is damaged; the message names the position, not the contents.
    """
    try:
        return from_dict(json.loads(record))
    except EventError:
        problem = "is no event that this version of Santral knows"
    except (ValueError, RecursionError):
        problem = "is not JSON"
    raise permanent(f"The record at position {position} of the conversation {problem}.")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
