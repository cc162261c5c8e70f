"""Turns and their broker: told of everything that is stored, of nothing else, and waited for by nobody."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.app import close_bot, open_bot
from bot.brokers.outbox import Outbox
from bot.message import Collected, Message
from bot.model import Model
from bot.stores.memory import MemoryStore
from bot.turn import Bot, take_turn

pytestmark = pytest.mark.asyncio


async def said(bot: Bot, text: str, sender: str = "ayşe") -> list[str | None]:
    replies = Collected()
    await take_turn(bot, Message(text, sender, message_id=None), replies)
    return [one.text for one in replies.replies]


def opened(model: Model, folder: Path, section: dict[str, Any]) -> Bot:
    bot = open_bot(folder, model, {"event_broker": section}, store=MemoryStore())
    assert isinstance(bot.broker, Outbox)
    return bot


async def test_everything_that_is_stored_is_published(model: Model, tmp_path: Path) -> None:
    bot = opened(model, tmp_path, {"type": "file"})
    for text in ("merhaba", "/restart", "kart", "bilinmez"):
        await said(bot, text)
    stored = [{"sender_id": "ayşe", **event.as_dict()} for event in await bot.store.load("ayşe")]
    await close_bot(bot)

    lines = (tmp_path / "rasa_event.log").read_text().splitlines()
    assert [json.loads(line) for line in lines] == json.loads(json.dumps(stored))


async def test_a_second_delivery_is_published_once(model: Model, tmp_path: Path) -> None:
    bot = opened(model, tmp_path, {"type": "file"})
    for _ in range(2):
        await take_turn(bot, Message("merhaba", "ayşe", message_id="1"), Collected())
    stored = await bot.store.load("ayşe")
    await close_bot(bot)
    assert len((tmp_path / "rasa_event.log").read_text().splitlines()) == len(stored)


@pytest.mark.parametrize(
    "section",
    [
        {"type": "redis", "url": "127.0.0.1", "port": 1},
        {"type": "sql", "dialect": "postgresql", "url": "127.0.0.1:1", "db": "a"},
        {"type": "pika", "url": "127.0.0.1", "port": 1},
        {"type": "kafka", "url": "127.0.0.1:1", "security_protocol": "PLAINTEXT"},
        {"type": "file", "path": "olaylar"},
    ],
    ids=lambda section: section["type"],
)
async def test_a_conversation_goes_on_without_its_broker(
    section: dict[str, Any], model: Model, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bot = opened(model, tmp_path, section)
    broker = bot.broker
    assert isinstance(broker, Outbox)
    (tmp_path / "olaylar").mkdir()  # where the file would be
    async with asyncio.timeout(5):
        for number in range(20):
            assert await said(bot, "merhaba", f"c{number}") == ["Merhaba None"]
    broker.pace = type(broker.pace)(grace=0.3)
    await close_bot(bot)
    assert "cannot send" in caplog.text
    assert "events were dropped unsent" in caplog.text


async def test_a_broker_that_only_listens_slows_nobody(model: Model, tmp_path: Path) -> None:
    """A server that takes connections and never answers."""
    held: list[asyncio.StreamWriter] = []

    def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    bot = opened(model, tmp_path, {"type": "redis", "url": f"127.0.0.1:{port}"})
    broker = bot.broker
    assert isinstance(broker, Outbox)
    async with asyncio.timeout(5):
        for number in range(20):
            assert await said(bot, "merhaba", f"c{number}") == ["Merhaba None"]
    broker.pace = type(broker.pace)(grace=0.1)
    await close_bot(bot)
    for writer in held:
        writer.close()
    server.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_full_disk_stops_nobody(model: Model, tmp_path: Path) -> None:
    (tmp_path / "full.log").symlink_to("/dev/full")
    bot = opened(model, tmp_path, {"type": "file", "path": "full.log"})
    broker = bot.broker
    assert isinstance(broker, Outbox)
    assert await said(bot, "merhaba") == ["Merhaba None"]
    broker.pace = type(broker.pace)(grace=0.1)
    await close_bot(bot)
