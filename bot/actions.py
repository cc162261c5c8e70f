"""Running the shop's actions: in this process, or on a rasa_sdk action server over HTTP.

Both answer the same: events and responses, in the JSON of Rasa's action server protocol.
"""

from __future__ import annotations

import asyncio
import copy
import importlib
import inspect
import json
import logging
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from bot.endpoint import Address
from bot.errors import ActionError, ActionRejected, ActionTimeout
from bot.events import Event
from bot.tracker import Tracker

logger = logging.getLogger(__name__)

PROTOCOL_VERSION = "3.6.21"
"""The version of Rasa that action servers are told."""


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action answers."""

    events: Sequence[Mapping[str, Any]] = ()
    responses: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


class CustomActions(Protocol):
    """Runs actions by name."""

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        """Run one.

        Raises:
            ActionRejected: it declined.
            ActionTimeout: it did not answer in time.
            ActionError: it is unknown, failed, or answered nonsense.
        """

    async def close(self) -> None:
        """Give back connections."""


class EventDicts(list[Any]):
    """A conversation's events as JSON, each made only when somebody looks at it; actions may add their own."""

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [_as_dict(one) for one in super().__getitem__(index)]
        return _as_dict(super().__getitem__(index))

    def __iter__(self) -> Iterator[Any]:
        return map(_as_dict, super().__iter__())

    def __reversed__(self) -> Iterator[Any]:
        return map(_as_dict, super().__reversed__())

    def __add__(self, other: Any) -> list[Any]:
        return [*self, *other]

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    def copy(self) -> list[Any]:
        return list(iter(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return copy.deepcopy(self.copy(), memo)


def _as_dict(event: Any) -> Any:
    return event.as_dict() if isinstance(event, Event) else event


class NoActions:
    """For projects without actions of their own."""

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        raise ActionError(f"The project has no actions package and no action_endpoint to run '{name}'.")

    async def close(self) -> None:
        """Nothing to give back."""


class InProcessActions:
    """``rasa_sdk`` actions of the project's ``actions`` package (or ``actions.py``), run in this process."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]], deadline: float) -> None:
        self._functions = functions
        self._deadline = deadline

    @classmethod
    def load(cls, root: Path, deadline: float = 10.0) -> InProcessActions:
        """Import the package ``actions`` under ``root``.

        Args:
            deadline: seconds that an action may take.

        Raises:
            ActionError: the package cannot be imported.
        """
        from rasa_sdk.executor import ActionExecutor

        path = str(root.resolve())
        if path not in sys.path:
            sys.path.insert(0, path)
        importlib.invalidate_caches()
        executor = ActionExecutor()
        # What it logs of a failure is told below, with its place.
        logging.getLogger("rasa_sdk.executor").setLevel(logging.CRITICAL)
        try:
            executor.register_package("actions")
        except (Exception, SystemExit) as failure:  # the package's own code may raise anything
            # The SDK exits on an ImportError.
            error = failure.__context__ or failure if isinstance(failure, SystemExit) else failure
            place = _place_of(error, root.resolve())
            raise ActionError(
                f"The package 'actions' cannot be imported: {place}{type(error).__name__}: {error}"
            ) from error
        return cls(executor.actions, deadline)

    @property
    def names(self) -> list[str]:
        return sorted(self._functions)

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        from rasa_sdk.executor import CollectingDispatcher
        from rasa_sdk.interfaces import ActionExecutionRejection
        from rasa_sdk.interfaces import Tracker as SdkTracker

        function = self._functions.get(name)
        if function is None:
            raise ActionError(f"The package 'actions' has no action '{name}'.")
        state: dict[str, Any] = tracker.as_dict()
        state["events"] = EventDicts(tracker.told_events())
        dispatcher = CollectingDispatcher()
        call = (dispatcher, SdkTracker.from_dict(state), dict(tracker.domain.raw))
        try:
            async with asyncio.timeout(self._deadline):
                events = await self._call(function, call)
        except TimeoutError as error:
            raise ActionTimeout(f"'{name}' took longer than {self._deadline:g} s.") from error
        except ActionExecutionRejection as error:
            raise ActionRejected(str(error)) from error
        except Exception as error:  # the shop's code may raise anything; the conversation goes on
            logger.error("The action '%s' raised %s.", name, type(error).__name__, exc_info=True)
            raise ActionError(f"'{name}' raised {type(error).__name__}.") from error
        return checked_result(name, {"events": events or [], "responses": dispatcher.messages})

    @staticmethod
    async def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        if inspect.iscoroutinefunction(function):
            return await function(*arguments)
        # A plain function may block: not the other conversations.
        found = await asyncio.to_thread(function, *arguments)
        return await found if inspect.isawaitable(found) else found

    async def close(self) -> None:
        """Nothing to give back."""


def _place_of(error: BaseException, root: Path) -> str:
    """The project's line that raised, as ``file:line: ``."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: "
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename.startswith(str(root))]
    own = [one for one in frames if ".venv" not in one.filename]
    return f"{Path(own[-1].filename).relative_to(root)}:{own[-1].lineno}: " if own else ""


class ActionServer:
    """An action server at ``action_endpoint`` of ``endpoints.yml``."""

    def __init__(self, address: Address, selective_domain: bool = False) -> None:
        """Nothing is connected until the first call.

        Args:
            selective_domain: send the domain only with the actions that the domain says want it.
        """
        self._address = address
        self._selective = selective_domain
        self._session: aiohttp.ClientSession | None = None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            address = self._address
            timeout = aiohttp.ClientTimeout(total=address.timeout)
            self._session = aiohttp.ClientSession(timeout=timeout, headers=address.headers, auth=address.auth)
        return self._session

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        body: dict[str, Any] = {
            "next_action": name,
            "sender_id": tracker.conversation_id,
            "tracker": tracker.as_dict(tracker.told_events()),
            "version": PROTOCOL_VERSION,
        }
        if not self._selective or name in tracker.domain.actions_sending_domain:
            body["domain"] = dict(tracker.domain.raw)
        address = self._address
        try:
            async with self._client().post(
                address.url, json=body, params=address.params, ssl=address.ssl or True
            ) as response:
                text = await response.text()
                status = response.status
        except TimeoutError as error:
            raise ActionTimeout(f"The action server did not answer '{name}' in time.") from error
        except (aiohttp.ClientError, UnicodeDecodeError, OSError) as error:
            raise ActionError(f"The action server failed at '{name}': {type(error).__name__}.") from error
        if status == 400 and _is_rejection(text):
            raise ActionRejected(f"'{name}' declined to run.")
        if status >= 400:
            raise ActionError(f"The action server answered '{name}' with status {status}.")
        return checked_result(name, _json(text, name))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ActionError(f"The action server's answer to '{name}' is no JSON.") from error


def _is_rejection(text: str) -> bool:
    try:
        return "action_name" in json.loads(text)
    except (ValueError, TypeError):
        return False


def checked_result(name: str, answer: Any) -> ActionResult:
    """The answer, if it is one: lists of objects under ``events`` and ``responses``."""
    if not isinstance(answer, Mapping):
        raise ActionError(f"'{name}' answered {type(answer).__name__} in place of events and responses.")
    events, responses = answer.get("events") or [], answer.get("responses") or []
    for key, value in (("events", events), ("responses", responses)):
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise ActionError(f"'{name}' answered '{key}' that are no list of objects.")
    return ActionResult(events, responses)
