"""``santral run`` answers calls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

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


def test_settings_that_are_wrong_are_told(small_model: Path, project: Path, santral: Santral) -> None:
    (project / "credentials.yml").write_text("rest:\nvoice:\n  browser: {calls: 0}\n")
    done = santral("run", "--model", small_model)
    assert done.code == 1 and "credentials.yml:3" in done.told and "'calls' is 0" in done.told
