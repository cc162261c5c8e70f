"""A chat server that says what a test wants to see: agents, carousels, ratings, refusals.

It speaks the chat's protocol over real sockets and serves the real pages; only the conversation is a script.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from bot.server.page import Page

from .threaded_server import ThreadedServer

Frame = dict[str, Any]

PRIVACY = {
    "text": "Yazdıklarınız, sorunuzu yanıtlamak için 6698 sayılı Kanun'a göre işlenir.",
    "link": "https://magaza.example/kvkk",
}
UPLOADS = {
    "max_bytes": 2_000_000,
    "types": ["image/jpeg", "image/png", "application/pdf", "audio/ogg", "audio/webm", "audio/mp4"],
}
SETTINGS: dict[str, Any] = {
    "max_text": 500,
    "uploads": UPLOADS,
    "voice": True,
    "proactive": [],
    "greeting": {
        "text": "Merhaba, hoş geldiniz. Size nasıl yardımcı olabilirim?",
        "buttons": [
            {"title": "Siparişim nerede?", "payload": "/order_status"},
            {"title": "Kargo takibi", "payload": "/cargo_tracking"},
            {"title": "İade ve değişim", "payload": "/return_request"},
            {"title": "Ürün ve stok", "payload": "/stock_query"},
            {"title": "Mağazalar", "payload": "/store_locator"},
            {"title": "Müşteri temsilcisi", "payload": "/human_handoff"},
        ],
    },
}


class Stage(ThreadedServer):
    """One conversation for whoever comes."""

    def __init__(self) -> None:
        super().__init__()
        self.settings: dict[str, Any] = dict(SETTINGS)
        self.history: list[Frame] = []
        self.heard: list[Frame] = []
        """Frames of all tabs, in order."""
        self.sessions = 0
        self.answer: Callable[[Frame], list[Frame]] = lambda frame: []
        """What is said to a customer's message."""
        self.holds_acks = False
        self.upload_status = 200
        self.upload_seconds = 0.0
        self._seq = 0
        self._sockets: set[web.WebSocketResponse] = set()

    def stop(self) -> None:
        self.hang_up()
        super().stop()

    def say(self, **frame: Any) -> None:
        """A message to all tabs, kept in the history."""
        self.call(self._message(frame))

    def show(self, **frame: Any) -> None:
        """Any frame to all tabs, once."""
        self.call(self._broadcast(frame))

    def hang_up(self) -> None:
        """End all connections without a word."""
        self.call(self._drop())

    async def app(self) -> web.Application:
        app = web.Application(client_max_size=20_000_000)
        app.add_routes(Page().routes())
        base = "/webhooks/chat"
        app.add_routes(
            [
                web.get(f"{base}/settings", self._settings),
                web.post(f"{base}/session", self._session),
                web.get(f"{base}/socket", self._socket),
                web.post(f"{base}/uploads", self._upload),
                web.get(f"{base}/transcript", self._transcript),
            ]
        )
        return app

    async def _drop(self) -> None:
        for socket in list(self._sockets):
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    async def _broadcast(self, frame: Frame) -> None:
        for socket in list(self._sockets):
            if not socket.closed:
                await socket.send_json(frame)

    def _stamped(self, frame: Frame) -> Frame:
        self._seq += 1
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        return {"type": "message", "from": "bot", "time": time, **frame, "seq": self._seq}

    async def _message(self, frame: Frame) -> None:
        stamped = self._stamped(frame)
        self.history.append(stamped)
        await self._broadcast(stamped)

    async def _settings(self, request: web.Request) -> web.Response:
        return web.json_response(self.settings)

    async def _session(self, request: web.Request) -> web.Response:
        self.sessions += 1
        return web.json_response({"token": f"token-{self.sessions}", "new": True})

    async def _transcript(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer token-")
        return web.Response(text="\n".join(str(one.get("text", "")) for one in self.history))

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        file.file.close()
        await asyncio.sleep(self.upload_seconds)
        if self.upload_status != 200:
            return web.json_response({"code": self.upload_status}, status=self.upload_status)
        told = {"upload_id": f"u{len(self.heard)}", "name": file.filename, "url": "/page/icon.svg"}
        return web.json_response(told)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    await self._hear(socket, received.json())
        finally:
            self._sockets.discard(socket)
        return socket

    async def _hear(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        self.heard.append(frame)
        match frame["type"]:
            case "hello":
                new = not self.history
                await socket.send_json(
                    {"type": "welcome", "new": new, "seq": self._seq, "settings": self.settings}
                )
                for one in self.history:
                    if one["seq"] > frame["after"]:
                        await socket.send_json(one)
            case "ping":
                await socket.send_json({"type": "pong"})
            case "message" | "upload" if not self.holds_acks:
                await self._take(socket, frame)

    async def _take(self, socket: web.WebSocketResponse, frame: Frame) -> None:
        known = next((one for one in self.history if one.get("id") == frame["id"]), None)
        if known is None:
            known = self._stamped({"from": "user", "id": frame["id"], "text": frame.get("text")})
            self.history.append(known)
            for other in list(self._sockets):
                if other is not socket:
                    await other.send_json(known)
            ack = {"type": "ack", "id": known["id"], "seq": known["seq"], "time": known["time"]}
            await socket.send_json(ack)
            for reply in self.answer(frame):
                await self._broadcast({"type": "seen", "seq": known["seq"]})
                await self._message(reply)
        else:
            await socket.send_json(
                {"type": "ack", "id": known["id"], "seq": known["seq"], "time": known["time"]}
            )
