"""From a socket to a graceful end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext

from aiohttp import web

from bot.server.app import TURNS

logger = logging.getLogger(__name__)

GRACE = 25.0
"""Seconds that turns in flight have at the end; orchestrators kill after 30."""
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


async def serve(
    app: web.Application,
    host: str | None = "0.0.0.0",
    port: int = 5005,
    *,
    ssl_context: SSLContext | None = None,
    grace: float = GRACE,
    stop: asyncio.Event | None = None,
    ready: Callable[[str, int], None] | None = None,
) -> None:
    """Serve until a signal comes or ``stop`` is set, then let what is in flight end.

    Args:
        port: 0 takes a free one.
        grace: seconds for turns in flight.
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
    runner = web.AppRunner(app, access_log=None, logger=_connection_logger(), shutdown_timeout=grace)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=ssl_context, backlog=1024).start()
        bound = runner.addresses[0]
        logger.info("Listening on %s:%s.", bound[0], bound[1])
        if ready is not None:
            ready(bound[0], bound[1])
        await stopped.wait()
        logger.info("Stopping: %d turns are in flight.", len(app[TURNS]))
    finally:
        for one in _SIGNALS:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.remove_signal_handler(one)
        # First whoever still waits for an answer, then turns whose clients have gone.
        await runner.cleanup()
        await app[TURNS].drain(grace)
