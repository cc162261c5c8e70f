"""The first moments of a sound, told by loudness alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import FRAME_SECONDS, Sound, frame_size, joined, silence
from voice.onset import OnsetDetector
from voice.testing.degrading import coloured, telephone

RATES = pytest.mark.parametrize("rate", [8000, 16_000, 48_000])


def noise(seconds: float, rate: int, dbfs: float) -> Sound:
    samples = np.random.default_rng(1).normal(0, 32768 * 10 ** (dbfs / 20), round(seconds * rate))
    return np.clip(samples, -32768, 32767).astype(np.int16)


def times(sound: Sound, rate: int) -> list[float]:
    """When a sound began, to the end of the frame that told it."""
    detector, size = OnsetDetector(rate), frame_size(rate)
    frames = [sound[start : start + size] for start in range(0, len(sound), size)]
    return [round((count + 1) * FRAME_SECONDS, 3) for count, one in enumerate(frames) if detector.push(one)]


@RATES
def test_a_sound_is_told_with_the_frame_that_it_begins_in(rate: int) -> None:
    sound = joined(
        (noise(1.01, rate, -60), noise(0.5, rate, -30), noise(0.5, rate, -60), noise(0.2, rate, -30))
    )
    assert times(sound, rate) == [1.02, 2.02]


@RATES
def test_a_noisy_line_has_no_onsets_of_its_own(rate: int) -> None:
    assert times(noise(5, rate, -35), rate) in ([], [0.02])


def test_what_is_hardly_heard_is_none() -> None:
    assert times(joined((silence(1, 8000), noise(1, 8000, -60))), 8000) == []


def test_speech_on_a_noisy_line_is_told_and_a_syllable_is_no_new_one() -> None:
    speech = joined([noise(0.12, 8000, -18), noise(0.06, 8000, -50)] * 4)
    line = telephone(joined((noise(1, 8000, -40), speech, noise(1, 8000, -40))), 8000)
    assert times(line, 8000)[-1] == 1.02


@pytest.mark.parametrize("colour", [0.0, 1.0, 2.0])
def test_a_steady_noise_has_hardly_an_onset_in_a_minute(colour: float) -> None:
    steady = coloured(60 * 8000, np.random.default_rng(7), colour)
    found = times(telephone((steady * 32768 * 10 ** (-35 / 20)).astype(np.int16), 8000), 8000)
    assert len(found) <= 3


def test_what_is_hidden_begins_nothing_and_tells_what_is_quiet() -> None:
    detector = OnsetDetector(8000)
    assert not any(detector.push(noise(FRAME_SECONDS, 8000, -30), hidden=True) for _ in range(100))
    assert not detector.push(noise(FRAME_SECONDS, 8000, -28))
    assert detector.push(noise(FRAME_SECONDS, 8000, -15))


def test_a_line_that_becomes_noisy_is_told_once() -> None:
    assert times(joined((noise(1, 8000, -60), noise(6, 8000, -35))), 8000) == [1.02]


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(1, 30_000))
def test_pieces_of_any_length_are_borne(lengths: list[int], loud: int) -> None:
    detector = OnsetDetector(8000)
    found = [detector.push(np.full(length, loud, np.int16)) for length in lengths]
    assert not any(found) or sum(lengths) >= 80
