"""The bot's own server with a web chat and calls, and what its customers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer
from browser_caller import RATE, Caller
from call_scene import SETTINGS
from phone_bot import phone_bot

from bot.channels.webchat_settings import WebChatSettings
from bot.message import Emit, Message
from bot.server import make_app
from bot.server.app import TURNS
from bot.server.webchat import Setup
from bot.stores.memory import MemoryStore
from santral.calls import Calls, keep_heard
from voice.lines.browser_settings import BrowserSettings
from voice.phone import Phone
from voice.testing.fakes import CodeBook, FakeTts
from voice.tts import Voice


class Shop:
    """A server with a web chat and calls."""

    def __init__(
        self, session: aiohttp.ClientSession, server: TestServer, book: CodeBook, calls: Calls
    ) -> None:
        self.session, self.server, self.book, self.calls = session, server, book, calls
        self.turns = calls._turns

    async def call(self, **headers: str) -> Caller:
        socket = await self.session.ws_connect(self.server.make_url("/voice/call"), headers=headers)
        return Caller(socket, self.book)

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        async with self.session.get(self.server.make_url(path), headers=headers) as response:
            return response.status, await response.text(), response.headers

    async def token(self) -> str:
        """A session's of the web chat."""
        async with self.session.post(self.server.make_url("/webhooks/chat/session"), json={}) as response:
            found = await response.json()
            assert found["settings"]["calls"] == "voice/"
            return str(found["token"])

    async def chat(self, token: str) -> aiohttp.ClientWebSocketResponse:
        socket = await self.session.ws_connect(self.server.make_url("/webhooks/chat/socket"))
        await socket.send_json({"type": "hello", "token": token, "after": 0})
        assert (await socket.receive_json(timeout=10))["type"] == "welcome"
        return socket


@asynccontextmanager
async def served(
    settings: BrowserSettings, chat: WebChatSettings | None, folder: Path
) -> AsyncIterator[Shop]:
    """The shop's bot with calls, and with a web chat unless ``chat`` is ``None``."""
    bot, book = phone_bot(MemoryStore()), CodeBook()
    setup = Setup(chat, b"a secret of tests that nobody has", folder) if chat else None
    app = make_app(bot, model_name="small", webchat=setup)

    async def turn(message: Message, emit: Emit) -> None:
        await app[TURNS].answer(message, emit)

    log = partial(keep_heard, app[TURNS])
    phone = Phone(turn, lambda rate: Voice(FakeTts(book, RATE), rate), settings=SETTINGS, log=log)
    calls = Calls(app, phone, settings)
    calls.add_to(app)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Shop(session, server, book, calls)


async def shown(socket: aiohttp.ClientWebSocketResponse, text: str) -> list[str]:
    """What the chat shows, up to this text."""
    found: list[str] = []
    while not any(text in one for one in found):
        frame = await socket.receive_json(timeout=10)
        if frame["type"] == "message":
            found.append(f"{frame['from']}: {frame.get('text')}")
    return found
