"""``/webhooks/rest/``: the REST channel over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from bot.channels.rest import objects_of, read_message
from bot.message import Collected, Message, Reply
from bot.server.bodies import flag, read_json
from bot.server.errors import json_response, json_text
from bot.server.turns import Turns
from bot.turn import take_turn


@dataclass(slots=True)
class Queued:
    """Hands replies on one by one, while the turn goes on."""

    queue: asyncio.Queue[Reply | None]
    whole: bool = False

    async def __call__(self, reply: Reply) -> None:
        self.queue.put_nowait(reply)


class RestWebhook:
    """Takes messages and answers with all replies, or with ``?stream=true`` with one line for each."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/webhooks/rest/", self.health),
            web.get("/webhooks/rest", self.health),
            web.post("/webhooks/rest/webhook", self.receive),
        ]

    async def health(self, request: web.Request) -> web.Response:
        return json_response({"status": "ok"})

    async def receive(self, request: web.Request) -> web.StreamResponse:
        message = read_message(await read_json(request), request.headers.get("Idempotency-Key"))
        if flag(request, "stream"):
            return await self._stream(request, message)
        said = Collected()
        await self.turns.answer(message, said)
        found = [one for reply in said.replies for one in objects_of(reply, message.conversation_id)]
        return json_response(found)

    async def _stream(self, request: web.Request, message: Message) -> web.StreamResponse:
        """One line of JSON for each object, as soon as it is said.

        The answer begins with the first reply, so a turn that fails before it is still told as an error; one
        that fails later breaks the connection off, which every client notices.
        """
        said: asyncio.Queue[Reply | None] = asyncio.Queue()
        turn = self.turns.start(take_turn(self.turns.bot, message, Queued(said)))
        turn.add_done_callback(lambda _: said.put_nowait(None))
        first = await said.get()
        if first is None:
            turn.result()
        response = web.StreamResponse(
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        response.content_type = "text/event-stream"  # as Rasa says, though the lines are plain JSON
        response.charset = "utf-8"
        await response.prepare(request)
        reply = first
        try:
            while reply is not None:
                lines = [json_text(one) + "\n" for one in objects_of(reply, message.conversation_id)]
                await response.write("".join(lines).encode())
                reply = await said.get()
        except ConnectionError:  # the client hung up; the turn goes on
            return response
        if turn.exception() is not None and request.transport is not None:
            request.transport.abort()
        return response
