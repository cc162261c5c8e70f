"""A chat server that says what a test wants to see: agents, carousels, ratings, refusals.

It speaks the chat's protocol over real sockets and serves the real pages; only the conversation is a script.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from aiohttp import WSMsgType, web

from bot.server.page import Page

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


class Stage:
    """One conversation for whoever comes, on a thread of its own."""

    def __init__(self) -> None:
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
        self.port = 0
        self._seq = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def say(self, **frame: Any) -> None:
        """A message to all tabs, kept in the history."""
        self._call(self._message(frame))

    def show(self, **frame: Any) -> None:
        """Any frame to all tabs, once."""
        self._call(self._broadcast(frame))

    def hang_up(self) -> None:
        """End all connections without a word."""
        self._call(self._drop())

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()

    async def _open(self) -> None:
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
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _close(self) -> None:
        await self._drop()
        await self._runner.cleanup()

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
