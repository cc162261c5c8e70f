"""What telephones do to speech, for tests to do it too: codec, noise, lost packets, echo. Pure and repeatable."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice.audio import Sound
from voice.g711 import Law, decode, encode
from voice.resampling import resample

_FULL_SCALE = 32768.0


def coded(sound: Sound, law: Law = "alaw") -> Sound:
    """The sound after G.711; its rate should be 8 kHz."""
    return decode(encode(sound, law), law)


def telephone(sound: Sound, rate: int, law: Law = "alaw") -> Sound:
    """Sound of any rate as it comes out of a telephone, at the same rate: nothing above 4 kHz, G.711."""
    return resample(coded(resample(sound, rate, 8000), law), 8000, rate)


def noisy(sound: Sound, snr: float, chance: np.random.Generator, tilt: float = 1.0) -> Sound:
    """With steady noise.

    Args:
        snr: dB by which the sound, where it is not silent, is louder than the noise.
        tilt: 0 is white noise; 1 loses 3 dB an octave (pink), as rooms, streets and cars do.
    """
    if not sound.any():
        return sound
    samples = sound.astype(np.float64)
    loud = np.abs(samples) > 0.02 * np.abs(samples).max()
    power = float(np.mean(np.square(samples[loud])))
    noise = coloured(len(sound), chance, tilt) * np.sqrt(power / 10 ** (snr / 10))
    return _clip(samples + noise)


def coloured(length: int, chance: np.random.Generator, tilt: float = 1.0) -> npt.NDArray[np.float64]:
    """Noise whose mean power is 1."""
    if not length:
        return np.zeros(0)
    spectrum = np.fft.rfft(chance.normal(size=length))
    spectrum /= np.maximum(np.arange(len(spectrum)), max(1, len(spectrum) // 100)) ** (tilt / 2)
    noise: npt.NDArray[np.float64] = np.fft.irfft(spectrum, length)
    return noise / max(float(np.sqrt(np.mean(np.square(noise)))), 1e-12)


def lossy(sound: Sound, share: float, chance: np.random.Generator, rate: int = 8000) -> Sound:
    """Without a share of its packets of 20 ms: each is replaced by the one before, quieter each time in a row."""
    size = round(rate * 0.02)
    kept, last, faded = sound.copy(), np.zeros(size, np.int16), 1.0
    for start in range(0, len(sound), size):
        part = kept[start : start + size]
        if chance.random() < share:
            faded *= 0.5
            part[:] = (last[: len(part)] * faded).astype(np.int16)
        else:
            last[: len(part)], faded = part, 1.0
    return kept


def echoing(sound: Sound, rate: int, delay: float = 0.12, loss: float = 12.0) -> Sound:
    """With its own echo.

    Args:
        delay: seconds after which it comes back.
        loss: dB by which it is quieter.
    """
    samples = sound.astype(np.float64)
    back = np.zeros_like(samples)
    shift = round(delay * rate)
    if shift < len(samples):
        back[shift:] = samples[: len(samples) - shift] * 10 ** (-loss / 20)
    return _clip(samples + back)


def louder(sound: Sound, gain: float) -> Sound:
    """By ``gain`` dB; what is too loud is clipped."""
    return _clip(sound.astype(np.float64) * 10 ** (gain / 20))


def _clip(samples: npt.NDArray[np.float64]) -> Sound:
    return np.clip(np.rint(samples), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
