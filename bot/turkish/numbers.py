"""Numbers as Turkish says them: words to digits, digits to words, ordinals.

Words may be written together ("yirmibir"), without Turkish letters ("uc yuz"), mixed with digits
("2 bin 500") and with a case suffix on the last one ("kırk beşi"). Words join as long as they form one
Turkish number: "yüz yirmi üç kırk beş" is 123 and 45, "altmış dört yüz" is 60 and 400.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.turkish.folding import fold
from bot.turkish.number_words import Atom, Kind, atoms
from bot.turkish.spelling import spell
from bot.turkish.suffixes import Suffix, attach

_NOT_ONE = re.compile(
    r"\W+(?:saniye|sn|sey|dakika|dk|daha(?!\W+dogrusu)|bak|bakar|bakayim|an|sorun|sure|sorum|yandan|gun|kez|kere)(?:\w{0,3})\b"
)
"""Words before which "bir" is no digit: bir saniye, bir şey, bir daha."""
_DOUBLE = re.compile(r"\b(?:cift|duble)\s+$")
_DOUBLE_REACH = 12
_TIMES = re.compile(r"\s+(?:tane|adet)\s+")
_ORDINAL = re.compile(r"\s*(\d{1,18})\s*(?:\.|['’]?\s*[iu]?nc[iu]\w{0,4})\s*")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number in a text; ``text[start:end]`` is the number as written, with a suffix written together."""

    start: int
    end: int
    value: int
    digits: str
    """The number in digits; leading zeros of a numeral are kept."""
    ordinal: bool = False


def find_numbers(text: str) -> list[FoundNumber]:
    """Return the numbers of ``text``, in words or digits, in order; "bir" is one even as an article.

    >>> [(found.value, text[found.start:found.end]) for text in ["on iki bin beş yüzü"]
    ...  for found in find_numbers(text)]
    [(12500, 'on iki bin beş yüzü')]
    """
    numbers: list[FoundNumber] = []
    for run in _runs(text):
        position = 0
        while position < len(run):
            number, length = _read(run[position:])
            first, last = run[position], run[position + length - 1]
            single = first.digits if length == 1 and first.kind is Kind.NUMERAL else str(number)
            if first.kind is not Kind.HALF:
                numbers.append(FoundNumber(first.start, last.end, number, single, last.ordinal))
            position += length
    return numbers


def parse_number_words(tokens: Sequence[str] | str) -> int | None:
    """Return the one cardinal number that ``tokens`` say, or None.

    >>> parse_number_words(["on", "iki", "bin", "üç", "yüz", "kırk", "beş"])
    12345
    """
    text = tokens if isinstance(tokens, str) else " ".join(tokens)
    return _only(text, ordinal=False)


def parse_ordinal(text: str) -> int | None:
    """Return the number of one ordinal, in words or digits, or None: "üçüncü", "3.", "3'üncü", "ilk".

    >>> parse_ordinal("yirmi birinci"), parse_ordinal("3."), parse_ordinal("üç")
    (21, 3, None)
    """
    plain = fold(text).strip()
    if plain in {"ilk", "ilki", "ilkini"}:
        return 1
    if written := _ORDINAL.fullmatch(plain):
        return int(written[1])
    return _only(text, ordinal=True)


def ordinal_word(number: int) -> str:
    """Return the ordinal in words: 21 is "yirmi birinci".

    Raises:
        ValueError: the number cannot be spelt.
    """
    return attach(spell(number), Suffix.ORDINAL, apostrophe=False)


def digits_from_words(text: str) -> str:
    """Return the digits that ``text`` says, side by side, as people dictate long numbers.

    Numbers in words, groups and numerals may be mixed; a number with "bin" is one cardinal; "çift" and
    "iki tane", "üç tane" repeat what follows. Other words, and "bir" in "bir saniye", are passed over.

    >>> digits_from_words("bir iki yüz yirmi çift sıfır")
    '122000'
    """
    plain = fold(text)
    numbers = [
        number
        for number in find_numbers(text)
        if not (number.digits == "1" and _NOT_ONE.match(plain, number.end))
    ]
    digits: list[str] = []
    position = 0
    while position < len(numbers):
        number = numbers[position]
        following = numbers[position + 1] if position + 1 < len(numbers) else None
        if (
            following
            and 2 <= number.value <= 9
            and len(following.digits) <= 2
            and _TIMES.fullmatch(plain, number.end, following.start)
        ):
            digits.append(following.digits * number.value)
            position += 2
            continue
        digits.append(
            number.digits
            * (2 if _DOUBLE.search(plain, max(0, number.start - _DOUBLE_REACH), number.start) else 1)
        )
        position += 1
    return "".join(digits)


def _only(text: str, *, ordinal: bool) -> int | None:
    found = find_numbers(text)
    if len(found) != 1 or found[0].ordinal is not ordinal:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    return None if any(char.isalnum() for char in rest) else found[0].value


def _runs(text: str) -> list[list[Atom]]:
    """Number words with nothing but white space between them; a doubtful word never begins a run."""
    runs: list[list[Atom]] = []
    last: Atom | None = None
    for atom in atoms(text):
        if atom is None:
            last = None
            continue
        joined = last is not None and not text[last.end : atom.start].strip()
        if not joined and atom.doubtful:
            last = None
            continue
        if joined:
            runs[-1].append(atom)
        else:
            runs.append([atom])
        last = atom
    return runs


def _read(run: Sequence[Atom]) -> tuple[int, int]:
    """Read the longest number at the beginning of ``run``; return it and how many atoms it took."""
    if run[0].kind is Kind.ZERO:
        return 0, 1
    total, position = 0, 0
    limit = 10**18
    while position < len(run) and (position == 0 or not run[position - 1].inflected):
        count, length, halves = _below_thousand(run[position:])
        scale = run[position + length] if position + length < len(run) else None
        ended = length > 0 and run[position + length - 1].inflected
        if scale and scale.kind is Kind.SCALE and scale.value < limit and not ended:
            said = count + halves / 2 if length else 1
            if (length or scale.value == 1000) and not (length and said == 1 and scale.value == 1000):
                total += int(said * scale.value)
                limit = scale.value
                position += length + 1
                continue
        if halves:
            length -= 1
        if length and count < limit and not (position and run[position].digits.startswith("0")):
            total += count
            position += length
        break
    return (total, position) if position else (run[0].value, 1)


def _below_thousand(run: Sequence[Atom]) -> tuple[int, int, int]:
    """Read a number below 1000; return it, how many atoms it took, and 1 if "buçuk" ends it, else 0."""
    first = run[0]
    following = run[1] if len(run) > 1 else None
    if first.kind is Kind.ZERO:
        return 0, 1, 0
    value, position = 0, 0
    if first.kind is Kind.HUNDRED:
        value, position = 100, 1
    elif _hundreds(first, following):
        value, position = first.value * 100, 2
    elif first.kind is Kind.NUMERAL and not _tens(first, following):
        return (first.value, 1, _half(run, 1)) if _short(first, 1000) else (0, 0, 0)
    for kind, limit in ((Kind.TEN, 100), (Kind.UNIT, 10)):
        if position >= len(run) or (position and run[position - 1].inflected):
            break
        atom = run[position]
        following = run[position + 1] if position + 1 < len(run) else None
        if atom.kind is Kind.NUMERAL and (position == 0 or not _short(atom, limit)):
            if position == 0 and kind is Kind.TEN:
                value, position = atom.value, 1
            continue
        if kind is Kind.UNIT and _hundreds(atom, following):
            break
        if atom.kind is Kind.NUMERAL:
            value, position = value + atom.value, position + 1
            break
        if atom.kind is kind:
            value, position = value + atom.value, position + 1
    halves = _half(run, position) if position else 0
    return value, position + halves, halves


def _half(run: Sequence[Atom], position: int) -> int:
    return int(position < len(run) and run[position].kind is Kind.HALF)


def _hundreds(atom: Atom, following: Atom | None) -> bool:
    """Whether "yüz" follows and makes hundreds of a unit: "dört yüz"; nobody says "bir yüz"."""
    return (
        following is not None
        and following.kind is Kind.HUNDRED
        and not atom.inflected
        and (atom.kind is Kind.UNIT or (atom.kind is Kind.NUMERAL and _short(atom, 10)))
        and atom.value > 1
    )


def _tens(atom: Atom, following: Atom | None) -> bool:
    """Whether a recogniser wrote the tens in digits and the unit in words: "20 beş"."""
    return (
        len(atom.digits) == 2
        and atom.digits[1] == "0"
        and atom.digits[0] != "0"
        and following is not None
        and following.kind is Kind.UNIT
    )


def _short(atom: Atom, limit: int) -> bool:
    """Whether a numeral can be part of a number in words: below ``limit``, no leading zero."""
    return 0 < atom.value < limit and not atom.digits.startswith("0")
