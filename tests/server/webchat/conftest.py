"""Visitors of a web chat, over real sockets."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.channels.webchat_settings import WebChatSettings
from bot.server.webchat import Setup

from ..conftest import Client

SECRET = b"a secret of tests that nobody else has"
BASE = "/webhooks/chat"


async def settled(condition: Callable[[], bool]) -> None:
    """Let the loop run until something holds: a client sees a socket close before the server has tidied up."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  (nobody tells of it)
            await asyncio.sleep(0)


class Tab:
    """One open page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, **frame: Any) -> None:
        await self.socket.send_json(frame)

    async def say(self, text: str, id: str | None = None, **more: Any) -> str:
        id = id or uuid.uuid4().hex
        await self.send(type="message", id=id, text=text, **more)
        return id

    async def get(self) -> dict[str, Any]:
        """The next frame."""
        received = await self.socket.receive(timeout=10)
        assert received.type is aiohttp.WSMsgType.TEXT, received
        frame: dict[str, Any] = received.json()
        return frame

    async def closed(self) -> int | None:
        """Read what is left, until the server closes; return its code."""
        async with asyncio.timeout(10):
            async for _ in self.socket:
                pass
        return self.socket.close_code

    async def until(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        """Frames up to and with the first of this type and content."""
        found: list[dict[str, Any]] = []
        while True:
            frame = await self.get()
            found.append(frame)
            if frame["type"] == kind and wanted.items() <= frame.items():
                return found

    async def answer(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """What is shown up to the first reply."""
        await self.say(text, **more)
        return await self.until("message", **{"from": "bot"})

    async def quiet(self) -> list[dict[str, Any]]:
        """What is shown before the answer to a ping: everything that was under way."""
        await self.send(type="ping")
        return (await self.until("pong"))[:-1]

    async def close(self) -> None:
        await self.socket.close()

    async def __aenter__(self) -> Tab:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = ""

    async def session(self, token: str | None = None, **options: Any) -> tuple[int, dict[str, Any]]:
        body = {} if token is None else {"token": token}
        return await self.client.ask("POST", f"{BASE}/session", json=body, **options)

    async def connect(self, **options: Any) -> aiohttp.ClientWebSocketResponse:
        return await self.client.session.ws_connect(
            self.client.server.make_url(f"{BASE}/socket"), autoping=True, **options
        )

    async def open(self, after: int = 0, **hello: Any) -> Tab:
        """Open a tab and greet; the welcome is the first frame to come."""
        if not self.token:
            status, found = await self.session()
            assert status == 200
            self.token = found["token"]
        tab = Tab(await self.connect())
        await tab.send(type="hello", token=self.token, after=after, **hello)
        return tab

    async def visit(self, after: int = 0, **hello: Any) -> Tab:
        """Open a tab whose welcome was read."""
        tab = await self.open(after, **hello)
        welcome = await tab.get()
        assert welcome["type"] == "welcome"
        return tab

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def upload(
        self, content: bytes, name: str = "foto.png", kind: str = "image/png"
    ) -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData(quote_fields=False)  # as browsers write names
        form.add_field("file", content, filename=name, content_type=kind)
        return await self.client.ask("POST", f"{BASE}/uploads", data=form, headers=self.bearer)


@pytest.fixture
def settings() -> WebChatSettings:
    """Tests override it."""
    return WebChatSettings()


@pytest.fixture
def setup(settings: WebChatSettings, tmp_path: Path) -> Setup:
    return Setup(settings, SECRET, tmp_path / "uploads")


@pytest.fixture
def options(setup: Setup) -> dict[str, Any]:
    return {"webchat": setup}


@pytest_asyncio.fixture
async def visitor(client: Client) -> AsyncIterator[Visitor]:
    yield Visitor(client)


@pytest_asyncio.fixture
async def other(client: Client) -> AsyncIterator[Visitor]:
    yield Visitor(client)
