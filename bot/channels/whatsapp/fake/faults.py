"""What may go wrong on Meta's side, one fault a request."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Fault = Literal[
    "500",
    "429",
    "200 with error",
    "nothing",
    "half",
    "empty",
    "hang up",
    "taken, then hang up",
    "taken, then 500",
]


@dataclass(slots=True)
class Faults:
    """The faults of the next requests, in order; ``None`` lets one pass."""

    coming: deque[Fault | int | None] = field(default_factory=deque)
    """A number is an error code of Meta's."""

    def add(self, *faults: Fault | int | None) -> None:
        self.coming.extend(faults)

    def next(self) -> Fault | int | None:
        return self.coming.popleft() if self.coming else None


def error_body(code: int, message: str, details: str = "") -> dict[str, Any]:
    """An error as the Graph API writes it."""
    return {
        "error": {
            "message": f"(#{code}) {message}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details or message},
            "fbtrace_id": "Afake",
        }
    }


async def answer_of(fault: Fault | int, request: web.Request) -> web.StreamResponse:
    """The answer that a fault makes."""
    if isinstance(fault, int):
        status = 401 if fault == 190 else 429 if fault == 130429 else 400
        return web.json_response(error_body(fault, "A fault that was asked for."), status=status)
    match fault:
        case "500":
            return web.Response(status=500, text="<html>Sorry, something went wrong.</html>")
        case "429":
            return web.Response(status=429, headers={"Retry-After": "1"})
        case "200 with error":
            return web.json_response(error_body(131000, "Something went wrong"))
        case "half":
            return web.Response(text='{"messaging_product": "whats', content_type="application/json")
        case "empty":
            return web.Response()
        case "nothing":
            await asyncio.sleep(3600)
        case "taken, then 500":
            return web.Response(status=500)
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
