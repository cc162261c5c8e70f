"""What comes in, with bounds: no body, number, nesting or parameter is taken as it is."""

from __future__ import annotations

import asyncio
import json
import math
from http import HTTPStatus
from typing import Any, NoReturn

from aiohttp import web

from bot.server.errors import ApiError, bad_request

MAX_BODY = 256 * 1024
"""Bytes of a message's request."""
MAX_EVENTS_BODY = 32 * 1024 * 1024
"""Bytes of a request that brings a conversation's events."""
MAX_DEPTH = 50
"""Lists and objects within each other: what is stored is written by a recursive encoder."""
BODY_SECONDS = 30.0
"""A client that has not sent its body by then is let go."""


async def read_json(request: web.Request, limit: int = MAX_BODY) -> Any:
    """The body as JSON.

    Args:
        limit: bytes.

    Raises:
        ApiError: 400 for what is not JSON in UTF-8, 408 for a body that does not come, 413 for a long one.
    """
    data = await read_bytes(request, limit)
    if not data:
        raise bad_request("The request has no body.", "")
    if len(data) > MAX_BODY:  # a whole conversation: nobody waits while it is parsed
        return await asyncio.to_thread(parse_json, data)
    return parse_json(data)


def parse_json(data: bytes) -> Any:
    """JSON without what only Python reads into it (NaN, Infinity), and not nested too deep.

    Raises:
        ApiError: 400.
    """
    try:
        found = json.loads(data.decode(), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError:
        raise bad_request("The body is not UTF-8.", "") from None
    except (ValueError, RecursionError):
        raise bad_request("The body is not JSON.", "") from None
    # Few brackets cannot be nested deep: most bodies are not walked through.
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH and _depth_exceeds(found, MAX_DEPTH):
        raise bad_request(f"The body is nested deeper than {MAX_DEPTH} levels.", "")
    return found


async def read_object(request: web.Request, limit: int = MAX_BODY) -> dict[str, Any]:
    """The body as a JSON object; raises as :func:`read_json` does."""
    found = await read_json(request, limit)
    if not isinstance(found, dict):
        raise bad_request("The body must be a JSON object.", "")
    return found


async def read_bytes(request: web.Request, limit: int) -> bytes:
    """The body, which may be empty; raises 400, 408 and 413 as :func:`read_json` does."""
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    parts = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                parts += part
                if len(parts) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise ApiError(
            HTTPStatus.REQUEST_TIMEOUT, "RequestTimeout", "The body did not come in time."
        ) from None
    except (ValueError, web.RequestPayloadError):
        raise bad_request("The body is broken.", "") from None
    return bytes(parts)


def _too_large(limit: int) -> ApiError:
    # What is left of the body would have to be read to its end, so the connection is closed.
    return ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "RequestEntityTooLarge",
        f"The body is larger than {limit} bytes.",
        headers={"Connection": "close"},
    )


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("a number beyond any float")
    return number


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        containers = [one for one in level if isinstance(one, dict | list)]
        if not containers:
            return False
        level = [inner for one in containers for inner in (one.values() if isinstance(one, dict) else one)]
    return True


def flag(request: web.Request, name: str) -> bool:
    """A query parameter that is ``true`` in any spelling; everything else is false, as in Rasa."""
    return request.query.get(name, "").lower() == "true"


def seconds(request: web.Request, name: str) -> float | None:
    """A query parameter that is a time in seconds since the epoch.

    Raises:
        ApiError: 400 when it is no number.
    """
    written = request.query.get(name)
    if written is None:
        return None
    try:
        return _finite(written)
    except ValueError:
        raise bad_request(f"'{name}' must be a number of seconds.", name, "query") from None
