"""Frames, levels, files, rates and the telephone's codecs."""

from __future__ import annotations

import math
import sys
import tracemalloc
import warnings
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice import g711
from voice.audio import (
    QUIETEST,
    AudioError,
    Cutter,
    Sound,
    clipped_share,
    frame_size,
    from_bytes,
    from_float,
    level,
    read_wav,
    silence,
    to_bytes,
    to_float,
    write_wav,
)
from voice.resampling import Resampler, resample


def tone(hertz: float, seconds: float, rate: int, loud: float = 0.5) -> Sound:
    return from_float(loud * np.sin(2 * math.pi * hertz * np.arange(round(seconds * rate)) / rate))


@given(st.lists(st.integers(0, 700), max_size=12), st.sampled_from([1, 160, 320, 512]))
def test_cut_pieces_lose_no_sample_and_keep_the_order(lengths: list[int], size: int) -> None:
    whole = (np.arange(sum(lengths)) % 30_000).astype(np.int16)
    cutter, pieces, start = Cutter(size), [], 0
    for length in lengths:
        pieces += cutter.push(whole[start : start + length])
        start += length
    assert all(len(piece) == size for piece in pieces)
    pieces += cutter.flush()
    out = np.concatenate([np.zeros(0, np.int16), *pieces])
    assert (out[: len(whole)] == whole).all()
    assert not out[len(whole) :].any() and len(out) - len(whole) < size


def test_levels() -> None:
    assert level(silence(1, 8000)) == QUIETEST
    assert level(np.zeros(0, np.int16)) == QUIETEST
    assert level(tone(1000, 1, 8000, 1.0)) == pytest.approx(-3.01, abs=0.02)
    assert level(np.array([-32768], np.int16)) == pytest.approx(0)
    assert clipped_share(from_float(3 * np.sin(np.arange(800) / 9))) > 0.5
    assert clipped_share(tone(440, 1, 8000)) == 0


@pytest.mark.parametrize("rate", [0, -8000, 11_025, 8_025])
def test_a_rate_without_whole_frames_is_refused(rate: int) -> None:
    with pytest.raises(AudioError, match="cut into frames"):
        frame_size(rate)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(AudioError, match="whole number of samples"):
        from_bytes(b"\x01\x02\x03")


def test_what_is_no_number_is_silent_and_what_is_too_loud_is_clipped() -> None:
    assert from_float([math.nan, math.inf, -math.inf, 7.0, 0.5]).tolist() == [0, 32767, -32768, 32767, 16384]


@given(st.lists(st.integers(-32768, 32767), max_size=60))
def test_bytes_and_files_keep_every_sample(samples: list[int]) -> None:
    sound = np.array(samples, np.int16)
    assert (from_bytes(to_bytes(sound)) == sound).all()
    back, rate = read_wav(write_wav(sound, 16_000))
    assert rate == 16_000 and (back == sound).all()
    assert (from_float(to_float(sound)) == sound).all()


@pytest.mark.parametrize("data", [b"", b"RIFF", b"ID3\x03 an mp3", write_wav(silence(1, 8000), 8000)[:20]])
def test_what_is_no_wav_file_is_told(data: bytes) -> None:
    with pytest.raises(AudioError, match=r"no WAV file of PCM \(\w"):
        read_wav(data)


@pytest.mark.parametrize("rate", [1, 3999, 192_001, 2**30])
def test_a_wav_file_of_a_rate_that_nothing_records_with_is_told(rate: int) -> None:
    with pytest.raises(AudioError, match=f"{rate} Hz is no sampling rate"):
        read_wav(write_wav(silence(1, 8000), rate))


RATES = [(8000, 16_000), (16_000, 8000), (22_050, 8000), (24_000, 16_000), (48_000, 16_000), (8000, 8000)]


@pytest.mark.parametrize(("source", "target"), RATES)
def test_a_tone_stays_a_tone_without_shift(source: int, target: int) -> None:
    out = resample(tone(1003, 0.5, source), source, target)
    assert len(out) == round(0.5 * target)
    inner = slice(target // 50, -target // 50)
    wrong = to_float(out)[inner] - to_float(tone(1003, 0.5, target))[inner]
    assert np.sqrt(np.mean(wrong**2)) / 0.35 < 0.001


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    assert level(resample(tone(6000, 0.5, 22_050), 22_050, 8000)[400:-400]) < -60


@pytest.mark.parametrize(("source", "target"), RATES)
def test_the_delay_is_small_and_the_one_that_is_told(source: int, target: int) -> None:
    changer = Resampler(source, target)
    assert changer.delay <= 0.0021
    out = changer.push(tone(1000, 0.1, source))
    assert 0.1 - len(out) / target == pytest.approx(changer.delay, abs=1.01 / target)


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=8),
    st.sampled_from(RATES),
    st.integers(0, 2**32 - 1),
)
def test_pieces_give_the_same_as_the_whole(lengths: list[int], rates: tuple[int, int], seed: int) -> None:
    whole = np.random.default_rng(seed).integers(-32768, 32768, sum(lengths)).astype(np.int16)
    changer, parts, start = Resampler(*rates), [], 0
    for length in lengths:
        parts.append(changer.push(whole[start : start + length]))
        start += length
    parts.append(changer.flush())
    assert (np.concatenate(parts) == resample(whole, *rates)).all()


def test_minutes_of_sound_fill_no_memory() -> None:
    long = np.zeros(20 * 192_000, np.int16)
    tracemalloc.start()
    try:
        found = resample(long, 192_000, 16_000)
        assert len(found) == 20 * 16_000 and tracemalloc.get_traced_memory()[1] < 120_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "rates", [(0, 8000), (8000, 0), (8000, 400_000), (-1, 8000), (1, 8000), (8000, 3999)]
)
def test_impossible_rates_are_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(AudioError, match="no sampling rate"):
        Resampler(*rates)


def test_rates_that_would_want_a_filter_of_many_megabytes_are_refused() -> None:
    with pytest.raises(AudioError, match="191999 Hz cannot be brought to 16000 Hz"):
        Resampler(191_999, 16_000)


def test_the_codecs_known_values() -> None:
    assert g711.decode(bytes([0xD5, 0x55, 0xAA, 0x2A]), "alaw").tolist() == [8, -8, 32256, -32256]
    assert g711.decode(bytes([0xFF, 0x7F, 0x80, 0x00]), "ulaw").tolist() == [0, 0, 32124, -32124]
    assert g711.encode(np.array([0, -1], np.int16), "alaw") == bytes([0xD5, 0x55])
    assert g711.encode(np.array([0, 32767, -32768], np.int16), "ulaw") == bytes([0xFF, 0x80, 0x00])


@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_codes_survive_and_samples_come_near(law: Literal["alaw", "ulaw"]) -> None:
    codes = bytes(range(256))
    again = g711.encode(g711.decode(codes, law), law)
    # mu-law has two codes for zero
    assert [a for a, b in zip(codes, again, strict=True) if a != b] == ([0x7F] if law == "ulaw" else [])
    samples = np.arange(-32768, 32768).astype(np.int16)
    wrong = g711.decode(g711.encode(samples, law), law).astype(int) - samples
    allowed = np.maximum(16, np.abs(samples.astype(int)) / 16)
    assert (np.abs(wrong) <= allowed)[1000:-1000].all()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 has no audioop to compare with")
@pytest.mark.parametrize("law", ["alaw", "ulaw"])
def test_the_codecs_agree_with_audioop(law: Literal["alaw", "ulaw"]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import audioop
    samples = np.arange(-32768, 32768).astype(np.int16)
    there, back = (
        (audioop.lin2alaw, audioop.alaw2lin) if law == "alaw" else (audioop.lin2ulaw, audioop.ulaw2lin)
    )
    assert g711.encode(samples, law) == there(to_bytes(samples), 2)
    assert to_bytes(g711.decode(bytes(range(256)), law)) == back(bytes(range(256)), 2)
