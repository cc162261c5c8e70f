"""Is somebody speaking? A detector's probability, frame by frame, and what is made of it."""

from __future__ import annotations

import logging
import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from voice.audio import Cutter, Sound, level
from voice.resampling import Resampler

logger = logging.getLogger(__name__)


class Vad(Protocol):
    """One stream's detector; it may remember what came before."""

    rate: int
    """Samples a second that it wants."""
    size: int
    """Samples of a frame that it wants."""

    def speech(self, frame: Sound) -> float:
        """The probability, 0 to 1, that somebody speaks in this frame, the next of the stream."""

    def begin(self) -> None:
        """Forget the stream: another begins."""


class EnergyVad:
    """Speech is what is clearly louder than the quietest moment of the last two seconds.

    It needs no model and costs nothing; music and noise that come and go are speech to it.

    Args:
        margin: dB above the quietest moment at which speech and noise are equally likely.
        floor: dBFS below which nothing is speech.
    """

    rate = 8000
    size = 160

    def __init__(self, margin: float = 11.0, floor: float = -52.0) -> None:
        self._margin, self._floor = margin, floor
        self.begin()

    def begin(self) -> None:
        self._levels: deque[float] = deque([-65.0], maxlen=100)

    def speech(self, frame: Sound) -> float:
        loud = level(frame)
        self._levels.append(max(loud, -75.0))
        above = min(loud - min(self._levels) - self._margin, loud - self._floor)
        return 1 / (1 + math.exp(-above / 1.5))


@dataclass(frozen=True, slots=True)
class Activity:
    """Whether somebody spoke in one piece of the caller's sound."""

    at: float
    """Seconds from the stream's beginning to the piece's end."""
    seconds: float
    speech: bool


class ActivityDetector:
    """Runs a detector on a line's frames, whatever rate and size both have.

    Speech begins at a probability of ``on`` and goes on while it is above ``off``, so that it does not flicker. From
    a detector that fails, or answers what is no probability, loudness takes over.
    """

    def __init__(self, vad: Vad, rate: int, on: float = 0.5, off: float = 0.35) -> None:
        if not 0 < off <= on < 1:
            raise ValueError(f"Speech begins at {on} and goes on above {off}: 0 < off <= on < 1 is needed.")
        self._rate, self._on, self._off = rate, on, off
        self._at = 0.0
        self._speech = False
        self._begin(vad)

    def _begin(self, vad: Vad) -> None:
        self._vad = vad
        self._changer = Resampler(self._rate, vad.rate)
        self._pieces = Cutter(vad.size)
        vad.begin()

    @property
    def delay(self) -> float:
        """Seconds after which a moment of the stream is judged, at most."""
        return self._changer.delay + self._vad.size / self._vad.rate

    def push(self, sound: Sound) -> list[Activity]:
        """What the next sound of the line tells."""
        return [self._judge(piece) for piece in self._pieces.push(self._changer.push(sound))]

    def _judge(self, piece: Sound) -> Activity:
        seconds = self._vad.size / self._vad.rate
        self._at += seconds
        self._speech = self._probability(piece) >= (self._off if self._speech else self._on)
        return Activity(self._at, seconds, self._speech)

    def _probability(self, piece: Sound) -> float:
        try:
            found = float(self._vad.speech(piece))
            if not math.isfinite(found):
                raise ValueError(found)
            return found
        except Exception as error:  # whatever a detector does, the caller is heard
            if isinstance(self._vad, EnergyVad):
                raise
            logger.error("The speech detector failed (%s); loudness tells from now on.", type(error).__name__)
            self._begin(EnergyVad())
            return 0.0
