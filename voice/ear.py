"""The caller's sound: where in time it lies, whether it is speech, and the words of a stretch of it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

import numpy as np

from voice.asr import Asr, Recognised, readable
from voice.audio import Sound, joined
from voice.echo import EchoGate
from voice.engines.missing import EngineError
from voice.expectation import Expectation
from voice.onset import OnsetDetector
from voice.resampling import resample
from voice.tones import ToneDetector
from voice.turn_parts import Onset, Sounds
from voice.vad import ActivityDetector, Vad

logger = logging.getLogger(__name__)

_JITTER = 0.1
"""Seconds by which a frame may come late and still be taken for one that followed the last without a gap."""


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
        self._onset = OnsetDetector(rate)
        self._tones = ToneDetector(rate) if tones else None
        self._kept: deque[tuple[float, Sound]] = deque()
        """Frames, each with the time of its end."""
        self._length = 0
        """Samples kept."""
        self._memory = round(memory * rate)
        self._echo = EchoGate()
        self.time = 0.0
        """The audio clock: when the last sound ended, in seconds of the call. It is never ahead of the call's own
        clock, and never further behind than a line's jitter."""

    def push(self, frame: Sound, now: float) -> tuple[list[Sounds | Onset], list[str]]:
        """Take in the next frame.

        Args:
            now: seconds since the call began. Lines may send nothing for a while, or much at once.

        Returns:
            What it tells about speech, and the keys in it.
        """
        follows = self.time + len(frame) / self._rate
        self.time = max(self.time, min(now, max(follows, now - _JITTER)))
        if self._asr is not None:
            self._kept.append((self.time, frame))
            self._length += len(frame)
        while self._kept and self._length - len(self._kept[0][1]) >= self._memory:
            self._length -= len(self._kept.popleft()[1])
        keys = self._tones.push(frame) if self._tones else []
        if self._activity is None:
            return [Sounds(self.time, len(frame) / self._rate, False)], keys
        echo = self._echo.hides(frame, self.time)
        found = self._activity.push(np.zeros_like(frame) if echo else frame)
        # The detector's pieces are not the line's frames: the last of them ends now.
        behind = self.time - found[-1].at if found else 0.0
        onset = [Onset(self.time)] if self._onset.push(frame, hidden=echo) else []
        return [*onset, *(Sounds(one.at + behind, one.seconds, one.speech) for one in found)], keys

    def plays(self, frame: Sound) -> None:
        """The bot says this frame; what comes back of it in the next moments is not speech of the caller's."""
        if self._activity is not None:
            self._echo.plays(frame, self.time)

    def cut(self, start: float, end: float) -> Sound:
        """The frames that lie between two times of the call, even in part, as far as they are still kept."""
        inside = (frame for ended, frame in self._kept if start < ended < end + len(frame) / self._rate)
        return joined(inside)

    async def words(self, sound: Sound, expects: Expectation) -> Recognised | None:
        """What was said; ``None`` when nobody could tell."""
        if self._asr is None:
            return None
        try:
            found = await self._asr.transcribe(resample(sound, self._rate, self._asr.rate), expects)
            return Recognised(readable(found.text), found.confidence)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # whatever an engine does, the call goes on
            code = error.code if isinstance(error, EngineError) else type(error).__name__
            logger.error("An utterance could not be recognised (%s).", code)
            return None
