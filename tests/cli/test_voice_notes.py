"""``santral run`` with the voice installed: a voice note goes in at the webhook, and a voice message comes out."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer, unused_port

from bot.channels.whatsapp.fake.graph import FakeGraph
from tests.cli.conftest import PROGRAM, environment
from tests.whatsapp.recorded import recording
from voice.engines.wyoming import WyomingEvent, encode_event, read_event

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]
CREDENTIALS = """
whatsapp:
  phone_number_id: "106540352242922"
  access_token: EAAfake
  app_secret: secret
  verify_token: parola
  base_url: {base}
  voice_answers: true
voice:
  asr: {{engine: wyoming, url: "127.0.0.1:{port}"}}
"""


async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A recogniser that hears a greeting in everything."""
    samples = 0
    while (event := await read_event(reader)) is not None:
        samples += len(event.payload) // 2
        if event.type == "audio-stop":
            text = "merhaba" if 15_000 < samples < 18_000 else f"{samples}"
            writer.write(encode_event(WyomingEvent("transcript", {"text": text})))
            await writer.drain()
    writer.close()


async def test_a_voice_note_is_answered_with_a_voice(project: Path, small_model: Path) -> None:
    graph, port = FakeGraph(), unused_port()
    graph.webhook = f"http://127.0.0.1:{port}/webhooks/whatsapp/webhook"
    recogniser = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with TestServer(graph.app()) as meta, recogniser:
        base = str(meta.make_url("")).rstrip("/")
        written = CREDENTIALS.format(base=base, port=recogniser.sockets[0].getsockname()[1])
        await asyncio.to_thread((project / "credentials.yml").write_text, written, encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            PROGRAM, *("run", "-m", str(small_model), "-p", str(port), "-i", "127.0.0.1"),
            cwd=project, env=environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            async with asyncio.timeout(60):
                assert b"http://" in await process.stdout.readline()
            note = {"id": graph.keep(recording("ogg", (440, 1.0)), "audio/ogg; codecs=opus"), "voice": True}
            await graph.say({"type": "audio", "audio": note})
            async with asyncio.timeout(60):
                while len(graph.sent) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        finally:
            process.terminate()
            await process.wait()
    text, sound = (one.body for one in graph.sent)
    assert text["interactive"]["body"]["text"] == "Merhaba! Ne yapmak istersiniz?"
    assert sound["audio"]["voice"] is True
    assert len(graph.files[sound["audio"]["id"]].data) > 5_000 and not graph.refused
    assert len(list((project / "media").rglob("*.ogg"))) == 1
