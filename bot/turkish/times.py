"""Times of day as customers say them: "15.30'da", "akşam altı buçukta", "gece 3te", "beşi çeyrek geçe"."""

from __future__ import annotations

import re
from datetime import time

from bot.turkish.folding import fold
from bot.turkish.numbers import find_numbers

_PARTS = (
    ("ogleden sonra", 14), ("ogleden once", 10), ("sabah", 10), ("ogle", 12), ("ikindi", 16), ("aksam", 18),
    ("gece", 22),
)  # fmt: skip
"""A part of the day, and the hour that it begins with, more or less."""
_CLOCK = re.compile(r"(?<![\d.,])([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d|[.,]\d)")
_PAST = re.compile(r"\b(?:gece|gecer|geciyor|gecerken)\b")
_TO = re.compile(r"\b(?:var|kala)\b")
_QUARTER = re.compile(r"\bceyrek\b")
_MOST = 3
"""A text with more numbers is a telephone or the like."""
_NIGHT = 5
"""Until this hour "gece" is the night before the morning, from then on the evening's end."""
_EARLIEST = 8
"""A bare hour before this one is one of the afternoon: "3'te gelin"."""


def part_of_day(text: str) -> int | None:
    """The hour that a part of the day named in ``text`` begins with; ``None`` when none is."""
    folded = fold(text)
    return next((hour for word, hour in _PARTS if re.search(rf"\b{word}", folded)), None)


def parse_time(text: str, part: int | None = None) -> time | None:
    """The time of day that ``text`` names; ``None`` when it names none.

    ``part``: the hour of a part of the day that was named elsewhere (:func:`part_of_day`). Hours of the
    afternoon, evening and night count from 12: "akşam 6" is 18.00, "gece 3" is 3.00 and "gece 11" 23.00;
    a bare "3" is 15.00.

    >>> parse_time("akşam altı buçukta"), parse_time("gece 3te"), parse_time("sekize on var")
    (datetime.time(18, 30), datetime.time(3, 0), datetime.time(7, 50))
    """
    folded = fold(text)
    after = bool(_PAST.search(folded)) and len(_hours(folded)) + len(_QUARTER.findall(folded)) > 1
    named = part_of_day(_PAST.sub("", folded) if after else folded)
    part = named if named is not None else part
    if clock := _CLOCK.search(folded):
        return _placed(int(clock[1]), int(clock[2]), part)
    numbers = _hours(folded)
    if not numbers:
        return None
    hour, minute = numbers[0], 30 if re.search(r"\bbucuk", folded) else 0
    more = 15 if _QUARTER.search(folded) else numbers[1] if len(numbers) > 1 else None
    if hour > 23 or (more is not None and more > 59):
        return None
    if more is not None and _TO.search(folded):
        earlier = (_placed(hour, 0, part).hour * 60 - more) % (24 * 60)
        return time(earlier // 60, earlier % 60)
    return _placed(hour, minute if more is None else more, part)


def _hours(folded: str) -> list[int]:
    """The numbers of a text that may be hours and minutes; a mere "bir" is seldom one o'clock."""
    found = find_numbers(folded)
    return [
        one.value
        for one in (found if len(found) <= _MOST else ())
        if one.value < 60 and (folded[one.start : one.end] != "bir" or "saat" in folded)
    ]


def _placed(hour: int, minute: int, part: int | None) -> time:
    """The hour on a clock of 24 hours."""
    if part is None:
        return time(hour + 12 if 1 <= hour < _EARLIEST else hour, minute)
    if part >= 22:
        hour = hour % 12 if hour in (12, 24) else hour + 12 if _NIGHT < hour < 12 else hour
    elif part >= 12 and hour < (12 if part > 12 else 9):
        hour += 12
    return time(hour % 24, minute)
