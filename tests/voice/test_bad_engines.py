"""Engines that raise, answer nonsense or are not there: the call goes on, by loudness or by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from phone_bot import phone_bot

from bot import events as ev
from bot.message import Emit, Message
from bot.stores.memory import MemoryStore
from bot.turn import take_turn
from voice.asr import MOST_CHARACTERS, Asr, Recognised
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


class Judging(FakeVad):
    """Answers the same, or raises it, from the so-and-so-many-th frame on."""

    def __init__(self, answer: Any, after: int = 0) -> None:
        super().__init__()
        self.answer, self.left = answer, after

    def speech(self, frame: Sound) -> float:
        self.left -= 1
        if self.left >= 0:
            return super().speech(frame)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[no-any-return]


class Writing:
    """A recogniser that always writes the same."""

    name, rate = "writing", 16_000

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(0.1)
        return self.answer if self.answer is None else Recognised(self.answer)  # type: ignore[return-value]


def held(
    asr: Callable[[CodeBook], Asr], vad: Callable[[], Vad], patience: float = 0.0
) -> tuple[CallRecord, list[str], FakeLine]:
    """A call in which somebody says what they wish; its record, what the dialogue got, and its line."""
    store = MemoryStore()
    bot = phone_bot(store)

    async def turn(message: Message, emit: Emit) -> None:
        await take_turn(bot, message, emit)

    async def call() -> tuple[CallRecord, list[str], FakeLine]:
        book = CodeBook()
        line, voice = FakeLine(book), Voice(FakeTts(book), 8000)
        phone = Phone(turn, lambda rate: voice, vad, asr(book), CallSettings(opening="/selam", person=""))

        async def caller() -> None:
            await line.hears("nasıl yardımcı olabilirim?")
            await line.silence()
            line.says("siparişim nerede")
            await line.silence(3 + patience)
            line.hangs_up()

        calling = asyncio.ensure_future(caller())
        record = await take_call(line, phone, "c1")
        await calling
        return (
            record,
            [one.text or "" for one in await store.load("c1") if isinstance(one, ev.UserUttered)],
            line,
        )

    return run(call())


@pytest.mark.parametrize("answer", [RuntimeError("broken"), float("nan"), None, "much"], ids=repr)
@pytest.mark.parametrize("after", [0, 150])
def test_loudness_takes_over_from_a_detector_that_fails(answer: Any, after: int) -> None:
    record, got, _ = held(FakeAsr, lambda: Judging(answer, after))
    assert record.reason == "gone" and got[-1] == "siparişim nerede"


def test_loudness_takes_the_place_of_a_detector_that_cannot_be_made() -> None:
    def make() -> Vad:
        raise RuntimeError("no model")

    record, got, _ = held(FakeAsr, make)
    assert record.reason == "gone" and got[-1] == "siparişim nerede"


@pytest.mark.parametrize(
    "answer",
    [None, 7, b"evet", "evet hayır " * 9000, "e" * (MOST_CHARACTERS + 1)],
    ids=lambda one: repr(one)[:12],
)
def test_nonsense_of_a_recogniser_sends_to_the_keypad(answer: Any) -> None:
    record, got, line = held(lambda book: Writing(answer), FakeVad, patience=3)
    assert record.reason == "gone" and len(got) == 1
    assert any("duymakta güçlük" in text for text, _ in line.played())


def test_what_is_no_character_to_read_is_left_out_of_words() -> None:
    _, got, _ = held(lambda book: Writing("\0siparişim\x1b\u202e \ud800nerede\r\n"), FakeVad)
    assert got[-1] == "siparişim nerede"
