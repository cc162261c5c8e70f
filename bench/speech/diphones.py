"""Pieces of speech from the middle of one sound to the middle of the next, cut out of what espeak-ng says."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from voice.audio import Sound, joined
from voice.resampling import resample

RATE = 16_000
QUIET = "#"
"""The sound of a pause."""
PERIOD = 179
"""Samples of one vibration of the voice: it speaks on one note, so that pieces of it fit together."""
_STRESS = "ˈˌːˑ"
_PHONEME, _SYNCHRONOUS, _IPA, _UTF8 = 7, 2, 3, 1
_SPEED, _RANGE = 1, 4
_LEAD = round(0.02 * RATE)


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("sign", ctypes.c_char * 8),
    ]


@dataclass(frozen=True, slots=True)
class Piece:
    """One occurrence of two sounds in a row."""

    pair: tuple[str, str]
    sound: Sound


class Monotone:
    """espeak-ng's library, speaking on one note and telling where each sound begins.

    Raises:
        OSError: libespeak-ng is not installed.
    """

    def __init__(self, voice: str = "tr", speed: int = 150) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _IPA)
        self._parts: list[Sound] = []
        self._events: list[tuple[int, str]] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._taking = kind(self._take)
        self._library.espeak_SetSynthCallback(self._taking)
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(_SPEED, speed, 0)
        self._library.espeak_SetParameter(_RANGE, 0, 0)

    def _take(self, wave: Any, count: int, events: Any) -> int:
        if count > 0:
            self._parts.append(np.ctypeslib.as_array(wave, (count,)).copy())
        place = 0
        while events[place].type:
            if events[place].type == _PHONEME:
                self._events.append((events[place].sample, events[place].sign.decode()))
            place += 1
        return 0

    def pieces(self, text: str) -> list[Piece]:
        """What a text is made of."""
        self._parts, self._events = [], []
        raw = text.encode()
        self._library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._parts:
            return []
        scale = RATE / self._rate
        sound = resample(joined(self._parts), self._rate, RATE)
        places = [(round(sample * scale), sign) for sample, sign in self._events]
        return _cut(sound, _sounds(places, len(sound)))


def _sounds(events: list[tuple[int, str]], end: int) -> list[tuple[str, int, int]]:
    """Each sound with its beginning and end; what is written with several signs is shared out among them."""
    found: list[tuple[str, int, int]] = [(QUIET, 0, 0)]
    for (start, sign), (stop, _) in zip(events, [*events[1:], (end, "")], strict=True):
        letters = [one for one in sign if one not in _STRESS] or [QUIET]
        step = (stop - start) / len(letters)
        for place, letter in enumerate(letters):
            begin, finish = round(start + place * step), round(start + (place + 1) * step)
            if letter == QUIET and found[-1][0] == QUIET:
                found[-1] = (QUIET, found[-1][1], finish)
            else:
                found.append((letter, begin, finish))
    if found[-1][0] != QUIET:
        found.append((QUIET, end, end))
    return found


def _cut(sound: Sound, sounds: list[tuple[str, int, int]]) -> list[Piece]:
    middles = []
    for letter, start, stop in sounds:
        middle = (start + stop) // 2
        middles.append(middle if letter == QUIET else _at_a_pulse(sound, middle))
    found = []
    for place in range(len(sounds) - 1):
        (left, _, left_end), (right, right_start, _) = sounds[place], sounds[place + 1]
        # Of a pause only the edge belongs to the sound beside it.
        start = max(middles[place], left_end - _LEAD) if left == QUIET else middles[place]
        stop = min(middles[place + 1], right_start + _LEAD) if right == QUIET else middles[place + 1]
        if stop - start > PERIOD // 4:
            found.append(Piece((left, right), sound[start:stop]))
    return found


def _at_a_pulse(sound: Sound, middle: int) -> int:
    """The place near the middle where the voice's folds close: pieces that are cut there go on smoothly."""
    around = sound[max(0, middle - PERIOD // 2) : middle + PERIOD // 2].astype(np.float64)
    if len(around) < PERIOD // 2:
        return middle
    smooth = np.convolve(around, np.hanning(15), "same")
    return max(0, middle - PERIOD // 2) + int(np.argmax(smooth))


def inventory(voice: Monotone, texts: Iterable[str]) -> dict[tuple[str, str], Sound]:
    """For each pair of sounds the occurrence of the most usual length and loudness."""
    every: dict[tuple[str, str], list[Sound]] = defaultdict(list)
    for text in texts:
        for piece in voice.pieces(text):
            if len(every[piece.pair]) < 40:
                every[piece.pair].append(piece.sound)
    return {pair: _usual(sounds) for pair, sounds in sorted(every.items())}


def _usual(sounds: list[Sound]) -> Sound:
    lengths = [len(one) for one in sounds]
    loud = [float(np.sqrt(np.mean(np.square(one.astype(np.float64))))) for one in sounds]
    length, level = median(lengths), median(loud) + 1.0

    def strangeness(place: int) -> float:
        return abs(lengths[place] / length - 1) + abs(loud[place] / level - 1)

    return sounds[min(range(len(sounds)), key=strangeness)]
