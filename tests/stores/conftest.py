"""The four stores, each on its real server, with data of its own for every test."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import make_url

from bot.stores import Store
from bot.stores.memory import MemoryStore
from bot.stores.redis import RedisStore
from bot.stores.sql import SqlStore

from .servers import PostgresServer, RedisServer, or_skip, postgres_server, redis_server, schema_of


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    yield from or_skip(redis_server())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from or_skip(postgres_server())


class Shelf:
    """One place of conversations; every ``open`` gives a store on it, as another worker would have."""

    def __init__(self, kind: str, url: str = "", prefix: str = "") -> None:
        self.kind = kind
        self.url = url
        self.prefix = prefix
        self.opened: list[Store] = []

    def open(self) -> Store:
        store: Store
        match self.kind:
            case "memory":
                store = MemoryStore()
            case "redis":
                store = RedisStore(self.url, prefix=self.prefix, lease=1.0)
            case _:
                store = SqlStore(make_url(self.url))
        self.opened.append(store)
        return store


@pytest_asyncio.fixture
async def sqlite_shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    shelf = Shelf("sqlite", f"sqlite:///{tmp_path}/conversations.db")
    yield shelf
    await _close(shelf)


@pytest_asyncio.fixture
async def postgres_shelf(postgres: PostgresServer) -> AsyncIterator[Shelf]:
    with schema_of(postgres) as schema:
        shelf = Shelf("postgres", postgres.url(schema))
        yield shelf
        await _close(shelf)


@pytest_asyncio.fixture
async def redis_shelf(redis: RedisServer) -> AsyncIterator[Shelf]:
    shelf = Shelf("redis", redis.url, uuid.uuid4().hex)
    yield shelf
    await _close(shelf)


@pytest_asyncio.fixture
async def memory_shelf() -> AsyncIterator[Shelf]:
    yield Shelf("memory")


@pytest.fixture(params=["memory", "sqlite", "postgres", "redis"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    found: Shelf = request.getfixturevalue(f"{request.param}_shelf")
    return found


@pytest.fixture
def store(shelf: Shelf) -> Store:
    return shelf.open()


async def _close(shelf: Shelf) -> None:
    for store in shelf.opened:
        await store.close()
