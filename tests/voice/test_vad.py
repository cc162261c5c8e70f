"""Speech detectors: one contract for all, and what is made of their probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from espeak_speech import PHRASES, spoken

from voice.audio import Sound, from_float, joined, silence
from voice.testing.fakes import FakeVad
from voice.vad import Activity, ActivityDetector, EnergyVad, Vad


def activities(vad: Vad, sound: Sound, rate: int, piece: int | None = None) -> list[Activity]:
    detector, piece = ActivityDetector(vad, rate), piece or rate // 50
    return [
        one for start in range(0, len(sound), piece) for one in detector.push(sound[start : start + piece])
    ]


def share(found: list[Activity], start: float, end: float) -> float:
    inside = [one.speech for one in found if start < one.at <= end]
    return sum(inside) / len(inside)


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_speech_between_silences_is_found(real_vad: Callable[[], Vad], rate: int) -> None:
    speech = spoken(PHRASES[1], rate)
    length = len(speech) / rate
    found = activities(real_vad(), joined([silence(1, rate), speech, silence(1, rate)]), rate)
    assert share(found, 0, 0.95) == 0
    assert share(found, 1.1, 1 + length - 0.4) > 0.6
    assert share(found, 1 + length + 0.3, 2 + length) == 0
    first = next(one.at for one in found if one.speech)
    assert first - 1.0 < 0.25


def test_silence_noise_and_clipped_sound_are_survived(real_vad: Callable[[], Vad]) -> None:
    chance = np.random.default_rng(1)
    assert share(activities(real_vad(), silence(3, 8000), 8000), 0, 3) == 0
    noise = from_float(chance.normal(0, 0.01, 8000 * 5))
    assert share(activities(real_vad(), noise, 8000), 2.2, 5) < 0.05
    activities(real_vad(), from_float(chance.normal(0, 9, 8000)), 8000)
    assert activities(real_vad(), np.ones(1, np.int16), 8000) == []


def test_a_stream_does_not_depend_on_others_or_on_its_pieces(real_vad: Callable[[], Vad]) -> None:
    sound = joined([silence(0.3, 16_000), spoken(PHRASES[3], 16_000)[:32_000]])
    alone = activities(real_vad(), sound, 16_000)
    one, other = ActivityDetector(real_vad(), 16_000), ActivityDetector(real_vad(), 16_000)
    mixed = []
    for start in range(0, len(sound), 333):
        mixed += one.push(sound[start : start + 333])
        other.push(from_float(np.ones(160) * 0.5))
    assert mixed == alone


def test_begin_forgets_the_stream(real_vad: Callable[[], Vad]) -> None:
    vad = real_vad()
    frames = [spoken(PHRASES[0], vad.rate)[start : start + vad.size] for start in range(0, 9000, vad.size)]
    first = [vad.speech(frame) for frame in frames]
    vad.begin()
    assert [vad.speech(frame) for frame in frames] == first
    assert all(0 <= one <= 1 for one in first)


def test_probabilities_between_the_thresholds_do_not_flicker() -> None:
    vad = FakeVad([0.1, 0.4, 0.6, 0.4, 0.36, 0.3, 0.45, 0.9])
    found = activities(vad, silence(0.16, 8000), 8000)
    assert [one.speech for one in found] == [False, False, True, True, True, False, False, True]
    assert [round(one.at, 3) for one in found] == [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16]


def test_thresholds_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="is needed"):
        ActivityDetector(EnergyVad(), 8000, on=0.3, off=0.5)
