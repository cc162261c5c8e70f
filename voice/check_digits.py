"""Check digits: a number that fits them is complete, and was heard right."""

from __future__ import annotations

from collections.abc import Callable


def luhn(digits: str) -> bool:
    """Cards, IMEI (ISO/IEC 7812-1)."""
    if not _plain(digits) or len(digits) < 2:
        return False
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def tckn(digits: str) -> bool:
    """Turkish identity numbers: eleven digits, the last two follow from the others."""
    if not _plain(digits) or len(digits) != 11 or digits[0] == "0":
        return False
    one = [int(each) for each in digits]
    tenth = (7 * sum(one[0:9:2]) - sum(one[1:8:2])) % 10
    return one[9] == tenth and one[10] == sum(one[:10]) % 10


def iban(digits: str) -> bool:
    """A Turkish IBAN's 24 digits, without the letters TR (ISO 7064, mod 97)."""
    if not _plain(digits) or len(digits) != 24:
        return False
    return int(digits[2:] + "2927" + digits[:2]) % 97 == 1


def _plain(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()


CHECKS: dict[str, Callable[[str], bool]] = {"luhn": luhn, "tckn": tckn, "iban": iban}
"""Name → whether digits fit."""
