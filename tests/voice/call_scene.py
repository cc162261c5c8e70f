"""A call in virtual time: what the caller does, step by step, and everything around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from phone_bot import phone_bot

from bot import events as ev
from bot.message import Emit, Message, Reply
from bot.stores.memory import MemoryStore
from bot.turn import Bot, take_turn
from voice.asr import Asr, Recognised
from voice.audio import Sound
from voice.call import take_call
from voice.call_record import CallRecord
from voice.call_settings import CallSettings
from voice.expectation import ANYTHING, Expectation
from voice.phone import Phone
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeTts, FakeVad
from voice.testing.virtual_time import run
from voice.tts import Voice
from voice.vad import Vad

SETTINGS = CallSettings(opening="/selam", person="/temsilci")

Step = Callable[[FakeLine], Awaitable[None] | None]
"""Something that a caller does, and for as long as it takes."""

hangs_up: Step = FakeLine.hangs_up


def hears(words: str, patience: float = 60.0) -> Step:
    """Waits until the bot begins to say this."""
    return lambda line: line.hears(words, patience)


def hears_out(words: str) -> Step:
    """Waits for these words, and until the bot has been silent for a second."""

    async def step(line: FakeLine) -> None:
        await line.hears(words)
        await line.silence()

    return step


def says(words: str, seconds: float | None = None) -> Step:
    return lambda line: line.says(words, seconds)


def presses(keys: str) -> Step:
    return lambda line: line.presses(keys)


def waits(seconds: float) -> Step:
    return lambda line: asyncio.sleep(seconds)


GREETED = hears_out("yardımcı olabilirim?")
WISHES = says("siparişim nerede")
ASKED = hears("numaranızı")
ANSWERED = (WISHES, ASKED, presses("482913"), hears("dört yüz seksen"), waits(1.5))
"""To the middle of a long sentence of the bot's."""


class Fixed:
    """A recogniser that always answers the same."""

    name, rate = "fixed", 16_000

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(0.1)
        return self.answer if self.answer is None else Recognised(self.answer)  # type: ignore[return-value]


@dataclass
class Scene:
    """A call, and everything around it that a test may look at or change before."""

    book: CodeBook = field(default_factory=CodeBook)
    settings: CallSettings = SETTINGS
    vad: Callable[[], Vad] | None = FakeVad
    asr: Callable[[CodeBook, int], Asr] | None = FakeAsr
    line_type: type[FakeLine] = FakeLine
    line_options: dict[str, Any] = field(default_factory=dict)
    phone: dict[str, Any] = field(default_factory=dict)
    """What else the phone has."""
    answers: Sequence[Sequence[Reply]] | None = None
    """What the dialogue says, turn by turn, and the last from then on; ``None``: what the small bot says."""
    turn_delay: float = 0.0
    fails: Mapping[int, Exception] = field(default_factory=dict)
    """Turns that fail, counted from 0."""
    messages: list[Message] = field(default_factory=list)
    logged: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """What was heard, told after the call."""
    store: MemoryStore = field(default_factory=MemoryStore)

    def play(self, *steps: Step) -> CallRecord:
        """Hold the call with a caller who does this, to its end."""
        return run(self._play(steps))

    async def _play(self, steps: Sequence[Step]) -> CallRecord:
        self.line = self.line_type(self.book, **self.line_options)
        self.tts = FakeTts(self.book, self.line.rate)
        self.recogniser: Any = self.asr and self.asr(self.book, self.line.rate)
        phone = Phone(
            self._turn,
            lambda rate: Voice(self.tts, rate),
            self.vad,
            self.recogniser,
            self.settings,
            log=self._log,
            **self.phone,
        )
        record, _ = await asyncio.gather(take_call(self.line, phone, "c1"), self._call(steps))
        return record

    async def _call(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if (doing := step(self.line)) is not None:
                await doing

    async def _turn(self, message: Message, emit: Emit) -> None:
        self.messages.append(message)
        number = len(self.messages) - 1
        await asyncio.sleep(self.turn_delay)
        if number in self.fails:
            raise self.fails[number]
        if self.answers is None:
            await take_turn(self.bot, message, emit)
        else:
            for reply in self.answers[min(number, len(self.answers) - 1)]:
                await emit(reply)

    @cached_property
    def bot(self) -> Bot:
        return phone_bot(self.store)

    async def _log(self, conversation_id: str, heard: Mapping[str, Any]) -> None:
        self.logged.append((conversation_id, heard))

    def events(self) -> list[ev.Event]:
        return list(run(self.store.load("c1")))

    def utterances(self) -> list[ev.UserUttered]:
        return [one for one in self.events() if isinstance(one, ev.UserUttered)]
