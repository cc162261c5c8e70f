"""``/webhooks/callback/``: a message is acknowledged at once; replies go to the callback's receiver."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from bot.channels.callback import CallbackChannel, read_callback_message
from bot.server.bodies import read_json
from bot.server.errors import json_response
from bot.server.turns import Turns
from bot.turn import take_turn

logger = logging.getLogger(__name__)


class CallbackWebhook:
    """Takes messages for the callback channel."""

    def __init__(self, turns: Turns, channel: CallbackChannel) -> None:
        self.turns = turns
        self.channel = channel

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/webhooks/callback/", self.health),
            web.get("/webhooks/callback", self.health),
            web.post("/webhooks/callback/webhook", self.receive),
        ]

    async def health(self, request: web.Request) -> web.Response:
        return json_response({"status": "ok"})

    async def receive(self, request: web.Request) -> web.Response:
        message = read_callback_message(await read_json(request), request.headers.get("Idempotency-Key"))
        emit = self.channel.emit_to(message.conversation_id)
        turn = self.turns.start(take_turn(self.turns.bot, message, emit))
        turn.add_done_callback(_tell_failure)
        return web.Response(text="success")


def _tell_failure(turn: asyncio.Task[None]) -> None:
    """Nobody waits for the answer of such a turn, so only the log can say that there is none."""
    error = None if turn.cancelled() else turn.exception()
    if error is not None:
        logger.error("A message of the callback channel was not answered (%s).", type(error).__name__)
