"""A whole shop as values: what the demo makes, the fake holds and the database is filled with."""

from __future__ import annotations

from dataclasses import dataclass

from actions.shop.order import Order
from actions.shop.product import Product


@dataclass(frozen=True, slots=True)
class Owned:
    """An order and whose it is."""

    phone: str
    """E.164."""
    last_name: str
    order: Order


@dataclass(frozen=True, slots=True)
class World:
    """All products and all orders."""

    products: tuple[Product, ...]
    owned: tuple[Owned, ...]
