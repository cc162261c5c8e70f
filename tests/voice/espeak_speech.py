"""Speech that espeak-ng makes, for tests of what should not react to speech."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

import pytest

from voice.audio import Sound, read_wav
from voice.resampling import resample

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
PHRASES = (
    "Merhaba, siparişim nerede acaba? Geçen hafta salı günü verdim, hâlâ gelmedi.",
    "Sıfır beş yüz otuz iki, yüz yirmi üç, kırk beş, altmış yedi.",
    "Kargom Üsküdar şubesinde görünüyor, iade etmek istiyorum lütfen yardımcı olun.",
    "Evet, hayır, tamam, iki, üç, dört, beş; ıııı, şey, öyle işte, hiç güzel değil.",
)


@cache
def spoken(text: str, rate: int = 8000, voice: str = "tr", pitch: int = 50) -> Sound:
    """A text as espeak-ng says it."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "--stdout", text]
    sound, own = read_wav(_with_length(subprocess.run(command, capture_output=True, check=True).stdout))
    return resample(sound, own, rate)


def _with_length(wav: bytes) -> bytes:
    """espeak-ng does not know how much it will say when it writes the header."""
    size = len(wav) - 44
    return wav[:4] + (size + 36).to_bytes(4, "little") + wav[8:40] + size.to_bytes(4, "little") + wav[44:]
