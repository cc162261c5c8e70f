"""What is to be sent, until it was sent or given up. A row is written before anything is sent of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from bot.channels.whatsapp.bodies import Body
from bot.channels.whatsapp.journal import Journal
from bot.channels.whatsapp.rules import later_status
from bot.channels.whatsapp.tables import OUTBOX, PAYLOADS, add_new

KEPT = 30 * 24 * 3600.0
"""Seconds that sent messages are remembered, for their statuses."""


class State(StrEnum):
    """Where a message of ours is."""

    WAITING = "waiting"
    """To be sent."""
    SENDING = "sending"
    """Perhaps sent: the answer has not come, or the process ended before it was written down."""
    HELD = "held"
    """To be sent when the customer writes again."""
    SENT = "sent"
    DEAD = "dead"
    """Given up, until somebody wants it tried again."""
    AGAIN = "again"
    """Somebody does; a sender has to take it up."""


OPEN = (State.WAITING, State.SENDING, State.HELD, State.AGAIN)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent."""

    key: str
    """Equal for the same message, however often the bot words it."""
    conversation_id: str
    body: Body


@dataclass(slots=True)
class Letter:
    """A row of the outbox."""

    id: int
    key: str
    conversation_id: str
    body: Body
    state: State
    attempts: int = 0
    due: float = 0.0
    wamid: str = ""
    status: str = ""
    error: int = 0
    reason: str = ""
    created: float = 0.0
    changed: float = 0.0


_COLUMNS = select(OUTBOX)
_OF_KEY = _COLUMNS.where(OUTBOX.c.key == bindparam("wanted"))
_OF_WAMID = _COLUMNS.where(OUTBOX.c.wamid == bindparam("wanted"))


class Outbox:
    """Messages to be sent."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    async def add(self, messages: Sequence[Outgoing], payloads: dict[str, str], now: float) -> list[Letter]:
        """Keep messages, each unless its key is there already, and return the new ones.

        Args:
            payloads: what the references in the bodies stand for.
        """

        def write(connection: Connection) -> list[Letter]:
            for reference, payload in payloads.items():
                add_new(connection, PAYLOADS, {"reference": reference, "payload": payload})
            found = []
            for one in messages:
                row = {
                    "key": one.key,
                    "conversation_id": one.conversation_id,
                    "body": json.dumps(one.body, ensure_ascii=False),
                    "state": State.WAITING.value,
                    "created": now,
                    "changed": now,
                }
                if add_new(connection, OUTBOX, row):
                    found.append(_letter(connection.execute(_OF_KEY, {"wanted": one.key}).one()))
            return found

        return await self.journal.write(write)

    async def hand_over(self, letters: Sequence[Letter]) -> None:
        """Have letters taken up by the process on duty."""
        statement = update(OUTBOX).where(
            OUTBOX.c.id.in_([one.id for one in letters]), OUTBOX.c.state == State.WAITING.value
        )
        changes = statement.values(state=State.AGAIN.value)
        await self.journal.write(lambda connection: connection.execute(changes))

    async def change(self, letter: Letter, now: float) -> None:
        """Write down a letter as it is now."""
        values = {
            "body": json.dumps(letter.body, ensure_ascii=False),
            "state": letter.state.value,
            "attempts": letter.attempts,
            "due": letter.due,
            "wamid": letter.wamid or None,
            "status": letter.status,
            "error": letter.error,
            "reason": letter.reason,
            "changed": now,
        }
        letter.changed = now
        statement = update(OUTBOX).where(OUTBOX.c.id == letter.id).values(**values)
        await self.journal.write(lambda connection: connection.execute(statement))

    async def suspect(self, letter: Letter, wamid: str, status: str) -> None:
        """Write down that a letter which is being sent may be the message of this name."""
        statement = update(OUTBOX).where(
            OUTBOX.c.id == letter.id, OUTBOX.c.state == State.SENDING.value, OUTBOX.c.wamid.is_(None)
        )
        changes = statement.values(wamid=wamid, status=status)
        await self.journal.write(lambda connection: connection.execute(changes))

    async def open(self) -> list[Letter]:
        """Everything that is to be sent, in order."""
        wanted = _COLUMNS.where(OUTBOX.c.state.in_([one.value for one in OPEN])).order_by(OUTBOX.c.id)
        return await self._letters(wanted)

    async def dead(self) -> list[Letter]:
        """What was given up, in order."""
        return await self._letters(_COLUMNS.where(OUTBOX.c.state == State.DEAD.value).order_by(OUTBOX.c.id))

    async def of_conversation(self, conversation_id: str) -> list[Letter]:
        """Everything of one conversation, in order."""
        wanted = _COLUMNS.where(OUTBOX.c.conversation_id == conversation_id).order_by(OUTBOX.c.id)
        return await self._letters(wanted)

    async def counts(self) -> dict[str, int]:
        """How many there are in each state."""
        wanted = select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state)
        return await self.journal.read(
            lambda connection: {str(state): int(count) for state, count in connection.execute(wanted)}
        )

    async def told(self, wamid: str, status: str, now: float) -> tuple[Letter | None, bool]:
        """A status came: the letter that it is about, if it is ours, and whether it got any further."""

        def write(connection: Connection) -> tuple[Letter | None, bool]:
            row = connection.execute(_OF_WAMID, {"wanted": wamid}).first()
            if row is None:
                return None, False
            letter = _letter(row)
            further = later_status(letter.status, status)
            if further == letter.status:
                return letter, False
            letter.status = further
            changes = {"status": further, "changed": now}
            connection.execute(update(OUTBOX).where(OUTBOX.c.id == letter.id).values(**changes))
            return letter, True

        return await self.journal.write(write)

    async def revive(self, ids: Sequence[int] | None, now: float) -> int:
        """Have what was given up tried again, all of it without ``ids``; return how many."""
        statement = update(OUTBOX).where(OUTBOX.c.state == State.DEAD.value)
        if ids is not None:
            statement = statement.where(OUTBOX.c.id.in_(ids))
        fresh = {"state": State.AGAIN.value, "attempts": 0, "due": 0.0, "wamid": None, "status": ""}
        changes = statement.values(**fresh, changed=now)
        return await self.journal.write(lambda connection: int(connection.execute(changes).rowcount))

    async def take_up(self, now: float) -> list[Letter]:
        """The letters that are to be tried again; each is given to one sender only."""

        def write(connection: Connection) -> list[Letter]:
            wanted = _COLUMNS.where(OUTBOX.c.state == State.AGAIN.value).order_by(OUTBOX.c.id)
            found = [_letter(row) for row in connection.execute(wanted)]
            for one in found:
                one.state = State.WAITING
                changes = {"state": State.WAITING.value, "changed": now}
                connection.execute(update(OUTBOX).where(OUTBOX.c.id == one.id).values(**changes))
            return found

        return await self.journal.write(write)

    async def forget_old(self, now: float) -> None:
        """Drop what was sent long ago."""
        old = delete(OUTBOX).where(OUTBOX.c.state == State.SENT.value, OUTBOX.c.changed < now - KEPT)
        await self.journal.write(lambda connection: connection.execute(old))

    async def _letters(self, wanted: Any) -> list[Letter]:
        return await self.journal.read(
            lambda connection: [_letter(row) for row in connection.execute(wanted)]
        )


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        row.id,
        row.key,
        row.conversation_id,
        json.loads(row.body),
        State(row.state),
        row.attempts,
        row.due,
        row.wamid or "",
        row.status,
        row.error,
        row.reason,
        row.created,
        row.changed,
    )
