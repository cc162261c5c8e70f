"""The shop in memory: for tests and for trying a dialogue without a database. It passes the same contract."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from actions.shop.branches import ListedStores
from actions.shop.order import ISTANBUL, Cancellation, NotShown, Order, OrderState, Proof, Shipment
from actions.shop.ownership import (
    PROOF_KEPT,
    TRIES_WINDOW,
    order_number,
    owns,
    subject_of,
    tracking_number,
    tries_left,
)
from actions.shop.phone import e164
from actions.shop.ports import Shop
from actions.shop.product import Alternative, Availability, Product
from actions.shop.records import STATE_AFTER, Entry, conversation_key, entry_of, reference_of
from actions.shop.request import Request, RequestKind, Ticket
from actions.shop.rules import cancel_refusal, refund_on_cancel
from actions.shop.search import Index
from actions.shop.shelf import alternatives, availability
from actions.shop.world import Owned, World


def now_in_istanbul() -> datetime:
    """The time by the machine's clock."""
    return datetime.now(ISTANBUL)


def fake_shop(world: World, now: Callable[[], datetime] = now_in_istanbul) -> Shop:
    """A shop that holds this world and forgets every change with the process."""
    orders = FakeOrders(world, now)
    return Shop(
        orders,
        FakeCargo(orders),
        FakeStock(world),
        FakeRequests(orders, now),
        ListedStores(),
        FakeProofs(orders, now),
    )


class FakeOrders:
    """The port ``Orders`` over a dictionary."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self.owned: dict[str, Owned] = {one.order.number: one for one in world.owned}
        self._now = now
        self._tries: list[tuple[str, str, datetime]] = []

    async def find(self, number: str, proof: Proof) -> Order | NotShown:
        """See :class:`actions.shop.ports.Orders`."""
        return self.shown(self.owned.get(order_number(number)), number, proof)

    async def latest(self, verified_phone: str, limit: int = 3) -> tuple[Order, ...]:
        """See :class:`actions.shop.ports.Orders`."""
        phone = e164(verified_phone)
        mine = [one.order for one in self.owned.values() if phone and one.phone == phone]
        mine.sort(key=lambda order: (order.placed_at, order.number), reverse=True)
        return tuple(mine[: max(0, limit)])

    async def cancel(self, order: Order) -> Cancellation:
        """See :class:`actions.shop.ports.Orders`."""
        current = self.owned[order.number].order
        refusal = cancel_refusal(current.state)
        if refusal is not None:
            return Cancellation(current, refusal)
        refund = refund_on_cancel(current)
        cancelled = self.change(
            current,
            state=OrderState.CANCELLED,
            cancelled_at=self._now().astimezone(ISTANBUL),
            refunded_kurus=current.refunded_kurus + refund,
        )
        return Cancellation(cancelled, None, refund)

    def shown(self, owned: Owned | None, asked: str, proof: Proof) -> Order | NotShown:
        """The order if the proof fits; otherwise a wrong try is counted, whether it exists or not."""
        left = self._left(proof.conversation, asked)
        if owns(owned.phone if owned else None, proof, left) and owned:
            return owned.order
        if proof.last_four.strip() and left:
            self._tries.append((conversation_key(proof.conversation), subject_of(asked), self._now()))
            left = self._left(proof.conversation, asked)
        return NotShown(left)

    def change(self, order: Order, **fields: object) -> Order:
        """Keep the order with these fields changed."""
        owned = self.owned[order.number]
        changed = replace(owned.order, **fields)  # type: ignore[arg-type]
        self.owned[order.number] = replace(owned, order=changed)
        return changed

    def _left(self, conversation: str, asked: str) -> int:
        since = self._now() - TRIES_WINDOW
        recent = [one for one in self._tries if one[2] > since]
        of_conversation = sum(one[0] == conversation_key(conversation) for one in recent)
        return tries_left(of_conversation, sum(one[1] == subject_of(asked) for one in recent))


class FakeCargo:
    """The port ``Cargo`` over the orders' parcels."""

    def __init__(self, orders: FakeOrders) -> None:
        self._orders = orders

    async def shipments(self, order: Order) -> tuple[Shipment, ...]:
        """See :class:`actions.shop.ports.Cargo`."""
        return self._orders.owned[order.number].order.shipments

    async def track(self, tracking_no: str, proof: Proof) -> tuple[Order, Shipment] | NotShown:
        """See :class:`actions.shop.ports.Cargo`."""
        wanted = tracking_number(tracking_no)
        found = next(
            ((one, parcel) for one in self._orders.owned.values() for parcel in one.order.shipments
             if parcel.tracking_no == wanted),
            None,
        )  # fmt: skip
        shown = self._orders.shown(found[0] if found else None, tracking_no, proof)
        if isinstance(shown, NotShown) or found is None:
            return shown if isinstance(shown, NotShown) else NotShown()
        return shown, found[1]


class FakeStock:
    """The port ``Stock`` over a tuple of products."""

    def __init__(self, world: World) -> None:
        self._products = {product.code: product for product in world.products}
        self._index = Index(world.products)

    async def find(self, text: str, limit: int = 5) -> tuple[Product, ...]:
        """See :class:`actions.shop.ports.Stock`."""
        return tuple(self._products[code] for code in self._index.find(text, limit))

    async def check(self, product_code: str, colour: str = "", size: str = "") -> Availability | None:
        """See :class:`actions.shop.ports.Stock`."""
        product = self._products.get(product_code)
        return availability(product, colour, size) if product else None

    async def alternatives(self, wanted: Availability, limit: int = 3) -> tuple[Alternative, ...]:
        """See :class:`actions.shop.ports.Stock`."""
        return alternatives(wanted, self._products.values(), limit)


class FakeRequests:
    """The port ``Requests`` over a list."""

    def __init__(self, orders: FakeOrders, now: Callable[[], datetime]) -> None:
        self.entries: dict[str, tuple[int, datetime, Entry]] = {}
        """By key: number, when first recorded, the newest words."""
        self._orders = orders
        self._now = now

    async def record(self, request: Request) -> Ticket:
        """See :class:`actions.shop.ports.Requests`."""
        now = self._now().astimezone(ISTANBUL)
        entry = entry_of(request, now)
        before = self.entries.get(entry.key)
        number, recorded_at = before[:2] if before else (len(self.entries) + 1, now)
        self.entries[entry.key] = (number, recorded_at, entry)
        owned = self._orders.owned.get(entry.order_number)
        if owned and entry.kind in STATE_AFTER and owned.order.state is OrderState.DELIVERED:
            self._orders.change(owned.order, state=STATE_AFTER[entry.kind])
        return Ticket(reference_of(number), entry.kind, recorded_at, repeated=before is not None)

    async def opted_out(self, phone: str) -> bool:
        """See :class:`actions.shop.ports.Requests`."""
        wanted = e164(phone)
        return bool(wanted) and any(
            entry.kind is RequestKind.OPT_OUT and entry.phone == wanted
            for _, _, entry in self.entries.values()
        )


class FakeProofs:
    """The port ``Proofs`` over a dictionary."""

    def __init__(self, orders: FakeOrders, now: Callable[[], datetime]) -> None:
        self.kept: dict[tuple[str, str], tuple[str, datetime]] = {}
        """By conversation and order number: channel, and when; the latest stands last."""
        self._orders = orders
        self._now = now

    async def remember(self, order: Order, conversation: str, channel: str) -> None:
        """See :class:`actions.shop.ports.Proofs`."""
        since = self._now() - PROOF_KEPT
        self.kept = {key: one for key, one in self.kept.items() if one[1] > since}
        key = (conversation_key(conversation), order.number)
        self.kept.pop(key, None)
        self.kept[key] = (channel, self._now())

    async def latest(self, verified_phone: str, channels: Collection[str] = ()) -> Order | None:
        """See :class:`actions.shop.ports.Proofs`."""
        phone, since = e164(verified_phone), self._now() - PROOF_KEPT
        for (_, number), (channel, at) in reversed(self.kept.items()):
            owned = self._orders.owned.get(number)
            if (
                phone
                and owned
                and owned.phone == phone
                and at > since
                and channel in (channels or (channel,))
            ):
                return owned.order
        return None

    async def forget(self, conversation: str, verified_phone: str = "") -> None:
        """See :class:`actions.shop.ports.Proofs`."""
        phone, mine = e164(verified_phone), conversation_key(conversation)
        self.kept = {
            (told, number): one
            for (told, number), one in self.kept.items()
            if told != mine and not (phone and self._orders.owned[number].phone == phone)
        }
