"""``PUT /model``, ``DELETE /model``: the bot's model exchanged while it talks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.events import ReminderScheduled
from bot.model import Model
from bot.stores import Timer
from bot.stores.memory import MemoryStore
from bot.turn import Bot

from .conftest import Client, Gate

pytestmark = pytest.mark.asyncio


class WatchedStore(MemoryStore):
    """Tells when somebody was shown a timer that is due, and when one was dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.due = asyncio.Event()
        self.dropped = asyncio.Event()

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        found = await super().timers(until, most)
        if found:
            self.due.set()
        return found

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        await super().drop_timer(conversation_id, name)
        self.dropped.set()


@pytest.fixture
def store() -> WatchedStore:
    return WatchedStore()


@pytest.fixture
def bot(model: Model, gate: Gate, store: WatchedStore) -> Bot:
    return Bot(model.domain, model.ensemble, model.interpreter, gate, store)


@pytest.fixture
def folder(tmp_path: Path, model: Model) -> Path:
    models = tmp_path / "models"
    model.save(models / "bir.tar.gz")
    (tmp_path / "dışarıda.tar.gz").write_bytes((models / "bir.tar.gz").read_bytes())
    (models / "bozuk.tar.gz").write_bytes(b"not an archive")
    (models / "kaçak.tar.gz").symlink_to(tmp_path / "dışarıda.tar.gz")
    return models


@pytest.fixture
def options(folder: Path, tmp_path: Path) -> dict[str, Any]:
    return {"models": folder, "root": tmp_path}


async def put(client: Client, body: Any) -> tuple[int, Any]:
    async with client.session.put(client.server.make_url("/model"), json=body) as response:
        return response.status, None if response.status == 204 else await response.json()


async def unload(client: Client) -> None:
    async with client.session.delete(client.server.make_url("/model")) as response:
        assert (response.status, await response.read()) == (204, b"")


async def test_a_model_is_exchanged_and_status_says_so(client: Client, folder: Path, model: Model) -> None:
    for given in ("bir.tar.gz", "models/bir.tar.gz", str(folder / "bir.tar.gz")):
        assert await put(client, {"model_file": given}) == (204, None)
        _, status = await client.ask("GET", "/status")
        assert (status["model_file"], status["model_id"]) == ("bir.tar.gz", model.fingerprint)
    assert await client.texts("merhaba") == ["Merhaba None"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"model_file": None},
        {"model_file": 1},
        {"model_file": ""},
        {"model_file": "yok.tar.gz"},
        {"model_file": "bozuk.tar.gz"},
        {"model_file": "../dışarıda.tar.gz"},
        {"model_file": "kaçak.tar.gz"},
        {"model_file": "/etc/passwd"},
        {"model_file": "..%2F..%2Fetc%2Fpasswd"},
        {"model_file": "a\0b"},
        {"model_file": "a" * 10_000},
        {"model_file": "../" * 3_000},
        {"model_server": 1},
        {"model_server": {}},
        {"model_server": {"url": "file:///etc/passwd"}},
        {"model_server": {"url": "http://127.0.0.1:1/model"}},
        {"remote_storage": "aws", "model_file": "bir.tar.gz"},
    ],
)
async def test_models_that_are_none_change_nothing(client: Client, body: Any) -> None:
    status, answer = await put(client, body)

    assert (status, answer["reason"]) == (400, "BadRequest")
    assert (await client.ask("GET", "/status"))[1]["model_file"] == "small.tar.gz"
    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_without_a_model_nothing_is_answered(client: Client) -> None:
    await unload(client)
    for method, path in (
        ("GET", "/status"),
        ("GET", "/domain"),
        ("POST", "/model/parse"),
        ("POST", "/model/predict"),
        ("POST", "/model/test/stories"),
        ("GET", "/conversations/a/tracker"),
        ("POST", "/conversations/a/messages"),
    ):
        status, answer = await client.ask(
            method, path, json={"text": "merhaba"} if method == "POST" else None
        )
        assert (status, answer["reason"]) == (409, "Conflict"), path
    status, answer = await client.say("merhaba")
    assert (status, answer["reason"]) == (503, "ServiceUnavailable")
    assert (await client.ask("GET", "/health"))[0] == 200

    await unload(client)
    assert (await put(client, {"model_file": "bir.tar.gz"}))[0] == 204
    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_a_turn_in_flight_ends_with_its_model(client: Client) -> None:
    asking = asyncio.create_task(client.texts("bekle"))
    await client.gate.entered.wait()
    await unload(client)
    client.gate.open.set()

    assert await asking == ["Merhaba None", "Bir.", "İki."]


async def test_reminders_wait_for_a_model(client: Client, store: WatchedStore) -> None:
    await client.texts("merhaba")
    soon = (datetime.now(UTC) + timedelta(seconds=0.2)).isoformat()
    event = {**ReminderScheduled("greet", soon, name="r").as_dict(), "timestamp": None}
    assert (await client.ask("POST", "/conversations/ayşe/tracker/events", json=event))[0] == 200
    await unload(client)
    async with asyncio.timeout(10):
        await store.due.wait()
    before = len(await client.events())
    assert not store.dropped.is_set()
    await put(client, {"model_file": "bir.tar.gz"})
    async with asyncio.timeout(10):
        await store.dropped.wait()
    told = await client.events()
    assert "EXTERNAL: greet" in [one.get("text") for one in told[before:]]


@pytest_asyncio.fixture
async def model_server(folder: Path) -> AsyncIterator[TestServer]:
    async def give(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == "bir":
            return web.Response(status=304)
        data = (folder / "bir.tar.gz").read_bytes()
        return web.Response(body=data, headers={"ETag": "bir", "filename": "uzak.tar.gz"})

    app = web.Application()
    app.add_routes([web.get("/model", give)])
    async with TestServer(app) as server:
        yield server


async def test_a_model_server_is_followed(client: Client, model_server: TestServer) -> None:
    body = {"model_server": {"url": str(model_server.make_url("/model")), "wait_time_between_pulls": 100}}
    for _ in range(2):
        assert await put(client, body) == (204, None)
        assert (await client.ask("GET", "/status"))[1]["model_file"] == "uzak.tar.gz"
    assert await put(client, {"model_file": "bir.tar.gz"}) == (204, None)
    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_emulation_is_declined(client: Client) -> None:
    status, answer = await client.ask("POST", "/model/parse?emulation_mode=LUIS", json={"text": "merhaba"})

    assert (status, answer["details"]["parameter"]) == (400, "emulation_mode")


async def test_a_sign_of_life(client: Client) -> None:
    headers = {"Accept": "text/plain"}
    async with client.session.get(client.server.make_url("/"), headers=headers) as response:
        assert (await response.text()).startswith("Hello from Santral: ")
