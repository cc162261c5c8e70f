"""A phone on a page: what is written there is posted as Meta posts it, and what the bot sends is shown.

``GET /phone`` is the page, ``GET /phone/events`` a stream of what happens, ``POST /phone/say`` what the customer
does: ``{"type": "text", "text": {"body": "..."}}`` or another kind of message.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.whatsapp.fake.graph import FakeGraph, SentMessage
from bot.channels.whatsapp.fake.webhooks import Customer

PAGE = Path(__file__).parent / "page"
_KINDS = {"phone.css": "text/css", "phone.js": "text/javascript"}
MOST_FILE = 16 * 1024 * 1024


class PhonePage:
    """One phone; every page that is open shows it."""

    def __init__(self, graph: FakeGraph) -> None:
        self.graph = graph
        self._past: list[dict[str, Any]] = []
        self._watching: set[asyncio.Queue[dict[str, Any] | None]] = set()
        graph.on_sent = self._show_sent
        graph.on_status = self._show_status
        graph.on_refused = self._show_refused

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/phone", self._page),
            web.get("/phone/events", self._events),
            web.get("/phone/{name:phone\\.(?:css|js)}", self._file),
            web.post("/phone/say", self._say),
            web.post("/phone/upload", self._upload),
        ]

    def close(self) -> None:
        """Let the pages go."""
        for one in self._watching:
            one.put_nowait(None)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=_text("phone.html"), content_type="text/html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        return web.Response(text=_text(name), content_type=_KINDS[name])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Cache-Control": "no-store"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        news: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        for one in self._past:
            news.put_nowait(one)
        self._watching.add(news)
        try:
            while (event := await news.get()) is not None:
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        except ConnectionError:
            pass
        finally:
            self._watching.discard(news)
        return response

    async def _say(self, request: web.Request) -> web.StreamResponse:
        try:
            content = await request.json()
        except ValueError:
            return web.json_response({"error": "The body is no JSON."}, status=400)
        if not isinstance(content, dict) or not isinstance(content.get("type"), str):
            return web.json_response({"error": "The body must have a 'type'."}, status=400)
        name = await self.graph.say(content, Customer())
        self._tell({"event": "said", "id": name, "content": content})
        return web.json_response({"id": name})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        data = await request.content.read(MOST_FILE + 1)
        if len(data) > MOST_FILE:
            return web.json_response({"error": "The file is larger than 16 MB."}, status=413)
        return web.json_response({"id": self.graph.keep(data, request.content_type)})

    def _show_sent(self, message: SentMessage) -> None:
        self._tell({"event": "sent", "id": message.wamid, "body": message.body})

    def _show_status(self, wamid: str, status: str) -> None:
        self._tell({"event": "status", "id": wamid, "status": status})

    def _show_refused(self, code: int, details: str) -> None:
        self._tell({"event": "refused", "code": code, "details": details})

    def _tell(self, event: dict[str, Any]) -> None:
        self._past.append(event)
        for one in self._watching:
            one.put_nowait(event)


def _text(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")
