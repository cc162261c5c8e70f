"""Days and times of day."""

from __future__ import annotations

import re

from bot.turkish import fold
from voice.speech.figures import cardinal
from voice.speech.quantities import DASH
from voice.speech.rules import APOSTROPHE, prefix, rule

MONTHS = (
    "ocak",
    "şubat",
    "mart",
    "nisan",
    "mayıs",
    "haziran",
    "temmuz",
    "ağustos",
    "eylül",
    "ekim",
    "kasım",
    "aralık",
)
WEEKDAYS = ("pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar")
_SHORT_MONTHS = {month[:3]: month for month in MONTHS}
_SHORT_DAYS = {
    **dict(zip(("pzt", "sal", "çar", "per", "cum", "cmt", "paz"), WEEKDAYS, strict=True)),
    "çrş": "çarşamba",
    "prş": "perşembe",
    "cts": "cumartesi",
}
_FOLDED = {
    **{fold(name): name for name in (*MONTHS, *WEEKDAYS)},
    **{fold(short): name for short, name in _SHORT_MONTHS.items()},
    **{fold(short): name for short, name in _SHORT_DAYS.items()},
}
_WORD = r"[^\W\d_]"
_BIG_I = {"i": "[iİ]", "ı": "[ıI]"}


def _either_case(name: str) -> str:
    first = _BIG_I.get(name[0]) or f"[{name[0]}{_UPPER[name[0]]}]"
    rest = "".join(_BIG_I.get(char) or f"[{char}{_UPPER[char]}]" for char in name[1:])
    return first + rest


_UPPER = dict(zip("abcçdefgğhıijklmnoöprsştuüvyz", "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ", strict=True))
_NAMES = "|".join(map(_either_case, sorted((*MONTHS, *WEEKDAYS), key=len, reverse=True)))
_MONTH_NAMES = "|".join(map(_either_case, MONTHS))
_SHORT = "|".join(map(_either_case, _SHORT_MONTHS))
_SHORT_WEEKDAYS = "|".join(map(_either_case, _SHORT_DAYS))
_CENTURY = "20"
_MOST_DAYS = 31


def _day(match: re.Match[str]) -> str | None:
    """Day, name of the month, year as a number."""
    found = match.groupdict()
    day, month, year = int(match["day"]), int(match["month"]), found.get("year")
    if not (1 <= day <= _MOST_DAYS and 1 <= month <= len(MONTHS)):
        return None
    said = [cardinal(str(day)), MONTHS[month - 1]]
    if year:
        said.append(cardinal(year if len(year) == len("2026") else _CENTURY + year))
    return " ".join(said)


def _name(match: re.Match[str]) -> str:
    return _FOLDED[fold(match["name"])]


def _weekday_first(match: re.Match[str]) -> str | None:
    """A weekday in front of a date is said last."""
    said = _day(match) if match["day"] else None
    if said is None:
        return None
    return f"{said} {_FOLDED[fold(match['weekday'])]}"


def clock(match: re.Match[str]) -> str | None:
    """The hour, then the minutes as two digits; a full hour has none."""
    hour, minute = int(match["hour"]), match["minute"]
    said = [cardinal(str(hour))]
    second = match.groupdict().get("second")
    if int(minute) or (second and int(second)):
        said.append(cardinal(minute))
    if second and int(second):
        said.append(cardinal(second))
    return " ".join(said)


def _from_clock(match: re.Match[str]) -> str:
    """The first of two times; "ile" when "arası" follows the second."""
    between = re.match(
        rf"\d{{1,2}}[:.]\d\d(?:{APOSTROPHE}?[a-z]+)?\s+(?:saatleri\s+)?aras",
        fold(match.string[match.end() :]),
    )
    return f"{clock(match)} {'ile' if between else 'ila'} "


def _from_day(match: re.Match[str]) -> str | None:
    between = re.match(
        rf"[\d./]+(?:{APOSTROPHE}?[a-z]+)?\s+(?:tarihleri\s+)?aras", fold(match.string[match.end() :])
    )
    said = _day(match)
    return said and f"{said} {'ile' if between else 'ila'} "


def _from_name(match: re.Match[str]) -> str:
    between = re.match(r"[^\W\d_]+\s+(?:gunleri\s+)?aras", fold(match.string[match.end() :]))
    return f"{_name(match)} {'ile' if between else 'ila'} "


def _from_day_of_month(match: re.Match[str]) -> str:
    between = re.search(
        r"^\d{1,2}\s+[^\W\d_]+(?:\s+\d{4})?(?:\s+tarihleri)?\s+aras", fold(match.string[match.end() :])
    )
    month = f" {_FOLDED[fold(match['name'])]}" if match["name"] else ""
    return f"{cardinal(match['day'])}{month} {'ile' if between else 'ila'} "


_WHERE = r"(?<![\w.,:/])"
_FULL_DAY = (
    r"(?:(?P<day>\d{1,2})(?P<sep>[./-])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4}|(?<!-)(?<!-\d)\d\d(?!\d)))"
)
_ISO_DAY = r"(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?:T(?=\d\d:))?"
_HOUR = r"(?P<hour>[01]?\d|2[0-4])"
_COLON = rf"{_HOUR}:(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
_DOT = rf"{_HOUR}\.(?P<minute>[0-5]\d)"
_LATER = r"(?![.,:/-]?\d)"

DAYS = (
    prefix(rf"{_FULL_DAY}\s*{DASH}\s*(?=\d{{1,2}}[./]\d{{1,2}}[./]\d)", _from_day, before=_WHERE),
    rule(_ISO_DAY, _day, before=_WHERE, after=_LATER),
    rule(_FULL_DAY, _day, before=_WHERE, after=_LATER),
    rule(r"(?P<day>\d{1,2})[./](?P<month>0\d|1[0-2])", _day, before=_WHERE, after=r"(?=\s+tarih)"),
    rule(
        rf"(?P<day>2[5-9]|3[01])\.(?P<month>0[1-9]|1[0-2])(?={APOSTROPHE}(?:[dt][ae]|y?[ae])n?(?!{_WORD}))",
        _day,
        before=_WHERE,
    ),
    prefix(
        rf"(?P<day>[0-3]?\d)\s*(?P<name>{_MONTH_NAMES})?\s*{DASH}\s*(?=[0-3]?\d\s+(?:{_MONTH_NAMES}))",
        _from_day_of_month,
        before=_WHERE,
    ),
    prefix(rf"(?P<name>{_NAMES})\s*{DASH}\s*(?=(?:{_NAMES})(?!{_WORD}))", _from_name, needs="-‐‑‒–—"),
    rule(rf"(?P<name>{_NAMES})", _name, after=r"(?!\s+(?:Hanım|Bey)\b)", needs=""),
    rule(rf"(?<=\d )(?P<name>{_SHORT})\.?", _name, before=""),
)
"""In sentences."""
DAYS_ONLY = (
    prefix(rf"(?P<weekday>{_NAMES}|{_SHORT_WEEKDAYS})\.?,?\s+(?:{_FULL_DAY}){_LATER}", _weekday_first),
    *DAYS,
    rule(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})", _day, before=_WHERE, after=_LATER),
    rule(rf"(?P<name>{_SHORT_WEEKDAYS})\.?", _name, needs=""),
    rule(r"(?P<year>(?:19|20)\d\d)", lambda match: cardinal(match["year"])),
)
_ABOUT_TIME = r"(?=\s+(?:itibar|sonra|önce|kadar|civar|gibi|sular|saat))"
TIMES = (
    prefix(rf"{_COLON}\s*{DASH}\s*(?=\d{{1,2}}:\d\d)", _from_clock, before=_WHERE),
    prefix(rf"{_DOT}\s*{DASH}\s*(?=\d{{1,2}}\.\d\d(?!\d))", _from_clock, before=_WHERE),
    rule(_COLON, clock, before=_WHERE, after=r"(?!:?\d)"),
    rule(_DOT, clock, before=r"(?<=aat )", after=_LATER),
    rule(_DOT, clock, before=r"(?<=\d\d[-–])", after=_LATER),
    rule(_DOT, clock, before=r"(?<=\d\d [-–] )", after=_LATER),
    rule(_DOT, clock, before=_WHERE, after=_ABOUT_TIME),
    rule(rf"{_DOT}(?={APOSTROPHE}(?:y?[ae]|[dt][ae]n?|[dt][ae]ki)(?!{_WORD}))", clock, before=_WHERE),
)
"""In sentences: with a dot only where something else says that it is a time."""
TIMES_ONLY = (*TIMES, rule(_DOT, clock, before=_WHERE, after=_LATER))
