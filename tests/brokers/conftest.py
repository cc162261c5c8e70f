"""Brokers on their real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stores.servers import NotInstalled, PostgresServer, RedisServer, postgres_server, redis_server

from .rabbit import RabbitServer, rabbit_server


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    try:
        with redis_server() as server:
            yield server
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    try:
        with postgres_server() as server:
            yield server
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitServer]:
    try:
        with rabbit_server() as server:
            yield server
    except NotInstalled as missing:
        pytest.skip(str(missing))
