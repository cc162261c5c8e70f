"""Who may hear about an order: one decision for every adapter.

The asker either has a phone that the channel verified, or names the phone's last four digits. The answer to
"not yours" and to "no such order" is the same value, reached by the same steps: the digits are compared in
constant time, with a phone that nobody has when there is no order; a wrong try is counted either way.
"""

from __future__ import annotations

import hmac
import re
from datetime import timedelta

from actions.shop.order import TRIES, Proof
from actions.shop.phone import e164, last_four_of
from bot.turkish import fold, upper

TRIES_WINDOW = timedelta(hours=24)
"""How long a wrong try counts."""

PROOF_KEPT = timedelta(days=30)
"""How long it is known that a conversation has proven an order."""

TRIES_PER_ORDER = 10
"""Wrong tries for one number from all conversations together; after them last four digits open it no more for
the rest of the window: guessing 10,000 possibilities from ever new conversations must not pay. The owner's
verified phone still does."""

_NOBODY = "+900000000000"
_ORDER_NUMBER = re.compile(r"(?:s\s*n)?[\s\-–#:.]*(\d[\d\s]{4,10}\d)\D*")
_LONGEST = 64


def order_number(text: str) -> str:
    """``sn 482 913``, ``#482913`` or ``SN-482913`` as ``SN-482913``; empty for what is no order number."""
    match = _ORDER_NUMBER.fullmatch(fold(text.strip()[:_LONGEST]))
    digits = re.sub(r"\s", "", match[1]) if match else ""
    return f"SN-{digits}" if len(digits) == 6 and digits.isascii() else ""


def tracking_number(text: str) -> str:
    """A carrier's number without blanks, dashes and dots, in capitals: ``KP 021-2345`` is ``KP0212345``."""
    kept = "".join(char for char in fold(text[:_LONGEST]) if char.isascii() and char.isalnum())
    return upper(kept).replace("İ", "I")


def subject_of(text: str) -> str:
    """What wrong tries for a number are counted under, so that its spelling makes no difference."""
    return order_number(text) or tracking_number(text) or "-"


def owns(phone: str | None, proof: Proof, tries_left: int) -> bool:
    """Whether the proof fits the phone of an order; ``phone`` is None for an order that does not exist."""
    exists = phone is not None
    known = phone or _NOBODY
    verified = e164(proof.verified_phone)
    by_phone = bool(verified) and hmac.compare_digest(known, verified)
    given = last_four_of(proof.last_four)
    by_digits = bool(given) and tries_left > 0 and hmac.compare_digest(known[-4:], given)
    return exists and (by_phone or by_digits)


def tries_left(of_conversation: int, of_subject: int) -> int:
    """Tries that remain after so many wrong ones in the window."""
    return 0 if of_subject >= TRIES_PER_ORDER else max(0, TRIES - of_conversation)
