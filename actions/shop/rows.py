"""Orders and products out of the database's rows, a fixed number of queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from actions.shop.database import customers, movements, order_lines, orders, products, shipments, variants
from actions.shop.order import (
    Carrier,
    Movement,
    Order,
    OrderLine,
    OrderState,
    PaymentMethod,
    Shipment,
    ShipmentState,
)
from actions.shop.product import Product, Variant


def load_orders(connection: Connection, numbers: Sequence[str]) -> list[Order]:
    """The orders with these numbers, in this order; those that do not exist are left out."""
    wanted = select(orders, customers.c.first_name).join(customers).where(orders.c.number.in_(numbers))
    heads = {row["number"]: row for row in connection.execute(wanted).mappings()}
    lines = _load_lines(connection, list(heads))
    parcels = load_shipments(connection, list(heads))
    return [
        _order(heads[number], lines[number], parcels[number])
        for number in dict.fromkeys(numbers)
        if number in heads
    ]


def load_shipments(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[Shipment, ...]]:
    """The parcels of these orders, oldest first, by order number; an order without any has none."""
    found = connection.execute(
        select(shipments).where(shipments.c.order_number.in_(numbers)).order_by(shipments.c.position)
    ).mappings()
    rows = list(found)
    steps: dict[str, list[Movement]] = defaultdict(list)
    wanted = movements.c.tracking_no.in_([row["tracking_no"] for row in rows])
    for step in connection.execute(select(movements).where(wanted).order_by(movements.c.position)):
        steps[step.tracking_no].append(Movement(step.at, step.place, step.text))
    parcels: dict[str, tuple[Shipment, ...]] = defaultdict(tuple)
    for row in rows:
        parcels[row["order_number"]] += (_shipment(row, steps[row["tracking_no"]]),)
    return parcels


def load_products(connection: Connection, codes: Sequence[str] | None = None) -> list[Product]:
    """The products with these codes, in this order; all of them, in the catalogue's order, for None."""
    heads, shelf = (
        select(products).order_by(products.c.position),
        select(variants).order_by(variants.c.position),
    )
    if codes is not None:
        heads = heads.where(products.c.code.in_(codes))
        shelf = shelf.where(variants.c.product_code.in_(codes))
    kept: dict[str, list[Variant]] = defaultdict(list)
    for row in connection.execute(shelf):
        kept[row.product_code].append(Variant(row.sku, row.colour, row.size, row.quantity))
    found = {row["code"]: _product(row, kept[row["code"]]) for row in connection.execute(heads).mappings()}
    return [found[code] for code in (found if codes is None else codes) if code in found]


def _load_lines(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[OrderLine, ...]]:
    wanted = (
        select(order_lines).where(order_lines.c.order_number.in_(numbers)).order_by(order_lines.c.position)
    )
    lines: dict[str, tuple[OrderLine, ...]] = defaultdict(tuple)
    for row in connection.execute(wanted).mappings():
        fields: dict[str, Any] = {
            name: value for name, value in row.items() if name not in ("order_number", "position")
        }
        lines[row["order_number"]] += (OrderLine(**fields),)
    return lines


def _order(row: RowMapping, lines: tuple[OrderLine, ...], parcels: tuple[Shipment, ...]) -> Order:
    return Order(
        number=row["number"],
        state=OrderState(row["state"]),
        first_name=row["first_name"],
        city=row["city"],
        district=row["district"],
        placed_at=row["placed_at"],
        lines=lines,
        shipping_kurus=row["shipping_kurus"],
        total_kurus=row["total_kurus"],
        payment=PaymentMethod(row["payment"]),
        payment_problem=row["payment_problem"],
        promised=row["promised"],
        delay_reason=row["delay_reason"],
        delivered_at=row["delivered_at"],
        cancelled_at=row["cancelled_at"],
        refunded_kurus=row["refunded_kurus"],
        invoice_no=row["invoice_no"],
        shipments=parcels,
    )


def _shipment(row: RowMapping, steps: Sequence[Movement]) -> Shipment:
    return Shipment(
        tracking_no=row["tracking_no"],
        carrier=Carrier(row["carrier"]),
        state=ShipmentState(row["state"]),
        skus=tuple(row["skus"].split()),
        movements=tuple(steps),
        branch=row["branch"],
        estimated=row["estimated"],
        delivered_at=row["delivered_at"],
        delivered_to=row["delivered_to"],
    )


def _product(row: RowMapping, kept: Sequence[Variant]) -> Product:
    return Product(
        code=row["code"],
        name=row["name"],
        category=row["category"],
        price_kurus=row["price_kurus"],
        list_price_kurus=row["list_price_kurus"],
        variants=tuple(kept),
        returnable=row["returnable"],
        warranty_months=row["warranty_months"],
    )
