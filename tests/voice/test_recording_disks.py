"""Recorded calls: what a disk may do to them, and how long they are kept."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from recorded_scene import AtOnce, answers_all, recorded_scene, tracks

from voice.audio import Sound, silence
from voice.recording.file import RATE, RecordingFile, name_at, sweep
from voice.recording.recorder import BACKLOG, Recorder, Recording
from voice.testing.virtual_time import run
from voice.threads import Threads

DAY = 86_400.0


# Disks


class Full(RecordingFile):
    """A file on a device that is always full."""

    def __init__(self, path: Path, rate: int) -> None:
        super().__init__(path, rate)
        full = os.open("/dev/full", os.O_RDWR)
        os.dup2(full, self._file)
        os.close(full)


def test_a_full_disk_ends_the_recording_and_not_the_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scene = recorded_scene(tmp_path, open_file=Full, caller="+905321234567")
    record = scene.play(*answers_all())
    assert record.reason == "gone" and len(record.exchanges) == 4
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert told == ["A call is no longer recorded (No space left on device); it goes on."]


def test_a_disk_that_fills_up_leaves_what_was_written(tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of a disk: the kernel writes half a piece, then refuses."""
    code = f"""
import resource, signal, sys
from pathlib import Path
import numpy as np
from voice.recording.file import RecordingFile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_001, 100_001))
file = RecordingFile(Path(sys.argv[1]), {RATE})
try:
    while True:
        file.write(np.full(1600, 5, np.int16), np.full(1600, 6, np.int16))
except OSError as error:
    print(error.strerror)
"""
    path = tmp_path / "x.wav"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert "File too large" in done.stdout
    heard, said = tracks(path)
    assert len(heard) > 22_000 and (heard == 5).all() and (said == 6).all()


def test_a_folder_that_cannot_be_made_ends_the_recording_and_not_the_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("x")
    scene = recorded_scene(tmp_path / "file" / "recordings")
    assert scene.play(*answers_all()).reason == "gone"
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(told) == 1 and "no longer recorded" in told[0]


def test_a_killed_process_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
import numpy as np
from voice.recording.recorder import Recorder

async def work():
    recording = Recorder(Path(sys.argv[1]), 30).begin(8000)
    for count in range(10_000):
        recording.hears(np.full(160, 1000, np.int16))
        recording.says(np.full(160, 2000, np.int16))
        await asyncio.sleep(0.02)
        if count == 150:
            print("now", flush=True)

asyncio.run(work())
"""
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
    (path,) = tmp_path.iterdir()
    heard, said = tracks(path)
    assert RATE <= len(heard) <= 4 * RATE
    assert (np.abs(heard[400:-400].astype(int) - 1000) < 3).mean() > 0.9 and said.any()


class Held(RecordingFile):
    """A disk that hangs until it is let go."""

    go = threading.Event()

    def write(self, caller: Sound, bot: Sound) -> None:
        self.go.wait(10)
        super().write(caller, bot)


def test_a_disk_that_hangs_holds_a_bounded_part_and_time_is_kept(tmp_path: Path) -> None:
    Held.go.clear()
    recorder = Recorder(tmp_path, 30, open_file=Held)

    async def work() -> Recording:
        recording = recorder.begin(8000)
        for count in range(120 * 50):
            await asyncio.sleep(0.02)
            recording.hears(np.full(160, 1 + count // 50, np.int16))
        assert isinstance(recorder.executor, Threads)
        assert recorder.executor.waiting() <= BACKLOG + 1, "pieces of a second"
        Held.go.set()
        recorder.executor.submit(int).result()  # what waited is written
        for count in range(120 * 50, 130 * 50):
            await asyncio.sleep(0.02)
            recording.hears(np.full(160, 1 + count // 50, np.int16))
        recording.end()
        return recording

    recording = run(work())
    recorder.close()
    heard, _ = tracks(tmp_path / recording.name)
    assert len(heard) == 130 * RATE
    middles = heard.reshape(130, RATE)[:, RATE // 2]
    assert list(middles[:30]) == list(range(1, 31)) and list(middles[-9:]) == list(range(122, 131))
    assert not middles[40:110].any()


def test_a_disk_that_hangs_is_not_waited_for_at_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Held.go.clear()
    recorder = Recorder(tmp_path, 30, open_file=Held)

    async def work() -> None:
        recording = recorder.begin(8000)
        await asyncio.sleep(3)
        recording.hears(np.ones(160, np.int16))
        recording.end()

    run(work())
    recorder.close(patience=0.01)
    assert "the end of recordings is lost" in caplog.text
    Held.go.set()


def test_a_line_that_sends_nothing_for_long_is_silent_in_it(tmp_path: Path) -> None:
    async def work() -> str:
        recording = Recorder(tmp_path, 30, executor=AtOnce()).begin(RATE)
        for _ in range(2):
            await asyncio.sleep(100)
            recording.hears(np.full(320, 700, np.int16))
        await asyncio.sleep(1)
        recording.end()
        recording.end()
        return recording.name

    heard, _ = tracks(tmp_path / run(work()))
    assert len(heard) == 201 * RATE
    assert np.flatnonzero(heard).tolist() == [
        *range(100 * RATE - 320, 100 * RATE),
        *range(200 * RATE - 320, 200 * RATE),
    ]


# Retention


def test_the_old_are_deleted_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    now = 1_700_000_000.0
    old, young = name_at(now - 31 * DAY), name_at(now - 29 * DAY)
    others = [
        "notlar.wav",
        "20200101-000000-aa.wav",
        f"{old}.part",
        old.replace("-", "_"),
        f"99999999-000000-{'0' * 32}.wav",
    ]
    for name in (old, young, *others):
        (tmp_path / name).write_bytes(b"x")
    recorder = Recorder(tmp_path, 30, executor=AtOnce(), clock=lambda: now)
    recorder.sweep()
    assert {path.name for path in tmp_path.iterdir()} == {young, *others}
    # Its age is that of its name: a copy that was put back is not younger for it.
    (tmp_path / old).write_bytes(b"x")
    recorder.sweep()
    assert not (tmp_path / old).exists()


def test_links_and_folders_are_left_alone_whatever_their_name(tmp_path: Path) -> None:
    names = [name_at(1_600_000_000) for _ in range(2)]
    (tmp_path / "kept.wav").write_bytes(b"x")
    (tmp_path / names[0]).symlink_to(tmp_path / "kept.wav")
    (tmp_path / names[1]).mkdir()
    assert sweep(tmp_path, 30, 1_700_000_000) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"kept.wav", *names}


@pytest.mark.parametrize("days", [1e6, 1e9, 1e300])
def test_days_beyond_all_calendars_delete_nothing(tmp_path: Path, days: float) -> None:
    (tmp_path / name_at(0)).write_bytes(b"x")
    assert sweep(tmp_path, days, 1_700_000_000) == 0


def test_sweeping_goes_on_and_ends_with_the_recorder(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "none", 30, clock=lambda: 1_700_000_000.0)
    recorder.keep_sweeping(every=0.01)
    (tmp_path / "none").mkdir()
    path = tmp_path / "none" / name_at(1_600_000_000)
    path.write_bytes(b"x")
    (sweeper,) = [one for one in threading.enumerate() if one.name == "recordings-sweep"]
    for _ in range(1000):
        if not path.exists():
            break
        sweeper.join(0.01)
    recorder.close()
    sweeper.join(5)
    assert not path.exists() and not sweeper.is_alive()


def test_silence_of_any_length_is_written(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "x.wav", 8000)
    file.write_silence(250_001)
    file.write(silence(0.5, 8000), silence(0.5, 8000))
    file.close()
    heard, _ = tracks(tmp_path / "x.wav")
    assert len(heard) == 2 * (250_001 + 4000)
