"""Hundreds of calls on one loop leave nothing behind: no task, no thread, no file, no memory.

``SANTRAL_TEST_CALLS=5000`` holds more of them.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

from bot.message import Emit, Message, Reply
from voice.call import take_call
from voice.phone import Phone
from voice.recording.recorder import Recorder
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeTts, FakeVad
from voice.testing.virtual_time import run
from voice.tts import Voice

AT_ONCE = 20
CALLS = int(os.environ.get("SANTRAL_TEST_CALLS", "300")) // AT_ONCE * AT_ONCE


def measured() -> tuple[int, int, int, int]:
    """Objects, tasks, threads and open files."""
    gc.collect()
    files = Path("/proc/self/fd")
    return (
        len(gc.get_objects()),
        len(asyncio.all_tasks()),
        threading.active_count(),
        len(list(files.iterdir())) if files.is_dir() else 0,
    )


def test_many_calls_leave_nothing_behind(tmp_path: Path) -> None:
    book = CodeBook()
    recorder = Recorder(tmp_path, 1)
    ends: dict[str, int] = {}

    async def turn(message: Message, emit: Emit) -> None:
        await emit(Reply("Buyurun." if message.text == "/greet" else "Tamam."))

    async def call(number: int) -> None:
        line = FakeLine(book)

        async def caller() -> None:
            # Some hang up at once, some in the greeting, some while they speak or are being recognised.
            await asyncio.sleep(0.013 * (number % 40))
            if number % 3:
                line.says("evet", 0.3)
            await asyncio.sleep(0.017 * (number % 50))
            line.hangs_up()

        record, _ = await asyncio.gather(take_call(line, phone), caller())
        ends[record.reason] = ends.get(record.reason, 0) + 1

    async def all_of_them() -> list[tuple[int, int, int, int]]:
        found = []
        for begin in range(0, CALLS, AT_ONCE):
            await asyncio.gather(*(call(number) for number in range(begin, begin + AT_ONCE)))
            book.texts.clear()
            if begin in (100, CALLS - AT_ONCE):
                recorder.executor.submit(int).result()  # what waited is written
                found.append(measured())
        return found

    voice = Voice(FakeTts(book), 8000)
    phone = Phone(turn, lambda rate: voice, FakeVad, FakeAsr(book), recorder=recorder)
    early, late = run(all_of_them())
    recorder.close()
    assert len(list(tmp_path.glob("*.wav"))) == CALLS
    assert ends == {"gone": CALLS}
    assert late[0] - early[0] < 200, "objects"
    assert late[1:] == early[1:], "tasks, threads, files"
