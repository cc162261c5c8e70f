"""``santral say --play``, ``santral listen`` and ``santral voice bench`` as a user runs them, over files."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import pytest
from espeak_speech import needs_espeak, spoken
from random_models import whisper_model

from tests.cli.conftest import PROGRAM
from voice.audio import joined, level, read_wav, silence, write_wav
from voice.cli.benching import Bench, Row, calls_at_once, table
from voice.cli.trying import segments
from voice.cli.verbs import VERBS
from voice.engines.whisper import WhisperAsr, WhisperOptions
from voice.vad import EnergyVad

KEYS_ONLY = "voice:\n  asr: {engine: none}\n  vad: energy\n"
pytestmark = needs_espeak


def santral(
    folder: Path, *arguments: str, text: str = "", path: Path | None = None, process: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run it in a folder.

    Args:
        path: the only programs there are beside espeak-ng.
        process: in a process of its own, as a user does; else within this one, which takes a tenth of the time.
    """
    environment = dict(os.environ)
    if path is not None:
        path.mkdir(exist_ok=True)
        if not (path / "espeak-ng").exists():
            (path / "espeak-ng").symlink_to(str(shutil.which("espeak-ng")))
        environment["PATH"] = str(path)
    if process:
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=text,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done
    given, out, err = (io.TextIOWrapper(io.BytesIO(one), "utf-8") for one in (text.encode(), b"", b""))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setenv("PATH", environment["PATH"])
        patch.setattr(sys, "stdin", given)
        try:
            code = VERBS[arguments[0]](arguments[1:])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out.flush()
        err.flush()
    told, complained = (one.buffer.getvalue().decode() for one in (out, err))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(arguments, code, told, complained)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    (folder / name).chmod(0o755)


# say


def test_texts_are_written_as_sound(tmp_path: Path) -> None:
    done = santral(
        tmp_path, "say", "--as", "price", "--out", "a.wav", text="80,25 TL\n\n5 TL\n", process=True
    )
    assert (done.returncode, done.stdout) == (0, "seksen lira yirmi beş kuruş\n\nbeş lira\n")
    sound, rate = read_wav((tmp_path / "a.wav").read_bytes())
    found = segments(EnergyVad(), sound, rate, pause=0.3)
    assert len(found) == 2 and level(sound) > -40


def test_texts_are_played_one_after_the_other(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    program(
        bin_,
        "ffplay",
        'for last; do :; done; cp "$last" "$(mktemp -p played XXXX.wav)"; echo "$@" >> played/how',
    )
    (tmp_path / "played").mkdir()
    done = santral(tmp_path, "say", "--play", text="Merhaba.\n5 TL\n", path=bin_)
    assert (done.returncode, done.stdout, done.stderr) == (0, "merhaba.\nbeş lira\n", "")
    played = list((tmp_path / "played").glob("*.wav"))
    assert len(played) == 2
    assert all(level(read_wav(one.read_bytes())[0]) > -40 for one in played)
    assert "-autoexit" in (tmp_path / "played" / "how").read_text()


def test_without_a_player_the_mend_is_told_before_anything_is_read(tmp_path: Path) -> None:
    done = santral(tmp_path, "say", "--play", text="x\n", path=tmp_path / "bin")
    assert done.returncode == 1 and done.stdout == ""
    assert "apt-get install alsa-utils" in done.stderr and "--out" in done.stderr


def test_a_player_that_fails_and_a_file_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    program(tmp_path / "bin", "aplay", 'echo "no soundcards found" >&2; exit 1')
    done = santral(tmp_path, "say", "--play", text="x\n", path=tmp_path / "bin")
    assert done.returncode == 1 and "aplay failed (no soundcards found)" in done.stderr
    done = santral(tmp_path, "say", "--out", "none/a.wav", text="x\n")
    assert done.returncode == 1 and "none/a.wav cannot be written" in done.stderr


def test_the_projects_voice_speaks_and_a_wrong_section_is_told(tmp_path: Path) -> None:
    lengths = []
    for speed in (100, 300):
        (tmp_path / "credentials.yml").write_text(
            f"rest:\n  token: ${{NOT_SET}}\nvoice:\n  tts: {{engine: espeak, speed: {speed}}}\n"
        )
        assert santral(tmp_path, "say", "--out", "a.wav", text="Siparişiniz yolda.").returncode == 0
        lengths.append(len(read_wav((tmp_path / "a.wav").read_bytes())[0]))
    assert lengths[0] > 1.5 * lengths[1]
    (tmp_path / "own.yml").write_text("voice:\n  tts: {engine: espeak, speed: 9}\n")
    done = santral(tmp_path, "say", "--out", "a.wav", "--credentials", "own.yml", text="x")
    assert done.returncode == 1 and "own.yml:2" in done.stderr and "80 to 450" in done.stderr
    done = santral(tmp_path, "say", "--out", "a.wav", "--credentials", "none.yml", text="x")
    assert done.returncode == 1 and "none.yml" in done.stderr


# listen


def test_a_file_is_cut_where_somebody_speaks(tmp_path: Path) -> None:
    first, second = spoken("siparişim nerede"), spoken("yarın akşam gelir mi")
    sound = joined([silence(1, 8000), first, silence(1.5, 8000), second])
    (tmp_path / "a.wav").write_bytes(write_wav(sound, 8000))
    (tmp_path / "credentials.yml").write_text(KEYS_ONLY)
    done = santral(tmp_path, "listen", "a.wav", process=True)
    assert done.returncode == 0 and "There is no recogniser" in done.stderr
    head, *found = done.stdout.splitlines()
    assert head.startswith(f"{len(sound) / 8000:.2f} s at 8000 Hz, -")
    times = [tuple(map(float, re.findall(r"\d+\.\d\d", line))) for line in found]
    assert len(times) == 2
    assert times[0][0] == pytest.approx(1, abs=0.2)
    assert times[1][0] == pytest.approx(2.5 + len(first) / 8000, abs=0.2)
    assert times[1][1] <= len(sound) / 8000 + 0.1


def test_words_are_told_with_their_time(tmp_path: Path) -> None:
    """The model is random, and so are its words: that they come from the model is what counts."""
    whisper_model(tmp_path / "ears")
    (tmp_path / "a.wav").write_bytes(
        write_wav(joined([silence(0.5, 16_000), spoken("evet", 16_000)]), 16_000)
    )
    (tmp_path / "credentials.yml").write_text(
        "voice:\n  asr: {engine: whisper, model: ears, device: cpu, threads: 1}\n"
    )
    done = santral(tmp_path, "listen", "a.wav", "--as", "yes_no")
    assert done.returncode == 0, done.stderr
    assert re.search(r"0\.\d\d – \d\.\d\d s  .+  \(\d+\.\d\d s\)$", done.stdout.strip())
    (tmp_path / "credentials.yml").write_text(
        "voice:\n  asr: {engine: whisper, model: ./none, offline: true}\n"
    )
    done = santral(tmp_path, "listen", "a.wav")
    assert " – " in done.stdout and "santral voice download" in done.stderr


def test_what_cannot_be_heard_is_told(tmp_path: Path) -> None:
    (tmp_path / "credentials.yml").write_text(KEYS_ONLY)
    (tmp_path / "text.wav").write_text("no sound")
    assert "text.wav cannot be read: This is no WAV" in santral(tmp_path, "listen", "text.wav").stderr
    assert "cannot be read: No such file" in santral(tmp_path, "listen", "none.wav").stderr
    assert santral(tmp_path, "listen").returncode == 2
    assert santral(tmp_path, "listen", "--seconds", "-1").returncode == 2
    (tmp_path / "loud.wav").write_bytes(write_wav(np.full(16_000, 32_767, np.int16), 8000))
    assert "100 % clipped" in santral(tmp_path, "listen", "loud.wav").stdout
    (tmp_path / "quiet.wav").write_bytes(write_wav(silence(1, 8000), 8000))
    assert "Nobody speaks in it." in santral(tmp_path, "listen", "quiet.wav").stdout
    for rate in (1, 191_999, 192_001):
        (tmp_path / "rate.wav").write_bytes(write_wav(silence(1, 8000), rate))
        done = santral(tmp_path, "listen", "rate.wav")
        assert done.returncode == 1 and f"{rate} Hz" in done.stderr


def test_the_microphone_is_heard(tmp_path: Path) -> None:
    (tmp_path / "credentials.yml").write_text(KEYS_ONLY)
    sound = joined([silence(0.5, 16_000), spoken("siparişim nerede", 16_000)])
    (tmp_path / "spoken.wav").write_bytes(write_wav(sound, 16_000))
    program(tmp_path / "bin", "arecord", 'echo "$@" > how; for last; do :; done; cp spoken.wav "$last"')
    done = santral(tmp_path, "listen", "--seconds", "3", path=tmp_path / "bin")
    assert done.returncode == 0 and done.stdout.count(" – ") == 1, done.stderr
    assert "-r 16000 -d 3" in (tmp_path / "how").read_text()
    (tmp_path / "bin" / "arecord").unlink()
    program(tmp_path / "bin", "rec", 'echo "$@" > how; cp spoken.wav "$8"')
    done = santral(tmp_path, "listen", "--seconds", "3", path=tmp_path / "bin")
    assert done.returncode == 0 and done.stdout.count(" – ") == 1, done.stderr
    assert (tmp_path / "how").read_text().endswith("trim 0 3\n")
    program(tmp_path / "bin", "rec", "exit 0")
    assert "recorded nothing" in santral(tmp_path, "listen", "--seconds", "1", path=tmp_path / "bin").stderr
    done = santral(tmp_path, "listen", "--seconds", "3", path=tmp_path / "empty")
    assert done.returncode == 1 and "apt-get install alsa-utils" in done.stderr


# bench


def test_the_bench_measures_what_the_project_has(tmp_path: Path) -> None:
    whisper_model(tmp_path / "ears")
    settings = "voice:\n  vad: energy\n  asr: {engine: whisper, model: ears, device: cpu, threads: 1}\n"
    (tmp_path / "credentials.yml").write_text(settings)
    done = santral(tmp_path, "voice", "bench", "--times", "1")
    assert done.returncode == 0, done.stderr
    assert "voice espeak-tr-150-50; words whisper-ears;" in done.stdout
    stages = [line for line in done.stdout.splitlines() if " ms" in line]
    assert len(stages) == 8
    assert sum("short input" in line for line in stages) == sum("full input" in line for line in stages) == 2
    assert re.search(r"About \d+ calls at once; the limit is the ", done.stdout)
    (tmp_path / "credentials.yml").write_text(KEYS_ONLY)
    done = santral(tmp_path, "voice", "bench", "--times", "1")
    assert (
        "words by keys alone" in done.stdout
        and len(re.findall(r"^(?:voice: |detector)", done.stdout, re.M)) == 3
    )


def test_the_bench_goes_on_without_a_model_that_is_not_there(tmp_path: Path) -> None:
    settings = "voice:\n  vad: energy\n  asr: {engine: whisper, model: base, offline: true, folder: empty}\n"
    (tmp_path / "credentials.yml").write_text(settings)
    done = santral(tmp_path, "voice", "bench", "--times", "1")
    assert done.returncode == 0 and "words by keys alone" in done.stdout
    assert "santral voice download" in done.stderr


def test_how_many_calls_at_once_depends_on_what_is_used_up_first(tmp_path: Path) -> None:
    asr = WhisperAsr(WhisperOptions(workers=2, short_input=True), load=lambda: None)
    rows = [
        Row("voice: two sentences", 0.5, 0.6, 0.5, 10.0),
        Row("the call itself, without these", 0.04, 0.04, 0.04, 10.0),
        Row("detector", 0.1, 0.1, 0.1, 10.0),
        Row("words: an utterance, short input", 0.5, 0.6, 0.9, 3.0),
        Row("words: an utterance, full input", 5.0, 6.0, 9.0, 3.0),
    ]
    assert calls_at_once(Bench(rows), asr, 64) == (20, "the recogniser ('workers')")
    count, first = calls_at_once(Bench(rows), asr, 2)
    assert first == "the processors" and count == int(1.4 / (0.004 + 0.02 + 0.01 + 0.09))
    assert calls_at_once(Bench(rows), asr.with_short_input(False), 64)[0] == 2
    assert calls_at_once(Bench(rows[:3]), None, 1) == (int(0.7 / 0.034), "the processors")
    count, first = calls_at_once(Bench(rows[:3]), None, 64)
    assert (
        count == int(0.7 / (0.004 + 0.01)) and first == "the one processor that all calls of a process share"
    )
    lines = table(Bench(rows)).splitlines()
    assert lines[0].split() == ["stage", "median", "slowest", "CPU", "x", "real", "time"]
    assert lines[1].endswith("500 ms   600 ms   500 ms        0.050")
