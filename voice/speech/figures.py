"""The smallest readings: cardinals, decimals, digits in groups, letters by name."""

from __future__ import annotations

import re

from bot.turkish import lower, number_to_words

LETTERS = {
    **{letter: letter for letter in "aeıioöuüâîû"},
    **{letter: letter + "e" for letter in "bcçdfghjklmnprsştvyz"},
    "ğ": "yumuşak ge",
    "q": "kü",
    "w": "çift ve",
    "x": "iks",
}
"""Names of the letters after TDK."""
INTEGER = r"(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+)"
NUMBER = rf"(?:{INTEGER}(?:,\d+)?)"
"""A number as Turkish writes it: dots between thousands, a comma before decimals."""
_LONGEST = 18
_CHUNKS = re.compile(r"\d+|[^\W\d_]")
_PAIR = 2


def cardinal(digits: str) -> str:
    """Read digits as one number: "007" is *sıfır sıfır yedi*; more than 18 digits are read in groups."""
    bare = digits.lstrip("0")
    zeros = len(digits) - len(bare)
    if not bare:
        return " ".join(["sıfır"] * len(digits))
    said = number_to_words(int(bare)) if len(bare) <= _LONGEST else " ".join(map(cardinal, groups(bare)))
    return " ".join([*["sıfır"] * zeros, said])


def number(written: str) -> str:
    """Read "1.250" or "2,05": *bin iki yüz elli*, *iki virgül sıfır beş*."""
    whole, _, fraction = written.partition(",")
    said = cardinal(whole.replace(".", ""))
    return f"{said} virgül {cardinal(fraction)}" if fraction else said


def groups(digits: str) -> list[str]:
    """Cut digits into threes from the left; a rest of four is two pairs, so no digit stands alone.

    >>> groups("1234567"), groups("1234"), groups("12345")
    (['123', '45', '67'], ['12', '34'], ['123', '45'])
    """
    cut: list[str] = []
    position = 0
    while position < len(digits):
        rest = len(digits) - position
        length = _PAIR if rest in (_PAIR, 2 * _PAIR) else 3
        cut.append(digits[position : position + length])
        position += length
    return cut


def pairs(digits: str) -> list[str]:
    """Cut digits into pairs, as an IBAN is read."""
    return [digits[start : start + _PAIR] for start in range(0, len(digits), _PAIR)]


def in_groups(digits: str) -> str:
    """Read digits group by group, never as one cardinal."""
    return " ".join(map(cardinal, groups(digits)))


def letter(char: str) -> str:
    """The name of a letter; a letter of another alphabet stays as it is."""
    small = lower(char)
    return LETTERS.get(small, small)


def spelled(text: str) -> str:
    """Letters by name, runs of digits in groups, everything else silent: "TR-12345"."""
    return " ".join(
        in_groups(chunk) if chunk[0].isdecimal() else letter(chunk) for chunk in _CHUNKS.findall(text)
    )
