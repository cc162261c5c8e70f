"""The web chat's script and the demo shop at ``/``: files that never change while the server runs, with the policy
that they live by.

The script is written in parts (``bot/page/chat/``) and served as one, ``/santral-chat.js``: a classic script without
modules or a build step. Its style sheet travels inside it, since a page's policy may forbid inline styles.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

from bot.server.errors import VERSION

FOLDER = Path(__file__).parent.parent / "page"
SCRIPT = "santral-chat.js"
STYLE = "santral-chat.css"
BASE = "base.css"
"""Comes before the style sheets of the chat's window and of others that look like it."""
PARTS = (
    "texts.js",
    "languages.js",
    "nodes.js",
    "markdown.js",
    "store.js",
    "link.js",
    "rows.js",
    "thread.js",
    "media.js",
    "composer.js",
    "asides.js",
    "rules.js",
    "extras.js",
    "calls.js",
    "panel.js",
    "chat.js",
    "element.js",
)
"""Of the script, in the order in which they are joined."""
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", re.ASCII)
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # Replies may show pictures of the shop's own servers, wherever these are; blob: is a photo on its way up.
    "img-src": "'self' https: data: blob:",
    "media-src": "'self' https: blob:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    # The browser itself holds the page to text nodes: nothing becomes HTML.
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
}
SHARED = {
    **HEADERS,
    # Shops' pages load it from here, with integrity checks if they wish.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def policy(host: str) -> str:
    """The pages' Content-Security-Policy.

    Args:
        host: the request's ``Host``: not every browser takes ``'self'`` for sockets, too.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        f"{name} {value}{sockets if name == 'connect-src' else ''}" for name, value in _POLICY.items()
    )


def join_script(folder: Path = FOLDER / "chat") -> str:
    """The chat's script, with its style sheet inside."""
    style = json.dumps(style_of(folder), ensure_ascii=False)
    parts = [(folder / name).read_text("utf-8") for name in PARTS]
    return "\n".join(['(() => {\n"use strict";\n', f"const STYLE = {style};\n", *parts, "})();\n"])


def style_of(folder: Path = FOLDER / "chat", sheet: str = "chat.css") -> str:
    """The chat's style sheet, or another of a window that looks like it.

    Args:
        sheet: where it lies, from the folder.
    """
    return (FOLDER / "chat" / BASE).read_text("utf-8") + (folder / sheet).read_text("utf-8")


@dataclass(frozen=True, slots=True)
class File:
    """A file that never changes while the server runs."""

    body: bytes
    kind: str
    headers: Mapping[str, str]

    @property
    def tag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:20]


class Shelf:
    """Answers from memory; browsers ask again each time and mostly hear that nothing has changed.

    Args:
        files: by name.
    """

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = dict(files)
        self._packed = {file.tag: gzip.compress(file.body, 9, mtime=0) for file in files.values()}

    def answer(self, request: web.Request, name: str) -> web.Response:
        """The file of this name, or that there is none."""
        file = self._files.get(name)
        if file is None:
            raise web.HTTPNotFound
        headers = {**file.headers, "ETag": f'"{file.tag}"', "Content-Security-Policy": policy(request.host)}
        if any(one.value == file.tag for one in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = file.body
        if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
            body = self._packed[file.tag]
            headers[hdrs.CONTENT_ENCODING] = "gzip"
        return web.Response(body=body, content_type=file.kind, charset="utf-8", headers=headers)


def read_files(folder: Path, shared: Collection[str] = (".json",)) -> dict[str, File]:
    """The files of a folder that pages are made of, by name.

    Args:
        shared: endings of what other origins' pages may load.
    """
    return {
        path.name: File(path.read_bytes(), TYPES[path.suffix], SHARED if path.suffix in shared else HEADERS)
        for path in sorted(folder.iterdir())
        if path.suffix in TYPES
    }


class Page:
    """The demo shop, and the chat's script."""

    def __init__(self, folder: Path = FOLDER) -> None:
        style = style_of(folder / "chat").encode()
        self._pages = Shelf(read_files(folder))
        self._shared = Shelf(
            {
                SCRIPT: File(join_script(folder / "chat").encode(), TYPES[".js"], SHARED),
                STYLE: File(style, TYPES[".css"], SHARED),
            }
        )

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.index),
            web.get("/page/{name}", self.file),
            web.get(f"/{SCRIPT}", self.shared),
            web.get(f"/{STYLE}", self.shared),
        ]

    async def index(self, request: web.Request) -> web.Response:
        if request.headers.get("Accept", "").startswith("text/plain"):  # Rasa's sign of life
            return web.Response(text=f"Hello from Santral: {VERSION}")
        return self._pages.answer(request, "index.html")

    async def file(self, request: web.Request) -> web.Response:
        return self._pages.answer(request, request.match_info["name"])

    async def shared(self, request: web.Request) -> web.Response:
        return self._shared.answer(request, request.path.removeprefix("/"))
