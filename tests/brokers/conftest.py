"""Brokers on their real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.servers import PostgresServer, RedisServer, or_skip, postgres_server, redis_server

from .rabbit import RabbitServer, rabbit_server


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    yield from or_skip(redis_server())


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from or_skip(postgres_server())


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitServer]:
    yield from or_skip(rabbit_server())
