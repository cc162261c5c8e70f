"""Processes killed, servers killed, files damaged: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

import bot
from bot.errors import StoreError
from bot.events import Event, SlotSet
from bot.stores.redis import RedisStore
from bot.stores.sql import SqlStore

from .conftest import Shelf
from .every_event import slot
from .servers import PostgresServer, RedisServer, or_skip, postgres_server, redis_server

pytestmark = pytest.mark.asyncio

ROOT = Path(bot.__file__).parents[1]


@contextmanager
def worker(shelf: Shelf, what: str) -> Iterator[subprocess.Popen[str]]:
    """``appender.py`` in a process of its own, ready and waiting for a line."""
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("appender.py"), shelf.url, shelf.prefix, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def numbers(events: list[Event]) -> list[object]:
    return [event.value for event in events if isinstance(event, SlotSet)]


@pytest.mark.parametrize("shelf", ["sqlite", "postgres", "redis"], indirect=True)
@pytest.mark.parametrize("batches", [1, 40, 200])
async def test_a_killed_worker_leaves_all_it_reported_once(shelf: Shelf, batches: int) -> None:
    store = shelf.open()
    with worker(shelf, "endless") as process:
        go(process)
        assert process.stdout is not None
        reported = [process.stdout.readline() for _ in range(batches)]
        process.kill()
        reported += process.stdout.read().splitlines(keepends=True)
    last = max(int(line.split()[1]) for line in reported if line.endswith("\n"))

    found = numbers(await store.load("a"))

    assert len(found) >= last + 3
    assert len(found) % 3 == 0, "a batch is there whole or not at all"
    assert found == list(range(len(found)))


async def test_two_processes_on_one_sqlite_file_never_overwrite(sqlite_shelf: Shelf) -> None:
    store = sqlite_shelf.open()
    with (
        worker(sqlite_shelf, "contend") as one,
        worker(sqlite_shelf, "contend") as two,
    ):
        go(one)
        go(two)
        outputs = await asyncio.gather(*(asyncio.to_thread(process.communicate) for process in (one, two)))
    lines = [printed.splitlines() for printed, _ in outputs]
    assert all(own.count("conflict") + 150 == len(own) for own in lines)
    assert sum(own.count("conflict") for own in lines) > 0

    found = await store.load("a")

    assert numbers(found) == list(range(2 * 150 * 3))
    for process, own in zip((one, two), lines, strict=True):
        claimed = {int(line.split()[1]) for line in own if line != "conflict"}
        written = {
            position
            for position, event in enumerate(found)
            if isinstance(event, SlotSet) and event.name == str(process.pid)
        }
        assert written == {start + more for start in claimed for more in range(3)}


async def test_many_processes_may_create_one_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    code = "import sys, sqlalchemy, bot.stores.sql as s; s.SqlStore(sqlalchemy.make_url(sys.argv[1]))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, url, env=environment)
        for _ in range(4)
    ]
    assert [await process.wait() for process in started] == [0, 0, 0, 0]


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    yield from or_skip(redis_server())


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    yield from or_skip(postgres_server())


async def test_a_killed_redis_comes_back_with_everything(own_redis: RedisServer) -> None:
    store = RedisStore(own_redis.url)
    for number in range(200):
        await store.append("a", [slot(number)], number)
    async with store.lock("held"):
        own_redis.kill()
        for call in (store.load("a"), store.append("a", [slot(200)], 200), store.conversation_ids()):
            with pytest.raises(StoreError, match="redis cannot be") as told:
                await call
            assert told.value.retry
        with pytest.raises(StoreError):
            async with store.lock("a"):
                pass
        own_redis.start()
    assert await store.load("a") == [slot(number) for number in range(200)]
    async with store.lock("a", timeout=5):
        await store.append("a", [slot(200)], 200)
    await store.close()


async def test_a_killed_postgres_comes_back_with_everything(own_postgres: PostgresServer) -> None:
    store = SqlStore(make_url(own_postgres.url()))
    for number in range(50):
        await store.append("a", [slot(number)], number)
    async with store.lock("held"):
        own_postgres.kill()
        for call in (store.load("a"), store.append("a", [slot(50)], 50), store.conversation_ids()):
            with pytest.raises(StoreError, match="database cannot be") as told:
                await call
            assert told.value.retry
        with pytest.raises(StoreError):
            async with store.lock("a"):
                pass
        own_postgres.start()
    assert await store.load("a") == [slot(number) for number in range(50)]
    async with store.lock("a", timeout=5):
        await store.append("a", [slot(50)], 50)
    await store.close()


async def test_a_broken_lock_session_is_replaced(own_postgres: PostgresServer) -> None:
    store = SqlStore(make_url(own_postgres.url()))
    async with store.lock("a"):
        own_postgres.kill()
        own_postgres.start()
    async with store.lock("a", timeout=5), store.lock("b", timeout=5):
        await store.append("a", [slot(0)], 0)
    await store.close()


@pytest.mark.parametrize("data", ["{", "[]", '{"event": "gizli"}', '{"event": "slot"}', "", "[" * 100_000])
async def test_a_damaged_row_is_told_by_its_position(sqlite_shelf: Shelf, data: str) -> None:
    store = sqlite_shelf.open()
    await store.append("a", [slot(0), slot(1), slot(2)], 0)
    _change(sqlite_shelf, "UPDATE santral_events SET data = :data WHERE position = 1", data=data)
    with pytest.raises(StoreError, match="position 1 ") as told:
        await store.load("a")
    assert "gizli" not in str(told.value)
    assert not told.value.retry
    assert await store.load("a", 2) == [slot(2)]


async def test_a_missing_row_is_told(sqlite_shelf: Shelf) -> None:
    store = sqlite_shelf.open()
    await store.append("a", [slot(0), slot(1), slot(2)], 0)
    _change(sqlite_shelf, "DELETE FROM santral_events WHERE position = 1")
    with pytest.raises(StoreError, match="position 1 of the conversation is missing"):
        await store.load("a")


async def test_a_damaged_record_in_redis_is_told_by_its_position(redis_shelf: Shelf) -> None:
    from redis.asyncio import Redis

    store = redis_shelf.open()
    await store.append("a", [slot(0), slot(1)], 0)
    client = Redis.from_url(redis_shelf.url)
    await client.lset(f"{redis_shelf.prefix}:conversation:a", 1, "{")
    await client.aclose()
    with pytest.raises(StoreError, match="position 1 "):
        await store.load("a")


async def test_a_newer_database_is_refused(sqlite_shelf: Shelf) -> None:
    await sqlite_shelf.open().append("a", [slot(0)], 0)
    _change(sqlite_shelf, "UPDATE santral_schema SET version = 99")
    with pytest.raises(StoreError, match="newer Santral") as told:
        sqlite_shelf.open()
    assert not told.value.retry


async def test_rasas_table_in_the_same_file_stays_as_it_is(sqlite_shelf: Shelf) -> None:
    _change(sqlite_shelf, "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)")
    _change(sqlite_shelf, "INSERT INTO events VALUES (1, 'ayşe', '{}')")
    store = sqlite_shelf.open()
    await store.append("a", [slot(0)], 0)
    assert await store.conversation_ids() == ["a"]
    engine = create_engine(sqlite_shelf.url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM events")).all() == [(1, "ayşe", "{}")]
    engine.dispose()


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Bu bir veritabanı değil. " * 100)
    with pytest.raises(StoreError, match="not a database"):
        SqlStore(make_url(f"sqlite:///{tmp_path}/notes.db"))
    with pytest.raises(StoreError, match="unable to open"):
        SqlStore(make_url(f"sqlite:///{tmp_path}/nowhere/a.db"))


async def test_a_cancelled_append_is_over_when_its_caller_goes_on(sqlite_shelf: Shelf) -> None:
    store = sqlite_shelf.open()
    other = sqlite3.connect(make_url(sqlite_shelf.url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(store.append("a", [slot(0)], 0))
    asyncio.get_running_loop().call_later(0.05, task.cancel)
    asyncio.get_running_loop().call_later(0.15, other.rollback)
    await asyncio.wait([task])
    assert task.cancelled()
    assert await store.load("a") == [slot(0)]
    other.close()


async def test_a_closed_store_says_so(sqlite_shelf: Shelf) -> None:
    store = sqlite_shelf.open()
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.load("a")


async def test_a_batch_is_undone_when_one_of_its_rows_fails(sqlite_shelf: Shelf) -> None:
    store = sqlite_shelf.open()
    await store.append("a", [slot(0)], 0)
    _change(
        sqlite_shelf,
        "CREATE TRIGGER full BEFORE INSERT ON santral_events WHEN NEW.position = 3 "
        "BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    )
    with pytest.raises(StoreError):
        await store.append("a", [slot(number) for number in range(1, 6)], 1)
    assert await store.load("a") == [slot(0)]


def _change(shelf: Shelf, statement: str, **values: object) -> None:
    engine = create_engine(shelf.url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()
