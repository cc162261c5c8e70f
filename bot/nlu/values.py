"""What an entity's words stand for: digits, E.164 numbers, ISO dates, sums, counts.

Each reader takes the words of an entity, with what suffix they may have, and gives its value; ``None`` for
words that it cannot read, which then stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import phonenumbers

from bot.turkish import digits_from_words, find_dates, find_numbers, fold, parse_number_words, upper

_ORDER_NO = re.compile(r"#?\s*(?:[^\W\d_]{1,3}[-\s]?(\d[\d\s]*)|(\d[\d\s.-]*))(?:['’]?[^\W\d_]*)?")
_CODE = re.compile(r"[A-Za-z]{0,3}[\s-]?\d[\w\s-]*")
_DECIMALS = re.compile(r",(\d{1,2})(?!\d)")
_KURUS = re.compile(r"\s*(?:kurus|krs|kr)")
_LONGEST = 200
"""Characters; longer words are nothing that is read here."""

Reader = Callable[[str, date], str | int | None]
"""The words and today → the value."""


def order_no(words: str, today: date) -> str | None:
    """Digits: "SN-482 913'ü" and "dört yüz seksen iki dokuz yüz on üç" are ``482913``."""
    if written := _ORDER_NO.fullmatch(words.strip()):
        return re.sub(r"\D", "", written[1] or written[2])
    if any(char.isdigit() for char in words):
        return None  # letters between the digits: part of the number
    return digits_from_words(words) or None


def tracking_no(words: str, today: date) -> str | None:
    """Letters in capitals and digits, without blanks: "tr 123 456 789" is ``TR123456789``."""
    if not any(char.isdigit() for char in words):
        return digits_from_words(words) or None
    written = re.split(r"['’]", words.strip())[0]
    if not _CODE.fullmatch(written):
        return None
    return upper(re.sub(r"[\s.-]", "", written)).replace("İ", "I")


def phone(words: str, today: date) -> str | None:
    """E.164: "0532 111 22 33" and "sıfır beş yüz otuz iki ..." are ``+90532...``; ``None`` if impossible."""
    digits = "".join(char for char in words if char in "0123456789") or digits_from_words(words)
    abroad = words.strip().startswith("+") or (digits.startswith("90") and len(digits) == 12)
    try:
        number = phonenumbers.parse(f"+{digits}" if abroad else digits, "TR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def day(words: str, today: date) -> str | None:
    """ISO: "yarın" is ``2026-11-23`` on the day before; a stretch of days is ``2026-11-16/2026-11-22``."""
    found = find_dates(words, today)
    return found[0].iso if len(found) == 1 else None


def amount(words: str, today: date) -> str | None:
    """Lira with two decimals: "1.299,90 TL" is ``1299.90``, "40 bin" is ``40000.00``."""
    numbers = find_numbers(words)
    if not numbers:
        return None
    lira, kurus, behind = numbers[0].value, 0, words[numbers[0].end :]
    if decimals := _DECIMALS.match(behind):
        kurus = int(decimals[1].ljust(2, "0"))
        left = [one for one in numbers[1:] if one.start >= numbers[0].end + decimals.end()]
    elif _KURUS.match(fold(behind)):
        lira, kurus, left = 0, lira, numbers[1:]
    elif len(numbers) == 2 and numbers[1].value < 100:
        kurus, left = numbers[1].value, []
    else:
        left = numbers[1:]
    return None if left or kurus > 99 else f"{lira}.{kurus:02d}"


def count(words: str, today: date) -> int | None:
    """A whole number: "iki", "2" and "ikisi" are 2."""
    return parse_number_words(words)


READERS: dict[str, Reader] = {
    "order_no": order_no,
    "tracking_no": tracking_no,
    "phone": phone,
    "date": day,
    "amount": amount,
    "quantity": count,
}
"""Kind of value → its reader."""


def read_value(kind: str, words: str, today: date) -> str | int | None:
    """The value of an entity's words, ``None`` if they cannot be read."""
    return READERS[kind](words, today) if len(words) <= _LONGEST else None
