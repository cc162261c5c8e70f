"""More entities from those that are marked: other numbers, other names, said aloud and misspelt."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from bot.nlu.augmentation import misspelt
from bot.nlu.component import Corpus, Draft, Options, Untrained
from bot.nlu.data import EntitySpan, Example
from bot.turkish import Suffix, attach, fold, lower, number_to_words

_CASES = (Suffix.ACCUSATIVE, Suffix.DATIVE, Suffix.LOCATIVE, Suffix.ABLATIVE, Suffix.GENITIVE)
_LONG_NUMBER = 10
"""Digits from which on a number's beginning says what it is: a telephone, a country."""
_CODE = re.compile(r"([A-Z]{1,3})[- ]?\d{4}")
"""Letters before a long number: every shop and carrier has its own."""
_INVENTED = 0.4
"""The share of copies with a name that is made up, of entities that may have any."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w\s]|_")


class EntityAugmenter(Untrained):
    """Adds copies of examples with entities, for entity extractors alone. First in the list.

    In a copy numbers have other digits, and names that a lookup table has are other entries of it, with a
    suffix where they had one. A share of the copies is as recognition of speech would write it, numbers in
    words; a share is misspelt.
    """

    defaults: ClassVar[Options] = {"copies": 1, "spoken": 0.3, "misspelt": 0.3, "invented": ()}
    """``invented``: entities of which no table can be complete; a share of their copies has names that are
    made up, so that what stands around a name is learnt as well as names are."""

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        chance = random.Random(corpus.seed)
        tables = tables_of(corpus.data.lookups, frozenset(options["invented"]))
        spoken, wrong = float(options["spoken"]), float(options["misspelt"])
        marked = [one for one in corpus.data.examples if one.entities]
        for _ in range(int(options["copies"])):
            for one in marked:
                copy = varied(one, tables, chance)
                kind = chance.random()
                if kind < spoken:
                    copy = said(copy, chance)
                elif kind < spoken + wrong:
                    copy = misspelt(copy, chance)
                corpus.entity_copies.append((copy, Draft(copy.text, corpus.language)))
        return cls(options)

    def process(self, draft: Draft) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Table:
    """The names that an entity may have."""

    entries: Sequence[str] = ()
    folded: frozenset[str] = frozenset()
    """How the entries look folded."""
    open: bool = False
    """Whether there are many more names than these."""


_NO_TABLE = Table()


def tables_of(lookups: Mapping[str, Sequence[str]], open: Collection[str] = ()) -> dict[str, Table]:
    """The lookup tables with entries of one letter at least."""
    kept = {name: [one for one in entries if one.strip()] for name, entries in lookups.items()}
    return {
        name: Table(entries, frozenset(map(fold, entries)), name in open) for name, entries in kept.items()
    }


def varied(example: Example, tables: Mapping[str, Table], chance: random.Random) -> Example:
    """The example with other entities of the same kinds."""
    words = [
        _other(example.text[span.start : span.end], tables.get(span.entity, _NO_TABLE), chance)
        for span in example.entities
    ]
    return with_words(example, words)


def with_words(example: Example, words: list[str]) -> Example:
    """The example with the words of its entities replaced; entities may not overlap."""
    pieces: list[str] = []
    spans: list[EntitySpan] = []
    at = length = 0
    for span, new in sorted(zip(example.entities, words, strict=True), key=lambda pair: pair[0].start):
        if span.start < at:
            return example
        before = example.text[at : span.start]
        start = length + len(before)
        spans.append(replace(span, start=start, end=start + len(new), value=new))
        pieces += [before, new]
        length, at = start + len(new), span.end
    return replace(example, text="".join([*pieces, example.text[at:]]), entities=tuple(spans))


def said(example: Example, chance: random.Random) -> Example:
    """Lower case, no signs, numbers in words, as speech is written down."""
    lowered = replace(example, text=lower(example.text))
    words = [_in_words(lowered.text[span.start : span.end], chance) for span in lowered.entities]
    copy = with_words(lowered, words)
    kept = [(span, copy.text[span.start : span.end]) for span in copy.entities]
    text = _SIGNS.sub(" ", copy.text)  # as long as before, so that spans stay
    return replace(copy, text=text, entities=tuple(span for span, _ in kept))


def _other(words: str, table: Table, chance: random.Random) -> str:
    if any(char.isdigit() for char in words):
        return _other_digits(words, chance)
    if not table.entries:
        return words
    entry = chance.choice(table.entries)
    if table.open and chance.random() < _INVENTED:
        entry = _made_up(entry, chance.choice(table.entries), chance)
    entry = entry if chance.random() < 0.5 else lower(entry)
    if fold(words) in table.folded or not entry[-1].isalpha():
        return entry
    possessed = " " in entry and entry[-1] in "ıiuü"
    return attach(entry, chance.choice(_CASES), apostrophe=False, possessed=possessed)


def _made_up(one: str, other: str, chance: random.Random) -> str:
    """A name that two names give: a word of one before the end of the other, or a word out of two halves.

    "deri ceket" and "bulaşık makinesi" give "deri makinesi", or "deri mahesi".
    """
    first, last = one.split(), other.split()
    if chance.random() < 0.5:
        return " ".join([*first[:-1], last[-1]]) if len(first) > 1 else " ".join([first[0], last[-1]])
    head, tail = first[-1], last[-1]
    return " ".join([*first[:-1], head[: (len(head) + 1) // 2] + tail[len(tail) // 2 :]])


def _other_digits(words: str, chance: random.Random) -> str:
    if (code := _CODE.match(words)) and chance.random() < 0.5:
        letters = "".join(chance.choice(_LETTERS) for _ in code[1])
        words = letters + words[len(letters) :]
    count = sum(char.isdigit() for char in words)
    fixed = 2 if count >= _LONG_NUMBER else 0
    written: list[str] = []
    seen = 0
    for char in words:
        if not char.isdecimal():
            written.append(char)
            continue
        first = seen == 0
        seen += 1
        if seen <= fixed or char == "0":
            written.append(char)
        else:
            written.append(str(chance.randrange(1 if first else 0, 10)))
    return "".join(written)


def _in_words(words: str, chance: random.Random) -> str:
    spaced = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", words)
    spoken = _DIGITS.sub(lambda match: _spoken(match[0], chance), spaced)
    return " ".join(_SIGNS.sub(" ", spoken).split()) or words


def _spoken(digits: str, chance: random.Random) -> str:
    """Groups of two and three digits, as people read long numbers; short ones as one number."""
    if len(digits) < 4 and not digits.startswith("0"):
        return number_to_words(int(digits))
    groups, at = [], 0
    while at < len(digits):
        size = chance.choice((2, 3, 3))
        group = digits[at : at + size]
        zeros = len(group) - len(group.lstrip("0"))
        groups += ["sıfır"] * zeros
        if zeros < len(group):
            groups.append(number_to_words(int(group)))
        at += size
    return " ".join(groups)
