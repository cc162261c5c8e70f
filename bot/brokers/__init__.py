"""Event brokers: whatever happens in a conversation is told to the world outside, as Rasa tells it.

A conversation never waits for a broker. ``publish`` only notes events down; a background task (``outbox.py``)
sends them in order, as often as it takes, through a :class:`Sink`:

::

    opening.py         the broker that endpoints.yml asks for
    outbox.py          the queue in between
    file.py sql.py redis_streams.py pika.py kafka.py custom.py      the sinks

What is promised: every event at least once, in the order of its conversation, while the process lives. Events
that wait when the process is killed, and the oldest when more wait than the queue holds, are not sent; the
log says how many. The truth is the conversation store, which is written before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import SantralError
from bot.events import Event


class Broker(Protocol):
    """Tells of what happened."""

    def publish(self, conversation_id: str, events: Sequence[Event]) -> None:
        """Take events that are stored. Returns at once and never raises."""

    async def close(self) -> None:
        """Send what waits, for some seconds at most, and give back connections."""


@dataclass(frozen=True, slots=True)
class Record:
    """One event to be sent."""

    conversation_id: str
    event: Event

    def as_dict(self) -> dict[str, Any]:
        """Rasa's JSON: the event's, with the conversation's id."""
        return {"sender_id": self.conversation_id, **self.event.as_dict()}

    def as_json(self) -> str:
        """One line of ASCII, as Rasa writes it."""
        return json.dumps(self.as_dict())


class Refused(SantralError):
    """The broker will never take a record as it is: sending it again does not help."""

    code = "broker-refused"


class Sink(Protocol):
    """Where records go. One call at a time."""

    async def send(self, records: Sequence[Record]) -> None:
        """Send records, in order; connects first if need be.

        Raises:
            Refused: one of them will never be taken.
            Exception: it did not work just now; all of them will be sent again.
        """

    async def close(self) -> None:
        """Give back connections."""
