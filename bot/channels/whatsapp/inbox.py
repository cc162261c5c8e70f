"""What came in and is not done yet, and what was done already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from bot.channels.whatsapp.journal import Journal
from bot.channels.whatsapp.tables import INBOX, NOTICES, PAYLOADS, SEEN, add_new

MESSAGES, STATUSES = "messages", "statuses"
"""Lanes: what became of our messages is not kept waiting by what customers write."""
REPEATED = 8 * 24 * 3600.0
"""Seconds that done things are remembered; Meta repeats a webhook for 7 days."""
NOTICES_KEPT = 30 * 24 * 3600.0

_STORE = insert(INBOX)
_DONE = delete(INBOX).where(INBOX.c.id == bindparam("done"))
_KNOWN = select(SEEN.c.key).where(SEEN.c.key == bindparam("wanted"))
_PAYLOAD = select(PAYLOADS.c.payload).where(PAYLOADS.c.reference == bindparam("wanted"))


class Inbox:
    """Bodies of webhooks, in the order in which they came."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    async def put(self, body: str, now: float, lane: str = MESSAGES) -> None:
        """Keep a body; on disk when this returns.

        Raises:
            StoreError: it could not be kept; it must not be acknowledged.
        """
        row = {"received": now, "lane": lane, "body": body}
        await self.journal.write(lambda connection: connection.execute(_STORE, row), durable=True)

    async def waiting(self, lane: str, after: int, most: int) -> list[tuple[int, str]]:
        """Numbers and bodies of what is not done in a lane, beyond the number ``after``."""
        wanted = select(INBOX.c.id, INBOX.c.body).where(INBOX.c.lane == lane, INBOX.c.id > after)
        wanted = wanted.order_by(INBOX.c.id).limit(most)
        return await self.journal.read(
            lambda connection: [(row.id, row.body) for row in connection.execute(wanted)]
        )

    async def count(self) -> int:
        """How many are not done."""
        wanted = select(func.count()).select_from(INBOX)
        return await self.journal.read(lambda connection: int(connection.execute(wanted).scalar_one()))

    async def done(self, number: int) -> None:
        """Forget a body of which everything is done."""
        await self.journal.write(lambda connection: connection.execute(_DONE, {"done": number}))

    async def was_done(self, key: str) -> bool:
        """Whether something of this key was done before."""
        return await self.journal.read(
            lambda connection: connection.execute(_KNOWN, {"wanted": key}).first() is not None
        )

    async def remember(self, keys: Sequence[str], now: float) -> None:
        """Something was done."""
        await self.journal.write(
            lambda connection: [add_new(connection, SEEN, {"key": key, "at": now}) for key in keys]
        )

    async def note(self, field: str, data: Any, now: float) -> None:
        """Keep what is no message."""
        row = {"at": now, "field": field, "data": json.dumps(data, ensure_ascii=False)}
        await self.journal.write(lambda connection: connection.execute(insert(NOTICES), row))

    async def notices(self) -> list[tuple[str, Any]]:
        """What was noted, in order: field and data."""
        wanted = select(NOTICES.c.field, NOTICES.c.data).order_by(NOTICES.c.id)
        return await self.journal.read(
            lambda connection: [(row.field, json.loads(row.data)) for row in connection.execute(wanted)]
        )

    async def payload(self, reference: str) -> str | None:
        """The payload that a reference stands for."""
        return await self.journal.read(
            lambda connection: connection.execute(_PAYLOAD, {"wanted": reference}).scalar()
        )

    async def forget_old(self, now: float) -> None:
        """Drop what nobody can ask for any more."""

        def drop(connection: Any) -> None:
            connection.execute(delete(SEEN).where(SEEN.c.at < now - REPEATED))
            connection.execute(delete(NOTICES).where(NOTICES.c.at < now - NOTICES_KEPT))

        await self.journal.write(drop)
