"""A small bot whose store, clock and actions the tests hold in their hands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot import events as ev
from bot.actions import ActionResult, CustomActions
from bot.clock import ManualClock
from bot.errors import Complaints, StoreError
from bot.events import Event
from bot.message import Collected, Message, Reply
from bot.model import Model
from bot.sources import read_sources
from bot.stores import Store
from bot.stores.memory import MemoryStore
from bot.stub_actions import StubActions
from bot.tracker import Tracker
from bot.training import train
from bot.turn import Bot, take_turn

ROOT = Path(__file__).parent / "bot"
APOLOGY = "Bir aksilik oldu."


@cache
def model() -> Model:
    complaints = Complaints()
    return train(read_sources(ROOT, complaints), complaints)


def bot_with(
    store: Store | None = None, actions: CustomActions | None = None, apology: str | None = APOLOGY
) -> Bot:
    trained = model()
    actions = actions or StubActions.of(ROOT)
    store = store or MemoryStore()
    return Bot(trained.domain, trained.ensemble, trained.interpreter, actions, store, ManualClock(), apology)


async def ask(bot: Bot, text: str, message_id: str | None = None, **more: Any) -> list[str | None]:
    """What the bot says to a message."""
    emit = Collected()
    await take_turn(bot, Message(text, "c", message_id=message_id, **more), emit)
    return [one.text for one in emit.replies]


async def log(bot: Bot) -> list[Event]:
    return list(await bot.store.load("c"))


def said(events: Sequence[Event]) -> list[str | None]:
    return [one.text for one in events if isinstance(one, ev.BotUttered)]


def did(events: Sequence[Event]) -> list[str | None]:
    return [one.name for one in events if isinstance(one, ev.ActionExecuted)]


def assert_well_formed(events: Sequence[Event]) -> None:
    """Every message is answered up to a listen before the next; times go on."""
    listening = False
    for event in events:
        match event:
            case ev.UserUttered():
                assert listening, "a message came while the bot was not listening"
                listening = False
            case ev.ActionExecuted():
                listening = event.name == "action_listen"
    assert listening, "the last turn has no end"
    times = [one.timestamp for one in events]
    assert times == sorted(times)


class Heard:
    """A customer who hears each reply at once or, with ``whole``, all at the turn's end."""

    def __init__(self, whole: bool = False, then: Callable[[Reply], None] = lambda reply: None) -> None:
        self.whole = whole
        self.heard: list[str | None] = []
        self.then = then

    async def __call__(self, reply: Reply) -> None:
        self.heard.append(reply.text)
        self.then(reply)


class FailingStore(MemoryStore):
    """Fails at the given append, counted from 1, as often as it is told."""

    def __init__(self, at: int, error: type[StoreError] = StoreError, times: int = 1) -> None:
        super().__init__()
        self.at, self.error, self.left = at, error, times
        self.appends = 0

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        self.appends += 1
        if self.appends >= self.at and self.left:
            self.left -= 1
            raise self.error("The store was told to fail.")
        await super().append(conversation_id, events, expected)


class CountingStore(MemoryStore):
    """Counts the events that are read and written."""

    def __init__(self) -> None:
        super().__init__()
        self.read = self.written = 0

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        found = await super().load(conversation_id, after)
        self.read += len(found)
        return found

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        self.written += len(events)
        await super().append(conversation_id, events, expected)


class Answering:
    """Actions that answer, raise or hang as a test says."""

    def __init__(self, answer: Callable[[str, Tracker], ActionResult]) -> None:
        self.answer = answer

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        await asyncio.sleep(0)
        return self.answer(name, tracker)

    async def close(self) -> None:
        """Nothing to give back."""
