"""``/conversations/{id}/...``: conversations looked at and written to from outside, as Rasa's API does it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from aiohttp import web

from bot.channels.rest import NAME, OUTPUT_NAME, read_id, read_text
from bot.dialogue.story_writer import write_stories
from bot.domain import ACTION_SESSION_START
from bot.events import ActionExecuted, Event, ReminderScheduled
from bot.kept_files import KeptFiles
from bot.message import Collected, Message
from bot.reminders import due_time, keep_timers
from bot.server.bodies import MAX_EVENTS_BODY, flag, read_json, read_object
from bot.server.errors import bad_request
from bot.server.event_checks import LOGGED_ONLY, begin_with_session_start, is_parse_data, read_events
from bot.server.outputs import Outputs, unknown_conversation
from bot.server.states import Shown, Until, off_loop, stamped, state_response, try_out
from bot.server.turns import Turns
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.turn import Bot, Turn


class ConversationRoutes:
    """Trackers over HTTP.

    Args:
        files: where customers' files are; those of a conversation go when its events do.
    """

    def __init__(self, turns: Turns, outputs: Outputs, files: Sequence[KeptFiles] = ()) -> None:
        self.turns = turns
        self.bot: Bot = turns.bot
        self.outputs = outputs
        self.files = files

    async def tracker(self, request: web.Request) -> web.Response:
        """``GET .../tracker``. An unknown conversation is shown as it would begin; nothing is stored."""
        conversation_id, shown, until = conversation_of(request), Shown.of(request), Until.of(request)
        events: Sequence[Event] = await self.bot.store.load(conversation_id)
        if not events:
            events = (await _begun(self.bot, conversation_id)).events
        domain = self.bot.domain
        return await state_response(
            len(events), lambda: shown.state(Tracker(conversation_id, domain, until.cut(events)))
        )

    async def story(self, request: web.Request) -> web.Response:
        """``GET .../story``: the latest session as a test story, or with ``all_sessions`` each of them."""
        conversation_id, until = conversation_of(request), Until.of(request)
        every = flag(request, "all_sessions")
        events = await self.bot.store.load(conversation_id)
        if not events:
            raise unknown_conversation()

        def text() -> str:
            told = [until.cut(one) for one in sessions_of(events)[0 if every else -1 :]]
            found = [one for one in told if one]
            names = [conversation_id] if len(found) == 1 else _numbered(conversation_id, len(found))
            return write_stories(zip(names, found, strict=True))

        return web.Response(text=await off_loop(len(events), text))

    async def append_events(self, request: web.Request) -> web.Response:
        """``POST .../tracker/events``; with ``execute_side_effects`` the bot's texts are said, too."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_json(request, MAX_EVENTS_BODY)
        events = await off_loop(_length(body), lambda: read_events(body))
        side_effects = flag(request, "execute_side_effects")
        output = await self.outputs.of(request, conversation_id) if side_effects else None

        async def append(turn: Turn) -> web.Response:
            size = len(turn.tracker.events) + len(events)
            await off_loop(size, lambda: try_out(turn.tracker, events))
            if not turn.tracker.events and not begin_with_session_start(events):
                await turn.begin_session_if_due()
            fresh = stamped(events, self.bot.clock.now)
            await off_loop(len(events), lambda: turn.tracker.update_all(fresh))
            await turn.commit()
            return await state_response(size, lambda: shown.state(turn.tracker))

        message = Message("", conversation_id)
        return await self.turns.hold(message, append, output.emit if output else None)

    async def replace_events(self, request: web.Request) -> web.Response:
        """``PUT .../tracker/events``."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_json(request, MAX_EVENTS_BODY)
        events = await off_loop(_length(body), lambda: read_events(body))
        tracker = Tracker(conversation_id, self.bot.domain)
        await off_loop(len(events), lambda: try_out(tracker, events))
        await self.turns.run(self._replace(tracker, events))
        return await state_response(len(events), lambda: shown.state(tracker))

    async def _replace(self, tracker: Tracker, events: list[Event]) -> None:
        bot, name = self.bot, tracker.conversation_id
        async with bot.store.lock(name):
            known = await bot.store.load(name)
            now = bot.clock.now
            await off_loop(len(events), lambda: tracker.update_all(stamped(events, now)))
            # Reminders whose time has passed came when the conversation was elsewhere, or never will.
            coming = [one for one in tracker.events if not _is_past(one, now())]
            await keep_timers(bot.store, tracker, coming)
            bot.trackers.forget(name)
            await bot.store.replace(name, tracker.events)
            if bot.watch is not None:
                bot.watch(name, 0, None)
            for one in self.files:  # what customers sent goes with the words that it came with
                await asyncio.to_thread(one.keep_only, name, tracker.events)
            if bot.broker is not None:
                same = await asyncio.to_thread(_common, known, tracker.events)
                bot.broker.publish(name, tracker.events[same:])

    async def add_message(self, request: web.Request) -> web.Response:
        """``POST .../messages``: understood and logged, but not answered."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_object(request)
        if body.get("sender") != "user":
            raise bad_request("Only messages of the sender 'user' can be added.", "sender")
        if not is_parse_data(body.get("parse_data")):
            raise bad_request("'parse_data' is not what '/model/parse' answers.", "parse_data")
        message = Message(
            read_text(body.get("text"), "text"),
            conversation_id,
            NAME,
            OUTPUT_NAME,
            message_id=uuid.uuid4().hex,
            metadata=LOGGED_ONLY,
            parse=body.get("parse_data"),
        )

        async def add(turn: Turn) -> web.Response:
            await turn.begin_session_if_due()
            await turn.log_message()
            return await state_response(len(turn.tracker.events), lambda: shown.state(turn.tracker))

        return await self.turns.hold(message, add)


def conversation_of(request: web.Request) -> str:
    return str(read_id(request.match_info["conversation_id"], "conversation_id"))


def sessions_of(events: Sequence[Event]) -> list[Sequence[Event]]:
    """The events of each session; one begins where its action ran."""
    starts = [
        index
        for index, event in enumerate(events)
        if index and isinstance(event, ActionExecuted) and event.name == ACTION_SESSION_START
    ]
    return [events[start:end] for start, end in pairwise([0, *starts, len(events)])]


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name}, story {number}" for number in range(1, count + 1)]


def _length(body: Any) -> int:
    return len(body) if isinstance(body, list) else 1


def _is_past(event: Event, now: float) -> bool:
    if not isinstance(event, ReminderScheduled):
        return False
    try:
        return due_time(event) <= now
    except (ValueError, OverflowError, OSError):
        return True


def _common(known: Sequence[Event], now: Sequence[Event]) -> int:
    """How many events both begin with."""
    pairs = zip(known, now, strict=False)
    return next(
        (index for index, (one, other) in enumerate(pairs) if one != other), min(len(known), len(now))
    )


async def _begun(bot: Bot, conversation_id: str) -> Tracker:
    """A conversation as its first session would begin, in memory only."""
    trial = replace(bot, store=MemoryStore(), broker=None)
    turn = Turn(trial, Message("", conversation_id), Collected(), Tracker(conversation_id, bot.domain))
    await turn.begin_session_if_due()
    return turn.tracker
