"""The demo shop written into a database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from actions.shop.database import (
    Database,
    customers,
    demo_fills,
    movements,
    order_lines,
    orders,
    products,
    proofs,
    shipments,
    tries,
    variants,
)
from actions.shop.demo.world import SEED, build
from actions.shop.errors import NotADemo
from actions.shop.migrations import upgrade_within
from actions.shop.world import Owned, World


@dataclass(frozen=True, slots=True)
class Counts:
    """What a demo wrote."""

    products: int
    variants: int
    customers: int
    orders: int
    shipments: int
    movements: int


def fill(url: str, today: date, seed: int = SEED) -> Counts:
    """Write the demo shop into the database at ``url``, in place of an older demo.

    The schema is brought up to date first. Requests that customers left stay; wrong tries are forgotten.
    All or nothing.

    Raises:
        NotADemo: there are orders that no demo wrote; nothing was changed.
        ShopError: no such database, or it failed; nothing was changed.
    """
    database = Database(url)
    try:
        with database.writing() as connection:
            return fill_within(connection, today, seed)
    finally:
        database.close()


def fill_within(connection: Connection, today: date, seed: int = SEED) -> Counts:
    """The same in a writing transaction that is already open."""
    upgrade_within(connection)
    marked = connection.scalar(select(func.count()).select_from(demo_fills))
    if not marked and (connection.scalar(select(orders.c.number).limit(1)) or _has_products(connection)):
        raise NotADemo("the database holds a shop that no demo wrote; choose another one for the demo")
    for table in (
        proofs,
        movements,
        shipments,
        order_lines,
        orders,
        customers,
        variants,
        products,
        tries,
        demo_fills,
    ):
        connection.execute(delete(table))
    world = build(today, seed)
    _write_products(connection, world)
    _write_orders(connection, world)
    connection.execute(insert(demo_fills).values(id=1, today=today, seed=seed))
    parcels = [parcel for one in world.owned for parcel in one.order.shipments]
    return Counts(
        products=len(world.products),
        variants=sum(len(product.variants) for product in world.products),
        customers=len({one.phone for one in world.owned}),
        orders=len(world.owned),
        shipments=len(parcels),
        movements=sum(len(parcel.movements) for parcel in parcels),
    )


def _has_products(connection: Connection) -> bool:
    return connection.scalar(select(products.c.code).limit(1)) is not None


def _write_products(connection: Connection, world: World) -> None:
    heads: list[dict[str, Any]] = []
    shelf: list[dict[str, Any]] = []
    for position, product in enumerate(world.products):
        fields = asdict(product)
        kept = fields.pop("variants")
        heads.append({**fields, "position": position})
        shelf += [{**one, "product_code": product.code, "position": place} for place, one in enumerate(kept)]
    connection.execute(insert(products), heads)
    connection.execute(insert(variants), shelf)


def _write_orders(connection: Connection, world: World) -> None:
    people = {one.phone: one for one in world.owned}
    connection.execute(
        insert(customers),
        [
            {"phone": phone, "first_name": one.order.first_name, "last_name": one.last_name}
            for phone, one in people.items()
        ],
    )
    rows = [_order_rows(one) for one in world.owned]
    connection.execute(insert(orders), [head for head, *_ in rows])
    connection.execute(insert(order_lines), [row for _, lines, *_ in rows for row in lines])
    connection.execute(insert(shipments), [row for _, _, parcels, _ in rows for row in parcels])
    connection.execute(insert(movements), [row for *_, steps in rows for row in steps])


def _order_rows(
    one: Owned,
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """The order's row, and those of its lines, parcels and movements."""
    head = asdict(one.order)
    lines, parcels = head.pop("lines"), head.pop("shipments")
    head.pop("first_name")
    head |= {"phone": one.phone, "state": one.order.state.value, "payment": one.order.payment.value}
    number = one.order.number
    steps = [
        {**step, "tracking_no": parcel["tracking_no"], "position": place}
        for parcel in parcels
        for place, step in enumerate(parcel["movements"])
    ]
    return (
        head,
        [{**line, "order_number": number, "position": place} for place, line in enumerate(lines)],
        [_shipment_row(parcel, number, place) for place, parcel in enumerate(parcels)],
        steps,
    )


def _shipment_row(parcel: dict[str, Any], number: str, position: int) -> dict[str, Any]:
    row = {name: value for name, value in parcel.items() if name != "movements"}
    return row | {
        "order_number": number,
        "position": position,
        "skus": " ".join(parcel["skus"]),
        "carrier": parcel["carrier"].value,
        "state": parcel["state"].value,
    }
