"""What the shop allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from actions.shop.order import ISTANBUL, Order, OrderState
from actions.shop.rules import ReturnRefusal, cancel_refusal, return_verdict, warranty_until
from actions.shop.world import World

from .conftest import TODAY


@pytest.fixture
def orders(world: World) -> dict[str, Order]:
    return {one.order.number: one.order for one in world.owned}


def test_every_state_has_a_rule_and_a_label() -> None:
    assert [state for state in OrderState if cancel_refusal(state) is None] == [
        OrderState.PENDING_PAYMENT,
        OrderState.PAYMENT_FAILED,
        OrderState.PREPARING,
    ]
    assert all(state.label for state in OrderState)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        ("SN-100001", None),
        ("SN-100002", ReturnRefusal.NOT_DELIVERED),
        ("SN-100004", ReturnRefusal.NOT_DELIVERED),
        ("SN-100010", ReturnRefusal.CANCELLED),
        ("SN-100011", ReturnRefusal.ALREADY_ASKED),
        ("SN-100013", ReturnRefusal.ALREADY_ASKED),
        ("SN-100014", ReturnRefusal.TOO_LATE),
        ("SN-100015", ReturnRefusal.HYGIENE),
    ],
)
def test_returns_by_state(orders: dict[str, Order], number: str, refusal: ReturnRefusal | None) -> None:
    verdict = return_verdict(orders[number], TODAY)
    assert (verdict.refusal, verdict.allowed) == (refusal, refusal is None)
    assert bool(verdict.lines) == verdict.allowed


def test_the_fourteenth_day_is_the_last(orders: dict[str, Order]) -> None:
    # Delivered just before midnight in Turkey: the day there counts, not the one in UTC.
    delivered = datetime(2026, 3, 1, 23, 30, tzinfo=ISTANBUL)
    order = replace(orders["SN-100001"], delivered_at=delivered)
    last = date(2026, 3, 15)
    assert return_verdict(order, last).allowed
    assert return_verdict(order, last).last_day == last
    assert return_verdict(order, last).days_left(last) == 0
    assert return_verdict(order, delivered.date()).days_left(delivered.date()) == 14
    assert return_verdict(order, last + timedelta(days=1)).refusal is ReturnRefusal.TOO_LATE


def test_warranty_ends_on_the_same_day_of_a_later_year(orders: dict[str, Order]) -> None:
    order = orders["SN-100014"]
    (line,) = order.lines
    leap = replace(order, delivered_at=datetime(2024, 2, 29, 12, tzinfo=ISTANBUL))
    assert warranty_until(leap, line) == date(2026, 2, 28)
    assert warranty_until(leap, replace(line, warranty_months=10)) == date(2024, 12, 29)
    assert warranty_until(leap, replace(line, warranty_months=0)) is None
    assert warranty_until(replace(order, delivered_at=None), line) is None
