"""Two short calls in real time: that the bench of calls runs and tells what it should."""

from __future__ import annotations

import re
import shutil

import pytest

from bench.calls import main, percentiles
from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad


def test_calls_are_held_and_measured(capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    try:
        SileroVad()
    except EngineMissing as error:
        pytest.skip(str(error))
    assert main(["--calls", "2", "--seconds", "9", "--record"]) == 0
    told = capsys.readouterr().out
    assert "2 calls at once, 9 s each" in told and "recorded" in told
    counts = dict(re.findall(r"^(.+?)  .* of (\d+)$", told, re.MULTILINE))
    assert int(counts["the bot's frames are sent late by, ms"]) > 50
    assert int(counts["end of speech → sound, a wish, ms"]) >= 1
    cost = re.search(r"CPU per second of a call +(\d+\.\d) ms", told)
    assert cost is not None and 0 < float(cost[1]) < 1000


def test_figures_are_told_in_milliseconds() -> None:
    assert percentiles([]) == ("-", "-", "-")
    assert percentiles([0.001, 0.002, 0.5]) == ("2.0", "490", "500")


def test_without_speech_the_mend_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--calls", "1", "--seconds", "1"]) == 1
    assert "apt-get install espeak-ng" in capsys.readouterr().err
