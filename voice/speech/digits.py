"""Long numbers as people dictate them: digits, words, groups, doubled digits, and taken back in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voice.speech.stretches import Said, Stretch, is_article, is_counted, neighbours, offers_choice, stretches

_DOUBLE = re.compile(r"\b(?:cift|duble|iki\s+kere|iki\s+defa)\s+$")
_TRIPLE = re.compile(r"\b(?:uclu|uc\s+kere)\s+$")
_TIMES = re.compile(r"\s+(?:tane|adet|kere|kez|defa)\s+(?:de\s+|da\s+)?")
_REACH = 16
_REPEATS = range(2, 10)


def dictated(text: str) -> str:
    """Return the digits that ``text`` says, after all corrections; empty when it says none, or hesitates."""
    if offers_choice(text):
        return ""
    pieces: list[str] = []
    for stretch in stretches(text):
        said = _pieces(stretch)
        if not said:
            continue
        pieces = said if stretch.restart else replaced(pieces, said)
    return "".join(pieces)


def replaced(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Put a correction in the place of the last stretch that it repeats in form.

    The form of a number is how many digits it has. Whatever of the correction goes beyond that stretch
    continues the number.

    >>> replaced(["123", "45"], ["46"]), replaced(["1", "2", "3"], ["1", "2", "4", "5"])
    (['123', '46'], ['1', '2', '4', '5'])
    """
    if not before:
        return list(after)
    old, new = [len(one) for one in before], [len(one) for one in after]
    if len(new) <= len(old):
        for start in range(len(old) - len(new), -1, -1):
            if old[start : start + len(new)] == new:
                return [*before[:start], *after, *before[start + len(new) :]]
    for length in range(min(len(old), len(new)), 0, -1):
        if old[-length:] == new[:length]:
            return [*before[:-length], *after]
    digits = sum(new)
    for start in range(len(old)):
        if sum(old[start:]) == digits:
            return [*before[:start], *after]
    return list(after) if digits >= sum(old) else [*before[:-1], *after]


def _pieces(stretch: Stretch) -> list[str]:
    """The numbers of a stretch as digits; "çift beş" is one piece, and "üç tane sıfır" is one."""
    numbers = [
        one
        for index, one in enumerate(stretch.numbers)
        if not one.ordinal
        and not is_article(stretch.text, one, alone=not neighbours(stretch, index))
        and not (is_counted(stretch.text, one) and not _repeats(stretch, index))
    ]
    pieces: list[str] = []
    position = 0
    while position < len(numbers):
        one = numbers[position]
        following = numbers[position + 1] if position + 1 < len(numbers) else None
        if following and _repeat(stretch.text, one, following):
            pieces.append(following.digits * one.value)
            position += 2
            continue
        before = stretch.text[max(0, one.start - _REACH) : one.start]
        times = 2 if _DOUBLE.search(before) else 3 if _TRIPLE.search(before) else 1
        if not (following is None and _TIMES.match(stretch.text + " ", one.end)):
            pieces.append(one.digits * times)
        position += 1
    return pieces


def _repeats(stretch: Stretch, index: int) -> bool:
    return index + 1 < len(stretch.numbers) and _repeat(
        stretch.text, stretch.numbers[index], stretch.numbers[index + 1]
    )


def _repeat(plain: str, count: Said, digit: Said) -> bool:
    """Whether "üç tane yedi" is meant: a small count, and a digit or a pair that it repeats."""
    return (
        len(count.digits) == 1
        and count.value in _REPEATS
        and len(digit.digits) <= len("99")
        and _TIMES.fullmatch(plain, count.end, digit.start) is not None
    )
