"""Recordings as phones and browsers make them, and a recogniser that hears their tones."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from voice.asr import Recognised
from voice.audio import Sound
from voice.expectation import ANYTHING, Expectation

av: Any = pytest.importorskip("av", reason="PyAV is not installed: pip install 'santral[voice]'")

KINDS = {
    "ogg": ("ogg", "libopus", 48_000),
    "webm": ("webm", "libopus", 48_000),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "m4a": ("ipod", "aac", 44_100),
    "mp4": ("mp4", "aac", 44_100),
    "aac": ("adts", "aac", 44_100),
    "amr": ("amr", "libopencore_amrnb", 8_000),
    "3gp": ("3gp", "libopencore_amrnb", 8_000),
    "wav": ("wav", "pcm_s16le", 16_000),
}
"""Name → container, codec, samples a second."""


def tone(hertz: float, seconds: float, rate: int) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * time) * 8_000).astype(np.int16)


def recording(
    kind: str = "ogg", *parts: tuple[float, float], layout: str = "mono", film: bool = False
) -> bytes:
    """A file.

    Args:
        parts: hertz and seconds of each tone; 0 Hz is silence.
        film: with a picture that moves.
    """
    container, codec, rate = KINDS[kind]
    sound = np.concatenate([tone(*one, rate) for one in parts or ((440.0, 1.0),)])
    held = io.BytesIO()
    with av.open(held, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        picture = file.add_stream("mpeg4", rate=10, width=32, height=32, pix_fmt="yuv420p") if film else None
        size = stream.codec_context.frame_size or None
        resampler = av.AudioResampler(stream.format.name, layout, rate, size)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), "s16", "mono")
        frame.sample_rate = rate
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            file.mux(stream.encode(piece))
        if picture is not None:
            shown = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
            for piece in (shown, None):
                file.mux(picture.encode(piece))
    return held.getvalue()


def pitch(sound: Sound, rate: int) -> float:
    """The loudest frequency."""
    strength = np.abs(np.fft.rfft(sound.astype(np.float64)))
    strength[0] = 0
    return float(np.argmax(strength)) * rate / len(sound)


class Ears:
    """A recogniser that knows what tones mean.

    Args:
        meanings: hertz → words.
    """

    name = "tones"
    rate = 16_000

    def __init__(self, meanings: Mapping[int, str]) -> None:
        self.meanings = meanings
        self.expected: list[Expectation] = []
        self.seconds: list[float] = []

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        self.expected.append(expects)
        self.seconds.append(len(sound) / self.rate)
        found = pitch(sound, self.rate)
        near: Sequence[int] = [one for one in self.meanings if abs(one - found) < 10]
        return Recognised(self.meanings[near[0]] if near else "")
