"""What customers leave with the shop: wishes that its people deal with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from actions.shop.order import Order


class RequestKind(StrEnum):
    """What a customer can leave with the shop."""

    RETURN = "return"
    EXCHANGE = "exchange"
    CALLBACK = "callback"
    HANDOFF = "handoff"
    SURVEY = "survey"
    OPT_OUT = "opt_out"
    DELETION = "deletion"
    """Personal data are to be deleted (KVKK madde 7, 11): answered within 30 days (madde 13)."""
    ADDRESS_CHANGE = "address_change"
    INVOICE_COPY = "invoice_copy"
    COMPLAINT = "complaint"
    PAYMENT_PROBLEM = "payment_problem"
    WARRANTY = "warranty"
    STOCK_ALERT = "stock_alert"


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to be recorded. Only ``kind`` and ``conversation`` are needed; the rest as the kind has it."""

    kind: RequestKind
    conversation: str
    order: Order | None = None
    phone: str = ""
    """E.164, or as the customer wrote it."""
    reason: str = ""
    """The customer's words or the chosen reason: of a return, a complaint, a call."""
    department: str = ""
    """For a hand-off or a callback: ``sipariş``, ``iade``, ``ödeme``, ``teknik destek``."""
    callback_at: datetime | None = None
    """When to call; aware."""
    score: int | None = None
    """For a survey: 1 to 5, or 0 to 10."""
    details: str = ""
    """Anything else: the new address, the sku and size wanted in exchange."""
    photos: tuple[str, ...] = ()
    """Where the customer's photos are kept: paths or addresses, as their channel told."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What was recorded."""

    reference: str
    """To tell the customer: ``T-483920``."""
    kind: RequestKind
    recorded_at: datetime
    repeated: bool = False
    """True when it was there already: the newest words replaced the older, the reference stayed."""
