"""Keys inside the sound: two tones at once (DTMF, ITU-T Q.23 and Q.24), found by Goertzel's algorithm.

Lines that send keys beside the sound (:mod:`voice.telephone_events`) need none of this. Speech holds tones, too: a
key counts only when one tone of each group stands out of its group, both are about equally loud, together they are
nearly all that sounds, neither has the second harmonic that voices have, and it lasts two blocks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice.audio import Cutter, Sound, level
from voice.resampling import Resampler

RATE = 8000
BLOCK = 205
"""Samples (25.6 ms): as many as bring all eight tones near the middle of a bin."""
_LOW = (697.0, 770.0, 852.0, 941.0)
_HIGH = (1209.0, 1336.0, 1477.0, 1633.0)
_KEYPAD = ("123A", "456B", "789C", "*0#D")
_NORMAL_TWIST = 10 ** (6 / 10)
"""The low tone may be so much stronger (lines damp high tones; Q.24 asks for 4 to 8 dB)."""
_REVERSE_TWIST = 10 ** (8 / 10)
"""The high tone may be so much stronger."""
_ALONE = 10 ** (9 / 10)
"""A tone is so much stronger than every other of its group."""
_SHARE = 0.72
"""The two tones' share of all that sounds."""
_HARMONIC = 10 ** (-12 / 10)
"""A second harmonic of this much of its tone is a voice's."""
_NEAR = 100.0
"""Hz within which one tone leaks into another's bin."""
_SILENT = -42.0
"""dBFS of a block between two presses."""
_BLOCKS = 2
"""A key that sounds in so many blocks in a row is pressed."""


_BENT = (0.988, 1.0, 1.012)
"""Telephones may be 1.5 % off (Q.24), half a bin: each tone is looked for at three places."""


def _coefficients() -> npt.NDArray[np.float64]:
    tones = [bent * one for bent in _BENT for one in (*_LOW, *_HIGH)]
    tones += [2 * one for one in (*_LOW, *_HIGH)]
    turns = 2 * np.pi * np.outer(np.array(tones) / RATE, np.arange(BLOCK))
    return np.stack((np.cos(turns), np.sin(turns))) * (2 / BLOCK)


_BANK = _coefficients()
"""Goertzel's recurrence for a whole block at once: one row a tone, each a correlation with cosine and sine."""


def key_of(block: Sound) -> str | None:
    """The key whose tones one block of :data:`BLOCK` samples at :data:`RATE` holds."""
    samples = block.astype(np.float64) / 32768
    if level(block) < _SILENT:
        return None
    power = float(np.mean(samples * samples))
    # Half the squared amplitude of a sine is its mean square.
    # einsum, not @: that would wake the threads of the linear algebra library for 20 microseconds of work.
    parts = np.einsum("kij,j->ki", _BANK, samples)
    found = (np.square(parts).sum(axis=0) / 2).reshape(len(_BENT) + 1, 8)
    strengths, seconds = found[:-1].max(axis=0), found[-1]
    low, high = int(np.argmax(strengths[:4])), int(np.argmax(strengths[4:8]))
    row, column = strengths[low], strengths[4 + high]
    stands_out = all(
        strengths[place] * _ALONE < strongest
        for strongest, first, own in ((row, 0, low), (column, 4, 4 + high))
        for place in range(first, first + 4)
        if place != own
    )
    balanced = row < column * _NORMAL_TWIST and column < row * _REVERSE_TWIST
    # 2 x 697 Hz is too near to 1336 Hz to be told from it in so short a block.
    apart = abs(2 * _LOW[low] - _HIGH[high]) > _NEAR
    pure = seconds[4 + high] < column * _HARMONIC and not (apart and seconds[low] > row * _HARMONIC)
    if stands_out and balanced and pure and row + column > _SHARE * power:
        return _KEYPAD[low][high]
    return None


class ToneDetector:
    """Finds keys in a stream.

    Args:
        rate: samples a second of the stream.
    """

    def __init__(self, rate: int) -> None:
        self._changer = Resampler(rate, RATE)
        self._blocks = Cutter(BLOCK)
        self._sounding: str | None = None
        self._count = 0
        self._told: str | None = None
        self._gap = 0

    def push(self, sound: Sound) -> list[str]:
        """The keys that were pressed, each once however long it is held."""
        return [key for block in self._blocks.push(self._changer.push(sound)) for key in self._next(block)]

    def _next(self, block: Sound) -> list[str]:
        key = key_of(block)
        self._count = self._count + 1 if key == self._sounding else 1
        self._sounding = key
        if key is None:
            # Silence ends a press; a disturbed block alone does not, or one press would count twice.
            self._gap += _BLOCKS if level(block) < _SILENT else 1
            if self._gap >= _BLOCKS:
                self._told = None
            return []
        self._gap = 0
        if self._count >= _BLOCKS and key != self._told:
            self._told = key
            return [key]
        return []
