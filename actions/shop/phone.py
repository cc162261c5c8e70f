"""Phone numbers in one form, E.164, and what is asked of them."""

from __future__ import annotations

import phonenumbers

_LONGEST = 40


def e164(text: str) -> str:
    """``0532 000 12 34``, ``905320001234`` (WhatsApp) or ``+90 532 000 12 34`` as ``+905320001234``.

    Numbers without a country are Turkish. Empty for what cannot be a phone number.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return ""
    digits = digits_of(text)
    # WhatsApp and many carriers leave out the plus before the country.
    written = f"+{digits}" if text.startswith("+") or _has_country(digits) else text
    try:
        number = phonenumbers.parse(written, "TR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digits_of(text: str) -> str:
    """The ASCII digits of a text, in order."""
    return "".join(char for char in text if char in "0123456789")


def last_four_of(text: str) -> str:
    """The last four digits of what a customer wrote: ``45 67``, ``4567'ydi``, the whole number; or empty."""
    digits = digits_of(text[:200])
    return digits[-4:] if len(digits) >= 4 else ""


def _has_country(digits: str) -> bool:
    return len(digits) >= 12 and not digits.startswith("0")
