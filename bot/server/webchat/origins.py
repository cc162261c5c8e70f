"""Whose pages may chat: those of the server's own origin, and those that are listed."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

from bot.server.errors import ApiError

_PORTS = {"http": 80, "https": 443}


class Origins:
    """An allow-list; ``*`` is every origin."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = frozenset(allowed)

    def check(self, request: web.Request) -> None:
        """Pass, or raise :class:`ApiError`: 403. Whoever is no browser says no origin, and has no visitor's token."""
        if not self.allows(request):
            message = (
                "Pages of this origin may not chat here. Add it to 'webchat: origins' in credentials.yml."
            )
            raise ApiError(HTTPStatus.FORBIDDEN, "ForeignOrigin", message)

    def allows(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None or "*" in self._allowed or origin in self._allowed:
            return True
        return _is_same(origin, request.host)

    def headers(self, request: web.Request) -> dict[str, str]:
        """What a browser has to read before its page may see the answer."""
        origin = request.headers.get("Origin")
        found = {"Vary": "Origin"}
        if origin is not None and self.allows(request):
            found["Access-Control-Allow-Origin"] = origin
        return found

    async def preflight(self, request: web.Request) -> web.Response:
        """``OPTIONS``, before a page of another origin may ask."""
        self.check(request)
        headers = {
            **self.headers(request),
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": "86400",
        }
        return web.Response(status=204, headers=headers)


def _is_same(origin: str, host: str) -> bool:
    """Whether the origin has this host; a proxy may have taken TLS off, so the scheme says nothing."""
    try:
        parts = urlsplit(origin)
        port = _PORTS.get(parts.scheme)
        if port is None or not parts.hostname:
            return False
        own = urlsplit(f"//{host}")
        return (parts.hostname, parts.port or port) == (own.hostname, own.port or port)
    except ValueError:
        return False
