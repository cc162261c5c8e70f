"""``/conversations/{id}/...``: conversations looked at and written to from outside, as Rasa's API does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import takewhile
from typing import Any

from aiohttp import web

from bot.channels.rest import NAME, OUTPUT_NAME, objects_of, read_id, read_text
from bot.domain import Domain
from bot.errors import ConflictError
from bot.events import ActiveLoop, Event
from bot.message import Collected, Message
from bot.server.bodies import MAX_EVENTS_BODY, read_json, read_object, seconds
from bot.server.errors import ApiError, bad_request, json_response, unavailable
from bot.server.event_checks import LOGGED_ONLY, begin_with_session_start, is_parse_data, read_events
from bot.server.turns import Turns
from bot.slots import SHOULD_NOT_BE_SET
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.turn import Bot, Turn

_SHOWN: dict[str, Callable[[Tracker], Sequence[Event] | None]] = {
    "NONE": lambda tracker: None,
    "APPLIED": lambda tracker: tracker.applied_events(),
    "AFTER_RESTART": lambda tracker: tracker.events_after_latest_restart(),
    "ALL": lambda tracker: tracker.events,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which events an answer tells: ``include_events``."""

    events: Callable[[Tracker], Sequence[Event] | None]

    @classmethod
    def of(cls, request: web.Request) -> Shown:
        found = _SHOWN.get(request.query.get("include_events", "AFTER_RESTART").upper())
        if found is None:
            message = f"'include_events' must be one of {', '.join(_SHOWN)}."
            raise bad_request(message, "include_events", "query")
        return cls(found)

    def state(self, tracker: Tracker) -> dict[str, Any]:
        return tracker.as_dict(self.events(tracker))


class ConversationRoutes:
    """Trackers over HTTP."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.bot: Bot = turns.bot

    async def tracker(self, request: web.Request) -> web.Response:
        """``GET .../tracker``. An unknown conversation is shown as it would begin; nothing is stored."""
        conversation_id, shown, until = conversation_of(request), Shown.of(request), seconds(request, "until")
        events = await self.bot.store.load(conversation_id)
        tracker = Tracker(conversation_id, self.bot.domain, events)
        if not tracker.events:
            tracker = await _begun(self.bot, conversation_id)
        if until is not None:
            kept = takewhile(lambda event: event.timestamp <= until, tracker.events)
            tracker = Tracker(conversation_id, self.bot.domain, kept)
        return json_response(shown.state(tracker))

    async def append_events(self, request: web.Request) -> web.Response:
        """``POST .../tracker/events``."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        events = read_events(await read_json(request, MAX_EVENTS_BODY))

        async def append(turn: Turn) -> dict[str, Any]:
            _try_out(turn.tracker, events)
            if not turn.tracker.events and not begin_with_session_start(events):
                await turn.begin_session_if_due()
            turn.tracker.update_all(_stamped(events, self.bot.clock.now))
            await turn.commit()
            return shown.state(turn.tracker)

        return json_response(await self.turns.run(self._hold(Message("", conversation_id), append)))

    async def replace_events(self, request: web.Request) -> web.Response:
        """``PUT .../tracker/events``."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        events = read_events(await read_json(request, MAX_EVENTS_BODY))
        tracker = Tracker(conversation_id, self.bot.domain)
        _try_out(tracker, events)
        state = await self.turns.run(self._replace(tracker, events))
        return json_response(state(shown))

    async def _replace(self, tracker: Tracker, events: list[Event]) -> Callable[[Shown], dict[str, Any]]:
        async with self.bot.store.lock(tracker.conversation_id):
            tracker.update_all(_stamped(events, self.bot.clock.now))
            self.bot.trackers.forget(tracker.conversation_id)
            await self.bot.store.replace(tracker.conversation_id, tracker.events)
        return lambda shown: shown.state(tracker)

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
            metadata=LOGGED_ONLY,
            parse=body.get("parse_data"),
        )

        async def add(turn: Turn) -> dict[str, Any]:
            await turn.begin_session_if_due()
            await turn.log_message()
            return shown.state(turn.tracker)

        return json_response(await self.turns.run(self._hold(message, add)))

    async def trigger_intent(self, request: web.Request) -> web.Response:
        """``POST .../trigger_intent``: the bot acts as if the customer had meant this."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_object(request)
        name = body.get("name")
        if not name or not isinstance(name, str):
            raise bad_request("Name of the intent not provided in request body.", "name")
        entities = _entities(body.get("entities"))
        if name not in self.bot.domain.all_intents:
            missing = "The intent does not exist in the domain."
            raise ApiError(HTTPStatus.NOT_FOUND, "NotFound", missing, {"parameter": "name", "in": "body"})
        message = Message(
            "", conversation_id, NAME, OUTPUT_NAME, trigger_intent=name, trigger_entities=entities
        )
        said = Collected()
        await self.turns.answer(message, said)
        tracker = Tracker(conversation_id, self.bot.domain, await self.bot.store.load(conversation_id))
        found = [one for reply in said.replies for one in objects_of(reply, conversation_id)]
        return json_response({"tracker": shown.state(tracker), "messages": found})

    async def _hold(self, message: Message, work: Callable[[Turn], Any]) -> dict[str, Any]:
        """Hold the conversation while some steps of a turn are done."""
        async with self.bot.store.lock(message.conversation_id):
            try:
                return await self._work(message, work)
            except ConflictError:
                # The kept tracker was behind the store: once more, with what is stored.
                pass
            try:
                return await self._work(message, work)
            except ConflictError:
                raise unavailable("Somebody else wrote to the conversation. Please try again.") from None

    async def _work(self, message: Message, work: Callable[[Turn], Any]) -> dict[str, Any]:
        bot = self.bot.snapshot()
        tracker = await bot.trackers.get(message.conversation_id)
        turn = Turn(bot, message, Collected(), tracker)
        state: dict[str, Any] = await work(turn)
        await turn.commit()
        bot.trackers.keep(tracker)
        return state


def conversation_of(request: web.Request) -> str:
    return str(read_id(request.match_info["conversation_id"], "conversation_id"))


async def _begun(bot: Bot, conversation_id: str) -> Tracker:
    """A conversation as its first session would begin, in memory only."""
    trial = replace(bot, store=MemoryStore(), broker=None)
    turn = Turn(trial, Message("", conversation_id), Collected(), Tracker(conversation_id, bot.domain))
    await turn.begin_session_if_due()
    return turn.tracker


def _try_out(tracker: Tracker, events: Sequence[Event]) -> None:
    """Apply events to a copy: those that do not fit the domain are refused before they are stored."""
    for event in events:
        if isinstance(event, ActiveLoop) and not _is_loop(tracker.domain, event.name):
            raise bad_request("The domain has no form of the name that an 'active_loop' event gives.", "")
    trial = tracker.copy()
    try:
        trial.update_all(events)
        trial.as_dict(trial.events)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise bad_request(f"The events do not fit this bot ({type(error).__name__}).", "") from None


def _is_loop(domain: Domain, name: str | None) -> bool:
    return name in (None, SHOULD_NOT_BE_SET) or name in domain.action_index


def _stamped(events: Sequence[Event], now: Callable[[], float]) -> list[Event]:
    """The same events; those without a time get the present one."""
    return [event if event.timestamp else replace(event, timestamp=now()) for event in events]


def _entities(value: Any) -> list[Mapping[str, Any]]:
    """Entities as a list, or in Rasa's short form ``{"name": value}``."""
    if not value:
        return []
    if isinstance(value, dict):
        return [{"entity": str(name), "value": one} for name, one in value.items()]
    parse = {"entities": value}
    if not isinstance(value, list) or not is_parse_data(parse):
        raise bad_request("'entities' must be a list of objects with 'entity' and 'value'.", "entities")
    return list(value)
