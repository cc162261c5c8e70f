"""``santral run`` answers calls."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from .conftest import Santral
from .test_run import eventually, get, serving

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


@needs_espeak
def test_a_served_bot_answers_calls(small_model: Path, project: Path) -> None:
    with serving("--model", small_model, cwd=project) as (address, _):
        settings = json.loads(eventually(f"{address}voice/settings"))
        assert settings["session"] == "webhooks/chat/session"
        assert json.loads(get(f"{address}webhooks/chat/settings"))["calls"] == "voice/"
        assert b"santral-call.js" in get(f"{address}voice/")


@needs_espeak
def test_calls_can_be_closed(small_model: Path, project: Path) -> None:
    (project / "credentials.yml").write_text("rest:\nvoice:\n  browser: false\n")
    with serving("--model", small_model, cwd=project) as (address, _):
        assert json.loads(eventually(f"{address}webhooks/chat/settings"))["calls"] is None
        with pytest.raises(OSError, match="404"):
            get(f"{address}voice/")


@pytest.mark.asyncio
@needs_espeak
async def test_a_model_that_is_being_fetched_does_not_keep_the_server_from_stopping(
    small_model: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("faster_whisper")
    (project / "credentials.yml").write_text("rest:\nvoice:\n  asr: {model: small}\n")
    with socket.create_server(("127.0.0.1", 0)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{hub.getsockname()[1]}")
        monkeypatch.setenv("HF_HOME", str(project / "models-of-others"))
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with serving("--model", small_model, cwd=project) as (address, process):
            await asyncio.to_thread(eventually, f"{address}voice/settings")
            async with aiohttp.ClientSession() as session, session.ws_connect(f"{address}voice/call") as call:
                await call.send_json({"type": "start"})
                asked, _ = await asyncio.to_thread(hub.accept)
                with asked:
                    process.send_signal(signal.SIGTERM)
                    assert await asyncio.to_thread(process.wait, 30) == 0


def test_settings_that_are_wrong_are_told(small_model: Path, project: Path, santral: Santral) -> None:
    (project / "credentials.yml").write_text("rest:\nvoice:\n  browser: {calls: 0}\n")
    done = santral("run", "--model", small_model)
    assert done.code == 1 and "credentials.yml:3" in done.told and "'calls' is 0" in done.told
