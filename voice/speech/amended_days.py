"""Days that are corrected in part: in "geçen salı, pardon, çarşamba" only the weekday is said again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.turkish import is_courtesy, is_filler
from bot.turkish.calendar_words import (
    APOSTROPHE,
    CASE,
    DAY,
    MONTH_STEM,
    SUFFIX,
    WEEKDAY,
    YEAR,
    read_number,
    says_future,
)
from voice.speech.stretches import Stretch

_WEEKDAY = re.compile(rf"\b{WEEKDAY}{SUFFIX}")
_MONTH = re.compile(rf"\b{MONTH_STEM}(?=(?:{CASE})?(?![^\W_]))")
_YEAR = re.compile(rf"\b{YEAR}(?![^\W_])")
_NUMBER = re.compile(rf"(?<![^\W_])(?P<value>{DAY})(?:{APOSTROPHE}[^\W\d_]+|{SUFFIX})")
_NOT_THAT = re.compile(r"\s+degil\s+(?!m[iu]\b)(?=\w)")
_DISTANCE = re.compile(rf"(?P<count>{DAY})\s+(?P<unit>gun|hafta|ay|yil|sene)(?:\s|$)")
_WORD = re.compile(r"\S+")
_SILENT = frozenset(("gunu", "olacak", "olsun", "olacakti", "evet", "tamam", "dogrusu", "diyecektim"))
_NO = " degil"
_MOST_DAYS = 31


def amended(cut: Sequence[Stretch]) -> list[str]:
    """The stretches' texts, each with what it leaves unsaid of the day that it corrects.

    >>> from voice.speech.stretches import stretches
    >>> amended(stretches("on kasım yok on bir"))[-1]
    '11 kasim'
    """
    texts: list[str] = []
    for one in cut:
        parts = _NOT_THAT.split(one.text)
        last = len(parts) - 1
        for index, part in enumerate(parts):
            whole = None if one.restart or not texts else _amended(texts[-1].removesuffix(_NO), part)
            negated = index < last or one.negated
            texts.append((whole or part) + (_NO if negated else ""))
    return texts


def _amended(before: str, after: str) -> str | None:
    """``before`` with ``after`` in the place of its last part of the same form; None when it has none."""
    said = " ".join(word for word in _WORD.findall(after) if not _silent(word.strip(",.;!")))
    for form in (_WEEKDAY, _MONTH, _YEAR):
        if (part := form.match(said)) and _only_verbs(re.sub(r"^\w*", "", said[part.end() :])):
            return _with_last(form, before, part[0], said[part.end() :])
    if (distance := _DISTANCE.match(said)) and _only_verbs(said[distance.end() :]):
        of_distance = re.compile(rf"{DAY}(?=\s+{distance['unit']}\s+(?:once|evvel|sonra))")
        return _with_last(of_distance, before, str(read_number(distance["count"])), "")
    number = _NUMBER.match(said)
    if number and _only_verbs(said[number.end() :]) and not _YEAR.search(before):
        value = read_number(number["value"])
        return _with_last(_NUMBER, before, str(value), said[number.end() :]) if value <= _MOST_DAYS else None
    return None


def _silent(word: str) -> bool:
    return is_filler(word) or is_courtesy(word) or word in _SILENT


def _only_verbs(words: str) -> bool:
    """Whether nothing but verbs is said, which tell past from future and name no other day."""
    return all(says_future(word) is not None for word in words.split())


def _with_last(form: re.Pattern[str], before: str, part: str, rest: str) -> str | None:
    places = list(form.finditer(before))
    if not places:
        return None
    start, end = places[-1].span()
    verbs = " ".join(word for word in rest.split() if says_future(word) is not None)
    return " ".join(f"{before[:start]}{part}{before[end:]} {verbs}".split())
