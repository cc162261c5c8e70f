"""Other people's HTTP servers: real ones, that answer as a test says and break in every way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.endpoint import Address, Endpoint
from bot.model import Model
from bot.stores.memory import MemoryStore
from bot.turn import Bot
from tests.server.conftest import Gate, model

__all__ = ["model"]


@dataclass
class Answer:
    """What a peer answers with; ``body`` is JSON unless it is bytes."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    breaks_off: bool = False
    """The connection ends after half of the body."""
    never: bool = False
    """There is no answer at all."""


@dataclass
class Request:
    """What a peer was asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Peer:
    """Answers from a list, then with the last answer again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.requests: list[Request] = []
        self.asked = asyncio.Condition()
        self._ended = asyncio.Event()
        self.server = TestServer(self._app())

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    def url(self, path: str = "/") -> str:
        return str(self.server.make_url(path))

    async def until(self, count: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(10), self.asked:
            await self.asked.wait_for(lambda: len(self.requests) >= count)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else None
        found = Request(request.method, request.path, dict(request.query), dict(request.headers), body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        async with self.asked:
            self.requests.append(found)
            self.asked.notify_all()
        if answer.never:
            await self._ended.wait()
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        if answer.status in (204, 304):
            content = b""
        if not answer.breaks_off:
            return web.Response(status=answer.status, body=content, headers=answer.headers)
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        response.content_length = len(content)
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    async def close(self) -> None:
        self._ended.set()
        await self.server.close()


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[Peer]:
    found = Peer()
    await found.server.start_server()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Peer]:
    """A peer of another origin."""
    found = Peer()
    await found.server.start_server()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def endpoint(peer: Peer) -> AsyncIterator[Endpoint]:
    found = Endpoint(Address(peer.url("/here"), timeout=1.0, headers={"X-Key": "k"}, params={"token": "t"}))
    yield found
    await found.close()


@pytest.fixture
def bot(model: Model) -> Bot:
    return Bot(
        model.domain, model.ensemble, model.interpreter, Gate(), MemoryStore(), apology="Özür dilerim."
    )


FAULTS = {
    "500": Answer(500, {"text": "hata"}),
    "404": Answer(404, {"text": "yok"}),
    "garbage": Answer(200, b"<html>\xff</html>"),
    "half a body": Answer(200, {"text": "yarım kalan uzun bir yanıt"}, breaks_off=True),
    "no answer": Answer(never=True),
    "a redirect elsewhere": Answer(307, b"", {"Location": "http://127.0.0.1:1/"}),
    "a redirect to itself": Answer(308, b"", {"Location": "/here"}),
    "a redirect that loses the body": Answer(302, b"", {"Location": "/there"}),
    "a nonsense redirect": Answer(307, b"", {"Location": "http://[::1/"}),
    "much too long": Answer(200, b'{"text": "' + b"a" * 2_000_000 + b'"}'),
    "deep": Answer(200, b"[" * 100_000),
}
"""How an answer that should be a JSON object can fail."""
