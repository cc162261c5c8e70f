"""A small Wyoming server that keeps to the protocol, recognises coded sound and speaks in code."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from voice.audio import from_bytes, joined, to_bytes
from voice.testing.fakes import CodeBook, FakeTts


class WyomingServer:
    """Serves one port. ``trouble`` makes it misbehave: see :meth:`_answer`."""

    def __init__(self, book: CodeBook, rate: int = 16_000, trouble: str = "") -> None:
        self.book, self.rate, self.trouble = book, rate, trouble
        self.port = 0
        self.asked: list[dict[str, Any]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = []
        try:
            while line := await reader.readline():
                head = json.loads(line)
                data = dict(head.get("data") or {})
                if head.get("data_length"):
                    data |= json.loads(await reader.readexactly(head["data_length"]))
                payload = await reader.readexactly(head.get("payload_length") or 0)
                self.asked.append({"type": head["type"], **data})
                if head["type"] == "audio-chunk":
                    assert data["width"] == 2 and data["channels"] == 1
                    parts.append(from_bytes(payload))
                elif head["type"] == "audio-stop":
                    text = " ".join(text for text, _, _ in self.book.read(joined(parts)))
                    await self._answer(writer, "transcript", {"text": text})
                elif head["type"] == "synthesize":
                    await self._speak(writer, data["text"])
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _speak(self, writer: asyncio.StreamWriter, text: str) -> None:
        sound = await FakeTts(self.book, self.rate).synthesize(text) if text else joined([])
        rates = {"rate": -5, "infinite": float("inf")}
        form = {"rate": rates.get(self.trouble, self.rate), "width": 2, "channels": 1}
        await self._answer(writer, "audio-start", form)
        for start in range(0, len(sound), 1024):
            self._write(writer, "audio-chunk", form, to_bytes(sound[start : start + 1024]))
        while self.trouble == "endless":
            self._write(writer, "audio-chunk", form, bytes(1 << 20))
            await writer.drain()
        self._write(writer, "audio-stop", {})
        await writer.drain()

    async def _answer(self, writer: asyncio.StreamWriter, kind: str, data: dict[str, Any]) -> None:
        match self.trouble:
            case "hang up":
                writer.close()
            case "hang":
                await asyncio.sleep(3600)
            case "nonsense":
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            case "error":
                self._write(writer, "error", {"text": "out of memory", "code": "oom"})
            case "stereo":
                self._write(writer, kind, data | {"channels": 2})
            case "huge":
                writer.write(b'{"type": "transcript", "data_length": 99999999999}\n')
            case "list":
                writer.write(b"[1, 2]\n")
            case _:
                self._write(writer, kind, data)

    def _write(
        self, writer: asyncio.StreamWriter, kind: str, data: dict[str, Any], payload: bytes = b""
    ) -> None:
        """As the library of the protocol's authors writes: the data beside the line, not in it."""
        rest = json.dumps(data, ensure_ascii=False).encode() if data else b""
        head: dict[str, Any] = {"type": kind, "version": "1.8.0"}
        if rest:
            head["data_length"] = len(rest)
        if payload:
            head["payload_length"] = len(payload)
        writer.write(json.dumps(head).encode() + b"\n" + rest + payload)


@asynccontextmanager
async def serving(book: CodeBook, **more: Any) -> AsyncIterator[WyomingServer]:
    """A server on a free port of this machine."""
    found = WyomingServer(book, **more)
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await found.serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        for task in tasks:
            task.cancel()
        server.close()
