"""A caller with a script, on a line in real time: it speaks, listens, interrupts, and measures what it hears.

It looks at the clock every few frames: events would have to be set by every frame of every call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from voice.asr import Recognised
from voice.audio import FRAME_SECONDS, Sound, frame_size
from voice.expectation import ANYTHING, Expectation
from voice.line import KeyPress

RATE = 16_000
"""A browser's line; telephones have half of it."""
_APART = 0.1
"""Seconds without a frame after which the bot begins anew."""
_DONE = 0.4
"""Seconds of silence after which the bot has said all."""
_PATIENCE = 20.0
_LOUD = 100
ORDER, NUMBER, OVER, YES = "a wish", "a number", "over the bot", "yes or no"
STEPS = (ORDER, NUMBER, OVER, YES)
"""What is said, in turn: each to another kind of question."""
SPOKEN = {
    ORDER: "siparişim nerede",
    NUMBER: "dört yüz seksen iki dokuz yüz on üç",
    OVER: "fatura istiyorum",
    YES: "evet",
}


@dataclass(slots=True)
class Heard:
    """What all callers measured, in seconds."""

    answers: dict[str, list[float]] = field(default_factory=lambda: {one: [] for one in STEPS})
    """From the last sample of speech to the first sound of the answer."""
    silences: list[float] = field(default_factory=list)
    """From the first sample of speech over the bot to the end of the bot's sound."""
    behind: list[float] = field(default_factory=list)
    """By how much each frame of a caller is taken late: a process that has too little of a processor falls behind,
    and all other figures with it."""
    lateness: list[float] = field(default_factory=list)
    """Of each frame that the bot sends, by the clock that its stretch began with."""
    dry: int = 0
    """Frames that came after the line had run out of sound."""
    unanswered: int = 0
    """Things said that no answer came to."""


class CallerLine:
    """One line and its caller.

    Args:
        sounds: of each of :data:`SPOKEN`, cut close to the speech.
        number: makes what this caller asks for its own.
        until: when the caller hangs up, by the loop's clock.
    """

    name, rate, lead = "bench", RATE, 0.02
    caller: str | None = None
    vouched = False

    def __init__(self, sounds: Mapping[str, Sound], number: int, until: float, heard: Heard) -> None:
        self._sounds, self._number, self._until, self.heard = sounds, number, until, heard
        self._clock = time.perf_counter
        self._size = frame_size(RATE)
        self._speaking: Sound = np.zeros(0, np.int16)
        self._spoke_until = 0.0
        self._last = 0.0
        """When the bot last sent a frame."""
        self._loud = 0.0
        """When it last sent one that can be heard."""
        self._first, self._count = 0.0, 0
        self._waits_for = ""
        self._over = False
        self.saying = ""
        """What the fake recogniser hears."""

    async def events(self) -> AsyncIterator[Sound | KeyPress]:
        script = asyncio.create_task(self._script())
        begin, count = self._clock(), 0
        try:
            while not self._over and self._clock() < self._until:
                count += 1
                await asyncio.sleep(max(0.0, begin + count * FRAME_SECONDS - self._clock()))
                self.heard.behind.append(max(0.0, self._clock() - begin - count * FRAME_SECONDS))
                part, self._speaking = self._speaking[: self._size], self._speaking[self._size :]
                frame = np.zeros(self._size, np.int16)
                frame[: len(part)] = part
                if len(part):
                    self._spoke_until = begin + (count - 1) * FRAME_SECONDS + len(part) / RATE
                yield frame
        finally:
            script.cancel()
            await asyncio.gather(script, return_exceptions=True)

    async def send(self, frame: Sound) -> None:
        now = self._clock()
        if now - self._last > _APART:
            self._first, self._count = 0.0, 0
        self._last = now
        # The first frame is played at once, the second is due then: from there the clock runs.
        if self._count == 1:
            self._first = now
        elif self._count > 1:
            late = now - self._first - (self._count - 1) * FRAME_SECONDS
            self.heard.lateness.append(max(0.0, late))
            if late > self.lead:
                self.heard.dry += 1
                self._first = now - (self._count - 1) * FRAME_SECONDS  # it begins anew from here
        self._count += 1
        if np.abs(frame).max() > _LOUD:
            self._loud = now
            if self._waits_for and not len(self._speaking) and now > self._spoke_until:
                self.heard.answers[self._waits_for].append(now - self._spoke_until)
                self._waits_for = ""

    async def flush(self) -> int:
        return 0

    async def hang_up(self) -> None:
        self._over = True

    async def _script(self) -> None:
        """Go through the steps until the time is over."""
        await asyncio.sleep(0.02 * (self._number % 50))
        await self._bot_has_said_all()
        for count in range(10_000):
            step = STEPS[count % len(STEPS)]
            if step == OVER:
                await self._until_bot_speaks()
                await asyncio.sleep(1.0)
            self._says(step, count)
            if step == OVER:
                began = self._clock()
                await asyncio.sleep(0.6)
                self.heard.silences.append(max(0.0, self._loud + self.lead + FRAME_SECONDS - began))
            end = self._clock() + _PATIENCE
            while self._waits_for and self._clock() < end:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            if self._waits_for:
                self.heard.unanswered += 1
                self._waits_for = ""
            if step != NUMBER:  # its answer is what is spoken over
                await self._bot_has_said_all()

    def _says(self, step: str, count: int) -> None:
        self._speaking = self._sounds[step]
        self.saying = str(100_000 + (7919 * self._number + 104_729 * count) % 900_000)
        if step != NUMBER:
            self.saying = SPOKEN[step]
        self._waits_for = step
        self._spoke_until = float("inf")

    async def _bot_has_said_all(self) -> None:
        await self._until_bot_speaks()
        while self._clock() - self._last < _DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _until_bot_speaks(self) -> None:
        end = self._clock() + _PATIENCE
        while self._clock() - self._last > _APART and self._clock() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


class KnowingAsr:
    """Knows what its caller says, after a while: the recogniser of a machine that is quick enough."""

    name, rate = "fixed", RATE

    def __init__(self, line: CallerLine, delay: float) -> None:
        self._line, self._delay = line, delay

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(self._delay)
        return Recognised(self._line.saying)
