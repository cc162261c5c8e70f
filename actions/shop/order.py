"""Orders and parcels as values.

Money is whole kuruş, times are aware, in Europe/Istanbul.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

ISTANBUL = ZoneInfo("Europe/Istanbul")

TRIES = 3
"""Wrong answers that a conversation may give: with the last, :attr:`NotShown.tries_left` is 0."""

RETURN_DAYS = 14
"""Right of withdrawal, in days after delivery (Mesafeli Sözleşmeler Yönetmeliği, madde 9)."""


class OrderState(StrEnum):
    """Where an order stands; :attr:`label` says it in Turkish."""

    PENDING_PAYMENT = "pending_payment"
    PAYMENT_FAILED = "payment_failed"
    PREPARING = "preparing"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_BRANCH = "at_branch"
    """Nobody was home: it waits at the carrier's branch."""
    LATE = "late"
    """On its way, and past the promised day."""
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    EXCHANGE_REQUESTED = "exchange_requested"
    RETURNED = "returned"
    """The goods are back and the money was sent."""

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    OrderState.PENDING_PAYMENT: "ödeme bekleniyor",
    OrderState.PAYMENT_FAILED: "ödeme alınamadı",
    OrderState.PREPARING: "hazırlanıyor",
    OrderState.PARTLY_SHIPPED: "bir kısmı kargoya verildi",
    OrderState.SHIPPED: "kargoya verildi",
    OrderState.OUT_FOR_DELIVERY: "dağıtımda",
    OrderState.AT_BRANCH: "kargo şubesinde bekliyor",
    OrderState.LATE: "gecikti",
    OrderState.DELIVERED: "teslim edildi",
    OrderState.CANCELLED: "iptal edildi",
    OrderState.RETURN_REQUESTED: "iade talebi alındı",
    OrderState.EXCHANGE_REQUESTED: "değişim talebi alındı",
    OrderState.RETURNED: "iade edildi",
}


class Carrier(StrEnum):
    """The carriers that the shop ships with; :attr:`label` is what customers call them."""

    YURTICI = "yurtici"
    ARAS = "aras"
    MNG = "mng"
    PTT = "ptt"
    SURAT = "surat"
    KOLAY_GELSIN = "kolay_gelsin"

    @property
    def label(self) -> str:
        return _CARRIER_LABELS[self]


_CARRIER_LABELS = {
    Carrier.YURTICI: "Yurtiçi Kargo",
    Carrier.ARAS: "Aras Kargo",
    Carrier.MNG: "MNG Kargo",
    Carrier.PTT: "PTT Kargo",
    Carrier.SURAT: "Sürat Kargo",
    Carrier.KOLAY_GELSIN: "Kolay Gelsin",
}


class ShipmentState(StrEnum):
    """Where a parcel stands."""

    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_BRANCH = "at_branch"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"


class PaymentMethod(StrEnum):
    """How an order is paid."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    ON_DELIVERY = "on_delivery"

    @property
    def label(self) -> str:
        return _PAYMENT_LABELS[self]


_PAYMENT_LABELS = {
    PaymentMethod.CARD: "kredi veya banka kartı",
    PaymentMethod.BANK_TRANSFER: "havale/EFT",
    PaymentMethod.ON_DELIVERY: "kapıda ödeme",
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One article of an order."""

    sku: str
    product_code: str
    name: str
    """As on the invoice: ``Keten Gömlek``."""
    colour: str
    size: str
    """Empty when the article has no sizes."""
    quantity: int
    price_kurus: int
    """For one piece, VAT included."""
    returnable: bool = True
    """False for goods that the law lets a shop refuse for hygiene: underwear, swimwear, earrings."""
    warranty_months: int = 0
    """0: no manufacturer's warranty; then the two years of the seller's liability for defects still hold."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One step of a parcel."""

    at: datetime
    place: str
    """The carrier's branch or hub: ``Ankara Ostim``; empty when the carrier names none."""
    text: str
    """In Turkish, a short sentence without a full stop: ``Ankara Ostim şubesinde``."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel of an order."""

    tracking_no: str
    carrier: Carrier
    state: ShipmentState
    skus: tuple[str, ...]
    """What is inside, as the order's lines name it."""
    movements: tuple[Movement, ...]
    """Oldest first."""
    branch: str
    """Where it is now or was delivered from: ``Kadıköy``; empty while it is being prepared."""
    estimated: date | None
    """The carrier's estimate; None when delivered or not known."""
    delivered_at: datetime | None = None
    delivered_to: str = ""
    """Who took it: ``kendisi``, ``komşusu``, ``site görevlisi``; empty before delivery."""

    @property
    def last(self) -> Movement | None:
        """The newest movement."""
        return self.movements[-1] if self.movements else None


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as its owner may hear it. No phone and no full address: nobody needs them said back."""

    number: str
    """``SN-482913``"""
    state: OrderState
    first_name: str
    city: str
    district: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    shipping_kurus: int
    """0: free shipping, paid by the shop."""
    total_kurus: int
    """Lines and shipping together."""
    payment: PaymentMethod
    payment_problem: str = ""
    """In Turkish, why the payment failed or what it waits for; empty otherwise."""
    promised: date | None = None
    """The day until which delivery was promised."""
    delay_reason: str = ""
    """In Turkish: ``aktarma merkezindeki yoğunluk``; empty when it is not late."""
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    refunded_kurus: int = 0
    """Sent back to the customer so far."""
    invoice_no: str = ""
    """Empty before the invoice is written (which is when the goods leave)."""
    shipments: tuple[Shipment, ...] = ()
    """Oldest first; the same as ``Cargo.shipments`` gives."""

    @property
    def free_shipping(self) -> bool:
        return self.shipping_kurus == 0

    @property
    def open(self) -> bool:
        """Whether the customer is still waiting for goods or money."""
        return self.state not in (OrderState.DELIVERED, OrderState.CANCELLED, OrderState.RETURNED)


@dataclass(frozen=True, slots=True)
class Proof:
    """Why the asker should be told: a phone that the channel has verified, or its last four digits."""

    conversation: str
    """The conversation's id; wrong tries are counted for it."""
    last_four: str = ""
    """As the customer wrote it; digits are picked out of it. Empty when they were not asked yet."""
    verified_phone: str = ""
    """E.164 from the channel (WhatsApp's sender, caller id), never from the customer's words; or empty."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """Not found or not yours: the two are told apart by nobody."""

    tries_left: int = TRIES
    """0: pass the conversation to a person. Asking without last four digits costs no try."""


class CancelRefusal(StrEnum):
    """Why an order cannot be cancelled."""

    ALREADY_CANCELLED = "already_cancelled"
    ON_ITS_WAY = "on_its_way"
    """Handed to the carrier: it may be refused at the door, or returned."""
    DELIVERED = "delivered"
    """It may be returned within :data:`RETURN_DAYS`."""
    RETURNING = "returning"
    """A return or an exchange is already under way, or done."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What came of a wish to cancel."""

    order: Order
    """As it is now."""
    refusal: CancelRefusal | None = None
    """None: it is cancelled."""
    refund_kurus: int = 0
    """What goes back to the customer; 0 when nothing had been paid."""

    @property
    def done(self) -> bool:
        return self.refusal is None
