"""What the shop allows, decided from an order alone: pure, the same in every adapter."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from actions.shop.order import (
    ISTANBUL,
    RETURN_DAYS,
    CancelRefusal,
    Order,
    OrderLine,
    OrderState,
    PaymentMethod,
)

_CANCELLABLE = frozenset({OrderState.PENDING_PAYMENT, OrderState.PAYMENT_FAILED, OrderState.PREPARING})

_CANCEL_REFUSALS = {
    OrderState.PARTLY_SHIPPED: CancelRefusal.ON_ITS_WAY,
    OrderState.SHIPPED: CancelRefusal.ON_ITS_WAY,
    OrderState.OUT_FOR_DELIVERY: CancelRefusal.ON_ITS_WAY,
    OrderState.AT_BRANCH: CancelRefusal.ON_ITS_WAY,
    OrderState.LATE: CancelRefusal.ON_ITS_WAY,
    OrderState.DELIVERED: CancelRefusal.DELIVERED,
    OrderState.CANCELLED: CancelRefusal.ALREADY_CANCELLED,
    OrderState.RETURN_REQUESTED: CancelRefusal.RETURNING,
    OrderState.EXCHANGE_REQUESTED: CancelRefusal.RETURNING,
    OrderState.RETURNED: CancelRefusal.RETURNING,
}


def cancel_refusal(state: OrderState) -> CancelRefusal | None:
    """Why an order in this state cannot be cancelled; None when it can."""
    return None if state in _CANCELLABLE else _CANCEL_REFUSALS[state]


def refund_on_cancel(order: Order) -> int:
    """What goes back to the customer when this order is cancelled now, in kuruş: whatever had been paid."""
    if order.state is not OrderState.PREPARING or order.payment is PaymentMethod.ON_DELIVERY:
        return 0
    return order.total_kurus - order.refunded_kurus


class ReturnRefusal(StrEnum):
    """Why nothing of an order can be returned or exchanged."""

    NOT_DELIVERED = "not_delivered"
    """It may be refused at the door, or cancelled when it has not left yet."""
    TOO_LATE = "too_late"
    ALREADY_ASKED = "already_asked"
    CANCELLED = "cancelled"
    HYGIENE = "hygiene"
    """Every article of it is excluded from withdrawal."""


@dataclass(frozen=True, slots=True)
class ReturnVerdict:
    """Whether, until when and what may be returned or exchanged."""

    refusal: ReturnRefusal | None
    """None: allowed."""
    last_day: date | None
    """The last day of the right of withdrawal; None before delivery."""
    lines: tuple[OrderLine, ...] = ()
    """What may come back."""

    @property
    def allowed(self) -> bool:
        return self.refusal is None

    def days_left(self, today: date) -> int:
        """Days that remain after today; 0 on the last day and when there is no right."""
        return max(0, (self.last_day - today).days) if self.last_day and self.allowed else 0


def return_verdict(order: Order, today: date) -> ReturnVerdict:
    """Judge a wish to return or exchange; the day of delivery itself does not count."""
    last = None
    if order.delivered_at is not None:
        last = order.delivered_at.astimezone(ISTANBUL).date() + timedelta(days=RETURN_DAYS)
    lines = tuple(line for line in order.lines if line.returnable)
    match order.state:
        case OrderState.CANCELLED:
            return ReturnVerdict(ReturnRefusal.CANCELLED, last)
        case OrderState.RETURN_REQUESTED | OrderState.EXCHANGE_REQUESTED | OrderState.RETURNED:
            return ReturnVerdict(ReturnRefusal.ALREADY_ASKED, last)
    if order.state is not OrderState.DELIVERED or last is None:
        return ReturnVerdict(ReturnRefusal.NOT_DELIVERED, None)
    if today > last:
        return ReturnVerdict(ReturnRefusal.TOO_LATE, last)
    if not lines:
        return ReturnVerdict(ReturnRefusal.HYGIENE, last)
    return ReturnVerdict(None, last, lines)


def warranty_until(order: Order, line: OrderLine) -> date | None:
    """The last day of an article's manufacturer's warranty; None without one, or before delivery."""
    if order.delivered_at is None or not line.warranty_months:
        return None
    start = order.delivered_at.astimezone(ISTANBUL).date()
    years, month = divmod(start.month - 1 + line.warranty_months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
