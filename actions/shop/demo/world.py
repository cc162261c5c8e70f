"""The whole demo shop, the same for the same day and seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from actions.shop.demo.catalogue import catalogue
from actions.shop.demo.orders import Plan, make, plan
from actions.shop.demo.people import ELIF, MERT, Person, people
from actions.shop.order import Carrier, OrderState, PaymentMethod
from actions.shop.product import Product
from actions.shop.world import Owned, World

SEED = 42
_CUSTOMERS = 120

# How many orders of every state are drawn besides the showcase.
_DRAWN = {
    OrderState.DELIVERED: 66,
    OrderState.SHIPPED: 22,
    OrderState.PREPARING: 20,
    OrderState.OUT_FOR_DELIVERY: 14,
    OrderState.LATE: 14,
    OrderState.CANCELLED: 12,
    OrderState.PARTLY_SHIPPED: 9,
    OrderState.AT_BRANCH: 9,
    OrderState.PAYMENT_FAILED: 8,
    OrderState.RETURNED: 8,
    OrderState.RETURN_REQUESTED: 7,
    OrderState.PENDING_PAYMENT: 6,
    OrderState.EXCHANGE_REQUESTED: 5,
}


@dataclass(frozen=True, slots=True)
class Showcase:
    """An order with a fixed number, for README, tests and trying things out."""

    number: str
    state: OrderState
    person: Person
    days_ago: int
    products: tuple[str, ...]
    """Their names in the catalogue."""
    carrier: Carrier
    payment: PaymentMethod
    note: str
    """What it shows, in Turkish."""

    @property
    def phone(self) -> str:
        """E.164."""
        return self.person.phone

    @property
    def last_four(self) -> str:
        """What the customer is asked for."""
        return self.person.phone[-4:]


_CARD, _TRANSFER, _DOOR = PaymentMethod.CARD, PaymentMethod.BANK_TRANSFER, PaymentMethod.ON_DELIVERY

SHOWCASE: tuple[Showcase, ...] = tuple(
    Showcase(f"SN-{number}", state, person, days_ago, names, carrier, payment, note)
    for number, state, person, days_ago, names, carrier, payment, note in (
        (100001, OrderState.DELIVERED, ELIF, 6, ("Keten Gömlek", "Chino Pantolon"), Carrier.YURTICI, _CARD,
         "teslim edildi, iade süresi sürüyor"),
        (100002, OrderState.OUT_FOR_DELIVERY, ELIF, 4, ("Spor Ayakkabı",), Carrier.ARAS, _CARD,
         "bugün dağıtımda"),
        (100003, OrderState.LATE, ELIF, 9, ("Şişme Mont",), Carrier.MNG, _CARD,
         "söz verilen gün geçti"),
        (100004, OrderState.PREPARING, ELIF, 1, ("Örgü Hırka",), Carrier.PTT, _CARD,
         "hazırlanıyor, iptal edilebilir"),
        (100005, OrderState.SHIPPED, ELIF, 2, ("Basic Tişört",), Carrier.SURAT, _DOOR,
         "yolda, kargo ücreti alıcıdan"),
        (100006, OrderState.PARTLY_SHIPPED, ELIF, 3, ("Sırt Çantası", "Akıllı Saat"), Carrier.KOLAY_GELSIN,
         _CARD, "bir kısmı yolda"),
        (100007, OrderState.AT_BRANCH, ELIF, 4, ("Süet Bot",), Carrier.YURTICI, _CARD,
         "şubede bekliyor"),
        (100008, OrderState.PENDING_PAYMENT, ELIF, 1, ("Blazer Ceket",), Carrier.ARAS, _TRANSFER,
         "havale bekleniyor"),
        (100009, OrderState.PAYMENT_FAILED, ELIF, 1, ("Deri Ceket",), Carrier.MNG, _CARD,
         "ödeme alınamadı"),
        (100010, OrderState.CANCELLED, ELIF, 12, ("Pileli Etek",), Carrier.PTT, _CARD,
         "iptal edildi, ücreti iade edildi"),
        (100011, OrderState.RETURN_REQUESTED, ELIF, 8, ("Çiçekli Elbise",), Carrier.SURAT, _CARD,
         "iade talebi alındı"),
        (100012, OrderState.EXCHANGE_REQUESTED, ELIF, 9, ("Koşu Ayakkabısı",), Carrier.KOLAY_GELSIN, _CARD,
         "değişim talebi alındı"),
        (100013, OrderState.RETURNED, ELIF, 25, ("Abiye Elbise",), Carrier.YURTICI, _CARD,
         "iade tamamlandı"),
        (100014, OrderState.DELIVERED, ELIF, 50, ("Kablosuz Kulaklık",), Carrier.ARAS, _CARD,
         "iade süresi geçti, garantisi sürüyor"),
        (100015, OrderState.DELIVERED, ELIF, 7, ("Gümüş Küpe",), Carrier.MNG, _CARD,
         "hijyen ürünü, iade edilemez"),
        (100016, OrderState.SHIPPED, MERT, 2, ("Türk Kahvesi Makinesi",), Carrier.PTT, _CARD,
         "başkasının siparişi"),
    )
)  # fmt: skip
"""Orders of Elif Örnek (last four digits 4567) in every state, and one of Mert Deneme (8901)."""


def build(today: date, seed: int = SEED) -> World:
    """All products and orders as of this day, showcase first; nothing but the day and the seed matters."""
    random = Random(seed)
    products = catalogue(random)
    by_name = {product.name: product for product in products}
    owned = [_shown(one, by_name, today) for one in SHOWCASE]
    customers = people(random, _CUSTOMERS)
    taken = {one.order.number for one in owned}
    tracked = {parcel.tracking_no for one in owned for parcel in one.order.shipments}
    for state, count in _DRAWN.items():
        for _ in range(count):
            while True:
                number = f"SN-{random.randrange(200_000, 1_000_000)}"
                drawn = make(plan(number, state, random.choice(customers), products, random), today, random)
                numbers = {parcel.tracking_no for parcel in drawn.order.shipments}
                if number not in taken and not numbers & tracked:
                    break
            taken.add(number)
            tracked |= numbers
            owned.append(drawn)
    return World(products, tuple(owned))


def _shown(one: Showcase, by_name: dict[str, Product], today: date) -> Owned:
    # A seed of its own: whatever is drawn for the others, README's orders keep their tracking numbers.
    wanted = Plan(
        number=one.number,
        state=one.state,
        person=one.person,
        days_ago=one.days_ago,
        products=tuple(by_name[name] for name in one.products),
        carrier=one.carrier,
        payment=one.payment,
    )
    return make(wanted, today, Random(one.number))
