"""Conversations in one store, locks in another (Rasa's ``tracker_store`` and ``lock_store``)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from bot.events import Event
from bot.stores import Store, Timer


class ComposedStore:
    """Reads and writes go to ``conversations``, only :meth:`lock` to ``locks``."""

    def __init__(self, conversations: Store, locks: Store) -> None:
        self.conversations = conversations
        self.locks = locks

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        """See :meth:`bot.stores.Store.load`."""
        return await self.conversations.load(conversation_id, after)

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        """See :meth:`bot.stores.Store.append`."""
        await self.conversations.append(conversation_id, events, expected)

    async def replace(self, conversation_id: str, events: Sequence[Event]) -> None:
        """See :meth:`bot.stores.Store.replace`."""
        await self.conversations.replace(conversation_id, events)

    async def conversation_ids(self) -> list[str]:
        """See :meth:`bot.stores.Store.conversation_ids`."""
        return await self.conversations.conversation_ids()

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        """See :meth:`bot.stores.Store.lock`."""
        return self.locks.lock(conversation_id, timeout)

    async def set_timer(self, timer: Timer) -> None:
        """See :meth:`bot.stores.Store.set_timer`."""
        await self.conversations.set_timer(timer)

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        """See :meth:`bot.stores.Store.drop_timer`."""
        await self.conversations.drop_timer(conversation_id, name)

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        """See :meth:`bot.stores.Store.timers`."""
        return await self.conversations.timers(until, most)

    async def close(self) -> None:
        """Close both stores."""
        try:
            await self.conversations.close()
        finally:
            await self.locks.close()
