"""The demo shop's orders: a fixed handful, one of every state at least, and many more drawn by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from actions.shop.demo.parcels import Route, at, parcel, return_parcel
from actions.shop.demo.people import Person
from actions.shop.order import Carrier, Order, OrderLine, OrderState, PaymentMethod, Shipment, ShipmentState
from actions.shop.product import Product
from actions.shop.world import Owned

FREE_SHIPPING_FROM = 75_000
"""Kuruş of goods from which the shop pays the carrier."""
SHIPPING_FEE = 7_990
"""Kuruş below that."""
PROMISED_DAYS = 5
"""Days from order to promised delivery."""

_FAILURES = (
    "kartın limiti yetersiz",
    "3D Secure doğrulaması tamamlanmadı",
    "banka işlemi onaylamadı",
    "kartın son kullanma tarihi geçmiş",
)
_WAITING = ("havale/EFT ödemesi bekleniyor", "banka onayı bekleniyor")
_DELAYS = (
    "aktarma merkezindeki yoğunluk",
    "olumsuz hava koşulları",
    "adres bilgisi taşıyıcı tarafından doğrulanamadı",
    "araç arızası",
)
_USUAL_PAYMENTS = (*[PaymentMethod.CARD] * 3, PaymentMethod.BANK_TRANSFER, PaymentMethod.ON_DELIVERY)
_UNPAID = frozenset({OrderState.PENDING_PAYMENT, OrderState.PAYMENT_FAILED})
_AFTER_DELIVERY = frozenset(
    {OrderState.DELIVERED, OrderState.RETURN_REQUESTED, OrderState.EXCHANGE_REQUESTED, OrderState.RETURNED}
)
_PARCEL_STATES = {
    OrderState.PARTLY_SHIPPED: ShipmentState.IN_TRANSIT,
    OrderState.SHIPPED: ShipmentState.IN_TRANSIT,
    OrderState.LATE: ShipmentState.IN_TRANSIT,
    OrderState.OUT_FOR_DELIVERY: ShipmentState.OUT_FOR_DELIVERY,
    OrderState.AT_BRANCH: ShipmentState.AT_BRANCH,
} | dict.fromkeys(_AFTER_DELIVERY, ShipmentState.DELIVERED)

# Days since it was placed: from, to.
_AGES = {
    OrderState.PENDING_PAYMENT: (1, 2),
    OrderState.PAYMENT_FAILED: (1, 3),
    OrderState.PREPARING: (1, 2),
    OrderState.PARTLY_SHIPPED: (2, 4),
    OrderState.SHIPPED: (2, 3),
    OrderState.OUT_FOR_DELIVERY: (3, 5),
    OrderState.AT_BRANCH: (4, 5),
    OrderState.LATE: (7, 11),
    OrderState.DELIVERED: (6, 60),
    OrderState.CANCELLED: (2, 40),
    OrderState.RETURN_REQUESTED: (6, 12),
    OrderState.EXCHANGE_REQUESTED: (6, 12),
    OrderState.RETURNED: (20, 45),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided about an order before its details are drawn."""

    number: str
    state: OrderState
    person: Person
    days_ago: int
    """Since it was placed."""
    products: tuple[Product, ...]
    """One line each."""
    carrier: Carrier
    payment: PaymentMethod | None = None
    """None: drawn."""


def plan(number: str, state: OrderState, person: Person, products: Sequence[Product], random: Random) -> Plan:
    """An order of this state with everything else drawn."""
    fewest = 2 if state is OrderState.PARTLY_SHIPPED else 1
    count = max(fewest, random.choice((1, 1, 1, 2, 2, 3)))
    chosen = tuple(random.sample(list(products), count))
    days_ago = random.randint(*_AGES[state])
    return Plan(number, state, person, days_ago, chosen, random.choice(list(Carrier)))


def make(wanted: Plan, today: date, random: Random) -> Owned:
    """The order that the plan asks for, with lines, payment and parcels."""
    placed = today - timedelta(days=wanted.days_ago)
    lines = tuple(_line(product, random) for product in wanted.products)
    goods = sum(line.price_kurus * line.quantity for line in lines)
    shipping = 0 if goods >= FREE_SHIPPING_FROM else SHIPPING_FEE
    payment = wanted.payment or _payment(wanted.state, random)
    order = Order(
        number=wanted.number,
        state=wanted.state,
        first_name=wanted.person.first_name,
        city=wanted.person.place.city,
        district=wanted.person.place.district,
        placed_at=at(placed, random.randrange(8, 15), random.randrange(60)),
        lines=lines,
        shipping_kurus=shipping,
        total_kurus=goods + shipping,
        payment=payment,
        payment_problem=_problem(wanted.state, payment, random),
        promised=None if wanted.state in _UNPAID else placed + timedelta(days=PROMISED_DAYS),
        invoice_no=f"SAN{placed.year}{random.randrange(10**9):09d}" if wanted.state in _PARCEL_STATES else "",
    )
    if wanted.state is OrderState.CANCELLED:
        paid = payment is not PaymentMethod.ON_DELIVERY
        cancelled = at(placed + timedelta(days=1), random.randrange(9, 18), random.randrange(60))
        order = replace(order, cancelled_at=cancelled, refunded_kurus=order.total_kurus if paid else 0)
    elif wanted.state in _PARCEL_STATES:
        order = _with_parcels(order, wanted, today, random)
    return Owned(wanted.person.phone, wanted.person.last_name, order)


def _line(product: Product, random: Random) -> OrderLine:
    variant = random.choice(product.variants)
    return OrderLine(
        sku=variant.sku,
        product_code=product.code,
        name=product.name,
        colour=variant.colour,
        size=variant.size,
        quantity=random.choice((1, 1, 1, 2)),
        price_kurus=product.price_kurus,
        returnable=product.returnable,
        warranty_months=product.warranty_months,
    )


def _payment(state: OrderState, random: Random) -> PaymentMethod:
    if state is OrderState.PAYMENT_FAILED:
        return PaymentMethod.CARD
    if state is OrderState.PENDING_PAYMENT:
        return random.choice((PaymentMethod.BANK_TRANSFER, PaymentMethod.CARD))
    return random.choice(_USUAL_PAYMENTS)


def _problem(state: OrderState, payment: PaymentMethod, random: Random) -> str:
    if state is OrderState.PAYMENT_FAILED:
        return random.choice(_FAILURES)
    if state is OrderState.PENDING_PAYMENT:
        return _WAITING[payment is PaymentMethod.CARD]
    return ""


def _with_parcels(order: Order, wanted: Plan, today: date, random: Random) -> Order:
    place, state = wanted.person.place, wanted.state
    skus = tuple(line.sku for line in order.lines)
    placed = today - timedelta(days=wanted.days_ago)
    left = min(placed + timedelta(days=1), today - timedelta(days=1))
    arrived = _arrival(state, placed, today, random)
    stuck = random.choice(_DELAYS) if state is OrderState.LATE else ""
    inside = skus[:-1] if state is OrderState.PARTLY_SHIPPED else skus
    route = Route(wanted.carrier, _PARCEL_STATES[state], place, inside, left, arrived, stuck)
    parcels: tuple[Shipment, ...] = (parcel(route, random),)
    order = replace(order, delay_reason=stuck, delivered_at=parcels[0].delivered_at)
    if state is OrderState.RETURNED:
        sent = arrived + timedelta(days=random.randint(2, 6))
        parcels += (return_parcel(wanted.carrier, place, skus, sent, random),)
        order = replace(order, refunded_kurus=order.total_kurus - order.shipping_kurus)
    return replace(order, shipments=parcels)


def _arrival(state: OrderState, placed: date, today: date, random: Random) -> date:
    if state in _AFTER_DELIVERY:
        return min(placed + timedelta(days=random.randint(3, 5)), today - timedelta(days=1))
    if state is OrderState.OUT_FOR_DELIVERY:
        return today
    if state is OrderState.AT_BRANCH:
        return today - timedelta(days=1)
    return today + timedelta(days=1 if state is OrderState.LATE else random.randint(1, 2))
