"""Which words are number words: plain, without Turkish letters, with a suffix, written together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from bot.turkish.casing import APOSTROPHES, lower
from bot.turkish.folding import fold
from bot.turkish.spelling import SCALES, TENS, UNITS
from bot.turkish.suffixes import Suffix, attach, strip_case


class Kind(StrEnum):
    """What a number word does in a number."""

    ZERO = "zero"
    UNIT = "unit"
    TEN = "ten"
    HUNDRED = "hundred"
    SCALE = "scale"
    HALF = "half"
    NUMERAL = "numeral"  # written in digits


@dataclass(frozen=True, slots=True)
class Atom:
    """One number word, or one run of digits; ``start`` and ``end`` point into the text."""

    kind: Kind
    value: int
    digits: str = ""
    """Of a numeral: its digits, with leading zeros and without separators of thousands."""
    start: int = 0
    end: int = 0
    ordinal: bool = False
    inflected: bool = False
    """Carries a suffix, so no further word of the same number can follow."""
    doubtful: bool = False
    """Means something else unless a number word stands before it: onu (him), altında (under)."""


_PLAIN: dict[str, Atom] = {
    **{fold(word): Atom(Kind.UNIT if value else Kind.ZERO, value) for value, word in enumerate(UNITS)},
    **{fold(word): Atom(Kind.TEN, value * 10) for value, word in enumerate(TENS) if word},
    "yuz": Atom(Kind.HUNDRED, 100),
    **{name: Atom(Kind.SCALE, scale) for scale, name in SCALES.items()},
}
_OTHER_WORDS = ("ön", "uç", "birbir")
"""Beginnings of words that only look like a number: front, tip, each other."""
_DOUBTFUL_STEMS = frozenset(("bir", "on", "yüz", "bin"))
_DOUBTFUL = frozenset(("altina", "altini", "altinda", "altindan", "altin", "altinin", "altinla"))
_LONGEST = 64
"""Longer words and runs of digits are no numbers; the limit keeps hostile input cheap."""
_TOKEN = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:\.\d{{3}})+(?!\d)|\d+)"
    rf"(?P<ordinal>[{APOSTROPHES}]?[ıiuüIİUÜ]?[nN][cC][ıiuüIİUÜ][^\W\d_]*|\.(?=\s+[a-zçğıöşü]))?"
    rf"|(?P<word>[^\W\d_]+(?:[{APOSTROPHES}][^\W\d_]+)?)"
)


def atoms(text: str) -> Iterator[Atom | None]:
    """Yield the number words and numerals of ``text`` in order, and None for each other word."""
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if written := token["digits"]:
            digits = written.replace(".", "")
            if len(digits) > _LONGEST:
                yield None
                continue
            ordinal = token["ordinal"] is not None
            yield Atom(Kind.NUMERAL, int(digits), digits, start, end, ordinal=ordinal, inflected=ordinal)
            continue
        word = token["word"]
        found, length = _read(word) if len(word) <= 2 * _LONGEST else ((), 0)
        if not found:
            yield None
        for atom in found:
            yield replace(atom, start=start, end=start + length)


@lru_cache(maxsize=16_384)
def _read(word: str) -> tuple[tuple[Atom, ...], int]:
    """The number words that ``word`` consists of, and its length without a case suffix behind an apostrophe.

    Remembered: most words of a message are none, and customers say the same words again and again.
    """
    bare = strip_case(word)
    found = _look_up(lower(word)) or (_look_up(lower(bare)) if bare != word else ())
    if bare != word and found and not found[-1].inflected:
        return (*found[:-1], replace(found[-1], inflected=True)), len(bare)
    return found, len(word)


@lru_cache(maxsize=4096)
def _look_up(word: str) -> tuple[Atom, ...]:
    """The number words that ``word`` (in lower case) consists of; none when it is no number."""
    if word.startswith(_OTHER_WORDS) or len(word) > _LONGEST:
        return ()
    plain = fold(word)
    if plain in _PLAIN:
        return (_PLAIN[plain],)
    if plain == "bi":
        return (_PLAIN["bir"],)
    if plain == "bucuk":
        return (Atom(Kind.HALF, 0),)
    if plain in _INFLECTED:
        return (_INFLECTED[plain],)
    return _split(plain) or ()


def _split(word: str) -> tuple[Atom, ...] | None:
    """Number words written together, found from the left: yirmibir, onikibin."""
    for length in range(min(9, len(word) - 1), 1, -1):
        head, tail = word[:length], word[length:]
        if head not in _PLAIN:
            continue
        last = _PLAIN.get(tail) or _INFLECTED.get(tail)
        rest = (last,) if last else _split(tail)
        if rest:
            return (_PLAIN[head], *rest)
    return None


def _forms(word: str) -> set[str]:
    """``word`` with the suffixes that a number in a sentence takes."""
    cases = [Suffix.DATIVE, Suffix.ACCUSATIVE, Suffix.LOCATIVE, Suffix.ABLATIVE, Suffix.GENITIVE]
    own = attach(word, Suffix.POSSESSIVE, apostrophe=False)
    found = {attach(word, case, apostrophe=False) for case in [*cases, Suffix.INSTRUMENTAL, Suffix.PLURAL]}
    found |= {own, attach(own, Suffix.INSTRUMENTAL, apostrophe=False)}
    found |= {attach(own, case, apostrophe=False, possessed=True) for case in cases[:-1]}
    found.add(own + "n" + own[-1] + "n")
    place = attach(word, Suffix.LOCATIVE, apostrophe=False)
    found |= {place[:-1] + own[-1] + ending for ending in ("", "r")}  # beşti, beştir
    return found


def _inflected() -> dict[str, Atom]:
    spoken = {fold(word): word for word in (*UNITS, *TENS[1:], "yüz", *SCALES.values())}
    table: dict[str, Atom] = {}
    for plain, word in spoken.items():
        atom = replace(_PLAIN[plain], inflected=True)
        doubtful = word in _DOUBTFUL_STEMS
        for form in map(fold, _forms(word)):
            table.setdefault(form, replace(atom, doubtful=doubtful or form in _DOUBTFUL))
    for plain, word in spoken.items():
        ordinal = attach(word, Suffix.ORDINAL, apostrophe=False)
        for form in {ordinal, *_forms(ordinal)}:
            table[fold(form)] = replace(_PLAIN[plain], inflected=True, ordinal=True)
    return {form: atom for form, atom in table.items() if form not in _PLAIN}


_INFLECTED = _inflected()
