"""Who is who: a customer's phone number and user id lead to one conversation, also after the number changed.

A conversation's id is ``whatsapp:`` and the address that the customer was first known by. No other channel lets
its clients write into such a conversation: what was told there was told to the owner of that number.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.channels.whatsapp.inbound import Sender
from bot.channels.whatsapp.journal import Journal
from bot.channels.whatsapp.tables import CONVERSATIONS, CUSTOMERS, put
from bot.message import VOUCHED_CONVERSATIONS

PREFIX = "whatsapp:"
assert PREFIX in VOUCHED_CONVERSATIONS
MOST_CACHED = 20_000
_ADDRESS = CUSTOMERS.c.address == bindparam("wanted")
_FIND = select(CUSTOMERS.c.conversation_id).where(_ADDRESS)
_OF_CONVERSATION = select(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == bindparam("wanted"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a conversation's customer."""

    address: str
    last_heard: float | None = None
    marketing: bool = True


class Directory:
    """Addresses and conversations; what was used lately is kept in memory."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._cache: OrderedDict[str, str] = OrderedDict()

    async def conversation_of(self, sender: Sender) -> str:
        """The conversation of whoever wrote, also of somebody new.

        Raises:
            StoreError: it could not be looked up, or written down.
        """
        addresses = [one for one in (sender.wa_id, sender.user_id) if one]
        cached = {self._cache.get(one) for one in addresses}
        if len(cached) == 1 and (known := cached.pop()) is not None:
            return known
        found = await self.journal.write(lambda connection: _link(connection, addresses))
        for one in addresses:
            self._remember(one, found)
        return found

    async def find(self, sender: Sender) -> str | None:
        """The conversation of somebody who is known; ``None`` for others."""
        for address in (sender.wa_id, sender.user_id):
            if address:
                found = self._cache.get(address) or await self.journal.read(
                    lambda connection, wanted=address: connection.execute(_FIND, {"wanted": wanted}).scalar()  # type: ignore[misc]
                )
                if found is not None:
                    return str(found)
        return None

    async def heard(self, conversation_id: str, address: str, at: float) -> None:
        """The customer wrote: the window is open, and replies go where the message came from."""

        def write(connection: Connection) -> None:
            known = connection.execute(_OF_CONVERSATION, {"wanted": conversation_id}).first()
            last = max(at, known.last_heard or 0.0) if known else at
            row = {"conversation_id": conversation_id, "address": address, "last_heard": last}
            put(connection, CONVERSATIONS, "conversation_id", row)

        await self.journal.write(write)

    async def known(self, conversation_id: str) -> Known:
        """Where to write; somebody who never wrote is known by the conversation's id alone."""
        row = await self.journal.read(
            lambda connection: connection.execute(_OF_CONVERSATION, {"wanted": conversation_id}).first()
        )
        if row is None:
            return Known(conversation_id.removeprefix(PREFIX).partition("#")[0])
        return Known(row.address, row.last_heard, bool(row.marketing))

    async def move(self, old: Sender, new: Sender, name: str) -> str | None:
        """The customer has another address: the conversation goes along.

        The old number may be given to somebody else, who begins anew and reads nothing of what was said.

        Args:
            name: of this move, to tell the next owner's conversation from the former one's.

        Returns:
            The conversation that moved, if there is one.
        """
        conversation = await self.find(old)
        if conversation is None:
            return None
        added = [one for one in (new.wa_id, new.user_id) if one]
        left = [one for one in (old.wa_id, old.user_id) if one and one not in added]
        if not old.wa_id:  # only the user id changed
            left = [old.user_id]

        def write(connection: Connection) -> None:
            for address in added:
                put(connection, CUSTOMERS, "address", {"address": address, "conversation_id": conversation})
            for address in left:
                fresh = f"{PREFIX}{address}#{name[-12:]}"
                put(connection, CUSTOMERS, "address", {"address": address, "conversation_id": fresh})
            row = {"conversation_id": conversation, "address": added[0]}
            put(connection, CONVERSATIONS, "conversation_id", row)

        await self.journal.write(write)
        for address in (*added, *left):
            self._cache.pop(address, None)
        return conversation

    async def want_marketing(self, conversation_id: str, wanted: bool) -> None:
        """Write down an opt-out, or that it was taken back."""

        def write(connection: Connection) -> None:
            statement = update(CONVERSATIONS).where(CONVERSATIONS.c.conversation_id == conversation_id)
            if not connection.execute(statement.values(marketing=int(wanted))).rowcount:
                address = conversation_id.removeprefix(PREFIX)
                row: dict[str, Any] = {"conversation_id": conversation_id, "address": address}
                put(connection, CONVERSATIONS, "conversation_id", {**row, "marketing": int(wanted)})

        await self.journal.write(write)

    def _remember(self, address: str, conversation_id: str) -> None:
        self._cache[address] = conversation_id
        self._cache.move_to_end(address)
        if len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)


def _link(connection: Connection, addresses: list[str]) -> str:
    """The conversation of these addresses of one person; the number's, where they disagree."""
    known = [connection.execute(_FIND, {"wanted": one}).scalar() for one in addresses]
    found = next((one for one in known if one is not None), None) or PREFIX + addresses[0]
    for address, before in zip(addresses, known, strict=True):
        if before != found:
            put(connection, CUSTOMERS, "address", {"address": address, "conversation_id": found})
    return str(found)
