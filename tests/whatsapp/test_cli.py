"""``santral whatsapp``: what is wrong is told with its mend."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.channels.whatsapp.channel import Sent
from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.messages import Taken
from bot.channels.whatsapp.opening import make_whatsapp
from bot.channels.whatsapp.settings import read_whatsapp
from bot.cli.models import read_settings
from bot.errors import ProjectError
from bot.message import Reply
from tests.cli.conftest import PROGRAM, environment

pytestmark = pytest.mark.asyncio
CREDENTIALS = """
whatsapp:
  phone_number_id: "106540352242922"
  business_account_id: "102290129340398"
  access_token: ${{WA_TOKEN}}
  app_secret: gizli
  verify_token: parola
  base_url: {base}
"""
TEMPLATES = "templates:\n  devam: {language: tr, category: utility, body: 'Devam edelim mi?'}\n"
APPROVED = {"name": "devam", "language": "tr", "status": "APPROVED", "category": "UTILITY"}


@dataclass
class Told:
    code: int
    text: str


async def santral(folder: Path, *arguments: str, token: str = "EAAfake") -> Told:
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *arguments,
        cwd=folder,
        env={**environment(), "WA_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert b"Traceback" not in output, output.decode()
    return Told(process.returncode or 0, output.decode())


def prepare(folder: Path, base: str) -> None:
    (folder / "credentials.yml").write_text(CREDENTIALS.format(base=base), encoding="utf-8")
    (folder / "templates.yml").write_text(TEMPLATES, encoding="utf-8")


async def test_check(tmp_path: Path) -> None:
    graph = FakeGraph(templates=[APPROVED])
    async with TestServer(graph.app()) as meta:
        prepare(tmp_path, str(meta.make_url("")).rstrip("/"))
        good = await santral(tmp_path, "whatsapp", "check")
        assert good.code == 0 and "902120000000, Mağazam" in good.text
        wrong_token = await santral(tmp_path, "whatsapp", "check", token="expired")
        assert wrong_token.code == 1 and "make a new one for a system user" in wrong_token.text
        graph.subscribed, graph.templates = False, []
        wrong = await santral(tmp_path, "whatsapp", "check")
        assert wrong.code == 1
        assert "subscribe to 'messages'" in wrong.text and "no template 'devam'" in wrong.text


async def test_check_without_an_account(tmp_path: Path) -> None:
    (tmp_path / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    told = await santral(tmp_path, "whatsapp", "check")
    assert told.code == 1 and "docs/whatsapp.md" in told.text
    prepare(tmp_path, "http://127.0.0.1:9")
    told = await santral(tmp_path, "whatsapp", "check")
    assert told.code == 1 and "Try again a little later" in told.text


class Nobody:
    """A bot that only hears what became of its words."""

    def intents(self) -> list[str]:
        return []

    async def answer(self, taken: Taken, emit: Sent) -> None:
        raise AssertionError

    async def asked(self, conversation_id: str) -> list[Reply]:
        return []

    async def log(self, conversation_id: str, event: Mapping[str, Any]) -> None:
        assert event["kind"] == "failed"


async def test_dead_letters(tmp_path: Path) -> None:
    prepare(tmp_path, "http://127.0.0.1:9")
    os.environ.setdefault("WA_TOKEN", "x")
    settings = read_whatsapp(read_settings(tmp_path, "credentials.yml"), tmp_path)
    assert settings is not None
    channel = make_whatsapp(settings)
    await channel.emit_to("whatsapp:905321112233")(Reply("Çok gizli bir bilgi"))
    running = asyncio.create_task(channel.run(Nobody()))
    async with asyncio.timeout(20):
        while not await channel.outbox.dead():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.wait([running])
    await channel.close(0.1)
    told = await santral(tmp_path, "whatsapp", "dead-letters")
    assert "error 131047" in told.text and "1 given up" in told.text
    assert "gizli" not in told.text and "905321112233" not in told.text
    assert "1 will be sent again" in (await santral(tmp_path, "whatsapp", "dead-letters", "--retry")).text
    assert "0 given up" in (await santral(tmp_path, "whatsapp", "dead-letters")).text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("phone_number_id", "+90 212"), "whatsapp-phone-number-id"),
        (("app_secret", ""), "whatsapp-app-secret"),
        (("api_version", "23"), "whatsapp-version"),
        (("base_url", "graph"), "whatsapp-url"),
        (("messages_per_second", "many"), "whatsapp-value"),
        (("database", "mysql://x/y"), "whatsapp-dialect"),
    ],
)
async def test_mistakes_in_the_settings(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    section = {
        "phone_number_id": "1",
        "access_token": "t",
        "app_secret": "s",
        "verify_token": "v",
        change[0]: change[1],
    }
    with pytest.raises(ProjectError) as caught:
        read_whatsapp({"whatsapp": section}, tmp_path)
    assert [one.code for one in caught.value.complaints] == [code]


async def test_the_phone(tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(Path(__file__).parent / "bot", tmp_path / "bot"))
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *("whatsapp", "simulate", "-p", "0"),
        cwd=folder,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(90):
            while "The phone: " not in (line := (await process.stdout.readline()).decode()):
                assert line
            base = line.split()[2].removesuffix("/phone")
            async with aiohttp.ClientSession(base) as session:
                said = {"type": "text", "text": {"body": "menü"}}
                async with session.post("/phone/say", json=said) as response:
                    assert response.status == 200
                async with session.post("/phone/say", data=b"{") as response:
                    assert response.status == 400
                shown = []
                async with session.get("/phone/events") as events:
                    async for one in events.content:
                        if one.startswith(b"data: "):
                            shown.append(json.loads(one[6:]))
                        if shown and shown[-1].get("status") == "read":
                            break
    finally:
        process.terminate()
        await process.wait()
    assert [one["event"] for one in shown[:2]] == ["said", "sent"]
    assert shown[1]["body"]["interactive"]["body"]["text"] == "Ne yapmak istersiniz?"
