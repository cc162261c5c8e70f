"""``callback_url``: the client hears at once that the work has begun, and later what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import aiohttp
from aiohttp import web
from yarl import URL

from bot.server.errors import api_error, bad_request, unavailable

logger = logging.getLogger(__name__)

Answer = Callable[[], Awaitable[web.Response]]

MAX_WAITING = 8
"""Answers that are worked on or delivered at once."""
DELIVERY_SECONDS = 60.0
"""A receiver that has not taken the answer by then does not get it."""


class Later:
    """Works on answers that nobody waits for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.Request, work: Answer) -> web.Response:
        """The answer itself; or with ``callback_url`` 204, and the answer is sent there.

        Raises:
            ApiError: 400, the address is none; 503, too many are being worked on.
        """
        given = request.query.get("callback_url")
        if not given:
            return await work()
        url = _address(given)
        if len(self._tasks) >= MAX_WAITING:
            raise unavailable("Too many answers are being worked on. Please try again.")
        task = asyncio.create_task(self._deliver(url, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def close(self) -> None:
        """Give up what is not done."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            logger.warning("%d answers were not sent to their 'callback_url'.", len(tasks))
            await asyncio.wait(tasks)

    async def _deliver(self, url: URL, work: Answer) -> None:
        try:
            response = await work()
        except Exception as error:  # the receiver hears of it in the same words as a waiting client
            told = api_error(error)
            if told is None:
                return
            response = told.response()
        body = response.body if isinstance(response.body, bytes | bytearray) else b""
        headers = {"Content-Type": response.content_type}
        if name := response.headers.get("filename"):
            headers["filename"] = name
        timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                if answer.status >= 400:
                    logger.error("The 'callback_url' answered with status %d.", answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            logger.error("The 'callback_url' could not be reached (%s).", type(error).__name__)


def _address(given: str) -> URL:
    try:
        url = URL(given)
    except ValueError:
        url = URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise bad_request("'callback_url' must begin with http:// or https://.", "callback_url", "query")
    return url
