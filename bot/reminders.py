"""Reminders: an intent that comes by itself at a time that an action chose. They outlive the process.

The event in the conversation says what is to come; a timer in the store says when somebody has to look. The
timer is written before the event, so a crash in between leaves a look at nothing, never a forgotten reminder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from bot.events import Event, ReminderCancelled, ReminderScheduled, UserUttered
from bot.message import Collected, Emit, Message
from bot.stores import Store, Timer
from bot.tracker import Tracker

logger = logging.getLogger(__name__)

LONGEST_NAP = 1.0
"""Seconds between two looks at the store."""

TakeTurn = Callable[[Message, Emit], Awaitable[None]]


def due_time(event: ReminderScheduled) -> float:
    """Seconds since the epoch; a time without a zone is the machine's, as in Rasa.

    Raises:
        ValueError: it is no ISO 8601 date and time.
    """
    return datetime.fromisoformat(event.date_time).timestamp()


async def keep_timers(store: Store, tracker: Tracker, events: Iterable[Event]) -> None:
    """Set and drop the timers that these events (not stored yet) ask for."""
    name = tracker.conversation_id
    for event in events:
        if isinstance(event, ReminderScheduled):
            try:
                due = due_time(event)
            except ValueError:
                logger.error("A reminder has no valid time; it will not come.")
                continue
            await store.set_timer(Timer(name, reminder_name(event), due))
        elif isinstance(event, ReminderCancelled):
            for one in tracker.events:
                if isinstance(one, ReminderScheduled) and _cancels(event, one):
                    await store.drop_timer(name, reminder_name(one))


def reminder_name(event: ReminderScheduled) -> str:
    """The name that the timer has: the reminder's own, else its intent and time."""
    return event.name or f"{event.intent} {event.date_time}"


def _cancels(cancelled: ReminderCancelled, scheduled: ReminderScheduled) -> bool:
    return (
        cancelled.name in (None, scheduled.name)
        and cancelled.intent in (None, scheduled.intent)
        and cancelled.entities in (None, scheduled.entities)
    )


def pending(tracker: Tracker, name: str) -> ReminderScheduled | None:
    """The reminder of this name, if it still counts: not undone, not spoken over."""
    spoken = False
    for event in reversed(tracker.applied_events()):
        if isinstance(event, UserUttered) and event.text:
            spoken = True
        if isinstance(event, ReminderScheduled) and reminder_name(event) == name:
            return None if spoken and event.kill_on_user_msg else event
    return None


def reminder_message(timer: Timer, event: ReminderScheduled, channel: str) -> Message:
    """The message that a reminder is; its id makes two workers answer it once."""
    entities = event.entities or ()
    if isinstance(entities, dict):
        entities = [{"entity": key, "value": value} for key, value in entities.items()]
    return Message(
        "",
        timer.conversation_id,
        channel,
        message_id=f"reminder {timer.name} {timer.due!r}",
        trigger_intent=event.intent,
        trigger_entities=tuple(entities),
    )


class ReminderClock:
    """Looks for timers that are due and lets their reminders come.

    Args:
        take: answers a message.
        read: reads a conversation, while nobody holds its lock.
        channel_of: where the replies of a conversation go.
    """

    def __init__(
        self,
        store: Store,
        take: TakeTurn,
        read: Callable[[str], Awaitable[Tracker]],
        channel_of: Callable[[Tracker], Emit] | None = None,
    ) -> None:
        self.store = store
        self.take = take
        self.read = read
        self.channel_of = channel_of or (lambda tracker: Collected())

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look(datetime.now(UTC).timestamp())
            except Exception:  # the store may be away for a while; reminders wait for it
                logger.exception("Reminders could not be looked at; trying again.")
            await asyncio.sleep(LONGEST_NAP)

    async def look(self, now: float) -> int:
        """Let everything come that is due by ``now``; return how many timers were looked at."""
        due = await self.store.timers(now)
        for timer in due:
            tracker = await self.read(timer.conversation_id)
            event = pending(tracker, timer.name)
            if event is not None:
                channel = tracker.latest_input_channel() or "reminder"
                await self.take(reminder_message(timer, event, channel), self.channel_of(tracker))
            await self.store.drop_timer(timer.conversation_id, timer.name)
        return len(due)
