"""Work in lines: within one line one thing after the other, lines side by side, and nothing is lost by a failure."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import SantralError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Work = Callable[[], Awaitable[None]]

AT_ONCE = 32
"""Things in work at the same time."""
IN_MEMORY = 1_000
"""Things that wait in lines; the others wait on disk."""
PATIENCE = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before a thing that failed is tried again; then it is put aside."""
CALM = 0.05
"""Seconds after a webhook in which others are expected."""
PAUSE, PAUSES = 0.005, 3
"""Seconds, and how many of them, that work is put off while webhooks come; it is never put off for ever."""
AWAY = 5.0
"""Seconds between two attempts to reach a database that is away."""


async def patiently(work: Callable[[], Awaitable[Result]]) -> Result:
    """Do what only needs the queue's database, which may be away for a while."""
    while True:
        try:
            return await work()
        except SantralError as error:
            logger.error("The queue of WhatsApp cannot be reached (%s); trying again.", error.code)
            await asyncio.sleep(AWAY)


@dataclass(slots=True)
class _Job:
    """A body of a webhook of which some things are not done."""

    number: int
    left: int


class Gate:
    """Lets work begin one by one while somebody waits for an answer at the door: Meta repeats what comes late."""

    def __init__(self) -> None:
        self._waiting = 0
        self._last = -CALM
        self._one = asyncio.Semaphore(1)

    @contextmanager
    def waiting_for_us(self) -> Iterator[None]:
        """Somebody waits for an answer."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            self._last = asyncio.get_running_loop().time()

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Work within the context."""
        if self.is_calm:
            yield
            return
        async with self._one:
            for _ in range(PAUSES):
                if self.is_calm:
                    break
                await asyncio.sleep(PAUSE)
            yield

    @property
    def is_calm(self) -> bool:
        """Whether nobody has come lately."""
        return not self._waiting and asyncio.get_running_loop().time() - self._last > CALM


class Lines:
    """Lines by name.

    Args:
        gate: passed before each thing.
        done: told the number of a body of which everything is done.
        put_aside: told the number of a body with something that cannot be done, and the kind of failure.
    """

    def __init__(
        self,
        gate: Gate,
        done: Callable[[int], Awaitable[None]],
        put_aside: Callable[[int, str], Awaitable[None]],
    ) -> None:
        self._gate = gate
        self.room = asyncio.Event()
        """There is room for more in memory."""
        self.room.set()
        self._done = done
        self._put_aside = put_aside
        self._lines: dict[str, deque[tuple[_Job, Work]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = asyncio.Semaphore(AT_ONCE)
        self._count = 0

    def __len__(self) -> int:
        return len(self._lines)

    async def put(self, number: int, things: Sequence[tuple[str, Work]]) -> None:
        """Put the things of one body into the lines that they name."""
        job = _Job(number, len(things) + 1)
        for name, work in things:
            self._count += 1
            line = self._lines.get(name)
            if line is not None:
                line.append((job, work))
                continue
            line = self._lines[name] = deque([(job, work)])
            task = asyncio.get_running_loop().create_task(self._run(name, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._count >= IN_MEMORY:
            self.room.clear()
        await self._finish(job)

    async def end(self) -> None:
        """Stop at once: what is not done stays on disk."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, name: str, line: deque[tuple[_Job, Work]]) -> None:
        try:
            while line:
                job, work = line[0]
                await self._do(work, job)
                await self._finish(job)
                line.popleft()
                self._count -= 1
                if self._count < IN_MEMORY:
                    self.room.set()
        finally:
            del self._lines[name]

    async def _do(self, work: Work, job: _Job) -> None:
        """Do one thing, again and again while it fails for reasons that may pass."""
        attempt = 0
        while True:
            try:
                async with self._gate.passed(), self._working:
                    await work()
                return
            except Exception as error:  # one customer's failure must not stop the others
                passing = getattr(error, "retry", False) or getattr(error, "status", 0) == 503
                kind = str(getattr(error, "code", type(error).__name__))
                if attempt >= len(PATIENCE) and not passing:
                    logger.error("An event of WhatsApp was put aside (%s).", kind)
                    await patiently(lambda: self._put_aside(job.number, kind))  # noqa: B023
                    return
                logger.warning("An event of WhatsApp failed (%s); trying again.", kind)
                await asyncio.sleep(PATIENCE[min(attempt, len(PATIENCE) - 1)])
                attempt += 1

    async def _finish(self, job: _Job) -> None:
        job.left -= 1
        if not job.left:
            await patiently(lambda: self._done(job.number))
