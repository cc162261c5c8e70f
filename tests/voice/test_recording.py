"""Recorded calls: what is in the file, what is kept out of it, and what a disk may do to a call."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.message import Emit, Message, Reply
from voice.audio import Sound, silence
from voice.call import Phone, take_call
from voice.call_record import CallRecord
from voice.call_settings import CallSettings
from voice.recording import BACKLOG, Recorder, Recording, recorded
from voice.recording_file import RATE, RecordingFile, name_at
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeTts, FakeVad
from voice.testing.virtual_time import run
from voice.tts import Voice

DAY = 86_400.0
CARD = Reply("Kart numaranız nedir?", metadata={"utter_action": "utter_ask_card_form_card_no"})
SECRET = Reply("Şifreniz nedir?", metadata={"metadata": {"voice": {"sensitive": True}}})
THANKS = Reply("Teşekkürler, aldım.")
HELLO = Reply("Merhaba, buyurun.")


class AtOnce(Executor):
    """Does work when it is given, so that tests see the same each time."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


def tracks(path: Path) -> tuple[Sound, Sound]:
    """The caller's side and the bot's."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]


def texts(book: CodeBook, sound: Sound) -> list[tuple[str, float]]:
    """What a side holds, and where in seconds each begins."""
    return [(text, start / RATE) for text, _, start in book.read(sound)]


@dataclass
class Scene:
    """A recorded call with a dialogue that gives one answer after the other."""

    folder: Path
    answers: Sequence[Sequence[Reply]] = ((HELLO,), (CARD,), (THANKS,), (HELLO,))
    book: CodeBook = field(default_factory=CodeBook)
    messages: list[Message] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    line_options: dict[str, Any] = field(default_factory=lambda: {"rate": RATE})
    fails_at: int | None = None

    def play(self, caller: Callable[[FakeLine], Awaitable[None]]) -> CallRecord:
        return run(self._play(caller))

    async def _play(self, caller: Callable[[FakeLine], Awaitable[None]]) -> CallRecord:
        async def turn(message: Message, emit: Emit) -> None:
            self.messages.append(message)
            if len(self.messages) - 1 == self.fails_at:
                raise RuntimeError("the test said so")
            for reply in self.answers[min(len(self.messages), len(self.answers)) - 1]:
                await emit(reply)

        rate = self.line_options["rate"]
        self.line = FakeLine(self.book, **self.line_options)
        self.tts = FakeTts(self.book, rate)
        options = {"executor": AtOnce(), "pause_on": ["card_no"]} | self.options
        self.recorder = Recorder(self.folder, 30, **options)
        phone = Phone(
            turn,
            lambda rate: Voice(self.tts, rate),
            FakeVad,
            FakeAsr(self.book, rate),
            CallSettings(),
            recorder=self.recorder,
        )
        calling = asyncio.ensure_future(caller(self.line))
        record = await take_call(self.line, phone, "c1")
        await calling
        return record


async def answers_all(line: FakeLine) -> None:
    """Hears the greeting, says a wish, a secret and a goodbye, and hangs up."""
    await line.hears("merhaba")
    await line.silence()
    line.says("kartım çalışmıyor")
    await line.hears("numaranız nedir")
    await line.silence()
    line.says("beş beş beş beş", 1.5)
    await line.hears("aldım")
    await line.silence()
    line.says("iyi günler")
    await asyncio.sleep(2)
    line.hangs_up()


# What is in it


def test_both_sides_are_recorded_where_they_sounded(tmp_path: Path) -> None:
    began: list[float] = []

    async def caller(line: FakeLine) -> None:
        await line.hears("merhaba")
        await line.silence()
        began.append(line._clock())
        line.says("siparişim nerede")
        await asyncio.sleep(3)
        line.hangs_up()

    scene = Scene(tmp_path, answers=[[HELLO]])
    record = scene.play(caller)
    assert record.recording is not None
    heard, said = tracks(tmp_path / record.recording)
    assert len(heard) / RATE == pytest.approx(record.seconds, abs=0.03)
    (mine,) = texts(scene.book, heard)
    # A frame is there when it has been spoken; the line began the words with the next one.
    assert mine[0] == "siparişim nerede" and mine[1] == pytest.approx(began[0], abs=0.021)
    assert [text for text, _ in texts(scene.book, said)][:1] == ["merhaba, buyurun."]
    # Sample for sample what the line got, each frame where it was played.
    sent = np.concatenate([frame for _, frame in scene.line.frames])
    assert sent.any() and np.array_equal(said[said != 0], sent[sent != 0])


@pytest.mark.parametrize("rate", [8000, 48_000])
def test_every_rate_becomes_16_khz(tmp_path: Path, rate: int) -> None:
    record = Scene(tmp_path, line_options={"rate": rate}).play(answers_all)
    heard, said = tracks(tmp_path / str(record.recording))
    assert len(heard) == len(said) == pytest.approx(record.seconds * RATE, abs=0.03 * RATE)
    assert heard.any() and said.any()


def test_the_conversation_names_its_recording_and_the_name_names_nobody(tmp_path: Path) -> None:
    line = {"rate": RATE, "caller": "+905321234567", "vouched": True}
    scene = Scene(tmp_path, line_options=line)
    record = scene.play(answers_all)
    found = [one.metadata["voice"]["recording"] for one in scene.messages]
    assert {one["file"] for one in found} == {record.recording}
    places = [one["at"] for one in found]
    assert places == sorted(places) and places[0] == 0 and places[-1] > 3
    (path,) = tmp_path.iterdir()
    assert path.name == record.recording and "905321234567" not in path.name
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_line_forgets_is_not_in_it(tmp_path: Path) -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("buyurun")
        line.says("bir dakika siparişim nerede")
        await line.silence()
        line.hangs_up()

    scene = Scene(tmp_path, line_options={"rate": RATE, "lead": 0.06, "can_flush": True})
    record = scene.play(caller)
    _, said = tracks(tmp_path / str(record.recording))
    played = np.concatenate([frame for _, frame in scene.line.frames])
    assert np.array_equal(said[said != 0], played[played != 0])


def test_without_a_recorder_nothing_stands_in_between() -> None:
    async def work() -> None:
        async def turn(message: Message, emit: Emit) -> None: ...

        line = FakeLine(CodeBook())
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook()), rate))
        assert recorded(line, phone) == (line, phone, None)

    run(work())


# What is kept out of it


@pytest.mark.parametrize("question", [CARD, SECRET])
def test_what_is_sensitive_is_silent_on_both_sides(tmp_path: Path, question: Reply) -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("merhaba")
        await line.silence()
        line.says("kartım çalışmıyor")
        await line.hears("nedir")
        await line.silence()
        line.says("beş beş beş beş", 1.5)
        await line.hears("aldım")
        await line.silence()
        line.says("iyi günler")
        await asyncio.sleep(2)
        line.hangs_up()

    scene = Scene(tmp_path, answers=[[HELLO], [question], [THANKS], [HELLO]])
    record = scene.play(caller)
    heard, said = tracks(tmp_path / str(record.recording))
    assert [text for text, _ in texts(scene.book, heard)] == ["kartım çalışmıyor", "iyi günler"]
    words = " ".join(text for text, _ in texts(scene.book, said))
    assert "nedir" not in words and "aldım" in words
    assert len(heard) / RATE == pytest.approx(record.seconds, abs=0.03), "time goes on in it"


def test_the_pause_is_exact_to_the_frame(tmp_path: Path) -> None:
    """The caller speaks without end; only what comes between question and answered turn is silent."""
    edges: list[float] = []

    async def work() -> str:
        recorder = Recorder(tmp_path, 30, ["card_no"], executor=AtOnce())
        clock = asyncio.get_running_loop().time
        replies = iter([[HELLO], [HELLO, CARD], [THANKS]])

        async def turn(message: Message, emit: Emit) -> None:
            for reply in next(replies):
                await asyncio.sleep(0.013)
                if reply is CARD:
                    edges.append(clock())
                await emit(reply)
            if reply is THANKS:
                edges.append(clock())

        line = FakeLine(CodeBook(), RATE)
        line._spoken = np.full(RATE * 20, 77, np.int16)
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook(), RATE), rate), recorder=recorder)
        inner, wrapped, name = recorded(line, phone)

        async def listen() -> None:
            async for _ in inner.events():
                pass

        listening = asyncio.ensure_future(listen())
        for _ in range(3):
            await asyncio.sleep(2.006)
            await wrapped.take_turn(Message("x", "c1", "fake", "voice", "1", {}), Silent())
        await asyncio.sleep(2)
        line.hangs_up()
        await listening
        await inner.hang_up()
        return str(name)

    name = run(work())
    heard, _ = tracks(tmp_path / name)
    frame = RATE // 50
    loud = heard[: len(heard) // frame * frame].reshape(-1, frame)
    assert all(one.all() or not one.any() for one in loud), "frames are whole"
    silent = [place for place, one in enumerate(loud[:-2]) if not one.any()]
    assert silent == list(range(silent[0], silent[-1] + 1))
    # A frame is known when it ends: the first silent one ends at or after the question, the last before the answer.
    begin, end = edges
    assert silent[0] * 0.02 <= begin <= (silent[0] + 1) * 0.02 + 1e-9
    assert (silent[-1] + 1) * 0.02 - 1e-9 <= end <= (silent[-1] + 2) * 0.02


class Silent:
    """Says nothing."""

    whole = False

    async def __call__(self, reply: Reply) -> None: ...


def test_a_turn_that_fails_leaves_the_pause_as_it_is(tmp_path: Path) -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("nedir")
        await line.silence()
        line.says("beş beş")
        await line.hears("aksaklık")
        await line.silence()
        line.says("altı altı")
        await asyncio.sleep(1.5)
        line.hangs_up()

    scene = Scene(tmp_path, answers=[[CARD], [CARD], [CARD]], fails_at=1)
    heard, said = tracks(tmp_path / str(scene.play(caller).recording))
    assert not heard.any() and not said.any()


@pytest.mark.parametrize(
    ("name", "slots", "sensitive"),
    [
        ("utter_ask_card_no", ["card_no"], True),
        ("utter_ask_pay_form_card_no", ["card_no", "tckn"], True),
        ("utter_ask_card_no_to_cancel", ["card_no"], True),
        ("utter_ask_tckn", ["card_no", "tckn"], True),
        ("utter_ask_card_number", ["card_no"], False),
        ("utter_card_no", ["card_no"], False),
        ("utter_ask_axb", ["a.b"], False),
        ("utter_ask_card_no", [], False),
        (None, ["card_no"], False),
    ],
)
def test_slots_are_told_by_the_response(
    tmp_path: Path, name: str | None, slots: list[str], sensitive: bool
) -> None:
    recorder = Recorder(tmp_path, 30, slots, executor=AtOnce())
    assert recorder.is_sensitive(Reply("?", metadata={"utter_action": name})) is sensitive


def test_a_conversation_that_goes_on_with_a_sensitive_question_is_silent(tmp_path: Path) -> None:
    async def work() -> str:
        async def turn(message: Message, emit: Emit) -> None: ...

        recorder = Recorder(tmp_path, 30, executor=AtOnce())
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook()), rate), recorder=recorder)
        line, _, name = recorded(FakeLine(CodeBook()), phone, [SECRET])
        await asyncio.sleep(0.02)
        await line.send(np.full(160, 900, np.int16))
        await asyncio.sleep(1)
        await line.hang_up()
        return str(name)

    _, said = tracks(tmp_path / run(work()))
    assert len(said) and not said.any()


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
    scene = Scene(tmp_path, options={"open_file": Full})
    scene.line_options["caller"] = "+905321234567"
    record = scene.play(answers_all)
    assert record.reason == "gone" and len(record.exchanges) == 4
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert told == ["A call is no longer recorded (No space left on device); it goes on."]


def test_a_disk_that_fills_up_leaves_what_was_written(tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of a disk: the kernel writes half a piece, then refuses."""
    code = f"""
import resource, signal, sys
from pathlib import Path
import numpy as np
from voice.recording_file import RecordingFile
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
    scene = Scene(tmp_path / "file" / "recordings")
    assert scene.play(answers_all).reason == "gone"
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]
    assert len(told) == 1 and "no longer recorded" in told[0]


def test_a_killed_process_leaves_a_file_that_can_be_read(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
import numpy as np
from voice.recording import Recorder

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
        queued = recorder.executor._work_queue.qsize()  # type: ignore[attr-defined]
        assert queued <= BACKLOG + 1, "pieces of a second"
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
