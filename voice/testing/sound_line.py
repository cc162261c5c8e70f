"""A line whose caller really speaks: sound goes in as telephones make it, and what is played can be listened to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np

from voice.audio import FRAME_SECONDS, Sound, from_float, joined, to_float
from voice.g711 import Law
from voice.line import Incoming, KeyPress, Mute
from voice.testing.degrading import coded, coloured
from voice.testing.fakes import CodeBook, FakeLine


@dataclass(frozen=True, slots=True)
class Troubles:
    """What a line does to its caller's sound, all the time."""

    law: Law | None = "alaw"
    noise: float | None = None
    """Steady noise of so many dBFS; speech on telephones lies at about -20."""
    loss: float = 0.0
    """The share of packets that never come; the one before is heard again, quieter."""
    echo: float | None = None
    """By so many dB quieter, what the bot says comes back to it."""
    echo_after: float = 0.12
    """Seconds later."""


class SoundLine(FakeLine):
    """A fake line for real sound of 8 kHz.

    Args:
        troubles: what it does to the caller's sound.
        seed: of its noise and its losses.
    """

    name = "sound"

    def __init__(self, troubles: Troubles | None = None, seed: int = 1, can_flush: bool = False) -> None:
        super().__init__(CodeBook(), can_flush=can_flush)
        self._troubles = troubles or Troubles()
        self._chance = np.random.default_rng(seed)
        noise = coloured(10 * self.rate, self._chance)
        self._noise = noise * 10 ** (
            (self._troubles.noise if self._troubles.noise is not None else -300) / 20
        )
        self._place = 0
        self._last = np.zeros(self._size, np.int16)
        self._listened = 0

    async def events(self) -> AsyncIterator[Incoming]:
        async for event in super().events():
            yield event if isinstance(event, KeyPress | Mute) else self._troubled(event)

    async def send(self, frame: Sound) -> None:
        if not self.gone:
            assert len(frame) == self._size
            self.frames.append((self._clock(), frame))

    def _troubled(self, frame: Sound) -> Sound:
        troubles = self._troubles
        sound = to_float(frame).astype(np.float64)
        if troubles.noise is not None:
            sound = sound + np.take(self._noise, range(self._place, self._place + len(sound)), mode="wrap")
            self._place += len(sound)
        if troubles.echo is not None:
            sound = sound + to_float(self._echo()) * 10 ** (-troubles.echo / 20)
        mixed = from_float(sound)
        if troubles.law is not None:
            mixed = coded(mixed, troubles.law)
        if troubles.loss and self._chance.random() < troubles.loss:
            self._last = (self._last // 2).astype(np.int16)
        else:
            self._last = mixed
        return self._last

    def _echo(self) -> Sound:
        """What was played so long ago."""
        then = self._clock() - self._troubles.echo_after
        for at, frame in reversed(self.frames):
            if at <= then:
                return frame if then - at < FRAME_SECONDS else np.zeros(self._size, np.int16)
        return np.zeros(self._size, np.int16)

    # What the caller does

    def speaks(self, sound: Sound) -> None:
        """Say this after what is still being said."""
        self._spoken = joined((self._spoken, sound))

    @property
    def speaking(self) -> bool:
        return len(self._spoken) > 0

    async def begins(self, patience: float = 30.0) -> None:
        """Wait until the bot speaks after what was listened to.

        Raises:
            AssertionError: it said nothing for ``patience`` seconds.
        """
        end = self._clock() + patience
        while len(self.frames) == self._listened:
            assert not self.gone and self._clock() < end, "Nothing was said."
            await asyncio.sleep(FRAME_SECONDS)

    async def listens(self, pause: float = 0.8, patience: float = 30.0) -> Sound:
        """Wait until the bot has spoken and been silent for ``pause`` seconds.

        Returns:
            What it played since the last time, without the silence between its pieces.

        Raises:
            AssertionError: it said nothing for ``patience`` seconds, or the call is over and nothing was said.
        """
        end = self._clock() + patience
        while True:
            spoke = len(self.frames) > self._listened
            if spoke and (self.gone or self._clock() - self.frames[-1][0] >= pause):
                found = joined(frame for _, frame in self.frames[self._listened :])
                self._listened = len(self.frames)
                return found
            assert not self.gone, "The call ended, and nothing was said."
            assert self._clock() < end or spoke, f"Nothing was said for {patience} s."
            await asyncio.sleep(FRAME_SECONDS)
