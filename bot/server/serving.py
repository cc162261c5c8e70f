"""From a socket to a graceful end."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import count
from ssl import SSLContext
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.server.app import TURNS

logger = logging.getLogger(__name__)

GRACE = 25.0
"""Seconds that turns in flight have at the end; orchestrators kill after 30."""
HEADER_SECONDS = 20.0
"""A client that has not sent the head of its first request by then is let go; aiohttp itself waits for ever."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class _NoContent(logging.Filter):
    """What aiohttp logs of a broken request quotes it: only that it was broken is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"A connection failed ({kind.__name__ if kind else 'no exception'})."
        record.args, record.exc_info, record.exc_text = (), None, None
        return True


def _connection_logger() -> logging.Logger:
    found = logging.getLogger(f"{__name__}.connections")
    if not found.filters:
        found.addFilter(_NoContent())
    return found


class _ImpatientRunner(web.AppRunner):
    """Lets clients go that connect and ask nothing."""

    header_seconds = HEADER_SECONDS

    @cached_property
    def _numbers(self) -> Iterator[int]:
        return count()

    @property
    def server(self) -> Any:
        """What makes the protocol of a new connection; sites ask here."""
        make = super().server
        if make is None:
            return None

        def connect() -> web.RequestHandler:
            protocol = make()
            number = next(self._numbers)
            self._silent[id(protocol)] = (number, protocol)
            asyncio.get_running_loop().call_later(self.header_seconds, self._look, id(protocol), number)
            return protocol

        return connect

    @cached_property
    def _silent(self) -> dict[int, tuple[int, web.RequestHandler]]:
        """Connections of which no request is known yet."""
        return {}

    @cached_property
    def heard(self) -> Middleware:
        """Tells requests that have come."""

        @web.middleware
        async def tell(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._silent.pop(id(request.protocol), None)
            return await handler(request)

        return tell

    def _look(self, key: int, number: int) -> None:
        # A protocol that has gone may have left its id to another one.
        known, protocol = self._silent.get(key, (None, None))
        if known == number and protocol is not None:
            del self._silent[key]
            if protocol.transport is not None:
                protocol.transport.abort()


async def serve(
    app: web.Application,
    host: str | None = "0.0.0.0",
    port: int = 5005,
    *,
    ssl_context: SSLContext | None = None,
    grace: float = GRACE,
    header_seconds: float = HEADER_SECONDS,
    stop: asyncio.Event | None = None,
    ready: Callable[[str, int], None] | None = None,
) -> None:
    """Serve until a signal comes or ``stop`` is set, then let what is in flight end.

    Args:
        port: 0 takes a free one.
        grace: seconds for turns in flight.
        header_seconds: so long a client may take for the head of its first request.
        stop: for whoever ends the server from within.
        ready: told host and port once requests are taken.

    Raises:
        OSError: the address cannot be taken.
    """
    stopped = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in _SIGNALS:
        with suppress(NotImplementedError, RuntimeError):  # not on Windows, not outside the main thread
            loop.add_signal_handler(one, stopped.set)
    # Addresses hold conversation ids and tokens: there is no access log.
    runner = _ImpatientRunner(app, access_log=None, logger=_connection_logger(), shutdown_timeout=grace)
    runner.header_seconds = header_seconds
    app.middlewares.insert(0, runner.heard)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=ssl_context, backlog=1024).start()
        bound = runner.addresses[0]
        logger.info("Listening on %s:%s.", bound[0], bound[1])
        # Model and libraries stay: garbage is looked for among what comes later. Else every request waits up to
        # 80 ms once in a while.
        gc.collect()
        gc.freeze()
        if ready is not None:
            ready(bound[0], bound[1])
        await stopped.wait()
        logger.info("Stopping: %d turns are in flight.", len(app[TURNS]))
    finally:
        gc.unfreeze()
        for one in _SIGNALS:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.remove_signal_handler(one)
        # First whoever still waits for an answer, then turns whose clients have gone.
        await runner.cleanup()
        await app[TURNS].drain(grace)
