"""A shop of every kind, holding the same demo world on the same day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest

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


def _fake(world: World, filled: Path, folder: Path, watch: Watch) -> Shop:
    return fake_shop(world, watch)


def _sql(world: World, filled: Path, folder: Path, watch: Watch) -> Shop:
    copyfile(filled, folder / "shop.db")
    return open_shop(f"sqlite:///{folder / 'shop.db'}", watch)


Making = Callable[[World, Path, Path, Watch], Shop]


@pytest.fixture(params=[_fake, _sql], ids=["fake", "sqlite"])
def shop(
    request: pytest.FixtureRequest, world: World, filled: Path, tmp_path: Path, watch: Watch
) -> Iterator[Shop]:
    make: Making = request.param
    made = make(world, filled, tmp_path, watch)
    yield made
    made.close()
