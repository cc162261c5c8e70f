"""The demo shop in memory, on one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from talking import Conversation, StoppedClock

from actions.shop.demo import build
from actions.shop.errors import ShopUnavailable
from actions.shop.fake import fake_shop
from actions.shop.order import ISTANBUL
from actions.shop.ports import Shop
from actions.shop.world import World

NOW = datetime(2026, 3, 16, 11, 30, tzinfo=ISTANBUL)  # a Monday


@pytest.fixture(scope="session")
def world() -> World:
    return build(date(2026, 3, 16))


@pytest.fixture
def shop(world: World) -> Shop:
    return fake_shop(world, lambda: NOW)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture
def talk(shop: Shop, clock: StoppedClock) -> Conversation:
    return Conversation(shop, clock)


@pytest.fixture
def verified(shop: Shop, clock: StoppedClock) -> Conversation:
    """A conversation in which the channel vouches for the phone of the showcase's customer."""
    talk = Conversation(shop, clock, channel="whatsapp")
    talk.latest = {"metadata": {"verified_phone": "+905320004567"}}
    return talk


class Away:
    """A port whose database is away: every call fails as the SQL adapter's would."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def fail(*_: Any, **__: Any) -> Any:
            raise ShopUnavailable

        return fail


@pytest.fixture
def away(clock: StoppedClock) -> Conversation:
    port: Any = Away()
    return Conversation(Shop(port, port, port, port, port, port), clock)
