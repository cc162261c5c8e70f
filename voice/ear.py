"""The caller's sound: where in time it lies, whether it is speech, and the words of a stretch of it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

import numpy as np

from voice.asr import Asr, Recognised
from voice.audio import Sound, joined
from voice.engines.missing import EngineError
from voice.expectation import Expectation
from voice.resampling import resample
from voice.tones import ToneDetector
from voice.turn_parts import Sounds
from voice.vad import ActivityDetector, Vad

logger = logging.getLogger(__name__)

_GAP = 0.1
"""Seconds that the line may be late before silence is put in its place."""
_BURST = 0.5
"""Seconds by which sound may come too early (a line that catches up)."""


class Ear:
    """One call's ear.

    Args:
        vad: decides what is speech; ``None``: nothing is, there are only keys.
        asr: finds the words; ``None``: nobody does.
        tones: keys are looked for in the sound, too.
        memory: seconds of sound that are kept.
    """

    def __init__(
        self, rate: int, vad: Vad | None, asr: Asr | None, tones: bool = False, memory: float = 40.0
    ) -> None:
        self._rate = rate
        self._asr = asr
        self._activity = ActivityDetector(vad, rate) if vad is not None and asr is not None else None
        self._tones = ToneDetector(rate) if tones else None
        self._kept: deque[Sound] = deque()
        self._length = 0
        """Samples kept."""
        self._memory = round(memory * rate)
        self._position = 0
        """Samples since the call began, gaps included: the audio clock."""

    @property
    def time(self) -> float:
        """Seconds of sound since the call began."""
        return self._position / self._rate

    def push(self, frame: Sound, now: float) -> tuple[list[Sounds], list[str]]:
        """Take in the next frame.

        Args:
            now: seconds since the call began; a line that sent nothing for a while was silent.

        Returns:
            What it tells about speech, and the keys in it.
        """
        missing = now - self.time - len(frame) / self._rate
        if missing > _GAP:
            self._take(np.zeros(round(missing * self._rate), np.int16))
        if -missing > _BURST:  # nobody speaks faster than time: what is too much is let go
            return [], []
        return self._take(frame)

    def _take(self, sound: Sound) -> tuple[list[Sounds], list[str]]:
        self._position += len(sound)
        self._kept.append(sound)
        self._length += len(sound)
        while self._length - len(self._kept[0]) >= self._memory:
            self._length -= len(self._kept.popleft())
        keys = self._tones.push(sound) if self._tones else []
        if self._activity is None:
            return [Sounds(self.time, len(sound) / self._rate, False)], keys
        found = self._activity.push(sound)
        # The detector's pieces lie a little behind the frames that they are made of.
        late = self.time - found[-1].at if found else 0.0
        return [Sounds(one.at + late, one.seconds, one.speech) for one in found], keys

    def cut(self, start: float, end: float) -> Sound:
        """The sound between two times of the call, as far as it is still kept."""
        whole = joined(self._kept)
        first = self._position - self._length
        begin = max(0, round(start * self._rate) - first)
        return whole[begin : max(begin, round(end * self._rate) - first)]

    async def words(self, sound: Sound, expects: Expectation) -> Recognised | None:
        """What was said; ``None`` when nobody could tell."""
        if self._asr is None:
            return None
        try:
            return await self._asr.transcribe(resample(sound, self._rate, self._asr.rate), expects)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever an engine does, the call goes on
            code = error.code if isinstance(error, EngineError) else type(error).__name__
            logger.error("An utterance could not be recognised (%s).", code)
            return None
