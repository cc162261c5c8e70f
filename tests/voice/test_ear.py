"""The ear: its clock, what it keeps, and recognisers that misbehave."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.asr import Recognised
from voice.audio import Sound
from voice.ear import Ear
from voice.expectation import ANYTHING, Expectation
from voice.testing.fakes import CodeBook, FakeAsr, FakeVad
from voice.testing.virtual_time import run
from voice.turn_parts import Onset, Sounds


def frame(value: int) -> Sound:
    return np.full(160, value, np.int16)


def ear(asr: object = None, **more: float) -> Ear:
    return Ear(8000, FakeVad(), asr or FakeAsr(CodeBook()), **more)  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 0.3), min_size=1, max_size=60))
def test_the_audio_clock_is_never_ahead_and_never_far_behind(waits: list[float]) -> None:
    one, now, before = ear(), 0.0, 0.0
    for wait in waits:
        now += wait
        sounds, _ = one.push(frame(0), now)
        assert before <= one.time <= now + 1e-9 and now - one.time <= 0.1 + 1e-9
        assert all(sound.at <= now + 1e-9 for sound in sounds)
        before = one.time


def test_what_is_cut_out_is_what_was_said_then() -> None:
    one = ear()
    for count in range(1, 101):
        one.push(frame(count), count * 0.02)
    cut = one.cut(1.0, 1.1)
    assert sorted(set(cut.tolist())) == [51, 52, 53, 54, 55]
    assert len(one.cut(0.0, 2.0)) == 16_000 and len(one.cut(5.0, 6.0)) == 0 and len(one.cut(1.0, 0.5)) == 0


def test_memory_is_bounded() -> None:
    one = ear(memory=1.0)
    for count in range(1, 501):
        one.push(frame(count), count * 0.02)
    assert len(one.cut(0.0, 99.0)) == pytest.approx(8000, abs=160)


def test_speech_is_told_when_it_is_heard() -> None:
    one = ear()
    found = [one.push(frame(value), (count + 1) * 0.02)[0] for count, value in enumerate((0, 2000, 2000, 0))]
    sounds = [one for each in found for one in each if isinstance(one, Sounds)]
    assert [one.speech for one in sounds] == [False, True, True, False]
    assert [round(one.at, 3) for one in sounds] == [0.02, 0.04, 0.06, 0.08]


def buzz(value: int) -> Sound:
    return frame(value) * np.tile(np.array([1, -1], np.int16), 80)


def test_the_first_frame_of_a_word_is_told_and_the_bots_weak_echo_is_not() -> None:
    one = ear()
    for count in range(1, 21):
        one.push(frame(0), count * 0.02)
    one.plays(buzz(8000))
    assert not any(isinstance(each, Onset) for each in one.push(buzz(700), 0.42)[0])
    assert one.push(buzz(2000), 0.44)[0][0] == Onset(pytest.approx(0.44))


def test_without_a_recogniser_nothing_is_speech() -> None:
    one = Ear(8000, FakeVad(), None)
    (found, _) = one.push(frame(2000), 0.02)
    assert found == [Sounds(0.02, 0.02, False)]
    assert run(one.words(frame(2000), ANYTHING)) is None


class Wrong:
    """A recogniser that raises what it should not."""

    name, rate = "wrong", 16_000

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        raise ZeroDivisionError


def test_whatever_a_recogniser_raises_is_a_failure() -> None:
    assert run(ear(Wrong()).words(frame(2000), ANYTHING)) is None


def test_sound_is_brought_to_the_recognisers_rate() -> None:
    asr = FakeAsr(CodeBook(), rate=16_000)
    run(ear(asr).words(np.zeros(8000, np.int16), ANYTHING))
    assert asr.lengths == [1.0]


def test_cancelling_is_passed_on() -> None:
    async def work() -> None:
        task = asyncio.ensure_future(ear(FakeAsr(CodeBook(), delay=9)).words(frame(1), ANYTHING))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work())
