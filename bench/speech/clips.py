"""Clips of synthetic callers: espeak-ng speaks a text in some voice, a telephone does its worst to it."""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.speech.texts import text
from voice.audio import Sound, from_float, joined, read_wav, silence
from voice.resampling import resample
from voice.testing.degrading import coloured, echoing, lossy, louder, noisy, telephone

RATE = 16_000
VOICES = ("tr", "tr+m1", "tr+m2", "tr+m3", "tr+m4", "tr+m7", "tr+f1", "tr+f2", "tr+f3", "tr+f5")
"""Those that speak in training."""
STRANGERS = ("tr+m6", "tr+f4")
"""Those that never do."""
LONGEST = 8.0
SHARD = 500
_SILENT = 20
"""Every so many clips hold no speech."""
_PIPER_FROM, _PIPER = 4500, 6
"""From this clip on, every sixth is said by the small Piper voice: the bot is heard, too."""
PIPER = Path(__file__).parents[2] / "tests" / "voice" / "small_models" / "piper-tiny-shop.onnx"


@dataclass(frozen=True, slots=True)
class Caller:
    """How somebody speaks."""

    voice: str = "tr"
    speed: int = 150
    pitch: int = 50

    @classmethod
    def any(cls, chance: random.Random, voices: tuple[str, ...] = VOICES) -> Caller:
        return cls(chance.choice(voices), chance.randint(125, 185), chance.randint(25, 75))

    def says(self, words: str, rate: int = RATE) -> Sound:
        """Raises ``FileNotFoundError`` when espeak-ng is not installed."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise FileNotFoundError("espeak-ng is not installed: apt-get install espeak-ng")
        manner = ["-v", self.voice, "-s", str(self.speed), "-p", str(self.pitch)]
        done = subprocess.run([program, *manner, "--stdout", words], capture_output=True, check=True)
        sound, own = read_wav(done.stdout)
        return resample(sound, own, rate)


@cache
def _piper() -> Any:
    import piper

    return piper.PiperVoice.load(PIPER)


def piper_says(words: str, tempo: float = 1.0, rate: int = RATE) -> Sound:
    """A text as the small Piper voice says it; a tempo of 1.2 is slower."""
    import piper

    manner = piper.SynthesisConfig(length_scale=tempo, normalize_audio=False)
    voice = _piper()
    parts = [from_float(one.audio_float_array) for one in voice.synthesize(words, manner)]
    return resample(joined(parts), voice.config.sample_rate, rate)


def degraded(sound: Sound, chance: np.random.Generator) -> Sound:
    """One of the ways in which telephones sound; every other clip is as good as they get."""
    sound = louder(sound, float(chance.uniform(-14, 2)))
    if chance.random() < 0.15:
        sound = echoing(sound, RATE, float(chance.uniform(0.05, 0.25)), float(chance.uniform(10, 20)))
    if chance.random() < 0.4:
        sound = noisy(sound, float(chance.uniform(4, 25)), chance, float(chance.uniform(0, 1.5)))
    if chance.random() < 0.7:
        sound = telephone(sound, RATE)
    if chance.random() < 0.15:
        sound = lossy(sound, float(chance.uniform(0.01, 0.05)), chance, RATE)
    return sound


def without_speech(chance: np.random.Generator) -> Sound:
    """Noise, or a tone, or hardly anything: what is no word."""
    length = round(float(chance.uniform(0.3, 3)) * RATE)
    level = 10 ** float(chance.uniform(0.5, 3.7))
    sound = coloured(length, chance, float(chance.uniform(0, 2))) * level
    if chance.random() < 0.4:
        times = np.arange(length) / RATE
        for _ in range(int(chance.integers(1, 4))):
            sound += level * np.sin(2 * np.pi * float(chance.uniform(100, 3000)) * times)
    found: Sound = np.clip(sound, -32768, 32767).astype(np.int16)
    return telephone(found, RATE) if chance.random() < 0.7 else found


def clip(number: int) -> tuple[str, Sound]:
    """The text and the sound of one clip of the training; the same number is the same clip."""
    words, chance = random.Random(number), np.random.default_rng(number)
    if number % _SILENT == _SILENT - 1:
        return "", without_speech(chance)
    while True:
        said = text(words, number - number // _SILENT)
        if number >= _PIPER_FROM and number % _PIPER == 0:
            sound = piper_says(said, words.uniform(0.85, 1.2))
        else:
            sound = Caller.any(words).says(said)
        before, after = (silence(float(chance.uniform(0, 0.4)), RATE) for _ in range(2))
        whole = joined((before, sound, after))
        if len(whole) <= LONGEST * RATE:
            return said, degraded(whole, chance)


def write_shard(number: int, folder: Path) -> Path:
    """Clips as log-mel spectrograms of faster-whisper's own extractor, in one file."""
    from faster_whisper.feature_extractor import FeatureExtractor

    extract = FeatureExtractor()
    found: dict[str, npt.NDArray[np.generic]] = {}
    texts = []
    for place in range(SHARD):
        said, sound = clip(number * SHARD + place)
        texts.append(said)
        found[f"mel{place}"] = extract(sound.astype(np.float32) / 32768).astype(np.float16)
    path = folder / f"clips-{number:03}.npz"
    part = path.with_suffix(".part.npz")
    np.savez(part, texts=np.array(texts), **found)  # type: ignore[arg-type, unused-ignore]
    return part.rename(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speech.clips", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument(
        "--count", type=int, default=24, help=f"shards of {SHARD} clips (default: %(default)s)"
    )
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number in range(asked.first, asked.first + asked.count):
        begun = time.monotonic()
        print(write_shard(number, asked.folder), f"{time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
