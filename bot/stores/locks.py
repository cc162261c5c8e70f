"""Waiting in line within one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from bot.errors import LockTimeout

Result = TypeVar("Result")


def lock_timeout(seconds: float) -> LockTimeout:
    return LockTimeout(f"The conversation's lock was not free within {seconds:g} s.")


async def to_the_end(work: Awaitable[Result]) -> Result:
    """Await ``work``; when cancelled, let it end first and then be cancelled.

    A write that goes on after its caller let the lock go would surprise the next holder.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # Looked at, so that asyncio does not report it as forgotten.
        raise


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    people: int = 0
    """The holder and all who wait; at 0 the line is taken down."""


class FifoLocks:
    """One lock for each conversation, first come first served; it exists only while somebody wants it."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        """Conversations that are held now."""
        return len(self._lines)

    @asynccontextmanager
    async def hold(self, conversation_id: str, seconds: float) -> AsyncIterator[None]:
        """Hold the conversation's lock.

        The place in line is taken when the block is entered, before anything is awaited.

        Args:
            seconds: how long to wait; at 0 a free lock is still given.

        Raises:
            LockTimeout: it was not free in time.
        """
        line = self._lines.setdefault(conversation_id, _Line())
        line.people += 1
        try:
            try:
                async with asyncio.timeout(seconds):
                    await line.lock.acquire()
            except TimeoutError:
                raise lock_timeout(seconds) from None
            try:
                yield
            finally:
                line.lock.release()
        finally:
            line.people -= 1
            if not line.people:
                del self._lines[conversation_id]
