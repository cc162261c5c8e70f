"""What the dialogue asks of the shop: six ports of one to three methods, and the values that pass through.

An :class:`Order` in hand is the proof that the customer may hear about it: only :meth:`Orders.find` (with a
:class:`Proof`), :meth:`Orders.latest` and :meth:`Proofs.latest` (for a verified phone) and
:meth:`Cargo.track` give one, and everything that is told or done about an order takes the ``Order`` itself,
never its number. Whoever may not hear gets :class:`NotShown`, the same for an order that belongs to somebody
else and for one that does not exist.

Money is whole kuruş (1 TL = 100 kuruş). Times are aware, in Europe/Istanbul. Phones are E.164
(``+905320001234``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from actions.shop.order import (
    ISTANBUL,
    RETURN_DAYS,
    TRIES,
    Cancellation,
    CancelRefusal,
    Carrier,
    Movement,
    NotShown,
    Order,
    OrderLine,
    OrderState,
    PaymentMethod,
    Proof,
    Shipment,
    ShipmentState,
)
from actions.shop.product import Alternative, Availability, NearStore, Product, Store, Variant
from actions.shop.request import Request, RequestKind, Ticket

__all__ = [
    "ISTANBUL",
    "RETURN_DAYS",
    "TRIES",
    "Alternative",
    "Availability",
    "CancelRefusal",
    "Cancellation",
    "Cargo",
    "Carrier",
    "Movement",
    "NearStore",
    "NotShown",
    "Order",
    "OrderLine",
    "OrderState",
    "Orders",
    "PaymentMethod",
    "Product",
    "Proof",
    "Proofs",
    "Request",
    "RequestKind",
    "Requests",
    "Shipment",
    "ShipmentState",
    "Shop",
    "Stock",
    "Store",
    "Stores",
    "Ticket",
    "Variant",
]


class Orders(Protocol):
    """Orders, told only to whom they belong."""

    async def find(self, number: str, proof: Proof) -> Order | NotShown:
        """The order with this number, if the proof fits it.

        Args:
            number: as customers write it: ``SN-482913``, ``sn 482913``, ``482913``.
        """

    async def latest(self, verified_phone: str, limit: int = 3) -> tuple[Order, ...]:
        """Orders of a phone that the channel has verified, newest first; none for an unknown phone."""

    async def cancel(self, order: Order) -> Cancellation:
        """Cancel it if its state (looked up afresh) allows; twice gives ``ALREADY_CANCELLED``, harmlessly."""


class Cargo(Protocol):
    """Parcels and their movements."""

    async def shipments(self, order: Order) -> tuple[Shipment, ...]:
        """The parcels of an order, oldest first; none before the goods leave."""

    async def track(self, tracking_no: str, proof: Proof) -> tuple[Order, Shipment] | NotShown:
        """The parcel with this number and its order, if the proof fits; wrong tries count as in ``find``."""


class Stock(Protocol):
    """Products, their prices, and what is on the shelf."""

    async def find(self, text: str, limit: int = 5) -> tuple[Product, ...]:
        """Products that free Turkish text names, best first: in any case, with ASCII letters,
        suffixes and typos.

        Colours and sizes in the text do not hinder; words that name nothing give no products.
        """

    async def check(self, product_code: str, colour: str = "", size: str = "") -> Availability | None:
        """What there is of a product in this colour and size (any, when empty); None for an unknown code."""

    async def alternatives(self, wanted: Availability, limit: int = 3) -> tuple[Alternative, ...]:
        """In-stock offers: first the same colour in the nearest sizes, then that size in other colours,
        then other products of the category."""


class Requests(Protocol):
    """Wishes that people of the shop will deal with."""

    async def record(self, request: Request) -> Ticket:
        """Keep it, once.

        A return, exchange, opt-out or deletion counts once per conversation (and order); the others once per
        conversation (and order) and day. A return or exchange also moves a delivered order to its new state.

        Raises:
            ValueError: no conversation; a return or exchange without an order; a survey without a score of
                0 to 10; a ``callback_at`` that is not aware.
        """

    async def opted_out(self, phone: str) -> bool:
        """Whether this phone (E.164) asked not to be contacted."""


class Stores(Protocol):
    """The stores."""

    async def near(self, city: str, district: str = "", limit: int = 3) -> tuple[NearStore, ...]:
        """Stores nearest first: those in the district, then in the city, then in the nearest provinces.

        ``city`` may be any of the 81 provinces in any spelling ("izmir'de", "ISTANBUL"), or a district that
        has a store; none for a place that is not known.
        """

    async def nearest(self, latitude: float, longitude: float, limit: int = 3) -> tuple[NearStore, ...]:
        """Stores nearest first to a place given in degrees, each with its distance."""


class Proofs(Protocol):
    """Which conversations have shown which orders to be their customer's own, for 30 days.

    So a conversation that began in one channel goes on in another: the phone of an order links them.
    """

    async def remember(self, order: Order, conversation: str, channel: str) -> None:
        """Keep that this conversation, in this input channel, was told about this order just now."""

    async def latest(self, verified_phone: str, channels: Collection[str] = ()) -> Order | None:
        """The order of this phone that was asked about last, in any channel or in one of these.

        Args:
            verified_phone: as the channel vouches for it; whoever only names digits is told nothing by this.
        """

    async def forget(self, conversation: str, verified_phone: str = "") -> None:
        """Keep nothing more of this conversation, nor of any about an order of this phone."""


def _nothing() -> None:
    """There is nothing to give back."""


@dataclass(frozen=True, slots=True)
class Shop:
    """The six ports together: what ``open_shop`` gives."""

    orders: Orders
    cargo: Cargo
    stock: Stock
    requests: Requests
    stores: Stores
    proofs: Proofs
    close: Callable[[], None] = _nothing
    """Give back connections."""
