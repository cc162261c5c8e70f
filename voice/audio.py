"""Sound as the voice passes it on: mono PCM of 16 bits, cut into frames of 20 ms.

A frame is a plain array; its place in time is counted in samples by whoever cuts it, so that nothing drifts.
"""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.int16]
"""Samples of one channel."""

FRAME_SECONDS = 0.02
"""What one frame lasts, on every line."""
QUIETEST = -100.0
"""dBFS that digital silence is given."""
_FULL_SCALE = 32768.0
_CLIPPED = 32700
_RATES = range(4_000, 192_001)


class AudioError(ValueError):
    """Sound that cannot be used as it is."""


def silence(seconds: float, rate: int) -> Sound:
    return np.zeros(round(seconds * rate), np.int16)


def is_rate(rate: int) -> bool:
    """Whether anything records or plays so many samples a second: 4,000 to 192,000."""
    return rate in _RATES


def frame_size(rate: int) -> int:
    """Samples of one frame.

    Raises:
        AudioError: 20 ms are no whole number of samples at this rate.
    """
    size = rate * FRAME_SECONDS
    if rate <= 0 or size != int(size):
        raise AudioError(f"{rate} Hz cannot be cut into frames of 20 ms; use 8000, 16000, 22050 or 48000.")
    return int(size)


def from_bytes(pcm: bytes) -> Sound:
    """Little-endian PCM of 16 bits.

    Raises:
        AudioError: half a sample is left over.
    """
    if len(pcm) % 2:
        raise AudioError(f"{len(pcm)} bytes are no whole number of samples of 16 bits.")
    return np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)


def to_bytes(sound: Sound) -> bytes:
    return sound.astype("<i2", copy=False).tobytes()


def joined(parts: Iterable[Sound]) -> Sound:
    found = list(parts)
    return np.concatenate(found) if found else np.zeros(0, np.int16)


def to_float(sound: Sound) -> npt.NDArray[np.float32]:
    """Samples between -1 and 1, as models want them."""
    return sound.astype(np.float32) / np.float32(_FULL_SCALE)


def from_float(samples: npt.ArrayLike) -> Sound:
    """Samples between -1 and 1 as PCM; what is louder is clipped, what is no number is silent."""
    scaled = np.nan_to_num(np.asarray(samples, np.float64), nan=0.0, posinf=1.0, neginf=-1.0) * _FULL_SCALE
    return np.clip(np.rint(scaled), -32768, 32767).astype(np.int16)


def level(sound: Sound) -> float:
    """Loudness (root mean square) in dB below full scale: 0 is a square wave at its loudest."""
    if not len(sound):
        return QUIETEST
    power = float(np.mean(np.square(sound.astype(np.float64))))
    return max(QUIETEST, 20 * math.log10(math.sqrt(power) / _FULL_SCALE)) if power else QUIETEST


def clipped_share(sound: Sound) -> float:
    """The share of samples at the limits: above a hundredth, the line is driven too loud."""
    return float(np.mean(np.abs(sound.astype(np.int32)) >= _CLIPPED)) if len(sound) else 0.0


@dataclass(slots=True)
class Cutter:
    """Cuts what comes in pieces of any length into pieces of one length."""

    size: int
    """Samples of a piece."""
    rest: Sound = field(default_factory=lambda: np.zeros(0, np.int16))

    def push(self, sound: Sound) -> list[Sound]:
        """Every piece that is complete now."""
        held = np.concatenate((self.rest, sound)) if len(self.rest) else sound
        whole = len(held) // self.size * self.size
        self.rest = held[whole:].copy()
        return [held[start : start + self.size] for start in range(0, whole, self.size)]

    def flush(self) -> list[Sound]:
        """What is left over, filled up with silence to one piece."""
        if not len(self.rest):
            return []
        last = np.zeros(self.size, np.int16)
        last[: len(self.rest)] = self.rest
        self.rest = np.zeros(0, np.int16)
        return [last]


def read_wav(data: bytes) -> tuple[Sound, int]:
    """The sound of a WAV file and its rate; several channels are mixed into one.

    Raises:
        AudioError: it is no WAV file of 16 bits, or its rate is none.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError) as error:
        raise AudioError(f"This is no WAV file of PCM ({str(error) or 'it is cut off'}).") from error
    if width != 2:
        raise AudioError(f"A WAV file of {8 * width} bits cannot be read; make it 16 bits.")
    if not is_rate(rate):
        raise AudioError(f"{rate} Hz is no sampling rate.")
    samples = from_bytes(pcm[: len(pcm) // (2 * channels) * 2 * channels])
    if channels > 1:
        mixed = samples.reshape(-1, channels).astype(np.int32).sum(axis=1) // channels
        samples = mixed.astype(np.int16)
    return samples, rate


def write_wav(sound: Sound, rate: int) -> bytes:
    """A WAV file of one channel of 16 bits."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(to_bytes(sound))
    return held.getvalue()
