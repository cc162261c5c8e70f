"""Trying a project's mouth and ear without a call: texts to sound, and a sound to its segments and words."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Complaints
from bot.project import fill_variables
from bot.yaml_file import Map, read_yaml_file
from voice.asr import Asr
from voice.audio import Sound, joined, silence
from voice.expectation import ANYTHING, Expectation
from voice.resampling import resample
from voice.tts import Tts
from voice.turn_parts import Rules
from voice.vad import ActivityDetector, Vad

_BETWEEN = 0.35
"""Seconds between two texts."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch in which somebody speaks."""

    start: float
    end: float
    """Seconds from the sound's beginning."""


def read_credentials(path: Path, named: bool = False) -> Mapping[str, Any]:
    """A project's ``credentials.yml`` with the environment filled in; without one the defaults hold.

    Args:
        named: somebody has asked for this file: it has to be there.

    Raises:
        ProjectError: it is not there, or wrong; with file and line.
    """
    if not named and not path.is_file():
        return {}
    complaints = Complaints()
    content = read_yaml_file(path, complaints, path.name)
    complaints.raise_errors()
    if not isinstance(content, Map):
        return {}
    # Only the voice is wanted: other channels' secrets need not be there.
    filled = fill_variables(content.get("voice"), os.environ, complaints, content.place_of("voice"))
    complaints.raise_errors()
    return {"voice": filled}


async def speak(tts: Tts, texts: Sequence[str]) -> Sound:
    """Texts of words, one after the other, at the voice's rate.

    Raises:
        EngineError: one cannot be spoken.
    """
    parts: list[Sound] = []
    for text in texts:
        if any(char.isalnum() for char in text):
            parts += [await tts.synthesize(text), silence(_BETWEEN, tts.rate)]
    return joined(parts)


def segments(vad: Vad, sound: Sound, rate: int, pause: float | None = None) -> list[Segment]:
    """Where somebody speaks, as a call would cut it.

    Args:
        pause: seconds of silence that end a segment; what a call waits for an open answer when absent.
    """
    rules = Rules()
    longest = rules.patience.open if pause is None else pause
    found: list[Segment] = []
    # Half a second behind the sound, so that its last piece is judged, too.
    for one in ActivityDetector(vad, rate).push(joined([sound, silence(0.5, rate)])):
        if not one.speech:
            continue
        start = one.at - one.seconds
        if found and start - found[-1].end < longest:
            found[-1] = Segment(found[-1].start, one.at)
        else:
            found.append(Segment(start, one.at))
    return [one for one in found if one.end - one.start >= rules.shortest]


async def words_of(
    asr: Asr, sound: Sound, rate: int, segment: Segment, expects: Expectation = ANYTHING
) -> str:
    """The words of a segment, with as much sound around it as a call gives.

    Raises:
        EngineError: the recogniser failed.
    """
    rules = Rules()
    start = max(0, round((segment.start - rules.lead_in) * rate))
    cut = sound[start : round((segment.end + rules.lead_out) * rate)]
    return (await asr.transcribe(resample(cut, rate, asr.rate), expects)).text
