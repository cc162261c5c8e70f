"""What recognition costs by the model's size: ``python -m bench.speech.compute``.

The models have Whisper's shapes and random weights, so that nothing is fetched; the work is the same. They never stop
writing by themselves, so the decoder is given what a sentence of this length has: 4 tokens a second.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.speech.random_whisper import SHAPES, write
from voice.engines.whisper import encoder_frames

_WORDS = 51_865
_WHOLE = 3000
_TOKENS_A_SECOND = 4
_SPECIAL = ("<|endoftext|>", "<|startoftranscript|>", "<|tr|>", "<|transcribe|>", "<|startofprev|>")
_LATER = ("<|nospeech|>", "<|notimestamps|>")


def vocabulary() -> list[str]:
    """As many words as Whisper's own."""
    count = _WORDS - len(_SPECIAL) - len(_LATER)
    return [*(f"w{number}" for number in range(count)), *_SPECIAL, *_LATER]


def seconds(model: Any, frames: int, tokens: int, times: int) -> tuple[float, float]:
    """Medians of one encoding and of the whole."""
    import ctranslate2

    mel = np.random.default_rng(1).normal(0, 0.3, (1, 80, frames)).astype(np.float32)
    prompt = [_WORDS - 6, _WORDS - 5, _WORDS - 4, _WORDS - 1]
    encoding, whole = [], []
    for _ in range(times):
        begun = time.perf_counter()
        encoded = model.encode(ctranslate2.StorageView.from_array(mel))
        encoding.append(time.perf_counter() - begun)
        model.generate(encoded, [prompt], beam_size=1, max_length=len(prompt) + tokens)
        whole.append(time.perf_counter() - begun)
    return median(encoding), median(whole)


def main() -> None:
    import ctranslate2

    parser = argparse.ArgumentParser(prog="python -m bench.speech.compute", description=__doc__)
    parser.add_argument("--shapes", default=",".join(SHAPES), help="which, by comma (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    print("| shape, int8 | speech | input | encoder | whole | per second of speech |")
    print("|---|---|---|---|---|---|")
    for name in asked.shapes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), SHAPES[name], vocabulary(), "int8")
            model = ctranslate2.models.Whisper(
                folder, device="cpu", compute_type="int8", intra_threads=asked.threads
            )
            for length in (2, 6):
                for frames in (_WHOLE, encoder_frames(length)):
                    encoding, whole = seconds(model, frames, _TOKENS_A_SECOND * length, asked.times)
                    cells = (
                        f"{frames / 100:.0f} s | {encoding:.2f} s | {whole:.2f} s | {whole / length:.2f} s"
                    )
                    print(f"| {name} | {length} s | {cells} |", flush=True)


if __name__ == "__main__":
    main()
