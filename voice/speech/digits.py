"""Long numbers as people dictate them: digits, words, groups, doubled digits, and taken back in parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from voice.speech.stretches import (
    Said,
    Stretch,
    doubled,
    is_article,
    is_counted,
    neighbours,
    offers_choice,
    stretches,
)

_TRIPLE = re.compile(r"\b(?:uclu|uc\s+kere)\s+$")
_TIMES = re.compile(r"\s+(?:tane|adet|kere|kez|defa)\s+(?:de\s+|da\s+)?")
_REACH = 16
_TENS = 10
_REPEATS = range(2, 10)
_READINGS = 32
_NEARLY = 0.5


def dictated(text: str, fits: Callable[[str], bool] = bool) -> str:
    """Return the digits that ``text`` says, after all corrections; empty when it says none, or hesitates.

    Args:
        text: what was heard.
        fits: whether digits can be what was asked for; of several readings of a correction, the first that
            fits is taken.
    """
    if offers_choice(text):
        return ""
    readings: list[list[str]] = [[]]
    for stretch in stretches(text):
        said = _pieces(stretch)
        if not said:
            continue
        if stretch.restart:
            readings = [said]
        else:
            readings = [new for old in readings for new in corrected(old, said)][:_READINGS]
    digits = ["".join(reading) for reading in readings]
    return next(filter(fits, digits), digits[0])


def corrected(before: Sequence[str], after: Sequence[str]) -> list[list[str]]:
    """Put a correction in the place of the last stretch that it repeats in form; the likeliest reading first.

    The form of a number is how many digits it has. What goes beyond the stretch continues the number. A
    group that is nearly the same as the last one ("456", "457") corrects that one alone.

    >>> corrected(["123", "45"], ["46"])[0], corrected(["1", "2", "3"], ["1", "2", "4", "5"])[0]
    (['123', '46'], ['1', '2', '4', '5'])
    """
    if not before:
        return [list(after)]
    old, new = [len(one) for one in before], [len(one) for one in after]
    results: list[list[str]] = []
    if len(new) <= len(old):
        for start in range(len(old) - len(new), -1, -1):
            if old[start : start + len(new)] == new:
                results.append([*before[:start], *after, *before[start + len(new) :]])
                break
    tails = [length for length in range(min(len(old), len(new)), 0, -1) if old[-length:] == new[:length]]
    if len(after[0]) > 1:
        tails.sort(key=lambda length: -_likeness(before[-length:], after))
    alike = bool(tails) and len(after[0]) > 1 and _likeness(before[-tails[0] :], after) >= _NEARLY
    ends = [[*before[:-length], *after] for length in tails]
    results = [*ends, *results] if alike else [*results, *ends]
    if results:
        return results
    digits = sum(new)
    for start in range(len(old)):
        if sum(old[start:]) == digits:
            return [[*before[:start], *after]]
    return [list(after) if digits >= sum(old) else [*before[:-1], *after]]


def _likeness(old: Sequence[str], new: Sequence[str]) -> float:
    """The share of digits that stay the same where ``new`` takes the place of ``old``."""
    one, other = "".join(old), "".join(new)
    return sum(a == b for a, b in zip(one, other, strict=False)) / len(one)


def _pieces(stretch: Stretch) -> list[str]:
    """The numbers of a stretch as digits; "çift beş" is one piece, and "üç tane sıfır" is one."""
    numbers = [
        one
        for index, one in enumerate(stretch.numbers)
        if not one.ordinal
        and not stretch.text[: one.start].endswith("yuzde ")
        and not is_article(stretch.text, one, alone=not neighbours(stretch, index))
        and not _counts(stretch, index)
    ]
    pieces: list[str] = []
    position = 0
    while position < len(numbers):
        one = numbers[position]
        following = numbers[position + 1] if position + 1 < len(numbers) else None
        if following and (times := _repeat(stretch.text, one, following)):
            if one.value > times:
                pieces.append(str(one.value - times))
            pieces.append(following.digits * times)
            position += 2
            continue
        before = stretch.text[max(0, one.start - _REACH) : one.start]
        times = 2 if doubled(stretch.text, one) else 3 if _TRIPLE.search(before) else 1
        if not (following is None and _TIMES.match(stretch.text + " ", one.end)):
            pieces.append(one.digits * times)
        position += 1
    last = numbers[-2:]
    if stretch.negated and len(last) > 1 and last[0].digits == last[1].digits:
        between = stretch.text[last[0].end : last[1].start]
        # "... altı yedi, son rakam yedi değil sekiz": the digit is named again to be taken back.
        return pieces[:-1] if re.search(r"[^\W\d_]", between) else pieces
    return pieces


def _counts(stretch: Stretch, index: int) -> bool:
    """Whether the number counts days and the like, alone or as one of a vague two: "bir iki dakika"."""
    one = stretch.numbers[index]
    if index + 1 < len(stretch.numbers):
        following = stretch.numbers[index + 1]
        if _vague_pair(stretch, index):
            return _counts(stretch, index + 1)
        if _repeat(stretch.text, one, following):
            return False
    # "kırk sekiz yirmi bir siparişi": the end of a longer number counts nothing.
    alone = index == 0 or not _beside(stretch, index - 1) or _vague_pair(stretch, index - 1)
    return alone and is_counted(stretch.text, one)


def _beside(stretch: Stretch, index: int) -> bool:
    return not stretch.text[stretch.numbers[index].end : stretch.numbers[index + 1].start].strip()


def _vague_pair(stretch: Stretch, index: int) -> bool:
    """Whether the number and the next one are "bir iki", "beş on" or "kırk elli", and nothing stands before."""
    one, following = stretch.numbers[index], stretch.numbers[index + 1]
    first = index == 0 or not _beside(stretch, index - 1)
    return first and _beside(stretch, index) and one.value < following.value <= 2 * one.value


def _repeat(plain: str, count: Said, digit: Said) -> int:
    """How often "üç tane yedi" repeats its digit or pair; 0 when it counts something else.

    Nobody repeats a digit 52 times: "elli iki tane sıfır" is 50 and two zeros.
    """
    times = count.value if plain[count.start].isdecimal() else count.value % _TENS
    repeats = (
        times in _REPEATS
        and len(digit.digits) <= len("99")
        and _TIMES.fullmatch(plain, count.end, digit.start) is not None
    )
    return times if repeats else 0
