"""Turkish that was heard: a recogniser's text as the value that was asked for.

What was asked for decides how an answer is parsed. When in doubt there is no value: a bot that asks again is
better than one that takes a wrong number.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.turkish import yes_no
from voice.speech import counts, days, sums
from voice.speech.digits import dictated
from voice.speech.kinds import HEARD, UnknownKind

Value = str | int
_COUNTRY = "90"
_NATIONAL = 10
_TRACKING = range(10, 14)
_AREAS = frozenset("23458")
"""First digits of Turkish numbers, after the 0."""


def hear(text: str, expected: str, today: date | None = None) -> Value | None:
    """Return the value that ``text`` says, or None when it says none that is valid.

    Args:
        text: what the recogniser wrote, or a customer typed.
        expected: what was asked for, one of :data:`voice.speech.kinds.HEARD`.
        today: the day on which it was said; needed for "date" only.

    Returns:
        order_no and tracking_no: digits. phone: ``+90`` and ten digits. yes_no: ``"yes"`` or ``"no"``.
        quantity, score_0_10 and choice_1_9: an int. date: ISO. amount: lira, a dot and two decimals.

    Raises:
        UnknownKind: nothing of the kind can be expected.
        ValueError: a date is expected, and ``today`` is None.

    >>> hear("yüz yirmi üç kırk beş yok kırk altı", "order_no")
    '12346'
    """
    if expected not in HEARD:
        raise UnknownKind(expected, HEARD)
    if expected == "date":
        if today is None:
            raise ValueError("a date cannot be heard without knowing today")
        return days.day(text, today)
    return _READERS[expected](text)


def _order_no(text: str) -> str | None:
    return dictated(text) or None


def _tracking_no(text: str) -> str | None:
    digits = dictated(text)
    return digits if len(digits) in _TRACKING else None


def _phone(text: str) -> str | None:
    digits = dictated(text)
    for prefix in ("00" + _COUNTRY, _COUNTRY, "0"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + _NATIONAL:
            digits = digits[len(prefix) :]
            break
    if len(digits) != _NATIONAL or digits[0] not in _AREAS:
        return None
    return f"+{_COUNTRY}{digits}"


def _yes_no(text: str) -> str | None:
    answer = yes_no(text)
    return None if answer is None else "yes" if answer else "no"


_READERS: dict[str, Callable[[str], Value | None]] = {
    "order_no": _order_no,
    "tracking_no": _tracking_no,
    "phone": _phone,
    "yes_no": _yes_no,
    "quantity": counts.quantity,
    "score_0_10": counts.score,
    "choice_1_9": counts.choice,
    "amount": sums.amount,
}
