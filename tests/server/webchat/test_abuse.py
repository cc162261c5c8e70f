"""Clients that mean no good, or are broken: refused or bounded, and nobody else is slowed."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.channels.webchat_settings import WebChatSettings
from bot.events import BotUttered
from bot.message import Message
from bot.server.turns import Turns
from bot.server.webchat import Setup, WebChat
from bot.server.webchat import socket as socket_module
from bot.server.webchat.rooms import Shown
from bot.turn import Turn

from ..conftest import Client
from .conftest import BASE, Tab, Visitor, settled

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("settings", [WebChatSettings(messages=3)])
async def test_a_flood_is_told_to_wait_and_others_are_answered(
    visitor: Visitor, other: Visitor, client: Client
) -> None:
    async with await visitor.visit() as loud, await visitor.visit() as tab, await other.visit() as quiet:
        ids = [await loud.say("merhaba") for _ in range(12)]
        answered = await quiet.answer("merhaba")
        # A second tab has no second allowance.
        await tab.say("merhaba")
        refused = (await tab.until("error"))[-1]
        frames = await loud.quiet()
        while sum(one["type"] == "ack" for one in frames) < 3:
            frames.append(await loud.get())

    errors = [one for one in frames if one["type"] == "error"]
    assert [one["id"] for one in errors] == ids[3:]
    assert all(one["code"] == "rate_limited" and one["retry_after"] >= 1 for one in [*errors, refused])
    assert {one["id"] for one in frames if one["type"] == "ack"} == set(ids[:3])
    assert answered[-1]["text"] == "Merhaba None"
    users = [
        event
        for name in await client.bot.store.conversation_ids()
        for event in await client.events(name)
        if event["event"] == "user"
    ]
    assert len(users) == 4


async def test_a_client_that_is_refused_again_and_again_is_closed(visitor: Visitor) -> None:
    tab = await visitor.visit()
    for _ in range(60):
        await tab.send(type="nothing")
    code = await tab.closed()

    assert code in (1006, 1008)
    async with await visitor.visit() as again:
        assert (await again.answer("merhaba"))[-1]["text"] == "Merhaba None"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"type":"hello","token":"x"}',
        '{"type":NaN}',
        "[" * 5_000,
        '{"type":"message"}',
        "\ud800",
    ],
)
async def test_what_is_no_frame_is_told_and_the_socket_stays(visitor: Visitor, text: str) -> None:
    async with await visitor.visit() as tab:
        await tab.socket.send_str(text.encode("utf-8", "replace").decode())
        error = await tab.get()
        answer = await tab.answer("merhaba")

    assert error["code"] == "bad_frame" and error["detail"]
    assert answer[-1]["text"] == "Merhaba None"


async def test_bytes_are_no_frame(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        await tab.socket.send_bytes(b"\0\xff")
        assert (await tab.get())["code"] == "bad_frame"


async def test_a_frame_beyond_the_limit_closes_the_socket(visitor: Visitor, other: Visitor) -> None:
    async with await other.visit() as quiet:
        tab = await visitor.visit()
        await tab.socket.send_str("x" * 100_000)
        assert await tab.closed() in (1009, 1006)
        assert (await quiet.answer("merhaba"))[-1]["text"] == "Merhaba None"


async def test_a_text_beyond_the_limit_is_told(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.say("a" * 5_001, id="long")
        error = await tab.get()

    assert (error["code"], error["id"]) == ("too_long", "long")
    assert await client.bot.store.conversation_ids() == []


@pytest.mark.parametrize(
    "first",
    ['{"type":"message","id":"a","text":"x"}', "x", '{"type":"hello"}', '{"type":"hello","token":{}}'],
)
async def test_a_socket_that_does_not_greet_is_closed(visitor: Visitor, first: str) -> None:
    tab = Tab(await visitor.connect())
    await tab.socket.send_str(first)

    assert (await tab.get())["code"] == "bad_frame"
    assert await tab.closed() == 1008


async def _serve(client: Client, setup: Setup, **options: Any) -> tuple[web.Application, WebChat]:
    """An application with the web chat alone, in a hurry."""
    chat = WebChat(Turns(client.bot), setup, **options)
    app = web.Application()
    app.add_routes(chat.routes())
    app.on_shutdown.append(chat.close)
    return app, chat


async def test_a_socket_that_says_nothing_is_closed(client: Client, setup: Setup) -> None:
    app, chat = await _serve(client, setup, hello_seconds=0.05)
    async with TestServer(app) as server:
        visitor = Visitor(Client(client.session, server, client.bot, client.gate))
        tab = Tab(await visitor.connect())
        assert await tab.closed() == 1008
        await settled(lambda: chat.chat.connections.total == 0)


@pytest.mark.parametrize("settings", [WebChatSettings(connections=2, most_connections=3)])
async def test_sockets_are_bounded_for_an_address_and_altogether(visitor: Visitor) -> None:
    elsewhere = {"headers": {"X-Forwarded-For": "203.0.113.9"}}
    first, second = await visitor.visit(), await visitor.visit()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.connect()
    third = await visitor.connect(**elsewhere)
    with pytest.raises(aiohttp.WSServerHandshakeError) as full:
        await visitor.connect(**elsewhere)

    assert refused.value.status == full.value.status == 429
    assert first.socket.closed is False
    await second.close()
    await third.close()
    async with asyncio.timeout(10):
        while True:
            try:
                again = await visitor.visit()
                break
            except aiohttp.WSServerHandshakeError:
                await asyncio.sleep(0)
    await again.close()
    await first.close()


class RawTab:
    """A WebSocket client that is made of bytes: it can stop reading, and answers no ping."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, server: TestServer, token: str) -> RawTab:
        # A small window, so that few frames fill it.
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (server.host, server.port))
        reader, writer = await asyncio.open_connection(sock=raw, limit=2**14)
        writer.write(
            f"GET {BASE}/socket HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert b"101" in await reader.readline()
        tab = cls(reader, writer)
        await tab.send({"type": "hello", "token": token})
        return tab

    async def send(self, frame: dict[str, Any]) -> None:
        text = json.dumps(frame).encode()
        size = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
        self.writer.write(b"\x81" + size + b"\0\0\0\0" + text)
        await self.writer.drain()

    async def cut(self) -> None:
        """Wait until the server has cut the connection."""
        async with asyncio.timeout(20):
            try:
                while await self.reader.read(65_536):
                    pass
            except ConnectionError:
                pass
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@pytest.mark.parametrize("settings", [WebChatSettings(messages=1_000)])
async def test_a_client_that_never_reads_is_cut_off_and_nobody_waits_for_it(
    client: Client, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "SEND_SECONDS", 0.5)
    app, chat = await _serve(client, setup)
    async with TestServer(app) as server:
        near = Client(client.session, server, client.bot, client.gate)
        stuck, reading = Visitor(near), Visitor(near)
        async with await stuck.visit() as tab, await reading.visit() as other:
            await tab.answer("merhaba")
            (name,) = await client.bot.store.conversation_ids()
            raw = await RawTab.open(server, stuck.token)
            (room,) = [one for one in [chat.chat.rooms.find(name)] if one is not None]
            await settled(lambda: len(room.readers) == 2)
            visits = set(room.readers)
            turns = 0
            # The bot says much, and only one of the visitor's two pages reads it.
            async with asyncio.timeout(60):
                while len(room.readers) == 2:
                    await _say_much(client, name)
                    turns += 1
                    await tab.until("message")
                    # Somebody else's conversation goes on meanwhile, turn by turn.
                    assert (await other.answer("merhaba"))[-1]["from"] == "bot"
                    waiting = [len(one._line) for one in visits]  # type: ignore[attr-defined]
                    assert max(waiting) <= 4, "a page that does not read holds a position, not frames"
            assert turns > 1
            await raw.cut()
            assert (await tab.answer("seçenek"))[-1]["text"] == "Hangisi?"


async def _say_much(client: Client, name: str) -> None:
    async def log(turn: Turn) -> None:
        turn.log([BotUttered("a" * 500_000)])
        await turn.commit()

    await Turns(client.bot).hold(Message("", name), log, Shown())


async def test_a_half_open_socket_is_found(client: Client, setup: Setup) -> None:
    app, chat = await _serve(client, setup, heartbeat=0.2)
    async with TestServer(app) as server:
        visitor = Visitor(Client(client.session, server, client.bot, client.gate))
        async with await visitor.visit() as tab:  # this one answers pings
            listening = asyncio.create_task(tab.until("message"))
            raw = await RawTab.open(server, visitor.token)
            await raw.cut()
            await tab.say("merhaba")
            assert (await listening)[-1]["text"] == "Merhaba None"
        await settled(lambda: chat.chat.connections.total == 0)
        assert len(chat.chat.rooms) == 0


async def test_a_server_that_stops_sends_pages_away_to_come_again(client: Client, setup: Setup) -> None:
    app, _ = await _serve(client, setup)
    server = TestServer(app)
    await server.start_server()
    visitor = Visitor(Client(client.session, server, client.bot, client.gate))
    tab = await visitor.visit()
    closing = asyncio.create_task(server.close())

    assert await tab.closed() == 1001
    await closing


async def test_nothing_is_left_of_visitors_who_have_gone(visitor: Visitor, client: Client) -> None:
    watch = client.bot.watch
    assert watch is not None
    rooms = watch.__self__  # type: ignore[attr-defined]
    for _ in range(20):
        async with await visitor.visit() as tab:
            await tab.quiet()
        visitor.token = ""
    await settled(lambda: len(rooms) == 0)


HTML = "<img src=x onerror=alert(1)><script>alert(1)</script>"


async def test_html_comes_back_as_the_text_that_it_was(visitor: Visitor) -> None:
    page = {"url": f"javascript:{HTML}", "title": HTML}
    async with await visitor.visit(page=page) as tab, await visitor.visit() as second:
        await tab.say(HTML, metadata={HTML: HTML})
        (shown,) = [one for one in await second.until("message") if one["type"] == "message"]

    assert shown["text"] == HTML and shown["from"] == "user"


FRAMES = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "message", "upload", "typing", "read", "rating", "event", "ping"])},
    optional={
        "id": st.text(max_size=5) | st.just("m1"),
        "text": st.text(max_size=20) | st.integers(),
        "payload": st.none() | st.text(max_size=10),
        "upload_id": st.text(max_size=5),
        "score": st.integers(-1, 7),
        "name": st.sampled_from(["open", "page", "x"]),
        "data": st.dictionaries(
            st.text(max_size=5), st.text(max_size=5) | st.lists(st.integers(), max_size=2)
        ),
        "seq": st.integers(-1, 5),
    },
)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(FRAMES.map(json.dumps) | st.text(max_size=30), max_size=12))
async def test_whatever_comes_the_socket_answers_a_ping(client: Client, frames: list[str]) -> None:
    visitor = Visitor(client)
    async with await visitor.visit() as tab:
        for frame in frames:
            await tab.socket.send_str(frame.encode("utf-8", "replace").decode())
        await tab.send(type="ping")
        await tab.until("pong")
