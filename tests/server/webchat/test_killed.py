"""The server is killed in the middle, and another process goes on: nothing is lost, and nothing doubled."""

from __future__ import annotations

import asyncio
import socket
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.model import Model

from .conftest import BASE, Tab

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parents[3]


class Shop:
    """A server that can be killed, on one port and one file."""

    def __init__(self, file: Path, archive: Path, session: aiohttp.ClientSession) -> None:
        self.file = file
        self.archive = archive
        self.session = session
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}{BASE}"
        self.process: asyncio.subprocess.Process | None = None
        self.token = ""

    async def start(self, how: str) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.server.webchat.worker", str(self.file), str(self.port),
            str(self.archive), how, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(120):
            assert (await self.process.stdout.readline()).strip() == b"ready"

    async def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()

    async def open(self, after: int = 0) -> Tab:
        """Another tab of the same visitor, as a page that has seen so much opens it again."""
        async with self.session.post(f"{self.url}/session", json={"token": self.token or None}) as answer:
            found = await answer.json()
        assert found["new"] is not bool(self.token), "the session outlives the server"
        self.token = found["token"]
        tab = Tab(await self.session.ws_connect(f"{self.url}/socket"))
        await tab.send(type="hello", token=self.token, after=after)
        assert (await tab.get())["type"] == "welcome"
        return tab


@pytest_asyncio.fixture
async def shop(model: Model, tmp_path: Path) -> AsyncIterator[Shop]:
    archive = tmp_path / "small.tar.gz"
    model.save(archive)
    async with aiohttp.ClientSession() as session:
        found = Shop(tmp_path / "c.db", archive, session)
        yield found
        await found.kill()


def said(frames: list[dict[str, Any]], who: str) -> list[str]:
    return [one["text"] for one in frames if one["type"] == "message" and one["from"] == who]


async def test_a_turn_that_was_cut_short_is_ended_and_what_waited_is_answered(shop: Shop) -> None:
    await shop.start("hang")
    first, second = await shop.open(), await shop.open()
    await first.answer("merhaba")
    await first.say("bekle", id="slow")
    seen = (await first.until("ack", id="slow"))[-1]["seq"]
    await first.say("seçenek", id="waits")
    await second.until("message", id="slow")
    await shop.kill()
    assert await first.closed() is not None

    await shop.start("go")
    again = await shop.open(after=seen)
    await again.say("seçenek", id="waits")
    frames = await again.until("message", text="Hangisi?")
    other = await shop.open()
    everything = await other.quiet()

    assert "Beklediğiniz için teşekkürler." in said(frames, "bot")
    assert [one["id"] for one in frames if one["type"] == "ack"] == ["waits"]
    assert said(everything, "user") == ["merhaba", "bekle", "seçenek"]
    replies = Counter(said(everything, "bot"))
    assert replies["Hangisi?"] == replies["Beklediğiniz için teşekkürler."] == 1
    assert everything[-1]["text"] == "Hangisi?"


async def test_killed_again_and_again_every_message_is_there_once(shop: Shop) -> None:
    """A page with an outbox: it sends what is not acknowledged, each time that it comes again."""
    outbox = {uuid.uuid4().hex: f"merhaba {number}" for number in range(30)}
    texts = list(outbox.values())
    seen = 0
    acked: list[str] = []
    for round_ in range(4):
        await shop.start("go")
        tab = await shop.open(after=seen)
        for id, text in outbox.items():
            await tab.say(text, id=id)
        wanted = len(texts) if round_ == 3 else len(acked) + 5
        while len(acked) < wanted:
            frame = await tab.get()
            seen = max(seen, frame.get("seq", 0) if frame["type"] != "seen" else 0)
            # An own message that the history brings counts as acknowledged, too.
            if frame.get("id") in outbox and frame["type"] in ("ack", "message"):
                acked.append(frame["id"])
                del outbox[frame["id"]]
        if round_ < 3:
            await shop.kill()
    tab = await shop.open()
    everything = await tab.quiet()
    while len(said(everything, "bot")) < len(texts):
        everything.append(await tab.get())
    everything += await tab.quiet()

    assert len(acked) == len(set(acked)) == len(texts)
    assert sorted(said(everything, "user")) == sorted(texts)
    assert len(said(everything, "bot")) == len(texts)
