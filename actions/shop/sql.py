"""The ports over the shop's database: every question is one short transaction in a worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from actions.shop.database import Database, orders, products, requests, shipments, tries
from actions.shop.errors import ShopError, ShopUnavailable
from actions.shop.order import ISTANBUL, Cancellation, NotShown, Order, OrderState, Proof, Shipment
from actions.shop.ownership import TRIES_WINDOW, order_number, owns, subject_of, tracking_number, tries_left
from actions.shop.phone import e164
from actions.shop.product import Alternative, Availability, Product
from actions.shop.records import STATE_AFTER, Entry, clean, conversation_key, entry_of, reference_of
from actions.shop.request import Request, RequestKind, Ticket
from actions.shop.rows import load_orders, load_products, load_shipments
from actions.shop.rules import cancel_refusal, refund_on_cancel
from actions.shop.search import Index
from actions.shop.shelf import alternatives, availability

Now = Callable[[], datetime]

# What a name that is held stands for; always taken in this order, so that two never wait for each other.
_CONVERSATION, _SUBJECT = 1, 2


class SqlOrders:
    """The port ``Orders``."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def find(self, number: str, proof: Proof) -> Order | NotShown:
        """See :class:`actions.shop.ports.Orders`."""
        wanted = select(orders.c.number, orders.c.phone).where(orders.c.number == order_number(number))
        return await asyncio.to_thread(_shown, self._database, wanted, number, proof, self._now())

    async def latest(self, verified_phone: str, limit: int = 3) -> tuple[Order, ...]:
        """See :class:`actions.shop.ports.Orders`."""
        return await asyncio.to_thread(self._latest, e164(verified_phone), max(0, limit))

    async def cancel(self, order: Order) -> Cancellation:
        """See :class:`actions.shop.ports.Orders`."""
        return await asyncio.to_thread(self._cancel, order.number)

    def _latest(self, phone: str, limit: int) -> tuple[Order, ...]:
        newest = (orders.c.placed_at.desc(), orders.c.number.desc())
        with self._database.reading() as connection:
            numbers = connection.scalars(
                select(orders.c.number).where(orders.c.phone == phone).order_by(*newest).limit(limit)
            ).all()
            return tuple(load_orders(connection, numbers))

    def _cancel(self, number: str) -> Cancellation:
        with self._database.writing() as connection:
            # The row is held until the end, so that the order cannot leave the warehouse in between.
            connection.execute(select(orders.c.number).where(orders.c.number == number).with_for_update())
            current = _order(connection, number)
            refusal = cancel_refusal(current.state)
            if refusal is not None:
                return Cancellation(current, refusal)
            refund = refund_on_cancel(current)
            connection.execute(
                update(orders)
                .where(orders.c.number == number)
                .values(
                    state=OrderState.CANCELLED.value,
                    cancelled_at=self._now(),
                    refunded_kurus=current.refunded_kurus + refund,
                )
            )
            return Cancellation(_order(connection, number), None, refund)


class SqlCargo:
    """The port ``Cargo``."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def shipments(self, order: Order) -> tuple[Shipment, ...]:
        """See :class:`actions.shop.ports.Cargo`."""
        return await asyncio.to_thread(self._shipments, order.number)

    async def track(self, tracking_no: str, proof: Proof) -> tuple[Order, Shipment] | NotShown:
        """See :class:`actions.shop.ports.Cargo`."""
        number = tracking_number(tracking_no)
        wanted = (
            select(orders.c.number, orders.c.phone).join(shipments).where(shipments.c.tracking_no == number)
        )
        shown = await asyncio.to_thread(_shown, self._database, wanted, tracking_no, proof, self._now())
        if isinstance(shown, NotShown):
            return shown
        return shown, next(parcel for parcel in shown.shipments if parcel.tracking_no == number)

    def _shipments(self, number: str) -> tuple[Shipment, ...]:
        with self._database.reading() as connection:
            return load_shipments(connection, [number])[number]


class SqlStock:
    """The port ``Stock``; the words of the catalogue are kept until its products change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._index: tuple[tuple[tuple[str, str, str], ...], Index] | None = None

    async def find(self, text: str, limit: int = 5) -> tuple[Product, ...]:
        """See :class:`actions.shop.ports.Stock`."""
        return await asyncio.to_thread(self._find, text, limit)

    async def check(self, product_code: str, colour: str = "", size: str = "") -> Availability | None:
        """See :class:`actions.shop.ports.Stock`."""
        found = await asyncio.to_thread(self._load, [clean(product_code, 64)])
        return availability(found[0], colour, size) if found else None

    async def alternatives(self, wanted: Availability, limit: int = 3) -> tuple[Alternative, ...]:
        """See :class:`actions.shop.ports.Stock`."""
        return alternatives(wanted, await asyncio.to_thread(self._category, wanted.product.category), limit)

    def _find(self, text: str, limit: int) -> tuple[Product, ...]:
        names = select(products.c.code, products.c.name, products.c.category).order_by(products.c.position)
        with self._database.reading() as connection:
            known = tuple((row.code, row.name, row.category) for row in connection.execute(names))
            if self._index is None or self._index[0] != known:
                self._index = known, Index(load_products(connection))
            return tuple(load_products(connection, self._index[1].find(text, limit)))

    def _load(self, codes: list[str]) -> list[Product]:
        with self._database.reading() as connection:
            return load_products(connection, codes)

    def _category(self, category: str) -> list[Product]:
        with self._database.reading() as connection:
            codes = connection.scalars(
                select(products.c.code).where(products.c.category == category).order_by(products.c.position)
            ).all()
            return load_products(connection, codes)


class SqlRequests:
    """The port ``Requests``."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    async def record(self, request: Request) -> Ticket:
        """See :class:`actions.shop.ports.Requests`."""
        now = self._now().astimezone(ISTANBUL)
        entry = entry_of(request, now)
        try:
            return await asyncio.to_thread(self._record, entry, now)
        except ShopUnavailable as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            # Another process (PostgreSQL) recorded the same in this moment: now it is a repetition.
            return await asyncio.to_thread(self._record, entry, now)

    async def opted_out(self, phone: str) -> bool:
        """See :class:`actions.shop.ports.Requests`."""
        wanted = e164(phone)
        return bool(wanted) and await asyncio.to_thread(self._opted_out, wanted)

    def _record(self, entry: Entry, now: datetime) -> Ticket:
        words = {
            "phone": entry.phone,
            "reason": entry.reason,
            "department": entry.department,
            "callback_at": entry.callback_at,
            "score": entry.score,
            "details": entry.details,
            "photos": entry.photos,
            "updated_at": now,
        }
        same = requests.c.key == entry.key
        with self._database.writing() as connection:
            before = connection.execute(select(requests.c.id, requests.c.recorded_at).where(same)).first()
            if before is not None:
                connection.execute(update(requests).where(same).values(**words))
                return Ticket(reference_of(before.id), entry.kind, before.recorded_at, repeated=True)
            made = connection.execute(
                insert(requests).values(
                    key=entry.key,
                    kind=entry.kind.value,
                    conversation=entry.conversation,
                    order_number=entry.order_number,
                    recorded_at=now,
                    **words,
                )
            )
            if entry.kind in STATE_AFTER:
                delivered = orders.c.state == OrderState.DELIVERED.value
                connection.execute(
                    update(orders)
                    .where(orders.c.number == entry.order_number, delivered)
                    .values(state=STATE_AFTER[entry.kind].value)
                )
            key = made.inserted_primary_key
            return Ticket(reference_of(key[0] if key else 0), entry.kind, now)

    def _opted_out(self, phone: str) -> bool:
        wanted = (requests.c.kind == RequestKind.OPT_OUT.value) & (requests.c.phone == phone)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(exists().where(wanted))))


def _shown(
    database: Database, wanted: Select[tuple[str, str]], asked: str, proof: Proof, now: datetime
) -> Order | NotShown:
    """The one order that ``wanted`` selects, if the proof fits; otherwise a try is counted, found or not."""
    conversation, subject = conversation_key(proof.conversation), subject_of(asked)
    guessing = bool(proof.last_four.strip())
    # Counted in the transaction that compares: many guesses at the same moment are still few guesses.
    with database.writing() if guessing else database.reading() as connection:
        if guessing:
            database.hold(connection, _CONVERSATION, conversation)
            database.hold(connection, _SUBJECT, subject)
        found = connection.execute(wanted).first()
        left = _tries_left(connection, conversation, subject, now)
        if owns(found.phone if found else None, proof, left) and found:
            return _order(connection, found.number)
        if guessing and left:
            connection.execute(delete(tries).where(tries.c.at <= now - TRIES_WINDOW))
            connection.execute(insert(tries).values(conversation=conversation, subject=subject, at=now))
            left = _tries_left(connection, conversation, subject, now)
    return NotShown(left)


def _tries_left(connection: Connection, conversation: str, subject: str, now: datetime) -> int:
    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        recent = tries.c.at > now - TRIES_WINDOW
        return select(func.count()).select_from(tries).where(condition, recent).scalar_subquery()

    of_conversation, of_subject = connection.execute(
        select(count(tries.c.conversation == conversation), count(tries.c.subject == subject))
    ).one()
    return tries_left(of_conversation, of_subject)


def _order(connection: Connection, number: str) -> Order:
    found = load_orders(connection, [number])
    if not found:
        raise ShopError(f"order {number} is gone from the database")
    return found[0]
