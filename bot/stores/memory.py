"""Conversations in this process's memory: for tests, the shell, and trying things out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from bot.events import Event
from bot.stores import Timer
from bot.stores.locks import FifoLocks
from bot.stores.records import (
    check_after,
    check_conversation_id,
    conflict,
    event_of,
    records_of,
    too_short,
)


class MemoryStore:
    """A list of records for each conversation; gone when the process ends.

    Events are kept as the JSON that the other stores write. So a value that could not be stored elsewhere is
    noticed here too, and nobody can change what happened through a list that they still hold.
    """

    def __init__(self) -> None:
        self._records: dict[str, list[str]] = {}
        self._timers: dict[tuple[str, str], float] = {}
        self._locks = FifoLocks()

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        """See :meth:`bot.stores.Store.load`."""
        check_conversation_id(conversation_id)
        check_after(after)
        records = self._records.get(conversation_id, [])
        if len(records) < after:
            raise too_short(after)
        return [event_of(record, position) for position, record in enumerate(records[after:], after)]

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        """See :meth:`bot.stores.Store.append`."""
        check_conversation_id(conversation_id)
        added = records_of(events)
        length = len(self._records.get(conversation_id, ()))
        if length != expected:
            raise conflict(length, expected)
        if added:
            self._records.setdefault(conversation_id, []).extend(added)

    async def replace(self, conversation_id: str, events: Sequence[Event]) -> None:
        """See :meth:`bot.stores.Store.replace`."""
        check_conversation_id(conversation_id)
        records = records_of(events)
        if records:
            self._records[conversation_id] = records
        else:
            self._records.pop(conversation_id, None)

    async def conversation_ids(self) -> list[str]:
        """See :meth:`bot.stores.Store.conversation_ids`."""
        return list(self._records)

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        """See :meth:`bot.stores.Store.lock`."""
        check_conversation_id(conversation_id)
        return self._locks.hold(conversation_id, timeout)

    async def set_timer(self, timer: Timer) -> None:
        """See :meth:`bot.stores.Store.set_timer`."""
        check_conversation_id(timer.conversation_id)
        self._timers[timer.conversation_id, timer.name] = timer.due

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        """See :meth:`bot.stores.Store.drop_timer`."""
        self._timers.pop((conversation_id, name), None)

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        """See :meth:`bot.stores.Store.timers`."""
        found = sorted((due, key) for key, due in self._timers.items() if due <= until)
        return [Timer(*key, due) for due, key in found[:most]]

    async def close(self) -> None:
        """Nothing to give back."""
