"""Turns in flight: each runs to its end whatever its client does, and no more than a bound wait at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.errors import ConflictError
from bot.message import Collected, Emit, Message
from bot.server.errors import unavailable
from bot.turn import Bot, Turn, take_turn

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
        self.closed = False
        """No model is there: nothing can be answered."""
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begin to change a conversation.

        Raises:
            ApiError: 503, too many are in flight, or no model is there.
        """
        if self.closed:
            work.close()
            raise unavailable("The bot has no model just now. Please try again.")
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

    async def hold(
        self, message: Message, work: Callable[[Turn], Awaitable[Result]], emit: Emit | None = None
    ) -> Result:
        """Hold the conversation while some steps of a turn are done, to their end as :meth:`run` does it.

        Args:
            emit: gets what the bot says meanwhile.
        """
        return await self.run(self._hold(message, work, emit or Collected()))

    async def _hold(self, message: Message, work: Callable[[Turn], Awaitable[Result]], emit: Emit) -> Result:
        async with self.bot.store.lock(message.conversation_id):
            bot = self.bot.snapshot()
            tracker = await bot.trackers.get(message.conversation_id)
            try:
                result = await work(Turn(bot, message, emit, tracker))
            except ConflictError:
                raise unavailable("Somebody else wrote to the conversation. Please try again.") from None
            bot.trackers.keep(tracker)
            return result

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
