"""A line, a recogniser, a voice and detectors that a test holds in its hands.

Their sound is a code: every sample of a text has the same value, which stands for it in a :class:`CodeBook`. So the
fake recogniser really reads what was cut out of the stream, and a test reads what the line played, sample for sample.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from voice.asr import Recognised
from voice.audio import FRAME_SECONDS, Sound, frame_size, joined
from voice.engines.missing import EngineError
from voice.expectation import ANYTHING, Expectation
from voice.line import Incoming, KeyPress, Mute

_FIRST_CODE = 1000
SECONDS_A_CHARACTER = 0.06


@dataclass(slots=True)
class CodeBook:
    """Texts, and the sample values that stand for them."""

    texts: list[str] = field(default_factory=list)

    def code(self, text: str) -> int:
        """A new value for a text: the same text said twice is two things."""
        self.texts.append(text)
        return _FIRST_CODE + len(self.texts) - 1

    def text(self, code: int) -> str | None:
        place = code - _FIRST_CODE
        return self.texts[place] if 0 <= place < len(self.texts) else None

    def sound(self, text: str, seconds: float, rate: int) -> Sound:
        return np.full(max(1, round(seconds * rate)), self.code(text), np.int16)

    def read(self, sound: Sound) -> list[tuple[str, int, int]]:
        """What a sound holds, in order: text, samples of it here, its first sample's place."""
        if not len(sound):
            return []
        edges = [0, *(np.flatnonzero(np.diff(sound)) + 1).tolist(), len(sound)]
        found = []
        for start, end in pairwise(edges):
            text = self.text(int(sound[start]))
            if text is not None:
                found.append((text, end - start, start))
        return found


class FakeVad:
    """Gives the probabilities of a list, then silence; or, without a list, hears every code as speech."""

    rate = 8000
    size = 160

    def __init__(self, probabilities: Iterable[float] | None = None) -> None:
        self._left = None if probabilities is None else list(probabilities)

    def begin(self) -> None:
        """It remembers nothing."""

    def speech(self, frame: Sound) -> float:
        if self._left is None:
            return float(np.abs(frame.astype(np.int32)).max() >= _FIRST_CODE / 2)
        return self._left.pop(0) if self._left else 0.0


class FakeTts:
    """Speaks in code, 60 ms a character.

    Args:
        delay: seconds that each text takes.
        fails: texts that hold one of these words cannot be spoken.
    """

    def __init__(
        self,
        book: CodeBook,
        rate: int = 8000,
        delay: float = 0.0,
        fails: Sequence[str] = (),
        name: str = "fake",
    ) -> None:
        self.book, self.rate, self.name = book, rate, name
        self.delay, self.fails = delay, fails
        self.texts: list[str] = []

    async def synthesize(self, text: str) -> Sound:
        self.texts.append(text)
        await asyncio.sleep(self.delay)
        if any(word in text for word in self.fails):
            raise EngineError("The fake voice was told to fail.")
        return self.book.sound(text, SECONDS_A_CHARACTER * len(text), self.rate)


class FakeAsr:
    """Reads code.

    Args:
        delay: seconds that each utterance takes.
        fails: so many utterances fail before the first is heard; -1: all.
    """

    name = "fake"

    def __init__(self, book: CodeBook, rate: int = 8000, delay: float = 0.05, fails: int = 0) -> None:
        self.book, self.rate, self.delay, self.fails = book, rate, delay, fails
        self.asked: list[Expectation] = []
        self.lengths: list[float] = []

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        self.asked.append(expects)
        self.lengths.append(len(sound) / self.rate)
        await asyncio.sleep(self.delay)
        if self.fails:
            self.fails -= 1
            raise EngineError("The fake recogniser was told to fail.")
        return Recognised(" ".join(text for text, _, _ in self.book.read(sound) if text))


class FakeLine:
    """A line whose caller is a test: it speaks, presses, listens and hangs up when it likes.

    Args:
        can_flush: the line forgets what it has not played when it is told to.
    """

    name = "fake"

    def __init__(
        self,
        book: CodeBook,
        rate: int = 8000,
        lead: float = 0.04,
        can_flush: bool = False,
        caller: str | None = None,
        vouched: bool = False,
    ) -> None:
        self.book, self.rate, self.lead = book, rate, lead
        self.caller, self.vouched = caller, vouched
        self.can_flush = can_flush
        self._size = frame_size(rate)
        self._clock = asyncio.get_running_loop().time
        self._spoken = np.zeros(0, np.int16)
        self._pressed: list[KeyPress | Mute] = []
        self._heard = 0
        self.gone = False
        self.hung_up_by_us = False
        self.frames: list[tuple[float, Sound]] = []
        """When each frame was sent, and the frame."""
        self._texts: list[list[str]] = []
        """What each frame holds."""

    # What a call sees

    async def events(self) -> AsyncIterator[Incoming]:
        start, count = self._clock(), 0
        while True:
            count += 1
            await asyncio.sleep(max(0.0, start + count * FRAME_SECONDS - self._clock()))
            if self.gone:
                return
            while self._pressed:
                yield self._pressed.pop(0)
            part, self._spoken = self._spoken[: self._size], self._spoken[self._size :]
            frame = np.zeros(self._size, np.int16)
            frame[: len(part)] = part
            yield frame

    async def send(self, frame: Sound) -> None:
        if not self.gone:
            assert len(frame) == self._size
            self.frames.append((self._clock(), frame))
            self._texts.append([text for text, _, _ in self.book.read(frame)])

    async def flush(self) -> int:
        """Frames whose time to be played has not come."""
        if not self.can_flush:
            return 0
        waiting = [one for one in self.frames if one[0] + self.lead > self._clock() + 1e-9]
        self.frames = self.frames[: len(self.frames) - len(waiting)]
        self._texts = self._texts[: len(self.frames)]
        return len(waiting) * self._size

    async def hang_up(self) -> None:
        self.hung_up_by_us = self.hung_up_by_us or not self.gone
        self.gone = True

    # What the caller does

    def says(self, text: str, seconds: float | None = None) -> None:
        """Begin to say something, after what is still being said."""
        length = SECONDS_A_CHARACTER * len(text) if seconds is None else seconds
        self._spoken = joined((self._spoken, self.book.sound(text, length, self.rate)))

    def presses(self, keys: str) -> None:
        self._pressed += map(KeyPress, keys)

    def mutes(self, on: bool = True) -> None:
        self._pressed.append(Mute(on))

    def hangs_up(self) -> None:
        self.gone = True

    def played(self) -> list[tuple[str, float]]:
        """What was sent: each text, and how many seconds of it; a text that was resumed counts once more."""
        sound = joined(frame for _, frame in self.frames)
        return [(text, count / self.rate) for text, count, _ in self.book.read(sound)]

    async def hears(self, words: str, patience: float = 60.0) -> None:
        """Wait until a piece with these words has begun to be played.

        Raises:
            AssertionError: the line is gone, or ``patience`` is over.
        """
        end = self._clock() + patience
        while True:
            for place in range(self._heard, len(self._texts)):
                if any(words in text for text in self._texts[place]):
                    self._heard = place
                    return
            self._heard = max(self._heard, len(self._texts) - 1)
            assert not self.gone, f"The call ended before {words!r}; played: {self.played()}"
            assert self._clock() < end, f"{words!r} was not heard in {patience} s; played: {self.played()}"
            await asyncio.sleep(FRAME_SECONDS)

    async def silence(self, seconds: float = 1.0) -> None:
        """Wait until nothing was played for so long."""
        while not self.frames or self._clock() - self.frames[-1][0] < seconds:
            assert not self.gone
            await asyncio.sleep(FRAME_SECONDS)
