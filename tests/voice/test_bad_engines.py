"""Engines that raise, answer nonsense or are not there: the call goes on, by loudness or by keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from call_scene import GREETED, SETTINGS, WISHES, Fixed, Scene, hangs_up

from voice.asr import MOST_CHARACTERS, Asr
from voice.audio import Sound
from voice.call_record import CallRecord
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeVad
from voice.vad import Vad


class Judging(FakeVad):
    """Answers the same, or raises it, from the so-and-so-many-th frame on."""

    def __init__(self, answer: Any, after: int = 0) -> None:
        super().__init__()
        self.answer, self.left = answer, after

    def speech(self, frame: Sound) -> float:
        self.left -= 1
        if self.left >= 0:
            return super().speech(frame)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[no-any-return]


def held(
    asr: Callable[[CodeBook, int], Asr] = FakeAsr,
    vad: Callable[[], Vad] = FakeVad,
    patience: float = 3.0,
) -> tuple[CallRecord, list[str | None], FakeLine]:
    """A call in which somebody says what they wish; its record, what the dialogue got, and its line."""
    scene = Scene(settings=replace(SETTINGS, person=""), asr=asr, vad=vad)
    record = scene.play(GREETED, WISHES, lambda line: line.silence(patience), hangs_up)
    return record, [one.text for one in scene.utterances()], scene.line


@pytest.mark.parametrize("answer", [RuntimeError("broken"), float("nan"), None, "much"], ids=repr)
@pytest.mark.parametrize("after", [0, 150])
def test_loudness_takes_over_from_a_detector_that_fails(answer: Any, after: int) -> None:
    record, got, _ = held(vad=lambda: Judging(answer, after))
    assert record.reason == "gone" and got[-1] == "siparişim nerede"


def test_loudness_takes_the_place_of_a_detector_that_cannot_be_made() -> None:
    def make() -> Vad:
        raise RuntimeError("no model")

    record, got, _ = held(vad=make)
    assert record.reason == "gone" and got[-1] == "siparişim nerede"


@pytest.mark.parametrize(
    "answer",
    [None, 7, b"evet", "evet hayır " * 9000, "e" * (MOST_CHARACTERS + 1)],
    ids=lambda one: repr(one)[:12],
)
def test_nonsense_of_a_recogniser_sends_to_the_keypad(answer: Any) -> None:
    record, got, line = held(lambda *_: Fixed(answer), patience=6)
    assert record.reason == "gone" and len(got) == 1
    assert any("duymakta güçlük" in text for text, _ in line.played())


def test_what_is_no_character_to_read_is_left_out_of_words() -> None:
    _, got, _ = held(lambda *_: Fixed("\0siparişim\x1b\u202e \ud800nerede\r\n"))
    assert got[-1] == "siparişim nerede"
