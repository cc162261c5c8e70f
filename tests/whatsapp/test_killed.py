"""kill -9 in the middle of 1,000 webhooks: none is lost, and none is answered twice."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.fake.statuses import Manner
from bot.channels.whatsapp.fake.webhooks import Customer, message_posted
from bot.channels.whatsapp.signature import HEADER, signature_of
from bot.model import Model
from tests.whatsapp.small import SECRET, TOKEN

pytestmark = pytest.mark.asyncio

WEBHOOKS = 1_000
KILLED_AFTER = (300,)
"""So many answers had gone out when the process was killed."""


async def start(folder: Path, model: Path, base_url: str, port: int) -> asyncio.subprocess.Process:
    arguments = ["-m", "tests.whatsapp.worker", str(folder), str(model), base_url, str(port)]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        await process.stdout.readline()
    return process


def unfinished(queue: Path) -> int:
    """How much of the queue is not done: webhooks, and messages that are not sent."""
    with closing(sqlite3.connect(queue, timeout=30)) as connection:
        [waiting] = connection.execute("SELECT count(*) FROM santral_whatsapp_inbox").fetchone()
        open_ = "SELECT count(*) FROM santral_whatsapp_outbox WHERE state != 'sent'"
        return int(waiting + connection.execute(open_).fetchone()[0])


async def deliver(session: aiohttp.ClientSession, url: str, data: bytes) -> bool:
    headers = {HEADER: signature_of(SECRET, data)}
    try:
        async with session.post(url, data=io.BytesIO(data), headers=headers) as response:
            return response.status == 200
    except (aiohttp.ClientError, OSError):
        return False


async def test_nothing_is_lost_and_nothing_is_answered_twice(tmp_path: Path, model: Model) -> None:
    graph = FakeGraph(TOKEN, SECRET, manner=Manner(delay=0.02, statuses=("sent",)), per_second=4_000)
    path = tmp_path / "small.tar.gz"
    model.save(path)
    bodies = [
        json.dumps(
            message_posted(
                graph.business,
                Customer(f"9053{number:08}"),
                f"wamid.{number}",
                1e9,
                {"type": "text", "text": {"body": "merhaba"}},
            )
        ).encode()
        for number in range(WEBHOOKS)
    ]
    graph.keeps_window = False
    port = unused_port()
    graph.webhook = f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook"
    kills = [asyncio.Event() for _ in KILLED_AFTER]
    graph.on_sent = lambda message: [
        event.set() for event, count in zip(kills, KILLED_AFTER, strict=True) if len(graph.sent) == count
    ]
    async with TestServer(graph.app()) as meta, aiohttp.ClientSession() as session:
        base = str(meta.make_url("")).rstrip("/")
        process = await start(tmp_path, path, base, port)
        waiting = list(bodies)

        async def meta_delivers() -> None:
            """As Meta does: what was not answered with 200 is sent again."""
            while waiting:
                data = waiting.pop(0)
                if not await deliver(session, graph.webhook, data):
                    waiting.append(data)
                    await asyncio.sleep(0.05)

        delivering = [asyncio.create_task(meta_delivers()) for _ in range(8)]
        for event in kills:
            async with asyncio.timeout(60):
                await event.wait()
            process.kill()
            await process.wait()
            process = await start(tmp_path, path, base, port)
        async with asyncio.timeout(200):
            await asyncio.gather(*delivering)
            while unfinished(tmp_path / "whatsapp.db"):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        process.terminate()
        async with asyncio.timeout(30):
            await process.wait()
    answers = Counter(one.recipient for one in graph.sent)
    assert len(answers) == WEBHOOKS
    assert {recipient: count for recipient, count in answers.items() if count > 1} == {}
    assert graph.refused == []
