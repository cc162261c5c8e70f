"""Conversations as JSON: which events are told, and long ones told without keeping anybody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, TypeVar

from aiohttp import web

from bot.domain import Domain
from bot.errors import SantralError
from bot.events import ActiveLoop, Event
from bot.server.bodies import seconds
from bot.server.errors import bad_request, json_text
from bot.slots import SHOULD_NOT_BE_SET
from bot.tracker import Tracker

Result = TypeVar("Result")

SHORT = 300
"""Events; what is longer is built and written in a thread."""
_SLICED_LEVELS = 3
"""The answer, its tracker, the tracker's events: each event is written on its own, so that others run between."""

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
        """Raises :class:`~bot.server.errors.ApiError`: 400, there is no such choice."""
        found = _SHOWN.get(request.query.get("include_events", "AFTER_RESTART").upper())
        if found is None:
            message = f"'include_events' must be one of {', '.join(_SHOWN)}."
            raise bad_request(message, "include_events", "query")
        return cls(found)

    def state(self, tracker: Tracker) -> dict[str, Any]:
        return tracker.as_dict(self.events(tracker))


@dataclass(frozen=True, slots=True)
class Until:
    """Up to when an answer looks: ``until``, in seconds since the epoch."""

    time: float | None

    @classmethod
    def of(cls, request: web.Request) -> Until:
        """Raises :class:`~bot.server.errors.ApiError`: 400, it is no number."""
        return cls(seconds(request, "until"))

    def cut(self, events: Iterable[Event]) -> list[Event]:
        time = self.time
        if time is None:
            return list(events)
        return list(takewhile(lambda event: event.timestamp <= time, events))


async def off_loop(size: int, work: Callable[[], Result]) -> Result:
    """Do a piece of work that grows with a conversation: at once when it is short, else in a thread."""
    return work() if size <= SHORT else await asyncio.to_thread(work)


async def state_response(size: int, make: Callable[[], dict[str, Any]]) -> web.Response:
    """An answer with a tracker of ``size`` events in it."""
    if size <= SHORT:
        text = json_text(make())
    else:
        text = await asyncio.to_thread(lambda: _sliced_text(make(), _SLICED_LEVELS))
    return web.json_response(text=text)


def _sliced_text(value: Any, levels: int) -> str:
    """As :func:`json_text`, but in many short steps: the encoder lets no other thread run while it works."""
    if levels and isinstance(value, dict):
        return "{" + ",".join(f"{json_text(k)}:{_sliced_text(v, levels - 1)}" for k, v in value.items()) + "}"
    if levels and isinstance(value, list):
        return "[" + ",".join(_sliced_text(one, levels - 1) for one in value) + "]"
    return json_text(value)


def stamped(events: Sequence[Event], now: Callable[[], float]) -> list[Event]:
    """The same events; those without a time get the present one."""
    return [event if event.timestamp else replace(event, timestamp=now()) for event in events]


def try_out(tracker: Tracker, events: Sequence[Event]) -> None:
    """Apply events to a copy.

    Raises:
        ApiError: 400, they do not fit the domain.
    """
    for event in events:
        if isinstance(event, ActiveLoop) and not _is_loop(tracker.domain, event.name):
            raise bad_request("The domain has no form of the name that an 'active_loop' event gives.", "")
    trial = tracker.copy()
    try:
        trial.update_all(events)
        trial.as_dict(trial.events)
    except (TypeError, ValueError, KeyError, AttributeError, SantralError) as error:
        raise bad_request(f"The events do not fit this bot ({type(error).__name__}).", "") from None


def _is_loop(domain: Domain, name: str | None) -> bool:
    return name in (None, SHOULD_NOT_BE_SET) or name in domain.action_index
