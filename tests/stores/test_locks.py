"""Locks between workers, and what becomes of them when a worker dies."""

from __future__ import annotations

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from bot.errors import LockTimeout
from bot.stores import Store
from bot.stores.locks import FifoLocks, to_the_end
from bot.stores.redis import RedisStore

from .conftest import Shelf
from .every_event import slot

pytestmark = pytest.mark.asyncio
between_workers = pytest.mark.parametrize("shelf", ["postgres", "redis"], indirect=True)


async def test_a_line_exists_only_while_somebody_stands_in_it() -> None:
    locks = FifoLocks()
    async with locks.hold("a", 1), locks.hold("b", 1):
        with pytest.raises(LockTimeout):
            async with locks.hold("a", 0):
                pytest.fail("two holders")
        assert len(locks) == 2
    assert len(locks) == 0


async def test_cancelled_work_ends_before_the_cancel_is_told() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def write() -> None:
        begun.set()
        await may_end.wait()
        ended.append("written")

    async def caller() -> None:
        try:
            await to_the_end(write())
        finally:
            ended.append("cancelled")

    task = asyncio.create_task(caller())
    await begun.wait()
    task.cancel()
    asyncio.get_running_loop().call_later(0.01, task.cancel)
    asyncio.get_running_loop().call_later(0.02, may_end.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["written", "cancelled"]


async def test_a_failure_after_the_cancel_is_not_reported_as_forgotten() -> None:
    begun, may_fail = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        begun.set()
        await may_fail.wait()
        raise KeyError

    task = asyncio.create_task(to_the_end(write()))
    await begun.wait()
    task.cancel()
    may_fail.set()
    with pytest.raises(asyncio.CancelledError):
        await task


@between_workers
async def test_two_workers_exclude_each_other(shelf: Shelf) -> None:
    one, two = shelf.open(), shelf.open()
    async with one.lock("a"):
        with pytest.raises(LockTimeout):
            async with two.lock("a", timeout=0.05):
                pytest.fail("two holders")
        async with two.lock("b", timeout=0):
            pass
    async with two.lock("a", timeout=5):
        pass


@between_workers
async def test_four_workers_in_a_crowd_lose_nothing(shelf: Shelf) -> None:
    stores = [shelf.open() for _ in range(4)]
    inside = 0

    async def add(store: Store) -> None:
        nonlocal inside
        async with store.lock("a"):
            inside += 1
            assert inside == 1
            length = len(await store.load("a"))
            await store.append("a", [slot(length)], length)
            inside -= 1

    await asyncio.gather(*(add(store) for store in stores for _ in range(15)))
    assert await stores[0].load("a") == [slot(number) for number in range(60)]


@between_workers
async def test_a_cancelled_wait_leaves_no_lock_behind(shelf: Shelf) -> None:
    one, two = shelf.open(), shelf.open()

    async def enter() -> None:
        async with two.lock("a"):
            pass

    for delay in range(20):
        async with one.lock("a"):
            task = asyncio.create_task(enter())
            asyncio.get_running_loop().call_later(delay / 5_000, task.cancel)
            await one.load("a")
        await asyncio.wait([task])
    # Well within the lease: nothing may wait for a ticket to expire.
    async with one.lock("a", timeout=0.3), one.lock("b", timeout=0.3):
        pass


@between_workers
async def test_a_cancel_while_the_lock_is_being_given_frees_it(shelf: Shelf) -> None:
    one, two = shelf.open(), shelf.open()

    async def enter() -> None:
        async with two.lock("a"):
            pass

    for delay in range(40):
        task = asyncio.create_task(enter())
        asyncio.get_running_loop().call_later(delay / 20_000, task.cancel)
        await asyncio.wait([task])
        async with one.lock("a", timeout=0.3):
            pass


async def test_a_dead_holders_redis_lock_expires(redis_shelf: Shelf) -> None:
    alive, client = redis_shelf.open(), Redis.from_url(redis_shelf.url)
    dead = RedisStore(redis_shelf.url, prefix=redis_shelf.prefix, lease=0.3)
    assert await dead._join(keys=_lock_keys(redis_shelf), args=["ticket of the dead", 300]) == 1
    with pytest.raises(LockTimeout):
        async with alive.lock("a", timeout=0.1):
            pytest.fail("two holders")
    async with alive.lock("a", timeout=5):
        await alive.append("a", [slot(0)], 0)
    assert await client.exists(*_lock_keys(redis_shelf)) == 0
    await client.aclose()
    await dead.close()


async def test_a_long_held_redis_lock_is_renewed(redis_shelf: Shelf) -> None:
    held = RedisStore(redis_shelf.url, prefix=redis_shelf.prefix, lease=0.2)
    other = redis_shelf.open()
    async with held.lock("a"):
        with pytest.raises(LockTimeout):
            async with other.lock("a", timeout=1.0):
                pytest.fail("two holders")
    await held.close()


async def test_a_redis_lock_lost_while_held_is_logged_and_the_append_noticed(
    redis_shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    slow = RedisStore(redis_shelf.url, prefix=redis_shelf.prefix, lease=0.3)
    client = Redis.from_url(redis_shelf.url)
    noticed = asyncio.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            noticed.set()

    listener = Listener()
    logging.getLogger("bot.stores.redis").addHandler(listener)
    async with slow.lock("a"):
        await client.delete(*_lock_keys(redis_shelf))
        async with redis_shelf.open().lock("a"):
            await asyncio.wait_for(noticed.wait(), 5)
    logging.getLogger("bot.stores.redis").removeHandler(listener)
    assert "expired while it was held" in caplog.text
    await client.aclose()
    await slow.close()


async def test_redis_keeps_no_trace_of_unused_locks(redis_shelf: Shelf) -> None:
    store, client = redis_shelf.open(), Redis.from_url(redis_shelf.url)
    async with store.lock("a"), store.lock("b"):
        pass
    assert [key async for key in client.scan_iter(f"{redis_shelf.prefix}:*")] == []
    await client.aclose()


async def test_redis_forgets_a_conversation_after_its_expiry(redis_shelf: Shelf) -> None:
    client = Redis.from_url(redis_shelf.url)
    store = RedisStore(redis_shelf.url, prefix=redis_shelf.prefix, expire=100)
    key = f"{redis_shelf.prefix}:conversation:a"
    await store.append("a", [slot(0)], 0)
    assert 99 <= await client.ttl(key) <= 100
    await store.replace("a", [slot(0)])
    assert 99 <= await client.ttl(key) <= 100
    await client.aclose()
    await store.close()


def _lock_keys(shelf: Shelf) -> list[str]:
    return [f"{shelf.prefix}:line:a", f"{shelf.prefix}:alive:a"]
