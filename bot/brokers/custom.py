"""A project's own broker, named in ``endpoints.yml`` by its class path, with the methods of Rasa's brokers."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.brokers import Record


@dataclass(frozen=True, slots=True)
class BrokerConfig:
    """What ``from_endpoint_config`` is given, named as in Rasa's ``EndpointConfig``."""

    type: str
    url: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """The section's other keys."""


def load_class(path: str) -> Any:
    """The class at ``package.module.Class``.

    Raises:
        ImportError: there is none, or it lacks the methods of a broker.
    """
    module, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(module), name, None)
    if not inspect.isclass(found):
        raise ImportError(f"{module} has no class {name}")
    missing = [one for one in ("from_endpoint_config", "publish") if not hasattr(found, one)]
    if missing:
        raise ImportError(f"{path} lacks {' and '.join(missing)}")
    return found


class CustomSink:
    """Hands events to the project's broker one by one.

    An ``async`` method is awaited; a plain one may block, so it runs in a thread.
    """

    def __init__(self, kind: Any, config: BrokerConfig) -> None:
        self._kind = kind
        self._config = config
        self._broker: Any = None

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        if self._broker is None:
            self._broker = await _call(self._kind.from_endpoint_config, self._config)
        for record in records:
            await _call(self._broker.publish, record.as_dict())

    async def close(self) -> None:
        """See :meth:`bot.brokers.Sink.close`."""
        if hasattr(self._broker, "close"):
            await _call(self._broker.close)


async def _call(function: Any, *arguments: Any) -> Any:
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    found = await asyncio.to_thread(function, *arguments)
    return await found if inspect.isawaitable(found) else found
