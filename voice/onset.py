"""The first moments of a sound that may become speech, long before a detector knows.

A detector of speech wants 60 to 90 ms of a word's soft beginning. Loudness wants 10, and is wrong more often: it is
good for a moment's hesitation, and for nothing else.
"""

from __future__ import annotations

from collections import deque

from voice.audio import Cutter, Sound, level

_PIECE = 0.01
"""Seconds that are judged at once."""
_REMEMBERED = 2.0
"""Seconds in which the quietest moment is the line's own noise."""
_QUIET = 0.1
"""Seconds without a loud piece after which another sound begins."""


class OnsetDetector:
    """Tells when a line becomes clearly louder than it was.

    Args:
        margin: dB above the quietest moment of the last two seconds.
        floor: dBFS below which nothing is loud.
    """

    def __init__(self, rate: int, margin: float = 14.0, floor: float = -48.0) -> None:
        self._pieces = Cutter(round(_PIECE * rate))
        self._margin, self._floor = margin, floor
        self._levels: deque[float] = deque(maxlen=round(_REMEMBERED / _PIECE))
        self._quiet = round(_QUIET / _PIECE)
        self._since = self._quiet
        """Pieces since the last loud one."""

    def push(self, frame: Sound) -> bool:
        """Whether a sound begins in the next frame of the line."""
        begun = [self._begins(level(piece)) for piece in self._pieces.push(frame)]
        return any(begun)

    def _begins(self, loud: float) -> bool:
        above = loud > max(self._floor, min(self._levels, default=loud) + self._margin)
        self._levels.append(loud)
        begins = above and self._since >= self._quiet
        self._since = 0 if above else self._since + 1
        return begins
