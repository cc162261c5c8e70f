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
    digits = dictated(text, lambda digits: len(digits) in _TRACKING)
    return digits if len(digits) in _TRACKING else None


def _phone(text: str) -> str | None:
    return _national(dictated(text, lambda digits: _national(digits) is not None))


def _national(digits: str) -> str | None:
    """The number in full, without or with 0, 90 or 0090 in front; None when it is no Turkish number."""
    for prefix in ("", "0", _COUNTRY, "00" + _COUNTRY):
        bare = digits.removeprefix(prefix)
        if digits.startswith(prefix) and len(bare) == _NATIONAL and bare[0] in _AREAS:
            return f"+{_COUNTRY}{bare}"
    return None


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
