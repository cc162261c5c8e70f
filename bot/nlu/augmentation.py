"""More examples from those there are: as people type them in a hurry."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import ClassVar, Self

from bot.nlu.component import Corpus, Draft, Options, Untrained
from bot.nlu.data import EntitySpan, Example

_LETTERS_PER_SLIP = 12
_NEIGHBOURS = {
    "a": "sqe", "b": "vn", "c": "vx", "ç": "c", "d": "sf", "e": "wra", "f": "dg", "g": "fh", "ğ": "g",
    "h": "gj", "ı": "i", "i": "ıou", "j": "hk", "k": "jl", "l": "kş", "m": "n", "n": "bm", "o": "ip",
    "ö": "o", "p": "o", "r": "et", "s": "ad", "ş": "s", "t": "ry", "u": "yi", "ü": "u", "v": "cb",
    "y": "tu", "z": "x",
}  # fmt: skip
"""Keys beside a key of the Turkish Q keyboard, or the key that is pressed instead."""


class TypoAugmenter(Untrained):
    """Adds misspelt copies of a share of the examples. First in the list; does nothing at run time."""

    defaults: ClassVar[Options] = {"share": 0.4}

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        chance = random.Random(corpus.seed)
        examples = list(corpus.data.examples)
        chosen = [at for at in range(len(examples)) if chance.random() < float(options["share"])]
        copies = [misspelt(examples[at], chance) for at in chosen]
        corpus.data = replace(corpus.data, examples=[*examples, *copies])
        corpus.drafts = [*corpus.drafts, *(Draft(one.text, corpus.language) for one in copies)]
        corpus.origins = [*range(len(examples)), *chosen]
        return cls(options)

    def process(self, draft: Draft) -> None:
        pass


def misspelt(example: Example, chance: random.Random) -> Example:
    """The example with a slip in every dozen letters; entities move along, digits stay."""
    text = example.text
    letters = [at for at, char in enumerate(text) if char.isalpha()]
    slips = set(chance.sample(letters, min(len(letters), max(1, len(letters) // _LETTERS_PER_SLIP))))
    written: list[str] = []
    moved = [0] * (len(text) + 1)
    """Offset in the old text → offset in the new."""
    at = length = 0
    while at < len(text):
        piece, used = _slip(text, at, chance) if at in slips else (text[at], 1)
        for step in range(used):
            moved[at + step] = length + min(step, len(piece))
        written.append(piece)
        length, at = length + len(piece), at + used
    moved[len(text)] = length
    new = "".join(written)
    spans = [_moved(span, text, new, moved) for span in example.entities]
    return replace(example, text=new, entities=tuple(span for span in spans if span.start < span.end))


def _slip(text: str, at: int, chance: random.Random) -> tuple[str, int]:
    """What is typed at this letter, and how many letters it stands for."""
    char = text[at]
    kind = chance.randrange(5)
    if kind == 0 and 0 < at < len(text) - 1 and text[at - 1].isalpha():
        return "", 1
    if kind == 1 and at + 1 < len(text) and text[at + 1].isalpha():
        return text[at + 1] + char, 2
    if kind == 2:
        return char + char, 1
    return chance.choice(_NEIGHBOURS.get(char, char)), 1


def _moved(span: EntitySpan, old: str, new: str, moved: list[int]) -> EntitySpan:
    start, end = moved[span.start], moved[span.end]
    literal = span.value == old[span.start : span.end]
    return replace(span, start=start, end=end, value=new[start:end] if literal else span.value)
