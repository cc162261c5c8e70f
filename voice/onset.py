"""The first moments of a sound that may become speech, long before a detector knows.

A detector of speech wants 60 to 90 ms of a word's soft beginning. Loudness wants 10, and is wrong more often: it is
good for a moment's hesitation, and for nothing else.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from voice.audio import Cutter, Sound, level

_PIECE = 0.01
"""Seconds that are judged at once."""
_KNOWN = 0.3
"""Seconds of a line after which its noise is known."""
_REMEMBERED = 2.0
"""Seconds in which the quietest moment is the line's own noise."""
_QUIET = 0.1
"""Seconds without a loud piece after which another sound begins."""


class OnsetDetector:
    """Tells when a line becomes clearly louder than its own noise was in the last two seconds.

    Rumble, as of cars and wind, is not heard: each sample counts by its difference from the one 1/8000 s before.

    Args:
        margin: dB above a steady noise; twice as much above one that comes and goes.
        floor: dBFS below which nothing is loud.
    """

    def __init__(self, rate: int, margin: float = 6.5, floor: float = -52.0) -> None:
        self._lag = max(1, round(rate / 8000))
        self._before = np.zeros(self._lag, np.int16)
        self._pieces = Cutter(round(_PIECE * rate))
        self._margin, self._floor = margin, floor
        self._levels: deque[float] = deque(maxlen=round(_REMEMBERED / _PIECE))
        self._quiet = round(_QUIET / _PIECE)
        self._since = self._quiet
        """Pieces since the last loud one."""

    def push(self, frame: Sound, hidden: bool = False) -> bool:
        """Whether a sound begins in the next frame of the line.

        Args:
            hidden: it is not the caller's, though it is on the line: no sound begins.
        """
        pieces = [level(piece) for piece in self._pieces.push(self._without_rumble(frame))]
        least = self._least()
        self._levels.extend(pieces)
        begun = [self._begins(not hidden and loud > least) for loud in pieces]
        return any(begun)

    def _without_rumble(self, frame: Sound) -> Sound:
        held = np.concatenate((self._before, frame)).astype(np.float32)
        self._before = held[-self._lag :].astype(np.int16)
        found: Sound = np.clip(held[self._lag :] - 0.9 * held[: -self._lag], -32768, 32767).astype(np.int16)
        return found

    def _least(self) -> float:
        """dBFS above which a piece is loud."""
        if len(self._levels) * _PIECE < _KNOWN:
            return 0.0
        # A tenth of the time is quieter than `noise`. How much louder it is in two fifths tells how steady it is.
        ordered = sorted(self._levels)
        noise, more = ordered[len(ordered) // 10], ordered[len(ordered) * 2 // 5]
        return max(self._floor, noise + self._margin + min(self._margin, more - noise))

    def _begins(self, loud: bool) -> bool:
        begins = loud and self._since >= self._quiet
        self._since = 0 if loud else self._since + 1
        return begins
