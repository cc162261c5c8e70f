"""The server as a process: it begins, and ends without cutting anybody short."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from contextlib import suppress

import aiohttp
import pytest

from bot.message import Collected, Message
from bot.server import make_app, serve
from bot.server.app import TURNS
from bot.server.serving import HEADER_SECONDS
from bot.turn import Bot, take_turn

from .conftest import Gate

pytestmark = pytest.mark.asyncio


class Running:
    """A server in a task of its own."""

    def __init__(self, bot: Bot, grace: float = 5.0, header_seconds: float = HEADER_SECONDS) -> None:
        self.app = make_app(bot, model_name="small")
        self.stop = asyncio.Event()
        self.address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(
            serve(
                self.app,
                "127.0.0.1",
                0,
                grace=grace,
                header_seconds=header_seconds,
                stop=self.stop,
                ready=self._ready,
            )
        )

    def _ready(self, host: str, port: int) -> None:
        self.address.set_result(f"http://{host}:{port}")


async def test_a_signal_lets_the_turn_in_flight_end(bot: Bot, gate: Gate) -> None:
    running = Running(bot)
    webhook = f"{await running.address}/webhooks/rest/webhook"
    async with aiohttp.ClientSession() as session:

        async def say(text: str) -> list[str]:
            async with session.post(webhook, json={"sender": "a", "message": text}) as response:
                return [one["text"] for one in await response.json()]

        asking = asyncio.create_task(say("bekle"))
        await gate.entered.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait([asking, running.task], timeout=0.2)
        assert not asking.done() and not running.task.done()

        gate.open.set()
        assert await asking == ["Merhaba None", "Bir.", "İki."]
        await running.task
        with pytest.raises(aiohttp.ClientConnectionError):
            await say("merhaba")


async def test_a_turn_whose_client_has_gone_ends_too(bot: Bot, gate: Gate) -> None:
    running = Running(bot)
    webhook = f"{await running.address}/webhooks/rest/webhook"
    async with aiohttp.ClientSession() as session:
        asking = asyncio.create_task(session.post(webhook, json={"sender": "a", "message": "bekle"}))
        await gate.entered.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    running.stop.set()
    asyncio.get_running_loop().call_later(0.1, gate.open.set)
    await running.task

    assert [event.text for event in await bot.store.load("a") if event.kind == "bot"][-1] == "Bir.\n\nİki."


async def test_a_turn_that_never_ends_is_cut_short_and_taken_up_again(bot: Bot, gate: Gate) -> None:
    running = Running(bot, grace=0.1)
    await running.address
    running.app[TURNS].start(take_turn(bot, Message("bekle", "a"), Collected()))
    await gate.entered.wait()
    running.stop.set()
    await running.task

    again = Running(bot)
    gate.open.set()
    async with aiohttp.ClientSession() as session:
        webhook = f"{await again.address}/webhooks/rest/webhook"
        async with session.post(webhook, json={"sender": "a", "message": "merhaba"}) as response:
            said = [one["text"] for one in await response.json()]
    again.stop.set()
    await again.task

    assert said == ["Merhaba None", "Bir.", "İki.", "Merhaba None"]


async def test_a_taken_port_is_told(bot: Bot) -> None:
    running = Running(bot)
    port = int((await running.address).rpartition(":")[2])
    with pytest.raises(OSError):
        await serve(make_app(bot, model_name="small"), "127.0.0.1", port)
    running.stop.set()
    await running.task


async def test_requests_that_are_no_http(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    running = Running(bot)
    host, _, port = (await running.address).removeprefix("http://").rpartition(":")
    for junk in (b"gizli\r\n\r\n", b"GET / HTTP/1.1\r\ngizli\r\n\r\n", b"\x16\x03\x01gizli\r\n\r\n"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(junk)
        assert b" 400 " in (await reader.read()).split(b"\r\n")[0]
        writer.close()
        await writer.wait_closed()
    running.stop.set()
    await running.task

    assert not [one for one in caplog.records if "gizli" in one.getMessage() or one.exc_info]


async def test_no_text_and_no_id_is_logged(bot: Bot, gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gate.open.set()
    running = Running(bot)
    address = await running.address
    conversation = f"{address}/conversations/kimlik905321234567"
    async with aiohttp.ClientSession() as session:
        for text in ("gizlisöz", "/gizlisöz", "bekle", 5, None):
            body = {"sender": "kimlik905321234567", "message": text}
            (await session.post(f"{address}/webhooks/rest/webhook", json=body)).release()
        (await session.post(f"{conversation}/tracker/events", json={"event": "gizlisöz"})).release()
        (await session.get(f"{conversation}/tracker?token=gizlisöz")).release()
        (await session.post(f"{address}/model/parse", json={"text": "gizlisöz"})).release()
    running.stop.set()
    await running.task

    lines = [one.getMessage() for one in caplog.records]
    assert lines
    assert not [line for line in lines if "gizlis" in line or "905321234567" in line]


async def test_clients_that_connect_and_ask_nothing_are_let_go(bot: Bot, gate: Gate) -> None:
    running = Running(bot, header_seconds=0.2)
    host, port = (await running.address).removeprefix("http://").split(":")
    for beginning in (b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: "):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(beginning)
        async with asyncio.timeout(5):
            with suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()

    # Whoever has asked may take longer, and ask again.
    async with aiohttp.ClientSession() as session:
        body = {"sender": "a", "message": "bekle"}
        asking = asyncio.create_task(session.post(f"http://{host}:{port}/webhooks/rest/webhook", json=body))
        await gate.entered.wait()
        await asyncio.wait([asking], timeout=0.4)
        gate.open.set()
        async with await asking as response:
            assert response.status == 200
        async with session.get(f"http://{host}:{port}/health") as response:
            assert response.status == 200
    running.stop.set()
    await running.task
