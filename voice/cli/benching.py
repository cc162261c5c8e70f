"""How fast this machine hears and speaks with a project's engines, and how many calls it can hold at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bot.message import Emit, Message, Reply
from voice.asr import Asr
from voice.audio import Sound, silence
from voice.call import take_call
from voice.engines.whisper import WhisperAsr
from voice.phone import Phone
from voice.resampling import resample
from voice.testing.fakes import CodeBook, FakeLine, FakeTts
from voice.testing.virtual_time import run
from voice.tts import Tts, Voice
from voice.vad import ActivityDetector, Vad

LONG = (
    "Dört yüz seksen iki dokuz yüz on üç numaralı siparişiniz kargoya verildi, yarın akşama kadar adresinize "
    "teslim edilecek. Teslimat sırasında evde olmazsanız kargo görevlisi sizi arayacak."
)
CLAUSE = "Siparişiniz yolda,"
ANSWERS = {"a short answer": "Evet, doğru.", "an utterance": "Siparişim nerede acaba, geçen hafta vermiştim."}
EVERY = 10.0
"""Seconds between two utterances of one caller."""
SPEAKING = 0.4
"""The share of a call in which the bot speaks words that it has not kept."""
BUSY = 0.5
"""The share of its time that a recogniser may be busy, lest callers wait for each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    stage: str
    wall: float
    """Seconds, the median."""
    slowest: float
    cpu: float
    """CPU seconds of one run, programs that it starts included."""
    sound: float | None = None
    """Seconds of the sound that it was about."""

    @property
    def factor(self) -> float | None:
        """Time that a second of sound takes."""
        return self.wall / self.sound if self.sound else None


@dataclass(slots=True)
class Bench:
    """What was measured."""

    rows: list[Row] = field(default_factory=list)

    def row(self, begins: str) -> Row | None:
        return next((one for one in self.rows if one.stage.startswith(begins)), None)


async def measure(vad: Vad, asr: Asr | None, tts: Tts, times: int, tell: Callable[[str], None]) -> Bench:
    """Measure each stage so often, after a run that warms it.

    Args:
        tell: is told what is being measured.

    Raises:
        EngineError: an engine fails.
    """
    bench = Bench()

    async def often(stage: str, work: Callable[[], object], sound: float | None = None) -> None:
        tell(stage)
        await _once(work)
        runs = [await _once(work) for _ in range(times)]
        walls = [wall for wall, _ in runs]
        bench.rows.append(Row(stage, median(walls), max(walls), median(cpu for _, cpu in runs), sound))

    speech = await tts.synthesize(LONG)
    if not len(speech):
        speech = silence(5.0, tts.rate)
    seconds = len(speech) / tts.rate
    await often("voice: first sound of a clause", lambda: tts.synthesize(CLAUSE))
    await often("voice: two sentences", lambda: tts.synthesize(LONG), seconds)
    line = resample(speech, tts.rate, 8000)
    await often("detector, with 8 kHz brought to its rate", lambda: _detect(vad, line), seconds)
    await often("the call itself, without these", lambda: asyncio.to_thread(_call, 20.0), 20.0)
    for name, text in ANSWERS.items() if asr is not None else ():
        assert asr is not None
        said = resample(await tts.synthesize(text), tts.rate, asr.rate)
        for mode, own in _modes(asr):
            await often(f"words: {name}{mode}", _listening(own, said), len(said) / asr.rate)
    return bench


def _listening(asr: Asr, sound: Sound) -> Callable[[], object]:
    return lambda: asr.transcribe(sound)


def _modes(asr: Asr) -> Sequence[tuple[str, Asr]]:
    """Whisper is measured with short and full input, whatever its settings; they share one model."""
    if not isinstance(asr, WhisperAsr):
        return (("", asr),)
    return ((", short input", asr.with_short_input(True)), (", full input", asr.with_short_input(False)))


def _detect(vad: Vad, sound: Sound) -> None:
    detector = ActivityDetector(vad, 8000)
    for start in range(0, len(sound), 160):
        detector.push(sound[start : start + 160])


def _call(seconds: float) -> None:
    """One call in virtual time, in which the bot speaks half of the time and engines cost nothing."""

    async def hold() -> None:
        book = CodeBook()
        line = FakeLine(book, 16_000, lead=0.02)
        voice = Voice(FakeTts(book, 16_000), 16_000)

        async def turn(message: Message, emit: Emit) -> None:
            await emit(Reply(LONG))

        asyncio.get_running_loop().call_later(seconds, line.hangs_up)
        await take_call(line, Phone(turn, lambda rate: voice))

    run(hold())


async def _once(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _cpu()
    done = work()
    if hasattr(done, "__await__"):
        await done
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    """CPU seconds of this process and of the programs that it has waited for."""
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


def calls_at_once(bench: Bench, asr: Asr | None, cores: int) -> tuple[int, str]:
    """How many calls this machine can hold, and what is used up first.

    One call is taken to have an utterance every 10 s, and words that the bot says for the first time in two fifths of
    it. Calls and their detectors run in one thread, recognisers and voices beside it. Processors may be busy to seven
    tenths, a recogniser to one half.
    """
    spoken = bench.row("voice: two")
    detector = bench.row("detector")
    heard = bench.row(f"words: an utterance{_mode(asr)}")
    itself = bench.row("the call itself")
    loop = itself.cpu / itself.sound if itself is not None and itself.sound else 0.0
    if detector is not None and detector.sound:
        loop += detector.cpu / detector.sound
    each = loop
    if spoken is not None and spoken.sound:
        each += SPEAKING * spoken.cpu / spoken.sound
    if heard is not None:
        each += heard.cpu / EVERY
    limits = {"the processors": int(0.7 * cores / each)}
    if loop:
        limits["the one processor that all calls of a process share"] = int(0.7 / loop)
    if heard is not None and isinstance(asr, WhisperAsr):
        limits["the recogniser ('workers')"] = int(asr.options.workers * BUSY * EVERY / heard.wall)
    first = min(limits, key=lambda name: limits[name])
    return limits[first], first


def _mode(asr: Asr | None) -> str:
    if not isinstance(asr, WhisperAsr):
        return ""
    return ", short input" if asr.options.short_input else ", full input"


def table(bench: Bench) -> str:
    """Plain columns."""
    lines = [("stage", "median", "slowest", "CPU", "x real time")]
    for one in bench.rows:
        factor = "" if one.factor is None else f"{one.factor:.3f}"
        lines.append((one.stage, _ms(one.wall), _ms(one.slowest), _ms(one.cpu), factor))
    widths = [max(len(line[place]) for line in lines) for place in range(5)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"
