"""Who looks at which conversation.

The conversation's log is the truth, and an open socket a position in it: what is stored wakes the sockets, each
reads on from where it is. So nothing is shown before it is stored, nothing twice, a socket that was away takes up
where it was, and one that reads slowly holds no more than its position.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.events import Event
from bot.message import Reply
from bot.stores import Store

TYPING_AFTER = 0.25
"""Seconds after which an answer that has not come is told to be typed."""
MOST_RECENT = 200
"""Events of an open conversation that are kept in memory; whoever is further behind reads the store."""


@dataclass(slots=True)
class Shown:
    """An :class:`~bot.message.Emit` that does nothing: open sockets read what was stored."""

    whole: bool = field(default=False, init=False)

    async def __call__(self, reply: Reply) -> None:
        return None


class Reader(Protocol):
    """An open socket."""

    def wake(self) -> None:
        """The conversation has grown."""

    def begin_again(self) -> None:
        """The conversation was replaced."""

    def notice(self, frame: dict[str, Any]) -> None:
        """Show a frame that is no part of the conversation."""

    def ended(self, message_id: str, failed: bool) -> None:
        """A message's turn has ended."""


class Room:
    """A conversation that somebody looks at."""

    def __init__(self, conversation_id: str, store: Store) -> None:
        self.conversation_id = conversation_id
        self.readers: set[Reader] = set()
        self.in_work: set[str] = set()
        """Ids of messages whose turns have not ended."""
        self.typing: dict[str, Any] | None = None
        """The frame that says who types, while somebody does."""
        self._store = store
        self._recent: deque[Event] = deque()
        self._first = 0

    def told(self, first: int, events: Sequence[Event]) -> None:
        """Events that were stored from position ``first`` on."""
        if self._first + len(self._recent) != first:
            # Another process wrote in between: what is missing is in the store.
            self._recent.clear()
            self._first = first
        self._recent.extend(events)
        while len(self._recent) > MOST_RECENT:
            self._recent.popleft()
            self._first += 1
        for reader in self.readers:
            reader.wake()

    def replaced(self) -> None:
        self._recent.clear()
        self._first = 0
        for reader in self.readers:
            reader.begin_again()

    async def after(self, position: int) -> Sequence[Event]:
        """The events from this position on.

        Raises:
            StoreError: they cannot be read.
        """
        if self._recent and self._first <= position <= self._first + len(self._recent):
            return list(self._recent)[position - self._first :]
        return await self._store.load(self.conversation_id, position)

    def notice(self, frame: dict[str, Any]) -> None:
        for reader in tuple(self.readers):
            reader.notice(frame)

    def show_typing(self, who: str, on: bool) -> None:
        """Tell every tab that ``bot`` or ``agent`` types, or has ended; nobody is told twice."""
        if on == (self.typing is not None):
            return
        frame = {"type": "typing", "from": who, "on": on}
        self.typing = frame if on else None
        self.notice(frame)

    def begin(self, message_id: str) -> None:
        """A message is in work."""
        self.in_work.add(message_id)
        asyncio.get_running_loop().call_later(TYPING_AFTER, self._tell_work)

    def end(self, message_id: str, failed: bool) -> None:
        """It is not any more."""
        self.in_work.discard(message_id)
        for reader in tuple(self.readers):
            reader.ended(message_id, failed)
        if not self.in_work:
            self.show_typing("bot", False)

    def _tell_work(self) -> None:
        if self.in_work:
            self.show_typing("bot", True)


class Rooms:
    """All conversations that somebody looks at."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rooms: dict[str, Room] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def find(self, conversation_id: str) -> Room | None:
        return self._rooms.get(conversation_id)

    def readers(self) -> Iterable[Reader]:
        return [reader for room in self._rooms.values() for reader in room.readers]

    def join(self, conversation_id: str, reader: Reader) -> Room:
        room = self._rooms.get(conversation_id)
        if room is None:
            room = self._rooms[conversation_id] = Room(conversation_id, self._store)
        room.readers.add(reader)
        return room

    def leave(self, room: Room, reader: Reader) -> None:
        room.readers.discard(reader)
        self.tidy(room)

    def tidy(self, room: Room) -> None:
        """Forget a room that nobody looks at and that has no turn in work."""
        if not room.readers and not room.in_work:
            self._rooms.pop(room.conversation_id, None)

    def told(self, conversation_id: str, first: int, events: Sequence[Event] | None) -> None:
        """See :class:`bot.turn.Watch`."""
        room = self._rooms.get(conversation_id)
        if room is None:
            return
        if events is None:
            room.replaced()
        else:
            room.told(first, events)
