"""Somebody who calls from a browser: a real WebSocket, before a real server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import numpy as np

from voice.audio import FRAME_SECONDS, Sound, frame_size, joined, to_bytes
from voice.testing.fakes import SECONDS_A_CHARACTER, CodeBook

RATE = 16_000
PATIENCE = 20.0


class Caller:
    """A call, and all that came of it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, book: CodeBook | None = None) -> None:
        self.socket = socket
        self.book = book or CodeBook()
        self.told: list[dict[str, Any]] = []
        self.sound: list[Sound] = []
        self.flushes = 0
        self.answers_flushes = True
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self._speech = np.zeros(0, np.int16)
        self._microphone: asyncio.Task[None] | None = None

    async def send(self, kind: str, **more: Any) -> None:
        await self.socket.send_json({"type": kind, **more})

    async def start(self, microphone: bool = True, **more: Any) -> Caller:
        await self.send("start", rate=RATE, microphone=microphone, **more)
        if microphone:
            self._microphone = asyncio.create_task(self._speak())
        return self

    async def press(self, keys: str) -> None:
        for key in keys:
            await self.send("key", key=key)

    def says(self, text: str) -> None:
        """Say it in the book's code."""
        self.hums(self.book.sound(text, SECONDS_A_CHARACTER * len(text), RATE))

    def hums(self, sound: Sound) -> None:
        self._speech = joined((self._speech, sound))

    async def until(self, kind: str, after: int = 0, **wanted: Any) -> dict[str, Any]:
        """The first message of this type and content, from the place ``after`` on; texts may be a part."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for one in self.told[after:]:
                    if one["type"] == kind and all(
                        _fits(one.get(key), value) for key, value in wanted.items()
                    ):
                        return one
                assert not self._reading.done(), f"{kind} {wanted} did not come: {self.told}"
                self._news.clear()
                await self._news.wait()

    async def hears(self, text: str, after: int = 0) -> dict[str, Any]:
        """Wait until the bot begins to say this."""
        return await self.until("transcript", after, **{"from": "bot"}, text=text)

    async def understood(self, text: str = "", **wanted: Any) -> dict[str, Any]:
        """Wait until the bot has understood this."""
        return await self.until("transcript", **{"from": "caller"}, text=text, **wanted)

    async def hangs_up(self) -> int | None:
        """Hang up, and wait until the server has closed; its code."""
        await self.send("hang_up")
        return await self.closed()

    async def ended(self) -> tuple[str, int | None]:
        """Wait for the end of a call; its reason, and the socket's code."""
        return (await self.until("ended"))["reason"], await self.closed()

    async def refused(self) -> tuple[str, int | None]:
        """Wait for an error that ends everything; its code, and the socket's."""
        return (await self.until("error"))["code"], await self.closed()

    async def closed(self) -> int | None:
        """Wait until the server has closed; its code."""
        async with asyncio.timeout(PATIENCE):
            await self._reading
        return self.socket.close_code

    def played(self) -> float:
        """Seconds of the bot's sound that came."""
        return sum(map(len, self.sound)) / RATE

    async def leave(self) -> None:
        for task in (self._microphone, self._reading):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self.socket.close()

    async def _read(self) -> None:
        try:
            async for received in self.socket:
                if received.type is aiohttp.WSMsgType.BINARY:
                    assert len(received.data) == 640
                    self.sound.append(np.frombuffer(received.data, "<i2").astype(np.int16))
                else:
                    self.told.append(received.json())
                    await self._answer(self.told[-1])
                self._news.set()
        finally:
            self._news.set()

    async def _answer(self, told: dict[str, Any]) -> None:
        if told["type"] == "flush":
            self.flushes += 1
            if self.answers_flushes:
                await self.send("flushed", id=told["id"], samples=960)

    async def _speak(self) -> None:
        """A frame each 20 ms, as a microphone does."""
        loop, size = asyncio.get_running_loop(), frame_size(RATE)
        due = loop.time()
        while not self.socket.closed:
            part, self._speech = self._speech[:size], self._speech[size:]
            frame = np.zeros(size, np.int16)
            frame[: len(part)] = part
            with suppress(ConnectionError):
                await self.socket.send_bytes(to_bytes(frame))
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))


def _fits(found: Any, wanted: Any) -> bool:
    return wanted in found if isinstance(wanted, str) and isinstance(found, str) else found == wanted
