"""Customers' files are kept for some days: a look every hour, as long as the server runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.clock import Clock
from bot.kept_files import DAY, KeptFiles

logger = logging.getLogger(__name__)

EVERY = 3600.0


async def sweep_for_ever(
    files: KeptFiles, days: int, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Delete what is older than so many days, now and every hour; with 0 days nothing is."""
    while days:
        try:
            count = await asyncio.to_thread(files.sweep, clock.now() - days * DAY)
            if count:
                logger.info("%d files of customers were deleted after %d days.", count, days)
        except OSError as error:  # the next hour may be better
            logger.error("Customers' files could not be looked through (%s).", type(error).__name__)
        await sleep(EVERY)


async def sweeping(files: KeptFiles, days: int, clock: Clock, app: web.Application) -> AsyncIterator[None]:
    """The look at work while the server runs."""
    task = asyncio.create_task(sweep_for_ever(files, days, clock))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
