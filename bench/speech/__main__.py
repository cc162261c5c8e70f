"""What the small Whisper hears of synthetic callers, by what the line does to them: ``python -m bench.speech``.

The numbers that they say were never in the training, nor were these very clips; the fixed phrases were, in other
clips.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.speech.clips import RATE, STRANGERS, VOICES, Caller, piper_says
from bench.speech.texts import text
from voice.audio import Sound, joined, silence
from voice.engines.whisper import WhisperAsr, WhisperOptions
from voice.testing.degrading import echoing, lossy, louder, noisy, telephone

MODEL = Path(__file__).parents[2] / "tests" / "voice" / "small_models" / "whisper-tiny-shop"
UNSEEN = 1_000_000
"""Clips of the training have smaller numbers."""
Degradation = Callable[[Sound, np.random.Generator], Sound]
DEGRADATIONS: dict[str, Degradation] = {
    "as spoken, 16 kHz": lambda sound, _: sound,
    "telephone: 8 kHz, A-law": lambda sound, _: telephone(sound, RATE),
    "telephone, noise at 15 dB": lambda sound, chance: telephone(noisy(sound, 15, chance), RATE),
    "telephone, noise at 10 dB": lambda sound, chance: telephone(noisy(sound, 10, chance), RATE),
    "telephone, noise at 5 dB": lambda sound, chance: telephone(noisy(sound, 5, chance), RATE),
    "telephone, 2 % of packets lost": lambda sound, chance: lossy(telephone(sound, RATE), 0.02, chance, RATE),
    "telephone, echo (120 ms, 12 dB)": lambda sound, _: telephone(echoing(sound, RATE), RATE),
    "telephone, 15 dB too loud (clipped)": lambda sound, _: telephone(louder(sound, 15), RATE),
    "telephone, very quiet (-30 dB)": lambda sound, _: telephone(louder(sound, -30), RATE),
}


@dataclass(slots=True)
class Score:
    """How well a recogniser did."""

    utterances: int = 0
    exact: int = 0
    words: int = 0
    wrong: int = 0
    seconds: float = 0.0

    def take(self, said: str, heard: str, seconds: float) -> None:
        self.utterances += 1
        self.exact += said == heard
        self.words += len(said.split())
        self.wrong += distance(said.split(), heard.split())
        self.seconds += seconds

    @property
    def word_error_rate(self) -> float:
        return self.wrong / max(1, self.words)


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to change, add or leave out."""
    costs = list(range(len(heard) + 1))
    for row, word in enumerate(said, start=1):
        before, costs[0] = costs[0], row
        for column, other in enumerate(heard, start=1):
            change = before + (word != other)
            before, costs[column] = costs[column], min(change, costs[column] + 1, costs[column - 1] + 1)
    return costs[-1]


def utterance(place: int, voices: Sequence[str]) -> tuple[str, Sound]:
    """What somebody says, with the silence that turn-taking leaves around it; no voices: the small Piper voice."""
    words = random.Random(UNSEEN + place)
    said = text(words, UNSEEN + place * 7)  # 7: phrases and numbers come in another order than in training
    sound = (
        Caller.any(words, tuple(voices)).says(said) if voices else piper_says(said, words.uniform(0.9, 1.1))
    )
    return said, joined((silence(0.2, RATE), sound, silence(0.15, RATE)))


async def measured(
    asr: WhisperAsr, degradation: Degradation, voices: Sequence[str], count: int, tell: bool
) -> Score:
    score = Score()
    for place in range(count):
        said, sound = utterance(place, voices)
        worse = degradation(sound, np.random.default_rng(place))
        begun = time.perf_counter()
        heard = (await asr.transcribe(worse)).text
        score.take(said, heard, time.perf_counter() - begun)
        if tell and heard != said:
            print(f"    {said!r} → {heard!r}")
    return score


async def report(asr: WhisperAsr, asked: argparse.Namespace) -> None:
    await asr.warm()
    callers = {"trained voices": VOICES, "voices never heard": STRANGERS, "the small Piper voice": ()}
    print("| line | " + " | ".join(f"{name}: exact, WER" for name in callers) + " | ms each |")
    print("|---" * (len(callers) + 2) + "|")
    for name, degradation in DEGRADATIONS.items():
        scores = [await measured(asr, degradation, one, asked.count, asked.tell) for one in callers.values()]
        cells = [f"{one.exact} of {one.utterances}, {one.word_error_rate:.1%}" for one in scores]
        spent = sum(one.seconds for one in scores) / sum(one.utterances for one in scores)
        print(f"| {name} | {' | '.join(cells)} | {1000 * spent:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speech", description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="utterances a cell (default: %(default)s)")
    parser.add_argument("--model", type=Path, default=MODEL, help="folder of a CTranslate2 model")
    parser.add_argument("--short", action="store_true", help="with short_input")
    parser.add_argument("--tell", action="store_true", help="print what was misheard")
    asked = parser.parse_args()
    options = WhisperOptions(str(asked.model), device="cpu", threads=1, short_input=asked.short, offline=True)
    asr = WhisperAsr(options)
    asyncio.run(report(asr, asked))
    asr.close()


if __name__ == "__main__":
    main()
