"""``santral run`` with every door of its settings open at once."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bot.model import Model
from tests.cli.conftest import PROGRAM, environment
from tests.server.conftest import model

from .conftest import Answer, Peer
from .test_model_server import greeting

pytestmark = pytest.mark.asyncio

__all__ = ["model"]

ENDPOINTS = """
models:
  url: {models}
  wait_time_between_pulls: 1
event_broker:
  type: file
nlg:
  url: ${{NLG}}
tracker_store:
  type: InMemory
"""


async def test_all_doors(model: Model, peer: Peer, other: Peer, tmp_path: Path) -> None:
    """A folder with nothing but settings: the model, the wording and the replies' way are all elsewhere."""
    for text in ("Bir", "İki"):
        greeting(model, text).save(tmp_path / f"{text}.tar.gz")
    headers = {"ETag": '"1"', "filename": "first.tar.gz"}
    first = Answer(200, (tmp_path / "Bir.tar.gz").read_bytes(), headers)
    peer.answers = [
        first,
        Answer(304),
        Answer(503),
        Answer(200, (tmp_path / "İki.tar.gz").read_bytes()),
        Answer(304),
    ]
    project = tmp_path / "project"
    project.mkdir()
    (project / "endpoints.yml").write_text(ENDPOINTS.format(models=peer.url("/models/live")))
    (project / "credentials.yml").write_text(f"rest:\ncallback:\n  url: {other.url('/callback')}\n")
    other.answers = [Answer(500), Answer(200, {"text": "Sunucudan"}), Answer(200), Answer(503), Answer(200)]

    process = await asyncio.create_subprocess_exec(
        PROGRAM, "run", "-p", "0", "-i", "127.0.0.1", "--enable-api",
        cwd=project, env=environment() | {"NLG": other.url("/nlg")}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode()
            address = line[line.index("http://") :].split()[0]

            async def say(channel: str) -> str:
                body = {"sender": "ayşe", "message": "merhaba"}
                async with session.post(f"{address}webhooks/{channel}/webhook", json=body) as response:
                    return await response.text()

            async def model_file() -> str:
                async with session.get(f"{address}status") as response:
                    found: str = (await response.json())["model_file"]
                    return found

            assert await model_file() == "first.tar.gz"
            assert json.loads(await say("rest")) == [{"recipient_id": "ayşe", "text": "Bir"}]
            assert await say("callback") == "success"
            await other.until(3)
            assert other.requests[2].body == {"recipient_id": "ayşe", "text": "Sunucudan"}
            await peer.until(5)  # the second model came with the fourth answer
            assert await model_file() == "model.tar.gz"
            assert json.loads(await say("rest")) == [{"recipient_id": "ayşe", "text": "İki"}]
            process.terminate()
            assert await process.wait() == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
            await process.wait()

    assert [one.path for one in other.requests] == ["/nlg", "/nlg", "/callback", "/nlg"]
    events = [json.loads(line) for line in (project / "rasa_event.log").read_text().splitlines()]
    assert [one["text"] for one in events if one["event"] == "bot"] == ["Bir", "Sunucudan", "İki"]
    assert {one["sender_id"] for one in events} == {"ayşe"}
