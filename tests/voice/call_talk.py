"""Calls that are really spoken and really heard: a synthetic caller, real engines, virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from call_scene import SETTINGS
from espeak_speech import spoken
from phone_bot import phone_bot

from bot import events as ev
from bot.stores.memory import MemoryStore
from bot.turn import take_turn
from voice.asr import Asr, Recognised
from voice.audio import Sound, joined, level, silence
from voice.call import Phone, take_call
from voice.call_record import CallRecord
from voice.call_settings import CallSettings
from voice.engines.missing import EngineMissing
from voice.engines.piper import PiperTts
from voice.engines.silero import SileroVad
from voice.engines.whisper import WhisperAsr, WhisperOptions
from voice.expectation import ANYTHING, Expectation
from voice.resampling import resample
from voice.testing.sound_line import SoundLine, Troubles
from voice.testing.virtual_time import run
from voice.tts import Tts, Voice

MODELS = Path(__file__).parent / "small_models"
WHISPER, PIPER = MODELS / "whisper-tiny-shop", MODELS / "piper-tiny-shop.onnx"
RATE = 8000
_GAP = 0.12
_SILENT = 60


@cache
def whisper(short: bool = False) -> WhisperAsr:
    """The small Whisper; the test is skipped when faster-whisper is not installed."""
    try:
        return WhisperAsr(
            WhisperOptions(str(WHISPER), device="cpu", threads=1, short_input=short, offline=True)
        )
    except EngineMissing as error:
        pytest.skip(str(error))


@cache
def piper() -> PiperTts:
    """The small Piper voice; the test is skipped when piper-tts is not installed."""
    try:
        return PiperTts(PIPER)
    except EngineMissing as error:
        pytest.skip(str(error))


class Espeak:
    """espeak-ng as the bot's voice; a program of its own has no place in virtual time, so it is waited for."""

    name, rate = "espeak-here", 22_050

    async def synthesize(self, text: str) -> Sound:
        return spoken(text, self.rate)


class Taking:
    """A recogniser that takes its time by the call's clock."""

    name, rate = "taking", 16_000

    def __init__(self, asr: Asr, seconds: float = 0.15) -> None:
        self._asr, self._seconds = asr, seconds
        self.found: list[str] = []

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(self._seconds)
        found = await self._asr.transcribe(sound, expects)
        self.found.append(found.text)
        return found


async def words_of(sound: Sound, rate: int = RATE, asr: WhisperAsr | None = None) -> str:
    """What the small Whisper hears in a sound, clause by clause."""
    recogniser = asr or whisper(short=True)
    found = []
    for clause in clauses(sound, rate):
        padded = joined((silence(0.2, rate), clause, silence(0.2, rate)))
        found.append((await recogniser.transcribe(resample(padded, rate, recogniser.rate))).text)
    return " ".join(one for one in found if one)


def clauses(sound: Sound, rate: int) -> list[Sound]:
    """Cut where nothing is heard for a moment."""
    size = rate // 100
    loud = [np.abs(sound[at : at + size].astype(int)).max() > _SILENT for at in range(0, len(sound), size)]
    found: list[Sound] = []
    start: int | None = None
    last = 0
    for place, one in enumerate([*loud, *([False] * 100)]):
        if one:
            start, last = (place if start is None else start), place
        elif start is not None and (place - last) * size >= _GAP * rate:
            found.append(sound[start * size : (last + 1) * size])
            start = None
    return found


def noise_for(snr: float) -> float:
    """dBFS of a noise by so much quieter than the caller."""
    return level(spoken("siparişim nerede")) - snr


@dataclass
class Talk:
    """One spoken call."""

    troubles: Troubles = field(default_factory=Troubles)
    tts: Tts | None = None
    voice: str = "tr"
    """The caller's."""
    settings: CallSettings = SETTINGS
    short: bool = True
    """The bot's recogniser is given no more than was said; as in calls where time counts."""
    seed: int = 1
    heard_back: list[str] = field(default_factory=list)
    """What the caller understood of the bot."""

    def says(self, text: str) -> None:
        """Speak."""
        self.line.speaks(joined((spoken(text, RATE, self.voice), silence(0.1, RATE))))

    async def hears(self) -> str:
        """Wait for the bot's answer and understand it."""
        sound = await self.line.listens()
        self.heard_back.append(await words_of(sound))
        return self.heard_back[-1]

    def hold(self, caller: Callable[[Talk], Awaitable[None]]) -> CallRecord:
        """The whole call with this caller."""
        return run(self._hold(caller))

    async def _hold(self, caller: Callable[[Talk], Awaitable[None]]) -> CallRecord:
        self.store = MemoryStore()
        bot = phone_bot(self.store)
        self.line = SoundLine(self.troubles, self.seed)
        self.asr = Taking(whisper(self.short))
        tts = self.tts or piper()
        phone = Phone(
            partial(take_turn, bot), lambda rate: Voice(tts, rate), SileroVad, self.asr, self.settings
        )
        record, _ = await asyncio.gather(take_call(self.line, phone, "c1"), self._call(caller))
        return record

    async def _call(self, caller: Callable[[Talk], Awaitable[None]]) -> None:
        try:
            await caller(self)
        finally:
            self.line.hangs_up()  # so that a caller who is disappointed ends the call, and not the test's patience

    def slot(self, name: str) -> object:
        events = run(self.store.load("c1"))
        values = [one.value for one in events if isinstance(one, ev.SlotSet) and one.name == name]
        return values[-1] if values else None
