"""From the inbox into lines: messages in one lane and statuses in another, so that neither waits for the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from bot.channels.whatsapp.inbox import Inbox
from bot.channels.whatsapp.lines import Gate, Lines, patiently

BATCH = 100
"""Bodies read from the queue together."""
POLL, SELDOM = 0.5, 5.0
"""Seconds between two looks for what other processes put into the inbox; in a file they hardly ever do."""
AGAIN = 2.0
"""Seconds between two looks from the beginning, where several processes write at once."""
Route = Callable[["Lane", int, str], Awaitable[None]]


class Lane:
    """One lane.

    Args:
        route: puts what a body tells into the lane's lines.
    """

    def __init__(
        self,
        name: str,
        inbox: Inbox,
        gate: Gate,
        put_aside: Callable[[int, str], Awaitable[None]],
        route: Route,
    ) -> None:
        self.name = name
        self.inbox = inbox
        self.news = asyncio.Event()
        """This process put something into the inbox."""
        self.lines = Lines(gate, self._done, put_aside)
        self._route = route
        self._taken: set[int] = set()
        """Numbers of what is in work."""

    async def drive(self, shared: bool) -> None:
        """Take up what is in the inbox, from its oldest on, until cancelled.

        Args:
            shared: others write, too. Of two that do so at once the later number may be there first, so what was
                passed is looked at again.
        """
        loop, after = asyncio.get_running_loop(), 0
        begun = loop.time()
        while True:
            self.news.clear()
            rows = await patiently(partial(self.inbox.waiting, self.name, after, BATCH))
            for number, body in rows:
                after = number
                if number not in self._taken:
                    await self.lines.room.wait()
                    self._taken.add(number)
                    await patiently(partial(self._route, self, number, body))
            if not rows:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL if shared else SELDOM):
                        await self.news.wait()
            if shared and loop.time() - begun > AGAIN:
                after, begun = 0, loop.time()

    async def _done(self, number: int) -> None:
        await self.inbox.done(number)
        self._taken.discard(number)
