"""The chat page at ``/``: files that never change while the server runs, with the policy that they live by."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import web

from bot.server.errors import VERSION

FOLDER = Path(__file__).parent.parent / "page"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Replies may show pictures of the shop's own servers, wherever these are.
        "img-src 'self' https: data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class Page:
    """Answers from memory; browsers ask again each time and mostly hear that nothing has changed."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _TYPES
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self.index), web.get("/page/{name}", self.file)]

    async def index(self, request: web.Request) -> web.Response:
        if request.headers.get("Accept", "").startswith("text/plain"):  # Rasa's sign of life
            return web.Response(text=f"Hello from Santral: {VERSION}")
        return self._answer(request, "index.html")

    async def file(self, request: web.Request) -> web.Response:
        return self._answer(request, request.match_info["name"])

    def _answer(self, request: web.Request, name: str) -> web.Response:
        body = self._files.get(name)
        if body is None:
            raise web.HTTPNotFound
        tag = hashlib.sha256(body).hexdigest()[:20]
        headers = {**HEADERS, "ETag": f'"{tag}"'}
        if any(one.value == tag for one in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        kind = _TYPES[Path(name).suffix]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
