"""Dates as customers say them: "dün", "haftaya çarşamba", "15 mart'ta", "ayın 3'ü", "iki hafta önce".

A weekday with "geçen" is the latest one before today, otherwise the next one; weeks begin on Monday. A day and month
without a year is the occurrence nearest to today, unless the verb behind it says past or future. Vague ("üç dört gün
önce") and impossible dates ("30 Şubat") are not found.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.turkish.calendar_words import (
    APOSTROPHE,
    CASE,
    COUNT,
    DAY,
    FIXED_DAYS,
    MONTH,
    MONTH_STEM,
    MONTH_STEMS,
    PART_OF_DAY,
    STEPS,
    SUFFIX,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    read_number,
    says_future,
)
from bot.turkish.folding import fold


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day, or the days from ``value`` to ``end_value``, both included.

    ``text[start:end]`` is the date as written: with part of the day and with a suffix written together,
    without "günü" and without a suffix behind an apostrophe.
    """

    start: int
    end: int
    value: date
    end_value: date | None = None

    @property
    def iso(self) -> str:
        """``2026-11-22``, or ``2026-11-16/2026-11-22`` for a range."""
        first = self.value.isoformat()
        return first if self.end_value is None else f"{first}/{self.end_value.isoformat()}"


_Span = tuple[date, date | None]
_Resolver = Callable[[re.Match[str], date], _Span | None]
_Clue = tuple[str, ...]
"""Every match of a pattern has one of these in it: looking for them is far quicker than trying the pattern."""

_PAST, _NEXT = r"gecen|gectigimiz|gecenki", r"gelecek|onumuzdeki"
_WHICH = rf"(?P<which>{_PAST}|{_NEXT}|bu|obur|oteki|haftaya)"
_BETWEEN = re.compile(r"\s*(?P<sign>[-–—]|ila|ile)\s*")
_NEGATED = re.compile(r"\s+degil\b(?!\s+mi)")


def find_dates(text: str, today: date) -> list[FoundDate]:
    """Return the dates that ``text`` names, in order, as said on ``today``; they never overlap.

    >>> [found.iso for found in find_dates("geçen salı aldım, 15 Mart'ta gelecekmiş", date(2026, 11, 22))]
    ['2026-11-17', '2027-03-15']
    """
    folded = fold(text)
    candidates: list[tuple[int, int, _Span | None]] = []
    for clue, pattern, resolve in _PATTERNS:
        if not any(map(folded.__contains__, clue)):
            continue
        for match in pattern.finditer(folded):
            try:
                span = resolve(match, today)
            except (ValueError, OverflowError):  # no such day: 30 February, or outside the calendar
                span = None
            candidates.append((*match.span(), span))
    candidates.sort(key=lambda candidate: (candidate[0], -candidate[1]))
    found: list[FoundDate] = []
    position = 0
    for start, end, span in candidates:
        if start < position:
            continue
        position = end
        if span and not _NEGATED.match(folded, end):
            found.append(FoundDate(start, end, *span))
    return _ranges(found, folded)


def _ranges(found: list[FoundDate], folded: str) -> list[FoundDate]:
    """Make one range of two days with a dash, "ila", or "ile ... arası" between them."""
    joined: list[FoundDate] = []
    for one in found:
        last = joined[-1] if joined else None
        sign = _BETWEEN.fullmatch(folded, last.end, one.start) if last else None
        if (
            last
            and sign
            and not (last.end_value or one.end_value)
            and last.value < one.value
            and (sign["sign"] != "ile" or re.match(rf"(?:{APOSTROPHE}\w+)?\s+aras", folded[one.end :]))
        ):
            joined[-1] = replace(last, end=one.end, end_value=one.value)
        else:
            joined.append(one)
    return joined


def _nearest(month: int, day: int, today: date, behind: str) -> _Span:
    """The occurrence nearest to today, or on the side that the verb in ``behind`` says."""
    days = []
    for year in range(today.year - 4, today.year + 5):
        if 1 <= day <= monthrange(year, month)[1]:
            days.append(date(year, month, day))
    future = says_future(behind)
    if future is not None:
        days = [one for one in days if (one >= today if future else one <= today)]
    if not days:
        raise ValueError(f"no day {day} in month {month}")
    return min(days, key=lambda one: abs(one - today)), None


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _week(today: date, weeks: int) -> date:
    """Monday of the week that lies ``weeks`` after this one."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _year(written: str) -> int:
    year = read_number(written)
    return year + 2000 if len(written) == 2 and written.isdecimal() else year


def _iso(match: re.Match[str], today: date) -> _Span:
    return date(int(match["year"]), int(match["month"]), int(match["day"])), None


def _numeric(match: re.Match[str], today: date) -> _Span:
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        return date(_year(match["year"]), month, day), None
    if not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    return _nearest(month, day, today, match.string[match.end() :])


def _spoken(match: re.Match[str], today: date) -> _Span:
    """A date of three numbers, as read aloud: "on beş sıfır üç iki bin yirmi altı"."""
    return date(read_number(match["year"]), read_number(match["number"]), read_number(match["day"])), None


def _day_and_month(match: re.Match[str], today: date) -> _Span | None:
    day, month = read_number(match["day"]), MONTH_STEMS[match["month"]]
    groups = match.groupdict()
    behind = match.string[match.end() :]
    last = read_number(groups["last"]) if groups.get("last") else None
    year = groups.get("year")
    first = date(_year(year), month, day) if year else _nearest(month, day, today, behind)[0]
    if last is None:
        return first, None
    return (first, first.replace(day=last)) if last > day else None


def _day_of_this_month(match: re.Match[str], today: date) -> _Span:
    first = _add_months(today.replace(day=1), STEPS.get(match["which"] or "bu", 1))
    return first.replace(day=read_number(match["day"])), None


def _end_of_month(match: re.Match[str], today: date) -> _Span:
    if match["unit"] in {"yil", "sene"}:
        return date(today.year + STEPS.get(match["which"] or "bu", 1), 12, 31), None
    if match["month"]:
        month = MONTH_STEMS[match["month"]]
        near = _nearest(month, 28, today, match.string[match.end() :])[0]
        return _month(near.year, month)[1], None
    first = _add_months(today.replace(day=1), STEPS.get(match["which"] or "bu", 1))
    return _month(first.year, first.month)[1], None


def _days_from_today(days: int) -> _Resolver:
    return lambda match, today: (today + timedelta(days=days), None)


def _weekday(match: re.Match[str], today: date) -> _Span:
    weekday = WEEKDAYS[match["weekday"]]
    which = match["which"]
    if match["week"] or which == "haftaya":
        weeks = 2 if which in {"obur", "oteki"} else STEPS[which or "bu"]
        return _week(today, weeks) + timedelta(days=weekday), None
    ahead = (weekday - today.weekday()) % 7
    if which and re.fullmatch(_PAST, which):
        return today - timedelta(days=7 - ahead), None
    if which == "bu" and ahead == 0:
        return today, None
    return today + timedelta(days=(ahead or 7) + (7 if which in {"obur", "oteki"} else 0)), None


def _distance(match: re.Match[str], today: date) -> _Span | None:
    if match["vague"]:
        return None
    count = read_number(match["count"]) * (1 if match["way"] == "sonra" else -1)
    match match["unit"]:
        case "gun":
            return today + timedelta(days=count), None
        case "hafta" if match["weekday"]:
            return _week(today, count) + timedelta(days=WEEKDAYS[match["weekday"]]), None
        case "hafta":
            return today + timedelta(weeks=count), None
        case "ay":
            return _add_months(today, count), None
        case _:
            return _add_months(today, count * 12), None


def _whole(match: re.Match[str], today: date) -> _Span:
    which, unit = match["which"], match["unit"]
    step = 2 if which in {"obur", "oteki"} else STEPS[which]
    if match["weekend"]:
        saturday = _week(today, step) + timedelta(days=5)
        return saturday, saturday + timedelta(days=1)
    if unit == "hafta":
        monday = _week(today, step)
        return (monday, monday + timedelta(days=6))
    if unit == "ay":
        first = _add_months(today.replace(day=1), step)
        return _month(first.year, first.month)
    return date(today.year + step, 1, 1), date(today.year + step, 12, 31)


def _next_week(match: re.Match[str], today: date) -> _Span:
    if match["same"]:
        return today + timedelta(weeks=1), None
    monday = _week(today, 1)
    return monday, monday + timedelta(days=6)


def _weekend(match: re.Match[str], today: date) -> _Span:
    saturday = _week(today, 0) + timedelta(days=5)
    return saturday, saturday + timedelta(days=1)


def _whole_month(match: re.Match[str], today: date) -> _Span:
    groups = match.groupdict()
    month = MONTH_STEMS[match["month"]]
    if groups.get("year"):
        return _month(read_number(groups["year"]), month)
    which = groups.get("which") or ""
    if which == "bu":
        return _month(today.year, month)
    if re.fullmatch(_PAST, which):
        return _month(today.year - (0 if month < today.month else 1), month)
    if which:
        return _month(today.year + (0 if month > today.month else 1), month)
    return _month(_nearest(month, 15, today, match.string[match.end() :])[0].year, month)


def _fixed_day(match: re.Match[str], today: date) -> _Span:
    return _nearest(*FIXED_DAYS[match["name"]], today, match.string[match.end() :])


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])")


_LATER = rf"(?:{SUFFIX}|(?={APOSTROPHE}))"
_OF_MONTH = rf"(?P<month>{MONTH_STEM}){APOSTROPHE}?[iu]n"
_TAIL = rf"(?:\s+{WEEKDAY}{_LATER})?{PART_OF_DAY}?"
_WITH_YEAR = rf"(?:\s+(?P<year>{YEAR}){_LATER}|{_LATER}(?![^\W_]))"
_OR = r"(?:\s+(?:veya|ya\s+da|yahut)\s+|\s*[-–]\s*|\s+)"
_SEP = r"[./-]"
_WRITTEN: _Clue = (".", "/", "-")
_MONTHS: _Clue = tuple(MONTH_STEMS)
_WEEKDAYS: _Clue = tuple(WEEKDAYS)
_YEARS: _Clue = ("19", "20", "bin")
_WHICH_WORDS: _Clue = (*STEPS, "obur", "oteki")
_PATTERNS: tuple[tuple[_Clue, re.Pattern[str], _Resolver], ...] = (
    (_WRITTEN, re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])"), _iso),
    (
        _WRITTEN,
        re.compile(
            rf"(?<![\d.,/-])(?P<day>\d{{1,2}})(?P<sep>{_SEP})(?P<month>\d{{1,2}})(?P=sep)"
            rf"(?P<year>\d{{4}}|\d{{2}})(?!\d|{_SEP}\d)"
        ),
        _numeric,
    ),
    (
        _WRITTEN,
        re.compile(r"(?<![\d.,/-])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<year>)(?![\d/]|,\d)"),
        _numeric,
    ),
    (
        _WRITTEN,
        re.compile(
            r"(?<![\d.,/-])(?<!saat )(?P<day>2[4-9]|3[01]|\d{1,2}(?=\.\d\d\s+tarih))"
            r"\.(?P<month>0[1-9]|1[0-2])(?P<year>)(?!\d|[.,/-]\d|\s*(?:tl|lira|₺|kg|cm|inc|%))"
        ),
        _numeric,
    ),
    (_MONTHS, _pattern(rf"(?P<day>{DAY})\.?\s*(?P<month>{MONTH_STEM}){_WITH_YEAR}{_TAIL}"), _day_and_month),
    (
        _YEARS,
        _pattern(rf"(?P<day>{DAY})\s+(?:sifir\s+)?(?P<number>{DAY})\s+(?P<year>{YEAR}){_LATER}"),
        _spoken,
    ),
    (
        _MONTHS,
        _pattern(
            rf"(?P<day>{DAY})\s*(?:[-–—]|ila|ile)\s*(?P<last>{DAY})\s+(?P<month>{MONTH_STEM}){_WITH_YEAR}{_TAIL}"
        ),
        _day_and_month,
    ),
    (
        _MONTHS,
        _pattern(rf"(?:(?P<year>{YEAR})\s+)?{_OF_MONTH}\s+(?P<day>{DAY}){_LATER}{_TAIL}"),
        _day_and_month,
    ),
    (
        ("ayin",),
        _pattern(rf"(?<!\d\. )(?<!nci )(?<!ncu )(?:{_WHICH}\s+)?ayin\s+(?P<day>{DAY}){_LATER}{_TAIL}"),
        _day_of_this_month,
    ),
    (
        ("sonu",),
        _pattern(
            rf"(?:{_WHICH}\s+)?(?:(?P<unit>ay|yil|sene)|(?P<month>{MONTH})(?:\s+ayi)?)(?:n?in)?\s?sonu(?:n\w{{0,4}})?"
        ),
        _end_of_month,
    ),
    (("gun",), _pattern(rf"bu\s?gun(?:e|u|un|ku|den|de)?{PART_OF_DAY}?"), _days_from_today(0)),
    (
        ("bu",),
        _pattern(r"bu\s+(?:sabah|aksam|gece|oglen?|ogleden\s+sonra|ikindi)(?:ki|a|e|i)?"),
        _days_from_today(0),
    ),
    (("dun",), _pattern(rf"dun(?:ku|den|e|u)?{PART_OF_DAY}?"), _days_from_today(-1)),
    (("yarin",), _pattern(rf"yarin(?:a|ki|dan|i|da)?{PART_OF_DAY}?"), _days_from_today(1)),
    (
        ("gun",),
        _pattern(
            rf"(?:evvels?i|evvelki|(?:dunden\s+)?onceki)\s+gun{SUFFIX}(?:ku)?{PART_OF_DAY}?|dunden\s+onceki\s+gun"
        ),
        _days_from_today(-2),
    ),
    (
        ("obur", "yarin"),
        _pattern(
            rf"(?:obur(?:su|ku)?\s+gun|obursu\s?gun|yarindan\s+sonra(?:ki\s+gun)?)"
            rf"{SUFFIX}{PART_OF_DAY}?"
        ),
        _days_from_today(2),
    ),
    (
        _WEEKDAYS,
        _pattern(
            rf"(?<!her )(?:{_WHICH}\s+)?(?:(?P<week>hafta)(?:nin|ki|\s+ici)?\s+)?"
            rf"(?P<weekday>{WEEKDAY}){_LATER}(?!\s+(?:gunleri|yeri)\b){PART_OF_DAY}?"
        ),
        _weekday,
    ),
    (
        ("once", "evvel", "sonra"),
        _pattern(
            rf"(?<!\d[.,])(?P<vague>{COUNT}{_OR}(?={COUNT})|(?:bir\s?)?kac\s+)?(?:(?P<count>{COUNT})\s*)?"
            r"(?P<unit>gun|hafta|ay|yil|sene)\s+(?P<way>once|evvel|sonra)(?:\w{0,6})"
            rf"(?:\s+(?P<weekday>{WEEKDAY}){_LATER})?"
        ),
        lambda match, today: _distance(match, today) if match["count"] else None,
    ),
    (
        _WHICH_WORDS,
        _pattern(rf"{_WHICH}\s+(?P<unit>hafta|ay|yil|sene)(?P<weekend>\s?sonu)?(?:{CASE}|ki)?"),
        _whole,
    ),
    (("hafta",), _pattern(r"haftaya(?:\s+(?P<same>bugun))?"), _next_week),
    (("hafta",), _pattern(r"hafta\s?sonu(?:n\w{0,4})?"), _weekend),
    (_MONTHS, _pattern(rf"{_WHICH}\s+(?P<month>{MONTH_STEM}){_LATER}"), _whole_month),
    (_MONTHS, _pattern(rf"(?P<month>{MONTH})\s+(?P<year>{YEAR}){_LATER}"), _whole_month),
    (_MONTHS, _pattern(rf"(?P<year>{YEAR})\s+(?P<month>{MONTH_STEM}){_LATER}"), _whole_month),
    (
        _MONTHS,
        _pattern(rf"(?P<month>{MONTH})(?={APOSTROPHE}?[dt][ae]n?\b|\s+ayi)(?:[dt][ae]n?)?"),
        _whole_month,
    ),
    (tuple(FIXED_DAYS), _pattern(rf"(?P<name>{'|'.join(FIXED_DAYS)})(?:n\w{{0,4}})?"), _fixed_day),
)
