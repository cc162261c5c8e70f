"""A recorded call whose dialogue gives one answer after the other."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.message import Emit, Message, Reply
from voice.audio import Sound
from voice.call import take_call
from voice.call_record import CallRecord
from voice.call_settings import CallSettings
from voice.phone import Phone
from voice.recording import Recorder
from voice.recording_file import RATE
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeTts, FakeVad
from voice.testing.virtual_time import run
from voice.tts import Voice

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


async def answers_all(line: FakeLine, asked: str = "numaranız nedir") -> None:
    """Hears the greeting, says a wish, a secret when it is ``asked``, and a goodbye, and hangs up."""
    await line.hears("merhaba")
    await line.silence()
    line.says("kartım çalışmıyor")
    await line.hears(asked)
    await line.silence()
    line.says("beş beş beş beş", 1.5)
    await line.hears("aldım")
    await line.silence()
    line.says("iyi günler")
    await asyncio.sleep(2)
    line.hangs_up()
