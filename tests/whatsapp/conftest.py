"""A small bot on WhatsApp: our server at one end of the line, the fake of Meta's API at the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from sqlalchemy import URL, make_url

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.opening import make_whatsapp
from bot.channels.whatsapp.templates import Templates
from bot.clock import ManualClock
from bot.errors import Complaints
from bot.events import Event
from bot.model import Model
from bot.server import make_app
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.training import train
from bot.turn import Bot
from tests.stores.servers import PostgresServer, or_skip, postgres_server, schema_of
from tests.whatsapp.small import SECRET, TOKEN, Actions, settings_for

BOT = Path(__file__).parent / "bot"


@pytest.fixture(scope="session")
def model() -> Model:
    complaints = Complaints()
    found = train(read_sources(BOT, complaints), complaints)
    assert not complaints.errors
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    yield from or_skip(postgres_server())


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """The queue's database: a file, or a schema of its own in a real PostgreSQL."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "whatsapp.db"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with schema_of(server) as schema:
        yield make_url(server.url(schema))


@dataclass
class Line:
    """Both ends of the line."""

    server: TestServer
    graph: FakeGraph
    bot: Bot
    channel: WhatsAppChannel
    actions: Actions
    session: aiohttp.ClientSession
    clock: ManualClock

    @property
    def webhook(self) -> str:
        return str(self.server.make_url("/webhooks/whatsapp/webhook"))

    async def settle(self) -> None:
        """Wait until everything is done that was asked for."""
        async with asyncio.timeout(20):
            await self.channel.idle()

    async def say(self, text: str, **more: Any) -> str:
        """The customer writes; everything that follows is done when this returns."""
        name = await self.graph.say({"type": "text", "text": {"body": text}}, **more)
        await self.settle()
        return name

    async def send(self, kind: str, content: Any, **more: Any) -> str:
        name = await self.graph.say({"type": kind, kind: content}, **more)
        await self.settle()
        return name

    @property
    def said(self) -> list[str]:
        """What the customer reads, in order."""
        found = []
        for one in self.graph.sent:
            body = one.body
            content = body.get("text") or body.get("interactive", {}).get("body") or {}
            found.append(content.get("body") or content.get("text") or f"[{body['type']}]")
        return found

    async def events(self, conversation: str = "whatsapp:905321112233") -> list[Event]:
        return list(await self.bot.store.load(conversation))

    async def logged(self, conversation: str = "whatsapp:905321112233") -> list[dict[str, Any]]:
        """What was written into the conversation beside messages."""
        found = [one.as_dict() for one in await self.events(conversation)]
        return [one["value"] for one in found if one.get("name") == "whatsapp_event"]


@asynccontextmanager
async def line_of(
    folder: Path, model: Model, templates: Templates | None = None, **changes: Any
) -> AsyncIterator[Line]:
    """Both ends of the line, each behind a real socket; clocks stand still unless they are moved."""
    clock = ManualClock()
    graph = FakeGraph(TOKEN, SECRET, clock=clock)
    actions = Actions()
    bot = Bot(
        model.domain, model.ensemble, model.interpreter, actions, MemoryStore(), apology="Özür dilerim."
    )
    async with TestServer(graph.app()) as meta:
        settings = replace(settings_for(folder, str(meta.make_url("")).rstrip("/")), **changes)
        channel = make_whatsapp(settings, templates=templates, clock=clock, doubt=5.0)
        # Pauses take no time, but the clock goes on.
        channel.sender.sleep = _moving(clock)
        app = make_app(bot, model_name="small", whatsapp=channel)
        try:
            async with TestServer(app) as server, aiohttp.ClientSession() as session:
                line = Line(server, graph, bot, channel, actions, session, clock)
                graph.webhook = line.webhook
                yield line
        finally:
            await channel.close(0.1)


def _moving(clock: ManualClock) -> Callable[[float], Awaitable[None]]:
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01)
        clock.advance(seconds)

    return sleep


@pytest_asyncio.fixture
async def line(tmp_path: Path, model: Model) -> AsyncIterator[Line]:
    async with line_of(tmp_path, model) as found:
        yield found
