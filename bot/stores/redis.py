"""Conversations in redis (6.2 or newer): one list each, shared by any number of workers.

What ``append`` wrote is as safe as redis is told to keep it: with ``appendonly yes`` and ``appendfsync
always`` nothing that was acknowledged is lost; with redis' defaults a crash may take minutes.

When the connection breaks during a write, ``StoreError`` cannot say whether the write was done: repeating it
with the same ``expected`` is safe, for it writes once or meets ``ConflictError``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

from bot.errors import StoreError
from bot.events import Event
from bot.stores import Timer
from bot.stores import redis_scripts as scripts
from bot.stores.locks import FifoLocks, lock_timeout, to_the_end
from bot.stores.records import (
    check_after,
    check_conversation_id,
    conflict,
    event_of,
    permanent,
    records_of,
    too_short,
)

try:
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
except ImportError as error:
    raise ImportError("Conversations in redis need its client: pip install 'santral[redis]'") from error

Result = TypeVar("Result")

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.002
LONGEST_PAUSE = 0.05
"""Seconds between two looks at a lock that another process holds."""
SOCKET_TIMEOUT = 10.0
"""Seconds in which redis must connect, and answer."""


class RedisStore:
    """A list of JSON records for each conversation, and a line of tickets for each lock.

    The lock is first come first served: within this process in the order of asking, between processes in
    the order in which each one's first in line took its ticket. A ticket is renewed while its owner lives;
    one whose process died stops counting after ``lease`` seconds. Who loses the lock that way (a process that
    stood still for so long) is told by ``append``'s check of the length.
    """

    def __init__(
        self,
        url: str = "redis://localhost:6379/0",
        *,
        prefix: str = "santral",
        expire: float | None = None,
        lease: float = 15.0,
        connections: int = 32,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Nothing is connected until the first call.

        Args:
            url: ``redis://host:port/db``, ``rediss://`` with TLS, or ``unix://path``.
            prefix: begins every key, so that several bots can share a redis.
            expire: seconds after its last event at which a conversation is forgotten; ``None``: never.
            lease: seconds that a dead process's lock stays.
            connections: most connections at once; further calls wait for one.
            options: what else redis-py's connection takes (``username``, ``password``, ``ssl_ca_certs``).
        """
        # No retries by redis-py: repeating an append whose answer was lost would tell a conflict.
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=SOCKET_TIMEOUT,
            **{"socket_timeout": SOCKET_TIMEOUT, "socket_connect_timeout": SOCKET_TIMEOUT}
            | {"retry": Retry(NoBackoff(), 0)}
            | dict(options or {}),
        )
        self._redis = Redis(connection_pool=pool)
        self._prefix = prefix
        self._expire_ms = 0 if expire is None else max(1, round(expire * 1000))
        self._lease = lease
        self._line = FifoLocks()
        self._append = self._redis.register_script(scripts.APPEND)
        self._replace = self._redis.register_script(scripts.REPLACE)
        self._join = self._redis.register_script(scripts.JOIN)
        self._renew = self._redis.register_script(scripts.RENEW)
        self._leave = self._redis.register_script(scripts.LEAVE)

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        """See :meth:`bot.stores.Store.load`."""
        check_conversation_id(conversation_id)
        check_after(after)
        # The event before the tail comes along as a witness that nothing is missing in front.
        first = max(after - 1, 0)
        key = self._key(conversation_id)
        records = await self._run(lambda: self._redis.lrange(key, first, -1))
        if after and not records:
            raise too_short(after)
        return [event_of(record, at) for at, record in enumerate(records[after - first :], after)]

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        """See :meth:`bot.stores.Store.append`."""
        check_conversation_id(conversation_id)
        keys = [self._key(conversation_id)]
        args: list[str | int] = [expected, self._expire_ms, *records_of(events)]
        length = await self._run(lambda: self._append(keys=keys, args=args))
        if length >= 0:
            raise conflict(length, expected)

    async def replace(self, conversation_id: str, events: Sequence[Event]) -> None:
        """See :meth:`bot.stores.Store.replace`."""
        check_conversation_id(conversation_id)
        keys = [self._key(conversation_id)]
        args: list[str | int] = [self._expire_ms, *records_of(events)]
        await self._run(lambda: self._replace(keys=keys, args=args))

    async def conversation_ids(self) -> list[str]:
        """See :meth:`bot.stores.Store.conversation_ids`."""
        start = self._key("")
        pattern = "".join("\\" + sign if sign in "*?[]^\\-" else sign for sign in start) + "*"

        async def scan() -> set[bytes]:
            # SCAN may give a key twice.
            return {key async for key in self._redis.scan_iter(match=pattern, count=1000)}

        found = await self._run(scan)
        return [key[len(start.encode()) :].decode() for key in found]

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        """See :meth:`bot.stores.Store.lock`."""
        check_conversation_id(conversation_id)
        return self._hold(conversation_id, timeout)

    async def set_timer(self, timer: Timer) -> None:
        """See :meth:`bot.stores.Store.set_timer`."""
        check_conversation_id(timer.conversation_id)
        member = _timer_member(timer.conversation_id, timer.name)
        await self._run(lambda: self._redis.zadd(self._timers, {member: timer.due}))

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        """See :meth:`bot.stores.Store.drop_timer`."""
        await self._run(lambda: self._redis.zrem(self._timers, _timer_member(conversation_id, name)))

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        """See :meth:`bot.stores.Store.timers`."""
        found: Any = await self._run(
            lambda: self._redis.zrangebyscore(self._timers, "-inf", until, start=0, num=most, withscores=True)
        )
        return [_timer(member, due) for member, due in found]

    async def close(self) -> None:
        """Close the connections."""
        with suppress(RedisError, OSError):
            await self._redis.aclose()
            await self._redis.connection_pool.disconnect()

    def _key(self, conversation_id: str) -> str:
        return f"{self._prefix}:conversation:{conversation_id}"

    async def _run(self, command: Callable[[], Awaitable[Result]]) -> Result:
        async def told() -> Result:
            with _told():
                return await command()

        return await to_the_end(told())

    @asynccontextmanager
    async def _hold(self, conversation_id: str, seconds: float) -> AsyncIterator[None]:
        deadline = asyncio.get_running_loop().time() + seconds
        keys = [f"{self._prefix}:line:{conversation_id}", f"{self._prefix}:alive:{conversation_id}"]
        ticket = uuid.uuid4().hex
        async with self._line.hold(conversation_id, seconds):
            try:
                await self._wait(keys, ticket, deadline, seconds)
                renewal = asyncio.create_task(self._keep(keys, ticket))
                try:
                    yield
                finally:
                    renewal.cancel()
                    # Awaited without a look at its outcome: what it met, it has logged.
                    await asyncio.wait([renewal])
            finally:
                await self._give_up(keys, ticket)

    async def _wait(self, keys: list[str], ticket: str, deadline: float, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while not await self._run(lambda: self._join(keys=keys, args=[ticket, self._lease_ms])):
            remaining = deadline - loop.time()
            if remaining <= 0:
                raise lock_timeout(seconds)
            await asyncio.sleep(min(pause, remaining))
            pause = min(2 * pause, LONGEST_PAUSE, self._lease / 3)

    async def _keep(self, keys: list[str], ticket: str) -> None:
        """Renew the held ticket until cancelled, or until it is known to be lost."""
        while True:
            await asyncio.sleep(self._lease / 3)
            try:
                if not await self._run(lambda: self._renew(keys=keys, args=[ticket, self._lease_ms])):
                    logger.warning("A conversation's lock expired while it was held.")
                    return
            except StoreError as problem:
                logger.warning("A conversation's lock could not be renewed; trying again: %s", problem)

    async def _give_up(self, keys: list[str], ticket: str) -> None:
        try:
            await self._run(lambda: self._leave(keys=keys, args=[ticket]))
        except StoreError as problem:
            # The work is done: its result counts more than a lock that frees itself when the lease ends.
            logger.warning("A conversation's lock could not be released; it expires by itself: %s", problem)

    @property
    def _timers(self) -> str:
        return f"{self._prefix}:timers"

    @property
    def _lease_ms(self) -> int:
        return round(self._lease * 1000)


def _timer(member: Any, due: float) -> Timer:
    conversation_id, name = json.loads(member)
    return Timer(conversation_id, name, due)


def _timer_member(conversation_id: str, name: str) -> str:
    return json.dumps([conversation_id, name], ensure_ascii=False)


@contextmanager
def _told() -> Iterator[None]:
    """Tell the client's errors in this project's words."""
    try:
        yield
    except UnicodeError:
        raise permanent("A conversation's key or record in redis is not UTF-8.") from None
    except (RedisError, OSError, TimeoutError) as problem:
        raise StoreError(f"redis cannot be read or written: {type(problem).__name__}: {problem}") from None
