"""A shop of every kind, holding the same demo world on the same day."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import create_engine
from stores.servers import NotInstalled, PostgresServer, postgres_server

from actions.shop.demo import build, fill
from actions.shop.fake import fake_shop
from actions.shop.opening import open_shop
from actions.shop.order import ISTANBUL
from actions.shop.ports import Shop
from actions.shop.world import World

TODAY = date(2026, 3, 16)


@dataclass
class Watch:
    """A time of day that a test moves by hand."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 16, 11, 30, tzinfo=ISTANBUL))

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def world() -> World:
    return build(TODAY)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that no test may write to."""
    path = tmp_path_factory.mktemp("filled") / "shop.db"
    fill(f"sqlite:///{path}", TODAY)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server that holds the filled shop as a template."""
    try:
        with postgres_server() as server:
            _admin(server, "CREATE DATABASE filled")
            fill(server.url(database="filled"), TODAY)
            yield server
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture
def fake(world: World, watch: Watch) -> Shop:
    return fake_shop(world, watch)


@pytest.fixture
def sqlite(filled: Path, tmp_path: Path, watch: Watch) -> Iterator[Shop]:
    copyfile(filled, tmp_path / "shop.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'shop.db'}", watch)
    yield shop
    shop.close()


@pytest.fixture
def postgresql(postgres: PostgresServer, watch: Watch) -> Iterator[Shop]:
    name = f"shop_{uuid.uuid4().hex}"
    _admin(postgres, f"CREATE DATABASE {name} TEMPLATE filled STRATEGY file_copy")
    shop = open_shop(postgres.url(database=name), watch)
    yield shop
    shop.close()


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest) -> Shop:
    made: Shop = request.getfixturevalue(request.param)
    return made


def _admin(server: PostgresServer, statement: str) -> None:
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
