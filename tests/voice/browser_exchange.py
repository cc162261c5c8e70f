"""A server that answers browsers, and the callers who come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from browser_caller import RATE, Caller
from call_scene import SETTINGS
from phone_bot import phone_bot
from yarl import URL

from bot.message import Collected, Emit, Message, Reply
from bot.stores.memory import MemoryStore
from bot.turn import take_turn
from voice.lines.browser_calls import BrowserCalls, Door
from voice.phone import Phone
from voice.readiness import Readiness
from voice.testing.fakes import CodeBook, FakeAsr, FakeTts, FakeVad
from voice.tts import Voice

GREETING = "nasıl yardımcı olabilirim?"
UPGRADE = (
    b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)


@dataclass
class Exchange:
    """A server that opens for its first caller, unless it was opened otherwise before."""

    book: CodeBook = field(default_factory=CodeBook)
    said_last: Sequence[Reply] | Exception = ()
    tokens: dict[str, str] = field(default_factory=lambda: {"good": "webchat-1"})
    messages: list[Message] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    entered: int = 0

    def __post_init__(self) -> None:
        self.bot = phone_bot(MemoryStore())
        self.session = aiohttp.ClientSession()
        self.server: TestServer | None = None

    async def open(self, phone: dict[str, Any] | None = None, **options: Any) -> None:
        """Serve calls: with what else the phone has, and the options of the line."""
        assert self.server is None
        tts = FakeTts(self.book, RATE)
        made: dict[str, Any] = {
            "voice": lambda rate: Voice(tts, rate),
            "vad": FakeVad,
            "asr": FakeAsr(self.book, RATE),
            "settings": SETTINGS,
        }
        ready = Readiness(Phone(self._turn, **(made | (phone or {}))))
        self.calls = BrowserCalls(ready, Door(self._enter, self.tokens.get, self._said_last), **options)
        app = web.Application()
        app.add_routes([web.get("/voice/call", self.calls.answer)])
        app.on_shutdown.append(self.calls.close)
        self.server = TestServer(app)
        await self.server.start_server()

    async def address(self) -> URL:
        if self.server is None:
            await self.open()
        assert self.server is not None
        return self.server.make_url("/voice/call")

    async def _turn(self, message: Message, emit: Emit) -> None:
        self.messages.append(message)
        await take_turn(self.bot, message, emit)

    @contextmanager
    def _enter(self, request: web.Request) -> Iterator[None]:
        self.entered += 1
        try:
            yield
        finally:
            self.entered -= 1

    async def _said_last(self, conversation_id: str) -> Sequence[Reply]:
        if isinstance(self.said_last, Exception):
            raise self.said_last
        return self.said_last

    async def chats(self, text: str, conversation_id: str = "webchat-1") -> None:
        """The customer writes before the call."""
        said = Collected()
        await take_turn(self.bot, Message(text, conversation_id), said)
        self.said_last = said.replies

    async def caller(self) -> Caller:
        """Somebody whose call has not begun."""
        found = Caller(await self.session.ws_connect(await self.address()), self.book)
        self.callers.append(found)
        return found

    async def calls_up(self, microphone: bool = True, **more: Any) -> Caller:
        """Somebody whose call has begun."""
        caller = await (await self.caller()).start(microphone, **more)
        await caller.until("ready")
        return caller

    async def greeted(self, microphone: bool = True, words: str = GREETING, **more: Any) -> Caller:
        """Somebody who hears the greeting."""
        caller = await self.calls_up(microphone, **more)
        await caller.hears(words)
        return caller

    async def empty(self) -> None:
        """Wait until no call is left."""
        async with asyncio.timeout(20):
            while len(self.calls) or self.entered:  # noqa: ASYNC110  (nobody tells of it)
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for caller in self.callers:
            await caller.leave()
        if self.server is not None:
            await self.empty()
        await self.session.close()
        if self.server is not None:
            await self.server.close()
