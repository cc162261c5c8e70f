"""Visitors of a web chat under load: one open socket each, over Santral's own chat or over socket.io."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp

from bench.errors import BenchError


@dataclass(slots=True)
class Tally:
    """What one visitor sent, and what came of it."""

    sent: int = 0
    acked: int = 0
    replied: int = 0
    wrong: int = 0
    """Frames that should not have come: errors, doubled acknowledgements, replies to nothing."""
    waits: list[float] = field(default_factory=list)
    """Seconds from each message to its reply."""


class Line(Protocol):
    """One visitor's open socket."""

    tally: Tally

    async def open(self, session: aiohttp.ClientSession, url: str) -> None:
        """Connect and greet, and go on listening in the background."""

    async def say(self, text: str) -> None:
        """Send a message; its reply is waited for in the background."""

    async def history(self, session: aiohttp.ClientSession, url: str) -> tuple[int, int]:
        """How many messages, and how many replies, the server has of this visitor."""

    async def close(self) -> None: ...


class ChatLine:
    """Santral's own web chat."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._token = ""
        self._under_way: dict[str, float] = {}
        self._unanswered: deque[float] = deque()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self, session: aiohttp.ClientSession, url: str) -> None:
        async with session.post(f"{url}/webhooks/chat/session", json={}) as response:
            if response.status != 200:
                raise BenchError(f"A session was refused with status {response.status}.")
            self._token = (await response.json())["token"]
        self._socket = await self._greeted(session, url)
        welcome = await self._socket.receive_json(timeout=60)
        if welcome["type"] != "welcome":
            raise BenchError(f"A socket was greeted with {welcome}.")
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def _greeted(self, session: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
        socket = await session.ws_connect(f"{url}/webhooks/chat/socket")
        await socket.send_json({"type": "hello", "token": self._token, "after": 0})
        return socket

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            frame = json.loads(received.data)
            kind = frame["type"]
            if kind == "ack":
                began = self._under_way.pop(frame["id"], None)
                if began is None:
                    self.tally.wrong += 1
                else:
                    self.tally.acked += 1
                    self._unanswered.append(began)
            elif kind == "message":
                if not self._unanswered:
                    self.tally.wrong += 1
                else:
                    self.tally.replied += 1
                    self.tally.waits.append(time.perf_counter() - self._unanswered.popleft())
            elif kind == "error":
                self.tally.wrong += 1

    async def say(self, text: str) -> None:
        assert self._socket is not None
        id = uuid.uuid4().hex
        self.tally.sent += 1
        self._under_way[id] = time.perf_counter()
        await self._socket.send_str(json.dumps({"type": "message", "id": id, "text": text}))

    async def history(self, session: aiohttp.ClientSession, url: str) -> tuple[int, int]:
        socket = await self._greeted(session, url)
        await socket.send_json({"type": "ping"})
        said: list[str] = []
        while (frame := await socket.receive_json(timeout=60))["type"] != "pong":
            if frame["type"] == "message":
                said.append(frame["from"])
        await socket.close()
        return said.count("user"), said.count("bot")

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await self._listening


class SocketIoLine:
    """Rasa's socket.io channel, in engine.io's own packets: full clients would be slower than the server."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._session_id = ""
        self._unanswered: deque[float] = deque()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self, session: aiohttp.ClientSession, url: str) -> None:
        socket = self._socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket")
        await socket.receive_str(timeout=60)
        await socket.send_str("40")
        await socket.receive_str(timeout=60)
        await self._emit("session_request", {"session_id": None})
        name, self._session_id = _event(await socket.receive_str(timeout=60))
        if name != "session_confirm":
            raise BenchError(f"A session was confirmed by {name!r}.")
        self._listening = asyncio.create_task(self._listen(socket))

    async def _emit(self, event: str, data: Any) -> None:
        assert self._socket is not None
        await self._socket.send_str("42" + json.dumps([event, data]))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for received in socket:
            if received.data == "2":
                await socket.send_str("3")
            elif str(received.data).startswith("42"):
                if _event(received.data)[0] != "bot_uttered" or not self._unanswered:
                    self.tally.wrong += 1
                else:
                    self.tally.acked += 1
                    self.tally.replied += 1
                    self.tally.waits.append(time.perf_counter() - self._unanswered.popleft())

    async def say(self, text: str) -> None:
        self.tally.sent += 1
        self._unanswered.append(time.perf_counter())
        await self._emit("user_uttered", {"message": text, "session_id": self._session_id, "customData": {}})

    async def history(self, session: aiohttp.ClientSession, url: str) -> tuple[int, int]:
        address = f"{url}/conversations/{self._session_id}/tracker"
        async with session.get(address, params={"include_events": "ALL"}) as response:
            events = (await response.json())["events"]
        kinds = [one["event"] for one in events]
        return kinds.count("user"), kinds.count("bot")

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await self._listening


def _event(packet: str) -> tuple[str, Any]:
    name, *rest = json.loads(packet.removeprefix("42"))
    return name, rest[0] if rest else None
