"""The telephone network's codecs, by tables: a byte a sample (ITU-T G.711, A-law in Europe, mu-law in America)."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from voice.audio import Sound

Law = Literal["alaw", "ulaw"]
_BIAS, _CLIP = 0x84, 32635


def decode(data: bytes, law: Law) -> Sound:
    """PCM of 16 bits; a byte is a sample."""
    return _decoding(law)[np.frombuffer(data, np.uint8)]


def encode(sound: Sound, law: Law) -> bytes:
    """A byte a sample."""
    return _encoding(law)[sound.view(np.uint16)].tobytes()


@cache
def _decoding(law: Law) -> Sound:
    codes = np.arange(256)
    return (_alaw_values(codes) if law == "alaw" else _ulaw_values(codes)).astype(np.int16)


@cache
def _encoding(law: Law) -> npt.NDArray[np.uint8]:
    samples = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)
    return (_alaw_codes(samples) if law == "alaw" else _ulaw_codes(samples)).astype(np.uint8)


def _alaw_values(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    plain = codes ^ 0x55
    exponent, mantissa = (plain >> 4) & 7, plain & 0x0F
    low = (mantissa << 4) + 8
    size = np.where(exponent == 0, low, (low + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(plain & 0x80, size, -size)


def _alaw_codes(samples: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    reduced = samples >> 3  # 13 bits count
    size = np.where(reduced >= 0, reduced, -reduced - 1)
    segment = np.searchsorted(np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF]), size)
    mantissa = (size >> np.maximum(segment, 1)) & 0x0F
    sign = np.where(reduced >= 0, 0xD5, 0x55)
    return ((segment << 4) | mantissa) ^ sign


def _ulaw_values(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    plain = ~codes & 0xFF
    size = ((((plain & 0x0F) << 3) + _BIAS) << ((plain >> 4) & 7)) - _BIAS
    return np.where(plain & 0x80, -size, size)


def _ulaw_codes(samples: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    reduced = samples >> 2  # 14 bits count
    size = np.minimum(np.where(reduced < 0, -reduced, reduced), _CLIP >> 2) + (_BIAS >> 2)
    segment = np.searchsorted(np.array([0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF]), size)
    mantissa = (size >> (segment + 1)) & 0x0F
    return ((segment << 4) | mantissa) ^ np.where(reduced < 0, 0x7F, 0xFF)
