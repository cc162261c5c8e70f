"""The small bot that the tests' calls are held with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.app import menus_of
from bot.clock import ManualClock
from bot.errors import Complaints
from bot.model import Model
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.stub_actions import StubActions
from bot.training import train
from bot.turn import Bot

ROOT = Path(__file__).parent / "bot"


@cache
def model() -> Model:
    complaints = Complaints()
    return train(read_sources(ROOT, complaints), complaints)


def phone_bot(store: MemoryStore) -> Bot:
    """A bot that remembers in ``store``."""
    trained = model()
    return Bot(
        trained.domain,
        trained.ensemble,
        trained.interpreter,
        StubActions.of(ROOT),
        store,
        ManualClock(),
        "Bir aksilik oldu.",
        menus=menus_of(trained),
    )
