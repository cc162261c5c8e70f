"""Trains the small Whisper of the tests on synthetic callers, and writes it for faster-whisper.

    python3 -m venv torchenv && torchenv/bin/pip install torch==2.13.0 numpy tokenizers ctranslate2
    python -m bench.speech.clips clips                        # espeak-ng speaks 12,000 clips
    PYTHONPATH=. torchenv/bin/python -m bench.speech.train clips tests/voice/small_models/whisper-tiny-shop
    python -m bench.speech                                    # what it hears

PyTorch is wanted here only, and is no dependency of the project.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.nn import functional as fn

from bench.speech.small_whisper import SmallWhisper, save
from bench.speech.texts import phrases, text
from bot.turkish import upper

SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|tr|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
PIECES = 420
BATCH, RATE, STAND_INS = 24, 1.5e-3, 24
SPELLING = 0.5
FINE = 0.8
"""Share of the training after which the silence is reckoned with four times as finely."""
ALPHABET = " abcçdefgğhıijklmnoöprsştuüvyzâîû"
Clip = tuple[str, npt.NDArray[np.float16]]


def tokenizer() -> Tokenizer:
    """Byte-level pairs learned from the texts; the special tokens as Whisper has them, times included."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=PIECES, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    chance = random.Random(0)
    made.train_from_iterator((f" {text(chance, turn)}" for turn in range(8000)), trainer)
    made = with_signs(made)
    times = [f"<|{count * 0.02:.2f}|>" for count in range(1501)]
    made.add_special_tokens([AddedToken(word, special=True) for word in (*SPECIAL, *times)])
    return made


def with_signs(made: Tokenizer) -> Tokenizer:
    """With a piece for each of a space and a sign. faster-whisper forbids the first piece of " -", " '" and " ♪", and
    without these that is the space alone: no word could begin with a letter that no piece joins to it."""
    told = json.loads(made.to_str())
    for sign in "-'â":  # â: the byte that ♪ begins with
        told["model"]["vocab"][f"Ġ{sign}"] = len(told["model"]["vocab"])
        told["model"]["merges"].append(["Ġ", sign])
    return Tokenizer.from_str(json.dumps(told))


class Clips:
    """Clips of a folder; shards that arrive later are taken in when ``refresh`` is called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[Path] = set()
        self.clips: list[Clip] = []

    def refresh(self) -> None:
        for path in sorted(set(self._folder.glob("clips-???.npz")) - self._read):
            self._read.add(path)
            with np.load(path) as shard:
                self.clips += [(str(said), shard[f"mel{n}"]) for n, said in enumerate(shard["texts"])]

    def batches(self, chance: random.Random) -> Iterator[list[Clip]]:
        """Clips of about the same length, for ever."""
        while True:
            self.refresh()
            some = chance.sample(self.clips, min(len(self.clips), 40 * BATCH))
            some.sort(key=lambda one: one[1].shape[1])
            starts = list(range(0, len(some) - BATCH + 1, BATCH))
            chance.shuffle(starts)
            for start in starts:
                yield some[start : start + BATCH]


def masked(mel: npt.NDArray[np.float32], chance: random.Random) -> None:
    """Hide a band of frequencies and a moment, in place."""
    band, moment = chance.randint(0, 12), chance.randint(0, 20)
    low, begin = chance.randint(0, 80 - band), chance.randint(0, max(0, mel.shape[1] - moment))
    mean = float(mel.mean())
    if chance.random() < 0.5:
        mel[low : low + band] = mean
    if chance.random() < 0.5:
        mel[:, begin : begin + moment] = mean


def inputs(batch: list[Clip], chance: random.Random, frames: int = 0) -> torch.Tensor:
    """``[clips, 80, frames]``; 0 frames: as long as the longest. Behind a clip are zeros, as faster-whisper has it;
    with a given length, the clip's own quietest value, as a shortened input has it."""
    longest = max(mel.shape[1] for _, mel in batch)
    made = np.zeros((len(batch), 80, frames or longest + longest % 2), np.float32)
    for place, (_, mel) in enumerate(batch):
        part = mel.astype(np.float32)
        if frames and frames < 3000:
            made[place] = part.min()
        masked(part, chance)
        made[place, :, : part.shape[1]] = part
    return torch.from_numpy(made)


def targets(batch: list[Clip], pieces: Any, chance: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    """What is read and what is to follow (-100: no matter)."""
    number = {word: pieces.token_to_id(word) for word in SPECIAL}
    rows = []
    for said, _ in batch:
        hint = []
        if chance.random() < 0.15:  # hot words, likely or not, as faster-whisper tells them
            likely = [said] if said and chance.random() < 0.5 else []
            told = chance.sample(phrases(), chance.randint(1, 4)) + likely
            chance.shuffle(told)
            told = [upper(one[0]) + one[1:] for one in told]
            hint = [number["<|startofprev|>"], *pieces.encode(" " + ", ".join(told)).ids]
        body = pieces.encode(f" {said}").ids if said else []
        read = [*hint, number["<|startoftranscript|>"], number["<|notimestamps|>"], *body]
        first = number["<|notimestamps|>"] if said else number["<|nospeech|>"]
        rows.append((read, [-100] * len(hint) + [first, *body, number["<|endoftext|>"]]))
    size = max(len(read) for read, _ in rows)
    end = number["<|endoftext|>"]
    reads = torch.tensor([read + [end] * (size - len(read)) for read, _ in rows])
    follows = torch.tensor([follow + [-100] * (size - len(follow)) for _, follow in rows])
    return reads, follows


def misspelled(spelled: torch.Tensor, batch: list[Clip]) -> torch.Tensor:
    """The loss of spelling (connectionist temporal classification): it teaches the encoder to listen, long before
    the decoder has found out where to look. The model that is saved does without it."""
    texts = [[1 + ALPHABET.index(letter) for letter in said] for said, _ in batch]
    heard = torch.tensor([(mel.shape[1] + 1) // 2 for _, mel in batch])
    return fn.ctc_loss(
        spelled.log_softmax(2).transpose(0, 1),
        torch.tensor([one for text in texts for one in text]),
        heard,
        torch.tensor([len(text) for text in texts]),
        zero_infinity=True,
    )


def grown(done: float, span: tuple[float, float]) -> float:
    """The share of half a minute that the input has: at first none but the clip, which is easier to listen to; at the
    end all of it, which is what faster-whisper gives."""
    return min(1.0, max(0.0, (done - span[0]) / (span[1] - span[0])))


def train(
    folder: Path,
    out: Path,
    steps: int,
    seed: int,
    begin: Path | None,
    rate: float,
    grow: tuple[float, float],
    stand_ins: int,
) -> None:
    torch.manual_seed(seed)
    chance = random.Random(seed)
    pieces = tokenizer()
    model = SmallWhisper(pieces.get_vocab_size())
    if begin is not None:
        model.load_state_dict(torch.load(begin, weights_only=True), strict=False)
    print(f"{sum(one.numel() for one in model.parameters()):,} weights", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.08)
    clips = Clips(folder)
    clips.refresh()
    batches = clips.batches(chance)
    losses: list[float] = []
    begun = time.monotonic()
    for step in range(1, steps + 1):
        batch = next(batches)
        longest = max(mel.shape[1] for _, mel in batch)
        # As faster-whisper does it: half a minute. Every sixth time shortened, as `short_input` does it.
        short = step % 6 == 0 and longest <= 850
        frames = next(size for size in (500, 1000) if size >= longest + 150) if short else 0
        mel = inputs(batch, chance, frames)
        reads, follows = targets(batch, pieces, chance)
        silences = stand_ins if step < FINE * steps else 4 * stand_ins
        scores, spelled = model(mel, reads, 0 if short else silences, grown(step / steps, grow))
        loss = fn.cross_entropy(scores.flatten(0, 1), follows.flatten())
        losses.append(loss.item())
        loss = loss + SPELLING * misspelled(spelled, batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            mean = sum(losses[-50:]) / 50
            print(
                f"{step} {time.monotonic() - begun:.0f} s loss {mean:.3f} clips {len(clips.clips)}",
                flush=True,
            )
        if step % 250 == 0 or step == steps:
            out.mkdir(parents=True, exist_ok=True)
            torch.save(model.state_dict(), out.with_suffix(".pt"))
            save(model, pieces, out)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speech.train", description=__doc__)
    parser.add_argument("clips", type=Path, help="the folder of bench.speech.clips")
    parser.add_argument("out", type=Path, help="the model's folder; its weights are kept beside it as .pt")
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begin", type=Path, help="weights (.pt) to go on from")
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate")
    parser.add_argument(
        "--grow",
        type=float,
        nargs=2,
        default=(0.3, 0.55),
        help="when the input grows to half a minute (%(default)s)",
    )
    parser.add_argument(
        "--stand-ins", type=int, default=STAND_INS, help="positions that stand for the silence"
    )
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    train(
        asked.clips,
        asked.out,
        asked.steps,
        asked.seed,
        asked.begin,
        asked.rate,
        tuple(asked.grow),
        asked.stand_ins,
    )


if __name__ == "__main__":
    main()
