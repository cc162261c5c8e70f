"""A small bot behind a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.actions import ActionResult
from bot.errors import Complaints
from bot.message import Emit
from bot.model import Model
from bot.server import make_app
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.training import train
from bot.turn import Bot


class Gate:
    """Custom actions that end when the test says so."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        self.entered.set()
        await self.open.wait()
        return ActionResult()

    async def close(self) -> None:
        self.open.set()


class Client:
    """Speaks to one server."""

    def __init__(self, session: aiohttp.ClientSession, server: TestServer, bot: Bot, gate: Gate) -> None:
        self.session = session
        self.server = server
        self.bot = bot
        self.gate = gate
        self.outputs: dict[str, Callable[[str], Emit]] = {}
        """Channels that can speak first."""

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON of an answer, which must say that it is JSON in UTF-8."""
        async with self.session.request(method, self.server.make_url(path), **options) as response:
            assert response.headers["Content-Type"] == "application/json; charset=utf-8"
            return response.status, await response.json()

    async def say(self, text: Any, sender: Any = "ayşe", **more: Any) -> tuple[int, Any]:
        body = {"sender": sender, "message": text, **more}
        return await self.ask("POST", "/webhooks/rest/webhook", json=body)

    async def texts(self, text: str, sender: str = "ayşe") -> list[str]:
        status, said = await self.say(text, sender)
        assert status == 200
        return [one["text"] for one in said]

    async def events(self, sender: str = "ayşe") -> list[dict[str, Any]]:
        return [event.as_dict() for event in await self.bot.store.load(sender)]


@pytest.fixture(scope="session")
def model() -> Model:
    complaints = Complaints()
    found = train(read_sources(Path(__file__).parent / "bot", complaints), complaints)
    assert not complaints.errors
    return found


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def bot(model: Model, gate: Gate) -> Bot:
    return Bot(model.domain, model.ensemble, model.interpreter, gate, MemoryStore(), apology="Özür dilerim.")


@pytest.fixture
def options() -> dict[str, Any]:
    """Of ``make_app``; tests override it."""
    return {}


@pytest_asyncio.fixture
async def client(bot: Bot, gate: Gate, options: dict[str, Any]) -> AsyncIterator[Client]:
    outputs: dict[str, Callable[[str], Emit]] = {}
    app = make_app(bot, model_name="small.tar.gz", model_id="abc", **{"outputs": outputs, **options})
    connector = aiohttp.TCPConnector(limit=0)
    async with TestServer(app) as server, aiohttp.ClientSession(connector=connector) as session:
        client = Client(session, server, bot, gate)
        client.outputs = outputs
        yield client
        gate.open.set()
