"""Customers who write over REST, and how long they wait."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import aiohttp

from bench.children import Server
from bench.errors import BenchError

PATIENCE = 120.0
"""Seconds that one answer may take."""
BETWEEN_KNOCKS = 0.01
"""Seconds between two tries to reach a server that starts."""


@dataclass(frozen=True, slots=True)
class Customers:
    """Sends messages to a server, each over a kept connection."""

    session: aiohttp.ClientSession
    url: str

    async def say(self, conversation: str, text: str) -> float:
        """Send a message and read its answer to the end.

        Returns:
            seconds from the request to the last byte.

        Raises:
            BenchError: the answer is an error, or says nothing.
        """
        began = time.perf_counter()
        try:
            status, replies = await self._post(conversation, text)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BenchError(f"No answer to {text!r}: {error!r}.") from error
        seconds = time.perf_counter() - began
        if status != 200 or not replies:
            raise BenchError(f"{text!r} was answered with status {status} and {replies!r}.")
        return seconds

    async def _post(self, conversation: str, text: str) -> tuple[int, Any]:
        body = {"sender": conversation, "message": text}
        async with self.session.post(f"{self.url}/webhooks/rest/webhook", json=body) as response:
            return response.status, await response.json(content_type=None)

    async def knock(self, text: str) -> bool:
        """Whether the bot answers yet; errors of a server that is not ready do not count."""
        try:
            status, replies = await self._post(fresh_id(), text)
        except (aiohttp.ClientError, OSError, ValueError):
            return False
        return status == 200 and bool(replies)

    async def length_of(self, conversation: str) -> int:
        """How many events a conversation has.

        Raises:
            BenchError: the server does not tell.
        """
        address = f"{self.url}/conversations/{conversation}/tracker"
        async with self.session.get(address, params={"include_events": "ALL"}) as response:
            if response.status != 200:
                raise BenchError(f"The conversation's events cannot be asked for: status {response.status}.")
            tracker = await response.json(content_type=None)
        return len(tracker["events"])


@asynccontextmanager
async def customers_of(server: Server) -> AsyncIterator[Customers]:
    """Customers with as many connections as they like."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Customers(session, server.url)


def fresh_id() -> str:
    """The name of a conversation that never was."""
    return f"bench-{uuid.uuid4().hex}"


def spoken(script: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Conversation and text of message after message, without end: the script again and again, each time new."""
    conversation = ""
    for position, text in cycle(enumerate(script)):
        if position == 0:
            conversation = fresh_id()
        yield conversation, text


async def first_answer(server: Server, text: str, limit: float) -> float:
    """Wait until a server that was just started answers.

    Returns:
        seconds from just before its process was made to the end of its first answer.

    Raises:
        BenchError: it ended, or did not answer within ``limit`` seconds.
    """
    async with customers_of(server) as customers:
        while time.perf_counter() - server.began < limit:
            if await customers.knock(text):
                return time.perf_counter() - server.began
            server.check_alive()
            await asyncio.sleep(BETWEEN_KNOCKS)
    raise server.command.failed(f"No answer within {limit:.0f} s of the start.")


async def waits(customers: Customers, script: Sequence[str], messages: int, limit: float) -> list[float]:
    """Seconds of each answer, one message after the other.

    Args:
        messages: how many at most.
        limit: seconds after which no other message is sent.
    """
    found: list[float] = []
    until = time.perf_counter() + limit
    for (conversation, text), _ in zip(spoken(script), range(messages), strict=False):
        found.append(await customers.say(conversation, text))
        if time.perf_counter() > until:
            break
    return found


async def crowd(
    customers: Customers, script: Sequence[str], clients: int, messages: int, limit: float
) -> tuple[int, float]:
    """Many customers at once, each with conversations of their own and no pause.

    Returns:
        how many messages were answered, and in how many seconds.
    """
    began = time.perf_counter()
    share = max(1, messages // clients)
    answered = await asyncio.gather(*(waits(customers, script, share, limit) for _ in range(clients)))
    return sum(map(len, answered)), time.perf_counter() - began
