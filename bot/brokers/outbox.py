"""The queue between conversations and a broker."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bot.brokers import Record, Refused, Sink
from bot.events import Event

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Events that wait at most; beyond that the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How an outbox sends; times in seconds."""

    batch: int = 500
    """Events sent at once."""
    deadline: float = 30.0
    """For sending a batch."""
    first_pause: float = 0.2
    longest_pause: float = 30.0
    """After a failure, doubled from the first to the longest."""
    grace: float = 5.0
    """For what waits when the bot is closed."""


class Outbox:
    """A :class:`~bot.brokers.Broker` that keeps events until its sink takes them.

    Args:
        name: of the broker, for log lines.
        most: events that wait at most.
    """

    def __init__(self, sink: Sink, name: str, most: int = MOST_WAITING, pace: Pace | None = None) -> None:
        self.sink = sink
        self.name = name
        self.most = most
        self.pace = pace or Pace()
        self._waiting: deque[Record] = deque()
        self._batch: list[Record] = []
        self._dropped = 0
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        """How many events wait."""
        return len(self._batch) + len(self._waiting)

    def publish(self, conversation_id: str, events: Sequence[Event]) -> None:
        """See :meth:`bot.brokers.Broker.publish`; to be called where an event loop runs."""
        if self._closed:
            return
        self._waiting.extend(Record(conversation_id, event) for event in events)
        while len(self._waiting) > self.most:
            self._waiting.popleft()
            self._dropped += 1
            if self._dropped == 1:
                logger.warning(
                    "Event broker %s: more than %d events wait: the oldest are dropped.", self.name, self.most
                )
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        """Send until nothing waits."""
        pause, failures = self.pace.first_pause, 0
        while self._batch or self._waiting:
            if not self._batch:
                count = min(self.pace.batch, len(self._waiting))
                self._batch = [self._waiting.popleft() for _ in range(count)]
            try:
                await self._send(self._batch)
            except Exception as error:  # whatever a broker's library raises: the events wait for it
                failures += 1
                if failures == 1:
                    logger.warning(
                        "Event broker %s: cannot send (%s); %d events wait.",
                        self.name,
                        type(error).__name__,
                        len(self),
                    )
                await asyncio.sleep(pause)
                pause = min(2 * pause, self.pace.longest_pause)
                continue
            self._batch = []
            if failures:
                logger.info("Event broker %s: sending again.", self.name)
            self._tell_dropped()
            pause, failures = self.pace.first_pause, 0

    async def _send(self, records: Sequence[Record]) -> None:
        try:
            async with asyncio.timeout(self.pace.deadline):
                await self.sink.send(records)
        except Refused as refused:
            if len(records) > 1:
                # One of them spoils the batch: each for itself. Those already sent may come twice.
                for position, record in enumerate(records):
                    self._batch = list(records[position:])
                    await self._send([record])
                return
            kind = records[0].event.kind
            logger.error("Event broker %s: an event of kind '%s' is lost: %s", self.name, kind, refused)

    def _tell_dropped(self) -> None:
        if self._dropped:
            logger.warning("Event broker %s: %d events were dropped unsent.", self.name, self._dropped)
            self._dropped = 0

    async def drain(self, seconds: float | None = None) -> None:
        """Wait until all that waits now is sent, but not longer than ``seconds``."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=seconds)

    async def close(self) -> None:
        """See :meth:`bot.brokers.Broker.close`."""
        self._closed = True
        await self.drain(self.pace.grace)
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        self._dropped += len(self)
        self._batch, self._waiting = [], deque()
        self._tell_dropped()
        try:
            async with asyncio.timeout(self.pace.grace):
                await self.sink.close()
        except Exception as error:  # the bot ends, with or without a good-bye to its broker
            logger.warning("Event broker %s: could not be closed (%s).", self.name, type(error).__name__)
