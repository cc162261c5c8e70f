"""From one sampling rate to another while the sound comes in, with a delay that is small and known.

A windowed sinc, evaluated only where an output sample lies (a polyphase filter). Output n stands exactly for the
moment n / target of the input: nothing is shifted. It can only be computed when the input that it rests on is
there, :attr:`Resampler.delay` later: 2 ms at 8 kHz. Resamplers tuned for music wait 60 to 140 ms.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voice.audio import AudioError, Sound, is_rate

_ZEROS = 16
"""Zero crossings of the sinc to each side: 2 ms at the lower rate's 8 kHz."""
_BETA = 8.0
"""Of the Kaiser window: about 80 dB of stop band."""
_EDGE = 0.92
"""The pass band's end, as a share of half the lower rate."""
_BLOCK = 4096
"""Samples that are computed at once: each takes a window of its own, and minutes of them would fill the memory."""


_MOST_WEIGHTS = 1_000_000
"""Of one filter. Rates above 48 kHz that have no divisor in common with the other one's want more."""


class Resampler:
    """Changes the rate of one stream.

    Args:
        source: samples a second that come in.
        target: samples a second that go out.

    Raises:
        AudioError: a rate is not between 4,000 and 192,000 Hz, or the two do not go together.
    """

    def __init__(self, source: int, target: int) -> None:
        for rate in (source, target):
            if not is_rate(rate):
                raise AudioError(f"{rate} Hz is no sampling rate.")
        self.source, self.target = source, target
        divisor = math.gcd(source, target)
        self._up, self._down = target // divisor, source // divisor
        self._half = 0 if source == target else math.ceil(_ZEROS * max(1.0, source / target))
        if self._up * self._half > _MOST_WEIGHTS:
            raise AudioError(f"{source} Hz cannot be brought to {target} Hz.")
        self.begin()

    @property
    def delay(self) -> float:
        """Seconds by which the output lags behind the input."""
        return self._half / self.source

    def begin(self) -> None:
        """Forget what came in: a new stream begins."""
        self._held: npt.NDArray[np.float64] = np.zeros(self._half)
        self._first = -self._half
        """Position in the input of the first held sample."""
        self._next = 0
        """Number of the next output sample."""

    def push(self, sound: Sound) -> Sound:
        """What can be said of the output once ``sound`` has come in."""
        if not self._half:
            return sound
        self._held = np.concatenate((self._held, sound.astype(np.float64)))
        return self._ready(self._first + len(self._held) - self._half)

    def flush(self) -> Sound:
        """The rest, and begin anew."""
        if not self._half:
            return np.zeros(0, np.int16)
        end = self._first + len(self._held)
        self._held = np.concatenate((self._held, np.zeros(self._half)))
        rest = self._ready(end)
        self.begin()
        return rest

    def _ready(self, end: int) -> Sound:
        """Output samples that lie before position ``end`` of the input."""
        count = -(-end * self._up // self._down) - self._next
        if count <= 0:
            return np.zeros(0, np.int16)
        out = np.empty(count, np.int16)
        for start in range(0, count, _BLOCK):
            block = out[start : start + _BLOCK]
            block[:] = np.clip(np.rint(self._block(self._next, len(block))), -32768, 32767)
            self._next += len(block)
        keep = self._next * self._down // self._up - self._half + 1 - self._first
        self._held = self._held[keep:]
        self._first += keep
        return out

    def _block(self, start: int, count: int) -> npt.NDArray[np.float64]:
        """Output samples from number ``start`` on."""
        places = np.arange(start, start + count) * self._down
        starts, phases = places // self._up - self._half + 1 - self._first, places % self._up
        bank = _bank(self._up, self._down, self._half)
        windows = np.lib.stride_tricks.sliding_window_view(self._held, 2 * self._half)
        out: npt.NDArray[np.float64] = np.einsum("ij,ij->i", windows[starts], bank[phases])
        return out


@lru_cache(maxsize=16)
def _bank(up: int, down: int, half: int) -> npt.NDArray[np.float64]:
    """For every phase the weights of the input samples from ``half - 1`` before to ``half`` behind."""
    cutoff = _EDGE * min(1.0, up / down)
    offsets = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    inside = np.clip(1 - np.square(offsets / half), 0, None)
    weights = np.sinc(cutoff * offsets) * np.i0(_BETA * np.sqrt(inside))
    bank: npt.NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return bank


def resample(sound: Sound, source: int, target: int) -> Sound:
    """A whole sound at another rate."""
    changer = Resampler(source, target)
    return np.concatenate((changer.push(sound), changer.flush()))
