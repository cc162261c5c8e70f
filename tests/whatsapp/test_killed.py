"""kill -9 in the middle of 1,000 webhooks: none is lost, and none is answered twice."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import URL, Engine, create_engine

from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.fake.statuses import Manner
from bot.channels.whatsapp.fake.webhooks import Customer, message_posted
from bot.channels.whatsapp.signature import HEADER, signature_of
from bot.model import Model
from tests.whatsapp.small import SECRET, TOKEN

pytestmark = pytest.mark.asyncio

WEBHOOKS = 1_000
SHARED = 240
KILLED_AFTER = (300,)
"""So many answers had gone out when the process was killed."""


async def start(
    folder: Path, model: Path, base_url: str, port: int, database: URL
) -> asyncio.subprocess.Process:
    where = database.render_as_string(hide_password=False)
    arguments = ["-m", "tests.whatsapp.worker", str(folder), str(model), base_url, str(port), where]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        await process.stdout.readline()
    return process


def unfinished(queue: Engine) -> int:
    """How much of the queue is not done: webhooks, and messages that are not sent."""
    with queue.connect() as connection:
        waiting = connection.exec_driver_sql("SELECT count(*) FROM santral_whatsapp_inbox").scalar_one()
        open_ = "SELECT count(*) FROM santral_whatsapp_outbox WHERE state != 'sent'"
        return int(waiting + connection.exec_driver_sql(open_).scalar_one())


async def deliver(session: aiohttp.ClientSession, url: str, data: bytes) -> bool:
    headers = {HEADER: signature_of(SECRET, data)}
    try:
        async with session.post(url, data=io.BytesIO(data), headers=headers) as response:
            return response.status == 200
    except (aiohttp.ClientError, OSError):
        return False


def bodies_of(graph: FakeGraph, count: int) -> list[bytes]:
    """A first message of so many customers."""
    text = {"type": "text", "text": {"body": "merhaba"}}
    return [
        json.dumps(
            message_posted(graph.business, Customer(f"9053{number:08}"), f"wamid.{number}", 1e9, text)
        ).encode()
        for number in range(count)
    ]


async def settled(queue: Engine) -> None:
    """Wait until everything in the queue is done."""
    async with asyncio.timeout(200):
        while await asyncio.to_thread(unfinished, queue):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


def each_once(graph: FakeGraph, count: int) -> None:
    """Every customer has one answer."""
    answers = Counter(one.recipient for one in graph.sent)
    assert len(answers) == count
    assert {recipient: count for recipient, count in answers.items() if count > 1} == {}
    assert graph.refused == []


async def test_nothing_is_lost_and_nothing_is_answered_twice(
    tmp_path: Path, model: Model, database: URL
) -> None:
    graph = FakeGraph(TOKEN, SECRET, manner=Manner(delay=0.02, statuses=("sent",)), per_second=4_000)
    path = tmp_path / "small.tar.gz"
    model.save(path)
    bodies = bodies_of(graph, WEBHOOKS)
    graph.keeps_window = False
    port = unused_port()
    graph.webhook = f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook"
    kills = [asyncio.Event() for _ in KILLED_AFTER]
    graph.on_sent = lambda message: [
        event.set() for event, count in zip(kills, KILLED_AFTER, strict=True) if len(graph.sent) == count
    ]
    async with TestServer(graph.app()) as meta, aiohttp.ClientSession() as session:
        base = str(meta.make_url("")).rstrip("/")
        process = await start(tmp_path, path, base, port, database)
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
            process = await start(tmp_path, path, base, port, database)
        async with asyncio.timeout(200):
            await asyncio.gather(*delivering)
        queue = create_engine(database)
        await settled(queue)
        queue.dispose()
        process.terminate()
        async with asyncio.timeout(30):
            await process.wait()
    each_once(graph, WEBHOOKS)


async def test_two_processes_share_a_queue_and_one_is_killed(
    tmp_path: Path, model: Model, database: URL
) -> None:
    """Both take webhooks; one works, and when it is killed the other goes on. Meta delivers to both, some twice."""
    graph = FakeGraph(TOKEN, SECRET, manner=Manner(delay=0.02, statuses=("sent",)), per_second=4_000)
    path = tmp_path / "small.tar.gz"
    model.save(path)
    graph.keeps_window = False
    half = asyncio.Event()
    graph.on_sent = lambda message: half.set() if len(graph.sent) == SHARED // 3 else None
    ports = [unused_port(), unused_port()]
    urls = [f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook" for port in ports]
    graph.webhook = urls[1]
    async with TestServer(graph.app()) as meta, aiohttp.ClientSession() as session:
        base = str(meta.make_url("")).rstrip("/")
        first = await start(tmp_path, path, base, ports[0], database)
        second = await start(tmp_path, path, base, ports[1], database)
        waiting = [
            (data, at)
            for number, data in enumerate(bodies_of(graph, SHARED))
            for at in ((number % 2,) if number % 5 else (0, 1))
        ]

        async def meta_delivers() -> None:
            while waiting:
                data, at = waiting.pop(0)
                if not await deliver(session, urls[at], data):
                    waiting.append((data, 1))
                    await asyncio.sleep(0.05)

        delivering = [asyncio.create_task(meta_delivers()) for _ in range(8)]
        async with asyncio.timeout(60):
            await half.wait()
        first.kill()
        await first.wait()
        async with asyncio.timeout(200):
            await asyncio.gather(*delivering)
        queue = create_engine(database)
        await settled(queue)
        queue.dispose()
        second.terminate()
        async with asyncio.timeout(30):
            await second.wait()
    each_once(graph, SHARED)
