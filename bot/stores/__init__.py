"""Conversations kept: an append-only log of events each, behind a lock; and what is to happen to them when.

Every store passes ``tests/stores/test_contract.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.events import Event


@dataclass(frozen=True, slots=True)
class Timer:
    """A moment at which something is due in a conversation."""

    conversation_id: str
    name: str
    """Of the reminder; a conversation has one timer of a name."""
    due: float
    """Seconds since the epoch."""


class Store(Protocol):
    """Where conversations live."""

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        """The events from position ``after`` on, in order; an unknown conversation has none.

        Raises:
            StoreError: the store cannot be read; or it holds fewer than ``after`` events.
        """

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        """Add events at the end, all or none.

        Args:
            expected: how many events the conversation has now, as the caller believes.

        Raises:
            ConflictError: it has another number; nothing was written.
            StoreError: the store cannot be written.
        """

    async def replace(self, conversation_id: str, events: Sequence[Event]) -> None:
        """Exchange the whole conversation (Rasa's ``PUT .../tracker/events``)."""

    async def conversation_ids(self) -> list[str]:
        """All conversations, in no particular order."""

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        """Hold the conversation: one holder at a time, first come first served.

        Raises:
            LockTimeout: it was not free within ``timeout`` seconds.
        """

    async def set_timer(self, timer: Timer) -> None:
        """Keep a timer, in the place of the conversation's timer of the same name."""

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        """Forget a timer, if there is one."""

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        """Timers that are due by ``until``, the earliest first."""

    async def close(self) -> None:
        """Give back connections and threads."""
