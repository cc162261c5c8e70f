"""A value read back for confirmation: first as people say it, then, when that was refused, digit by digit."""

from __future__ import annotations

import re
from datetime import date

from voice.speech.calendar import MONTHS, WEEKDAYS
from voice.speech.figures import cardinal, groups, letter
from voice.speech.kinds import HEARD, UnknownKind
from voice.speech.money import sum_of_money

_PHONE = re.compile(r"\+90(\d{3})(\d{3})(\d{2})(\d{2})")
_AMOUNT = re.compile(r"(\d+)\.(\d{2})")
_PAUSE = ", "
"""Between groups: a voice pauses at a comma, and "otuz iki, yüz" is not taken for "otuz, iki yüz"."""


def read_back(value: str | int, expected: str, *, digit_by_digit: bool = False) -> str:
    """Return ``value``, as :func:`voice.speech.hear.hear` gave it, in words for the question "..., doğru mu?".

    Args:
        value: what was heard for ``expected``.
        expected: what had been asked for, one of :data:`voice.speech.kinds.HEARD`.
        digit_by_digit: every digit on its own, for a second try.

    Raises:
        UnknownKind: nothing of the kind can be expected.
        ValueError: ``value`` is no value of ``expected``.

    >>> read_back("482913", "order_no"), read_back("48", "order_no", digit_by_digit=True)
    ('dört yüz seksen iki, dokuz yüz on üç', 'dört, sekiz')
    """
    if expected not in HEARD:
        raise UnknownKind(expected, HEARD)
    written = str(value)
    match expected:
        case "order_no" | "tracking_no":
            return _number(written, digit_by_digit)
        case "phone":
            parts = _matched(_PHONE, written, expected)
            return _number("0" + "".join(parts), True) if digit_by_digit else _telephone(parts)
        case "date":
            return _date(date.fromisoformat(written), digit_by_digit)
        case "amount":
            lira, kurus = _matched(_AMOUNT, written, expected)
            if digit_by_digit:
                return (
                    _number(lira, True)
                    + " lira"
                    + (f"{_PAUSE}{_number(kurus, True)} kuruş" if int(kurus) else "")
                )
            return sum_of_money(f"{lira},{kurus}")
        case "yes_no":
            return {"yes": "evet", "no": "hayır"}[_known(written, ("yes", "no"), expected)]
        case _:
            digits = _known(written, (written,) if written.isdecimal() else (), expected)
            return _number(digits, True) if digit_by_digit else cardinal(digits)


def _number(written: str, digit_by_digit: bool) -> str:
    """Groups, or single digits, with pauses; letters by name."""
    said: list[str] = []
    for run in re.findall(r"\d+|[^\W\d_]", written):
        if not run[0].isdecimal():
            said.append(letter(run))
        else:
            said += map(cardinal, run if digit_by_digit else groups(run))
    if not said:
        raise ValueError("nothing to read back")
    return _PAUSE.join(said)


def _telephone(parts: tuple[str, ...]) -> str:
    first, *rest = map(cardinal, parts)
    return _PAUSE.join([f"sıfır {first}", *rest])


def _date(day: date, slowly: bool) -> str:
    said = [cardinal(str(day.day)), MONTHS[day.month - 1], cardinal(str(day.year)), WEEKDAYS[day.weekday()]]
    return (_PAUSE if slowly else " ").join(said)


def _matched(pattern: re.Pattern[str], written: str, expected: str) -> tuple[str, ...]:
    if not (match := pattern.fullmatch(written)):
        raise ValueError(f"no value of {expected}")
    return tuple(match.groups())


def _known(written: str, values: tuple[str, ...], expected: str) -> str:
    if written not in values:
        raise ValueError(f"no value of {expected}")
    return written
