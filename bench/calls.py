"""Many calls at once on one process, in real time: ``python -m bench.calls --help``.

Every call is whole: a caller's 16 kHz speech by espeak-ng, the Silero detector, turn-taking, the bot's turns, a
voice, and a mouth that keeps the time. Only the recogniser is a fixed delay, unless ``--model`` names one.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from bench import procfs
from bench.call_line import RATE, SPOKEN, STEPS, CallerLine, Heard, KnowingAsr
from bench.errors import BenchError
from bot.app import menus_of
from bot.clock import SystemClock
from bot.errors import Complaints
from bot.message import Emit, Message
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.stub_actions import StubActions
from bot.training import train
from bot.turn import Bot, take_turn
from voice.asr import Asr
from voice.audio import Sound
from voice.call import take_call
from voice.call_settings import CallSettings
from voice.engines.espeak import EspeakTts
from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad
from voice.engines.whisper import WhisperAsr, WhisperOptions
from voice.phone import Phone
from voice.prompt_cache import PromptCache
from voice.recording.recorder import Recorder
from voice.resampling import resample
from voice.tts import Voice

BOT = Path(__file__).parent.parent / "tests" / "voice" / "bot"
_APART = 0.237
"""Seconds between two rings."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the process has used, and when."""

    at: float
    cpu: float
    memory: int

    @classmethod
    def now(cls) -> Usage:
        """CPU with that of the programs that were waited for; memory of this process alone."""
        times = os.times()
        cpu = times.user + times.system + times.children_user + times.children_system
        status = Path("/proc/self/status").read_text()
        held = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return cls(time.perf_counter(), cpu, 1024 * int(held.split()[1]))


def speech() -> dict[str, Sound]:
    """What callers say, cut close to its first and last sound.

    Raises:
        EngineMissing: espeak-ng is not there.
    """
    tts = EspeakTts("tr+f3")

    async def all_of_it() -> dict[str, Sound]:
        found = {}
        for step, text in SPOKEN.items():
            sound = resample(await tts.synthesize(text), tts.rate, RATE)
            loud = np.flatnonzero(np.abs(sound) > 300)
            found[step] = sound[loud[0] : loud[-1] + 1]
        return found

    return asyncio.run(all_of_it())


def small_bot() -> Bot:
    """The bot of the voice's tests."""
    complaints = Complaints()
    trained = train(read_sources(BOT, complaints), complaints)
    return Bot(
        trained.domain,
        trained.ensemble,
        trained.interpreter,
        StubActions.of(BOT),
        MemoryStore(),
        SystemClock(),
        "Bir aksilik oldu.",
        menus=menus_of(trained),
    )


async def hold(
    phone: Phone, sounds: dict[str, Sound], count: int, seconds: float, delay: float, asr: Asr | None
) -> tuple[Heard, list[Usage], float]:
    """Hold so many calls, each so long; returns what was heard, usage at times, and seconds of calls."""
    heard = Heard()
    usage = [Usage.now()]
    begin = time.perf_counter()

    async def one(number: int) -> float:
        await asyncio.sleep(number * _APART)
        line = CallerLine(sounds, number, time.perf_counter() + seconds, heard)
        own = replace(phone, asr=asr or KnowingAsr(line, delay))
        return (await take_call(line, own)).seconds

    async def watch() -> None:
        while True:
            await asyncio.sleep(1)
            usage.append(Usage.now())
            told = f"\r{time.perf_counter() - begin:.0f} s of {seconds + count * _APART:.0f}"
            if sys.stderr.isatty():
                print(told, end="", file=sys.stderr, flush=True)

    watching = asyncio.create_task(watch())
    lengths = await asyncio.gather(*(one(number) for number in range(count)))
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    usage.append(Usage.now())
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return heard, usage, sum(lengths)


def percentiles(values: Sequence[float], scale: float = 1000) -> tuple[str, str, str]:
    """Median, 99 of 100, and the largest, in ms."""
    if not values:
        return "-", "-", "-"
    found = (median(values), float(np.percentile(values, 99)), max(values))
    return tuple(f"{scale * one:.1f}" if one * scale < 10 else f"{scale * one:.0f}" for one in found)  # type: ignore[return-value]


def report(heard: Heard, usage: list[Usage], alone: Usage, call_seconds: float, count: int) -> str:
    begin, end = usage[0], usage[-1]
    cpu = end.cpu - begin.cpu
    most = max(one.memory for one in usage)
    lines = [f"{'':40}{'p50':>8}{'p99':>8}{'most':>8}"]

    def row(name: str, values: Sequence[float]) -> None:
        lines.append(
            f"{name:40}" + "".join(f"{one:>8}" for one in percentiles(values)) + f"   of {len(values)}"
        )

    row("callers' frames are taken late by, ms", heard.behind)
    row("the bot's frames are sent late by, ms", heard.lateness)
    for step in STEPS:
        row(f"end of speech → sound, {step}, ms", heard.answers[step])
    row("interrupted → silence, ms", heard.silences)
    lines += [
        "",
        f"the bot's frames after their time   {heard.dry} of {len(heard.lateness)}",
        f"said and not answered              {heard.unanswered}",
        f"CPU per second of a call           {1000 * cpu / call_seconds:.1f} ms",
        f"CPU in all                         {cpu / (end.at - begin.at):.2f} processors",
        f"memory                             {most / 2**20:.0f} MiB",
        f"memory per call more               {(most - alone.memory) / max(1, count - 1) / 2**20:.2f} MiB",
    ]
    return "\n".join(lines)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.calls", description=(__doc__ or "").split("\n\n")[1]
    )
    parser.add_argument("--calls", type=int, default=20, help="at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="of each call (default: %(default)s)")
    parser.add_argument(
        "--delay", type=float, default=0.3, help="of the fixed recogniser (default: %(default)s s)"
    )
    parser.add_argument("--model", metavar="PATH", help="a Whisper instead: a folder, with a short input")
    parser.add_argument("--record", action="store_true", help="record the calls as well")
    parser.add_argument("--switch", type=float, help="the interpreter's switch interval, in seconds")
    return parser


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        BenchError: espeak-ng or Silero's model is not there.
    """
    if options.switch:
        sys.setswitchinterval(options.switch)
    try:
        sounds = speech()
        SileroVad()
    except (EngineMissing, subprocess.SubprocessError) as error:
        raise BenchError(str(error)) from error
    bot = small_bot()

    async def turn(message: Message, emit: Emit) -> None:
        await take_turn(bot, message, emit)

    asr = None
    if options.model:
        asr = WhisperAsr(
            WhisperOptions(options.model, device="cpu", threads=1, workers=2, short_input=True, offline=True)
        )
    busy = procfs.busy_share()
    with tempfile.TemporaryDirectory(prefix="bench-calls-") as folder:
        voice = Voice(EspeakTts(), RATE, PromptCache(Path(folder) / "prompts"))
        recorder = Recorder(Path(folder) / "recordings", 1) if options.record else None
        settings = CallSettings(opening="/selam", person="/temsilci")
        phone = Phone(turn, lambda rate: voice, SileroVad, None, settings, recorder=recorder)
        # One call alone: models and prompts are there then, and what more calls need can be told.
        asyncio.run(hold(phone, sounds, 1, min(15.0, options.seconds), options.delay, asr))
        gc.collect()
        alone = Usage.now()
        found = asyncio.run(hold(phone, sounds, options.calls, options.seconds, options.delay, asr))
        if recorder is not None:
            recorder.close()
    machine = procfs.this_machine()
    print(
        f"{options.calls} calls at once, {options.seconds:g} s each; {machine.cores} processors, "
        f"{100 * busy:.0f} % of them busy with other things before; "
        f"words by {'a Whisper' if asr else f'a fixed delay of {options.delay:g} s'}"
        f"{'; recorded' if recorder else ''}\n"
    )
    print(report(found[0], found[1], alone, found[2], options.calls))


def main(given: Sequence[str] | None = None) -> int:
    try:
        run(arguments().parse_args(given))
    except BenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
