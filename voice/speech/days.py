"""A day that was asked for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from bot.turkish import FoundDate, find_dates, find_numbers, fold
from voice.speech.amended_days import amended
from voice.speech.calendar import MONTHS, WEEKDAYS
from voice.speech.stretches import mended, offers_choice, stretches

_VAGUE = re.compile(
    r"\b(?:dogru|civar\w*|gibi|falan|filan|bir\s?kac|arasi\w*|gunleri|yaklasik|herhangi|her)\b"
    r"|(?<!yarin)(?<!ogle)[dt][ae]n\s+(?:once|sonra|evvel)\b"
)
_NUMBERED_MONTH = re.compile(r"\s*\.?\s*ay(?P<case>in|da)?\b")
_WEEKDAYS = [fold(name) for name in WEEKDAYS]
_MONTHS = [fold(name) for name in MONTHS]
_DAY_MONTH = re.compile(
    r"(?<![\d.,/:-])(?<!saat )(?P<day>\d{1,2})\s?[./-]\s?(?P<month>\d{1,2})(?![\d.,/:-]*\d)"
    rf"(?!\s*(?:gun|hafta|ay\b|yil|sene|saat|is\b|{'|'.join(_MONTHS)}|ocag|aralig))"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.,/-])(?P<year>(?:19|20)\d\d)[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})(?![./-]?\d)"
)
_MONTH_OF = re.compile(rf"\b({'|'.join(_MONTHS)})\s+ayinin\b")
_LAST_DAY = re.compile(r"\b((?:ay|yil|sene)(?:n?in))\s+son\s+gunu?")
_AWAY_FROM_TODAY = re.compile(r"(?:(?<=hafta once)|(?<=hafta sonra))\s+bugun\b")
_IN_MONTH = re.compile(r"\b(?:gecen|gectigimiz|bu|gelecek|onumuzdeki)\s+ay\s+$")
_ITS = re.compile(r"\w[iu](?:n[dt]?[aeiu]n?)?$")
_YEARS_ON = {"gecen": -1, "gectigimiz": -1, "bu": 0, "gelecek": 1, "onumuzdeki": 1}
_WHICH_YEAR = re.compile(rf"\b(?:(?P<which>{'|'.join(_YEARS_ON)})\s+(?:yil|sene)(?:ki)?|seneye)\b")
_MONTH_BEFORE = re.compile(rf"(?<![\w])(?P<month>{'|'.join(_MONTHS)})\s+(?:ayi\s+)?$")
_MOST_DAYS = 31


def day(text: str, today: date) -> str | None:
    """The one day that ``text`` names, as ISO; None when it is vague, impossible, or several."""
    if offers_choice(text):
        return None
    for said in reversed(amended(stretches(text))):
        # What stands behind a date may tell past from future, so an empty rest belongs to it.
        plain, year = _own_year(_worded(said, today), today)
        found = find_dates(plain, today)
        if found and year is not None:
            found = [one for one in (_in_year(one, year) for one in found) if one]
        if found and _hesitates(plain, found[0]):
            return None
        if found:
            return _only(_without_weekdays(plain, found)) if not _VAGUE.search(plain) else None
        if _names_day(plain):
            return None
    return None


def _hesitates(plain: str, one: FoundDate) -> bool:
    """Whether a number stands right before the day: "üç dört kasımda"."""
    return any(
        other.end <= one.start and 1 <= other.value <= _MOST_DAYS and not plain[other.end : one.start].strip()
        for other in find_numbers(plain)
    )


def _own_year(plain: str, today: date) -> tuple[str, int | None]:
    """The text without "geçen yıl" or "seneye" before a day, and the year that it means."""
    match = _WHICH_YEAR.search(plain)
    if match is None or not any(name in plain for name in (*_MONTHS, "ocag", "aralig")):
        return plain, None
    return plain[: match.start()] + plain[match.end() :], today.year + _YEARS_ON.get(match["which"], 1)


def _in_year(one: FoundDate, year: int) -> FoundDate | None:
    try:
        return replace(one, value=one.value.replace(year=year))
    except ValueError:  # 29 February of a year that has none
        return None


def _without_weekdays(plain: str, found: list[FoundDate]) -> list[FoundDate]:
    """Without a weekday that stands before its own day: "perşembe üç aralık"."""
    kept: list[FoundDate] = []
    for one, following in zip_longest(found, found[1:]):
        beside = following and not plain[one.end : following.start].strip(" ,") and _is_weekday(plain, one)
        if not (beside and one.value.weekday() == following.value.weekday()):
            kept.append(one)
    return kept


def _is_weekday(plain: str, one: FoundDate) -> bool:
    return plain[one.start : one.end] in _WEEKDAYS


def _only(found: list[FoundDate]) -> str | None:
    values = {one.iso for one in found}
    return values.pop() if len(values) == 1 and found[0].end_value is None else None


def _names_day(plain: str) -> bool:
    """Whether a stretch tries to name a day, so that an earlier one no longer holds."""
    return bool(find_numbers(plain)) or any(name in plain for name in (*_MONTHS, *_WEEKDAYS))


def _worded(plain: str, today: date) -> str:
    """Forms that only an answer has: "15.11", "2026/11/15", "üçüncü ayın beşi"; "bu pazar" on a Sunday."""
    text = _YEAR_FIRST.sub(r"\g<day>.\g<month>.\g<year>", _DAY_MONTH.sub(_day_and_month, mended(plain)))
    text = _MONTH_OF.sub(r"\1'in", _LAST_DAY.sub(r"\1 sonu", text))
    text = re.sub(r"\s+gunu\s+(?=degil\b)", " ", text)
    text = _AWAY_FROM_TODAY.sub("", text)
    same = _WEEKDAYS[today.weekday()]
    text = re.sub(rf"\bbu\s+(?={same}\b)", "", text)
    for one in reversed(find_numbers(text)):
        month = _NUMBERED_MONTH.match(text, one.end)
        if one.ordinal and month and 1 <= one.value <= len(MONTHS):
            text = f"{text[: one.start]}{_MONTHS[one.value - 1]}{month['case'] or ''}{text[month.end() :]}"
    for one in reversed(find_numbers(text)):
        if _IN_MONTH.search(text[: one.start]) and _ITS.search(text[one.start : one.end]):
            text = f"{text[: one.start].rstrip()}in {text[one.start :]}"
    for one in reversed(find_numbers(text)):
        month = _MONTH_BEFORE.search(text[: one.start])
        counted = month and any(
            other.end == len(text[: month.start()].rstrip()) for other in find_numbers(text)
        )
        if month and not counted and 1 <= one.value <= _MOST_DAYS and not one.ordinal:
            text = f"{text[: month.start()]}{text[one.start : one.end]} {month['month']}{text[one.end :]}"
    return text


def _day_and_month(match: re.Match[str]) -> str:
    month = int(match["month"])
    return f"{int(match['day'])} {_MONTHS[month - 1]}" if 1 <= month <= len(MONTHS) else match[0]
