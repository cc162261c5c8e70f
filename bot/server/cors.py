"""Pages of other origins: ``--cors``, as browsers ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler

_ASKED_METHOD = "Access-Control-Request-Method"
_ASKED_HEADERS = "Access-Control-Request-Headers"
_SECONDS_KEPT = "86400"


class Cors:
    """Lets pages of these origins ask; ``*`` is every origin."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origins)

    def guard(self, app: web.Application) -> None:
        """Answer preflights, and name the origin in every answer, errors too."""

        @web.middleware
        async def preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
            return self._preflight(request) or await handler(request)

        app.middlewares.insert(0, preflight)
        app.on_response_prepare.append(self._name_origin)

    def _allows(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        return origin is not None and ("*" in self._origins or origin in self._origins)

    def _preflight(self, request: web.Request) -> web.Response | None:
        if request.method != "OPTIONS" or _ASKED_METHOD not in request.headers or not self._allows(request):
            return None
        headers = {
            "Access-Control-Allow-Methods": request.headers[_ASKED_METHOD],
            "Access-Control-Allow-Headers": request.headers.get(_ASKED_HEADERS, "Content-Type"),
            "Access-Control-Max-Age": _SECONDS_KEPT,
        }
        return web.Response(status=204, headers=headers)

    async def _name_origin(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.add("Vary", "Origin")
        if self._allows(request):
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
