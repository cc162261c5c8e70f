"""The demo shop: complete, believable and always the same."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from actions.shop.demo import SHOWCASE, build, describe, fill, main
from actions.shop.demo.parcels import carrier_of
from actions.shop.errors import NotADemo, ShopError
from actions.shop.order import Carrier, Order, OrderState, ShipmentState
from actions.shop.world import World

from .conftest import TODAY


def test_enough_of_everything(world: World) -> None:
    assert len(world.products) >= 60
    assert all(product.colours for product in world.products)
    assert sum(bool(product.sizes) for product in world.products) >= 40
    assert len(world.owned) >= 200
    counts = Counter(one.order.state for one in world.owned)
    assert all(counts[state] >= 5 for state in OrderState)
    carriers = Counter(parcel.carrier for one in world.owned for parcel in one.order.shipments)
    assert set(carriers) == set(Carrier)
    states = {parcel.state for one in world.owned for parcel in one.order.shipments}
    assert states >= {ShipmentState.IN_TRANSIT, ShipmentState.OUT_FOR_DELIVERY, ShipmentState.AT_BRANCH}
    assert any(one.order.free_shipping for one in world.owned)
    assert any(not one.order.free_shipping for one in world.owned)


def test_the_same_day_and_seed_give_the_same_shop(world: World) -> None:
    assert build(TODAY) == world
    assert build(TODAY, seed=7) != world
    assert build(TODAY + timedelta(days=1)) != world


def test_another_day_or_seed_keeps_what_readme_shows(world: World) -> None:
    def shown(of: World) -> list[tuple[str, OrderState, list[str]]]:
        orders = [one.order for one in of.owned[: len(SHOWCASE)]]
        return [(one.number, one.state, [parcel.tracking_no for parcel in one.shipments]) for one in orders]

    assert shown(build(date(2030, 1, 1), seed=7)) == shown(world)
    assert {one.state for one in SHOWCASE} == set(OrderState)


@pytest.mark.parametrize("seed", [42, 1, 2])
def test_orders_add_up(seed: int) -> None:
    made = build(TODAY, seed)
    numbers = [one.order.number for one in made.owned]
    parcels = [parcel.tracking_no for one in made.owned for parcel in one.order.shipments]
    assert len(set(numbers)) == len(numbers) and len(set(parcels)) == len(parcels)
    for one in made.owned:
        _check(one.order)
        assert one.phone.startswith("+905") and one.phone[6:9] == "000" and len(one.phone) == 13


def _check(order: Order) -> None:
    goods = sum(line.price_kurus * line.quantity for line in order.lines)
    assert order.total_kurus == goods + order.shipping_kurus
    assert order.placed_at.date() < TODAY
    assert (order.delivered_at is not None) == any(
        parcel.state is ShipmentState.DELIVERED for parcel in order.shipments
    )
    assert bool(order.payment_problem) == (
        order.state in (OrderState.PENDING_PAYMENT, OrderState.PAYMENT_FAILED)
    )
    late = order.state is OrderState.LATE
    assert bool(order.delay_reason) == late
    assert not late or (order.promised is not None and order.promised < TODAY)
    for parcel in order.shipments:
        times = [step.at for step in parcel.movements]
        assert times == sorted(times)
        assert order.placed_at < times[0] and times[-1].date() <= TODAY
        assert carrier_of(parcel.tracking_no) is parcel.carrier
        assert parcel.last is not None and parcel.branch == parcel.last.place
        assert (parcel.estimated is None) == (parcel.delivered_at is not None)


def test_filling_again_gives_the_same_rows(tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    counts = fill(f"sqlite:///{first}", TODAY)
    assert fill(f"sqlite:///{second}", TODAY - timedelta(days=30), seed=3) != counts
    assert fill(f"sqlite:///{second}", TODAY) == counts
    assert _rows(first) == _rows(second)
    assert counts.orders == 216 and counts.products >= 90


def test_requests_survive_a_refill(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    fill(f"sqlite:///{path}", TODAY)
    _execute(
        path,
        "INSERT INTO requests VALUES "
        "(1, 'k', 'handoff', 'c', '', '', '', '', NULL, NULL, '', '2026-03-16', '2026-03-16', '')",
    )
    fill(f"sqlite:///{path}", TODAY)
    assert _rows(path)["requests"]


def test_a_shop_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    fill(f"sqlite:///{path}", TODAY)
    _execute(path, "DELETE FROM demo_fills")
    before = _rows(path)
    with pytest.raises(NotADemo):
        fill(f"sqlite:///{path}", TODAY)
    assert _rows(path) == before


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:////nowhere/at/all.db"]
)
def test_a_bad_address_is_told(url: str) -> None:
    with pytest.raises(ShopError):
        fill(url, TODAY)


@pytest.mark.parametrize(
    "url", ["foo://x/y", "mysql://u:gizli@x/y", "oracle+nothing://x", "postgresql+foo://u:gizli@x/y"]
)
def test_a_database_of_another_kind_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ShopError, match="postgresql\\+psycopg://") as told:
        fill(url, TODAY)
    assert "gizli" not in str(told.value)


def test_the_command_fills_and_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = main(f"sqlite:///{tmp_path / 'shop.db'}", TODAY)
    shown = capsys.readouterr().out
    assert f"{counts.orders} sipariş" in shown and "SN-100001" in shown


def test_the_table_shows_every_order() -> None:
    console = Console(width=140)
    with console.capture() as shown:
        console.print(describe())
    assert all(one.number in shown.get() for one in SHOWCASE)


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(path)
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in names
            if name != "alembic_version"
        }
    finally:
        connection.close()


def _execute(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
