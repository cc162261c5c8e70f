"""The port ``Proofs`` over the shop's database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import delete, insert, select

from actions.shop.database import Database, orders, proofs
from actions.shop.order import Order
from actions.shop.ownership import PROOF_KEPT
from actions.shop.phone import e164
from actions.shop.records import clean, conversation_key
from actions.shop.rows import load_orders

_HELD = 3
"""What a held name stands for; ``sql.py`` has 1 and 2."""
_LONGEST_CHANNEL = 40


class SqlProofs:
    """See :class:`actions.shop.ports.Proofs`. A row has no phone: the order says whose it is, then and now."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def remember(self, order: Order, conversation: str, channel: str) -> None:
        """See :class:`actions.shop.ports.Proofs`."""
        kept = clean(channel, _LONGEST_CHANNEL)
        await asyncio.to_thread(self._remember, order.number, conversation_key(conversation), kept)

    async def latest(self, verified_phone: str, channels: Collection[str] = ()) -> Order | None:
        """See :class:`actions.shop.ports.Proofs`."""
        phone = e164(verified_phone)
        return await asyncio.to_thread(self._latest, phone, tuple(channels)) if phone else None

    async def forget(self, conversation: str, verified_phone: str = "") -> None:
        """See :class:`actions.shop.ports.Proofs`."""
        await asyncio.to_thread(self._forget, conversation_key(conversation), e164(verified_phone))

    def _remember(self, number: str, conversation: str, channel: str) -> None:
        now = self._now()
        with self._database.writing() as connection:
            self._database.hold(connection, _HELD, conversation)
            same = (proofs.c.conversation == conversation) & (proofs.c.order_number == number)
            connection.execute(delete(proofs).where(same | (proofs.c.at <= now - PROOF_KEPT)))
            connection.execute(
                insert(proofs).values(conversation=conversation, order_number=number, channel=channel, at=now)
            )

    def _latest(self, phone: str, channels: tuple[str, ...]) -> Order | None:
        wanted = (
            select(proofs.c.order_number)
            .join(orders)
            .where(orders.c.phone == phone, proofs.c.at > self._now() - PROOF_KEPT)
            .order_by(proofs.c.at.desc())
            .limit(1)
        )
        if channels:
            wanted = wanted.where(proofs.c.channel.in_(channels))
        with self._database.reading() as connection:
            return next(iter(load_orders(connection, connection.scalars(wanted).all())), None)

    def _forget(self, conversation: str, phone: str) -> None:
        mine = select(orders.c.number).where(orders.c.phone == phone)
        gone = proofs.c.conversation == conversation
        if phone:
            gone = gone | proofs.c.order_number.in_(mine)
        with self._database.writing() as connection:
            connection.execute(delete(proofs).where(gone))
