"""Who may not call from a browser, what is no call, and what else may come down the line."""

from __future__ import annotations

import asyncio
import socket as sockets

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from browser_caller import RATE
from browser_exchange import GREETING, UPGRADE, Exchange

from voice.audio import silence, to_bytes
from voice.lines import browser
from voice.lines.browser import BrowserLine
from voice.lines.browser_frames import FrameError, read_control

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    "first",
    [
        "",
        "{",
        "[" * 16_000,
        "[]",
        "null",
        '{"type": "key", "key": "1"}',
        '{"type": "start", "rate": 8000}',
        '{"type": "start", "token": 5}',
        '{"type": "start", "token": ""}',
        '{"type": "start", "microphone": "yes"}',
        b"\0\0",
    ],
)
async def test_what_does_not_begin_a_call_is_refused_politely(exchange: Exchange, first: str | bytes) -> None:
    caller = await exchange.caller()
    await (caller.socket.send_bytes(first) if isinstance(first, bytes) else caller.socket.send_str(first))
    told = await caller.until("error")
    assert told["code"] == "no_start" and "yeniden arayın" in told["text"] and told["detail"]
    assert await caller.closed() == 1008
    assert exchange.messages == []


async def test_who_connects_and_says_nothing_is_let_go(exchange: Exchange) -> None:
    await exchange.open(start_seconds=0.1)
    caller = await exchange.caller()
    assert await caller.refused() == ("no_start", 1008)


async def test_a_plain_request_is_told_so(exchange: Exchange) -> None:
    async with exchange.session.get(await exchange.address()) as response:
        assert response.status == 400 and "WebSockets" in await response.text()


async def test_a_token_that_is_not_known(exchange: Exchange) -> None:
    caller = await (await exchange.caller()).start(token="stale")
    assert await caller.refused() == ("expired", 4401)


async def test_all_lines_are_taken(exchange: Exchange) -> None:
    await exchange.open(most=1)
    first = await exchange.calls_up(microphone=False)
    second = await (await exchange.caller()).start(microphone=False)
    told = await second.until("error")
    assert told["code"] == "busy" and "hatlarımız dolu" in told["text"]
    assert await second.closed() == 4503
    await first.hangs_up()
    await exchange.empty()
    assert await exchange.calls_up(microphone=False)


async def test_messages_that_mean_nothing_are_told_and_the_call_goes_on(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    for one in (
        "?",
        '{"type": "dance"}',
        '{"type": "key", "key": "12"}',
        '{"type": "mute"}',
        '{"type":"start"}',
    ):
        before = len(caller.told)
        await caller.socket.send_str(one)
        assert (await caller.until("error", before))["code"] == "bad_message"
    for sound in (b"\0", b"\0\0\0", b""):
        before = len(caller.told)
        await caller.socket.send_bytes(sound)
        assert (await caller.until("error", before))["code"] == "bad_sound"
    await caller.hears(GREETING)
    assert not caller.socket.closed


async def test_too_much_that_means_nothing_ends_the_call(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    for _ in range(60):
        await caller.socket.send_bytes(b"\0")
    assert await caller.ended() == ("refused", 1008)
    await exchange.empty()


async def test_a_flood_of_texts_ends_the_call(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    for number in range(400):
        if caller.socket.closed:
            break
        await caller.send("ping", at=number)
    assert await caller.refused() == ("too_fast", 1008)


async def test_a_flood_of_sound_ends_the_call_and_little_of_it_is_kept(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    second = to_bytes(silence(0.5, RATE))
    for _ in range(60):
        if caller.socket.closed:
            break
        await caller.socket.send_bytes(second)
        await asyncio.sleep(0)
    assert await caller.refused() == ("too_fast", 1008)


async def test_a_message_that_is_too_large_ends_the_call(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    await caller.socket.send_bytes(bytes(40_000))
    assert await caller.closed() == 1009
    await exchange.empty()


async def test_random_messages_break_nothing(exchange: Exchange) -> None:
    chance = np.random.default_rng(7)
    for _ in range(5):
        caller = await exchange.calls_up(microphone=False)
        for _ in range(25):
            data = chance.bytes(int(chance.integers(0, 300)))
            if chance.random() < 0.5:
                await caller.socket.send_bytes(data)
            else:
                kind = str(chance.choice(["key", "mute", "flushed", "ping", "start"]))
                await caller.send(kind, key=data.hex()[:2], on=1, id=-1, at=1e400)
        await caller.hears("Hoş geldiniz")
        await caller.leave()
    await exchange.empty()


async def test_a_browser_that_dies_ends_its_call(exchange: Exchange) -> None:
    caller = await exchange.greeted(words="Hoş geldiniz")
    assert caller.socket._writer.transport is not None
    caller.socket._writer.transport.abort()
    await exchange.empty()


async def test_a_half_open_line_is_noticed(exchange: Exchange) -> None:
    await exchange.open(heartbeat=0.2)
    url = await exchange.address()
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(UPGRADE % b"/voice/call")
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"type": "start"}'
    writer.write(bytes([0x81, 0x80 | len(body)]) + bytes(4) + body)
    async with asyncio.timeout(10):
        while not len(exchange.calls):  # noqa: ASYNC110  (nobody tells of it)
            await asyncio.sleep(0.01)
    # It reads, but never answers a ping.
    await exchange.empty()
    writer.close()


async def test_a_browser_that_never_reads_is_hung_up(exchange: Exchange) -> None:
    ended = asyncio.Event()

    async def pump(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = BrowserLine(socket, lambda: request.transport and request.transport.abort())
        giving = asyncio.create_task(line.give())
        frame = np.ones(320, np.int16)
        try:
            while not line.gone.is_set():
                assert len(line._waiting) <= browser.MOST_WAITING
                await line.send(frame)
                await asyncio.sleep(0)
        finally:  # a test server cancels requests whose connection is cut
            if line.gone.is_set():
                ended.set()
            giving.cancel()
        return socket

    app = web.Application()
    app.add_routes([web.get("/", pump)])
    async with TestServer(app) as server:
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (server.host, server.port))
        await loop.sock_sendall(raw, UPGRADE % b"/")
        try:
            async with asyncio.timeout(20):
                await ended.wait()
        finally:
            raw.close()


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"ping","at":"x"}',
        '{"type":"ping","at":true}',
        '{"type":"ping","at":1e400}',
        '{"type":"flushed","id":1.5,"samples":0}',
        '{"type":"flushed","id":1,"samples":-1}',
        '{"type":"flushed","id":10000000000}',
    ],
)
async def test_numbers_are_looked_at(text: str) -> None:
    with pytest.raises(FrameError):
        read_control(text)
