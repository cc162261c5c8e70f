"""Turns in flight: each runs to its end whatever its client does, and no more than a bound wait at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.message import Emit, Message
from bot.server.errors import unavailable
from bot.turn import Bot, take_turn

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

MAX_TURNS = 4_096
"""Turns that run or wait for their conversation at once; whoever comes beyond is asked to try again."""


class Turns:
    """Runs turns as tasks of their own.

    Args:
        most: how many at once.
    """

    def __init__(self, bot: Bot, most: int = MAX_TURNS) -> None:
        self.bot = bot
        self.most = most
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begin to change a conversation.

        Raises:
            ApiError: 503, too many are in flight.
        """
        if len(self._running) >= self.most:
            work.close()
            raise unavailable("Too many messages are waiting. Please try again.")
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._forget)
        return task

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """:meth:`start` and wait. A caller that is cancelled, since its client hung up, leaves it running."""
        return await asyncio.shield(self.start(work))

    async def answer(self, message: Message, emit: Emit) -> None:
        """Take a turn."""
        await self.run(take_turn(self.bot, message, emit))

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # Looked at: whoever still waits gets it, and nobody else needs to hear of it.

    async def drain(self, grace: float) -> None:
        """Let what is in flight end.

        Args:
            grace: seconds; what has not ended by then is cancelled, and taken up again at the next message.
        """
        if not self._running:
            return
        _, late = await asyncio.wait(set(self._running), timeout=grace)
        for task in late:
            task.cancel()
        if late:
            logger.warning("%d turns did not end within %g s and were cut short.", len(late), grace)
            await asyncio.wait(late)
