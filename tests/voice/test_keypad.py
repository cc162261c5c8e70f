"""Keys: collected into answers, told by packets, and found inside the sound."""

from __future__ import annotations

import numpy as np
import pytest
from espeak_speech import PHRASES, spoken
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import Sound, from_float, joined, silence
from voice.g711 import decode, encode
from voice.keypad import COMMANDS, KEYS, ONE_KEY, KeyPlan, Pressed, answer, press, press_all
from voice.resampling import resample
from voice.telephone_events import KeyPresses, TelephoneEvent, parse, payload
from voice.tones import ToneDetector

SIX = KeyPlan(longest=6, lengths=(6,))
FOUR_OR_SIX = KeyPlan(longest=6, lengths=(4, 6))


def typed(plan: KeyPlan, keys: str, start: float = 10.0, gap: float = 0.3) -> Pressed:
    so_far = Pressed()
    for count, key in enumerate(keys):
        so_far = press(plan, so_far, key, start + count * gap)
    return so_far


def test_the_longest_length_is_an_answer_at_once() -> None:
    assert answer(SIX, typed(SIX, "482913"), 11.5) == "482913"
    assert answer(ONE_KEY, typed(ONE_KEY, "2"), 10.0) == "2"


def test_a_shorter_length_that_is_complete_settles() -> None:
    pressed = typed(FOUR_OR_SIX, "1234")
    assert answer(FOUR_OR_SIX, pressed, 10.9 + 0.9) is None
    assert answer(FOUR_OR_SIX, pressed, 10.9 + 1.1) == "1234"
    assert answer(FOUR_OR_SIX, typed(FOUR_OR_SIX, "123"), 10.6 + 1.1) is None


def test_a_terminator_ends_any_length_but_not_nothing() -> None:
    assert answer(SIX, typed(SIX, "48#"), 10.6) == "48"
    assert answer(SIX, typed(SIX, "#"), 60.0) is None
    assert answer(SIX, typed(SIX, "#48#"), 60.0) == "48"


def test_a_pause_ends_what_is_incomplete() -> None:
    assert answer(SIX, typed(SIX, "48"), 12.0) is None
    assert answer(SIX, typed(SIX, "48"), 13.0) == "48"


def test_the_eraser_takes_everything_back() -> None:
    assert answer(SIX, typed(SIX, "48*482913"), 13.0) == "482913"
    assert answer(ONE_KEY, typed(ONE_KEY, "*"), 10.0) == "*"


@pytest.mark.parametrize("key", ["*", "#"])
def test_a_menus_keys_are_heard_where_no_number_is_asked_for(key: str) -> None:
    assert answer(COMMANDS, typed(COMMANDS, key), 10.0) == key
    assert answer(COMMANDS, typed(COMMANDS, "48#"), 10.6) == "48"


@pytest.mark.parametrize("key", ["", "12", "x", "İ", " "])
def test_what_is_no_key_changes_nothing(key: str) -> None:
    assert press(SIX, Pressed("12", 1.0), key, 2.0) == Pressed("12", 1.0)


@given(st.text(KEYS, max_size=20), st.integers(1, 8))
def test_keys_typed_ahead_are_used_once_and_in_order(keys: str, longest: int) -> None:
    plan = KeyPlan(longest=longest, terminator="", eraser="")
    answers, rest = [], keys
    while rest:
        pressed, left = press_all(plan, rest, 1.0)
        assert len(left) < len(rest)
        answers.append(pressed.keys)
        rest = left
    assert "".join(answers) == keys
    assert all(len(one) == longest for one in answers[:-1])


# Packets


@given(st.sampled_from(KEYS), st.booleans(), st.integers(0, 63), st.integers(0, 65535))
def test_payloads_are_read_as_they_were_written(key: str, end: bool, volume: int, duration: int) -> None:
    event = TelephoneEvent(key, end, volume, duration)
    assert parse(payload(event)) == event


@given(st.binary(max_size=8))
def test_any_payload_is_read_or_refused(data: bytes) -> None:
    event = parse(data)
    assert (event is None) == (len(data) < 4 or data[0] > 15)


def test_the_known_bytes_of_the_standard() -> None:
    assert parse(bytes.fromhex("0b8a0320")) == TelephoneEvent("#", True, 10, 800)
    assert parse(bytes.fromhex("108a0320")) is None  # a hook flash


@given(st.lists(st.sampled_from(KEYS), max_size=12), st.randoms(use_true_random=False))
def test_a_press_is_told_once_whatever_is_lost_or_late(keys: list[str], chance: object) -> None:
    presses, told = KeyPresses(), []
    for number, key in enumerate(keys):
        packets = [
            payload(TelephoneEvent(key, end, 10, 160 * (step + 1)))
            for step, end in enumerate([False, False, False, True, True, True])
        ]
        chance.shuffle(packets)  # type: ignore[attr-defined]
        for one in packets[: chance.randint(1, 6)]:  # type: ignore[attr-defined]
            told.append(presses.push(1000 * number, one))
    assert [key for key in told if key] == keys


# Tones

PAIRS = {
    key: (low, high)
    for row, low in zip(("123A", "456B", "789C", "*0#D"), (697, 770, 852, 941), strict=True)
    for key, high in zip(row, (1209, 1336, 1477, 1633), strict=True)
}


def tones(key: str, seconds: float = 0.08, rate: int = 8000, twist: float = 0.0, off: float = 1.0) -> Sound:
    """A key's tones; ``twist``: dB by which the high one is louder; ``off``: both are so much too high."""
    low, high = PAIRS[key]
    time = np.arange(round(seconds * rate)) / rate
    loud = 0.2 * 10 ** (twist / 20)
    wave = 0.2 * np.sin(2 * np.pi * low * off * time) + loud * np.sin(2 * np.pi * high * off * time + 1)
    return from_float(wave)


def dialled(keys: str, rate: int = 8000, length: float = 0.08, gap: float = 0.06, **more: float) -> Sound:
    parts = [part for key in keys for part in (tones(key, length, rate, **more), silence(gap, rate))]
    return joined([silence(0.1, rate), *parts, silence(0.1, rate)])


def found(sound: Sound, rate: int = 8000, piece: int = 160) -> str:
    detector = ToneDetector(rate)
    return "".join(
        key for start in range(0, len(sound), piece) for key in detector.push(sound[start : start + piece])
    )


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_every_key_is_found_at_every_rate(rate: int) -> None:
    assert found(dialled(KEYS, rate), rate, rate // 50) == KEYS


@pytest.mark.parametrize("more", [{"twist": 4.0}, {"twist": -4.0}, {"off": 1.015}, {"off": 0.985}])
def test_lines_that_bend_the_tones_are_understood(more: dict[str, float]) -> None:
    assert found(dialled(KEYS, **more)) == KEYS


@pytest.mark.parametrize("more", [{"twist": 12.0}, {"twist": -12.0}, {"off": 1.04}, {"off": 0.96}])
def test_tones_that_no_telephone_sends_are_no_keys(more: dict[str, float]) -> None:
    assert found(dialled(KEYS, **more)) == ""


def test_equal_keys_in_a_row_count_apart_and_a_held_key_once() -> None:
    assert found(dialled("5558800")) == "5558800"
    assert found(dialled("7", length=3.0)) == "7"


def test_keys_are_found_in_noise_and_through_the_telephone_network() -> None:
    noise = np.random.default_rng(7)
    sound = dialled("0123456789*#")
    noisy = from_float(sound / 32768 + noise.normal(0, 0.02, len(sound)))  # 17 dB
    assert found(decode(encode(noisy, "alaw"), "alaw")) == "0123456789*#"


@pytest.mark.parametrize("voice", ["tr", "tr+f3"])
def test_speech_presses_no_key(voice: str) -> None:
    for pitch in (25, 80):
        for text in PHRASES:
            assert found(spoken(text, 8000, voice, pitch)) == ""


def test_noise_and_music_press_no_key() -> None:
    chance = np.random.default_rng(3)
    white = from_float(chance.normal(0, 0.2, 8000 * 30))
    assert found(white) == ""
    time = np.arange(8000 * 20) / 8000
    chord = sum(
        np.sin(2 * np.pi * hertz * time * harmonic) / harmonic
        for hertz in (261.6, 329.6, 392.0, 466.2)
        for harmonic in (1, 2, 3, 4)
    )
    assert found(from_float(0.08 * np.asarray(chord))) == ""
    sweep = from_float(0.4 * np.sin(2 * np.pi * (300 * time + 60 * time**2)))
    assert found(sweep) == ""


def test_speech_beside_a_key_does_not_hide_it() -> None:
    speech = spoken(PHRASES[0])[: 8000 * 2]
    both = joined([speech, silence(0.06, 8000), resample(tones("9", 0.1, 16_000), 16_000, 8000), speech])
    assert found(both) == "9"
