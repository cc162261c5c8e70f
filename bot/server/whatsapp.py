"""``/webhooks/whatsapp/``: Meta's handshake, and its webhooks, which are kept and answered at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.channels.whatsapp.channel import Sent, WhatsAppChannel
from bot.channels.whatsapp.messages import EVENT, NAME, Taken, Way
from bot.channels.whatsapp.signature import HEADER, answer_challenge, is_signed
from bot.events import BotUttered, SlotSet
from bot.message import Collected, Message, Reply
from bot.nlg import DomainResponses, utterance
from bot.server.bodies import parse_json, read_bytes
from bot.server.errors import ApiError, json_response
from bot.server.turns import Turns
from bot.turn import Turn
from bot.voice_notes import said_last

logger = logging.getLogger(__name__)

MAX_WEBHOOK = 3 * 1024 * 1024
"""Bytes of one webhook, as Meta says."""
LARGE = 64 * 1024
"""Bytes from which a body is looked at beside the event loop."""
_NO_WORDS: Mapping[str, Any] = {"intent": {"name": None, "confidence": 0.0}, "entities": [], "text": ""}


class WhatsAppWebhook:
    """Takes what Meta posts."""

    def __init__(self, turns: Turns, channel: WhatsAppChannel) -> None:
        self.channel = channel
        self.answering = Answering(turns)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/webhooks/whatsapp/", self.health),
            web.get("/webhooks/whatsapp", self.health),
            web.get("/webhooks/whatsapp/webhook", self.shake_hands),
            web.post("/webhooks/whatsapp/webhook", self.receive),
        ]

    async def health(self, request: web.Request) -> web.Response:
        return json_response({"status": "ok"})

    async def shake_hands(self, request: web.Request) -> web.Response:
        """Meta's ``GET`` when the webhook's address is saved in the app."""
        answer = answer_challenge(self.channel.settings.verify_token, request.query)
        if answer is None:
            raise _forbidden("The verify token is another one.")
        return web.Response(text=answer)

    async def receive(self, request: web.Request) -> web.Response:
        """One webhook: 200 when it is on disk.

        Raises:
            ApiError: 403 for a signature that is not Meta's, 400 for what is no JSON, 413 for more than 3 MB,
                503 when it cannot be kept; Meta sends it again.
        """
        data = await read_bytes(request, MAX_WEBHOOK)
        if not is_signed(self.channel.settings.app_secret, data, request.headers.get(HEADER)):
            raise _forbidden("The signature is missing or wrong.")
        # Read once to be sure of it; what is kept are the bytes that were signed.
        content = await asyncio.to_thread(parse_json, data) if len(data) > LARGE else parse_json(data)
        await self.channel.receive(data.decode(), content)
        return web.Response()

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """The channel at work while the server runs."""
        task = asyncio.create_task(self.channel.run(self.answering))
        task.add_done_callback(_tell_failure)
        yield
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


def _forbidden(message: str) -> ApiError:
    return ApiError(HTTPStatus.FORBIDDEN, "NotAuthorized", message)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.critical("The WhatsApp channel stopped (%s); webhooks are kept.", type(error).__name__)


class Answering:
    """The bot, as :class:`~bot.channels.whatsapp.channel.Answerer`."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def intents(self) -> Collection[str]:
        return self.turns.bot.domain.intents

    async def answer(self, taken: Taken, emit: Sent) -> None:
        if taken.way is Way.ANSWER:
            await self.turns.answer(taken.message, emit)
        elif taken.way is Way.LOG:
            await self.log(taken.message.conversation_id, taken.event)
        else:
            message = replace(taken.message, parse=_NO_WORDS)

            async def receive(turn: Turn) -> None:
                await _receive(turn, taken)

            await self.turns.hold(message, receive, emit)

    async def asked(self, conversation_id: str) -> Sequence[Reply]:
        return said_last(await self.turns.bot.store.load(conversation_id))

    async def log(self, conversation_id: str, event: Mapping[str, Any]) -> None:
        async def write(turn: Turn) -> None:
            turn.log([SlotSet(EVENT, dict(event))])
            await turn.commit()

        await self.turns.hold(Message("", conversation_id, NAME), write, Collected())


async def _receive(turn: Turn, taken: Taken) -> None:
    """A message without words: a form that waits for something gets it; else it is acknowledged."""
    known = turn.tracker.position_of_message(taken.message.message_id or "")
    if known is not None:
        await turn.answer_again(known)
        return
    await turn.finish_interrupted()
    await turn.begin_session_if_due()
    turn.leave_lost_loop()
    now = turn.tracker.current
    if now.loop_name is not None and not now.paused and not taken.problem:
        await turn.log_message()
        await turn.act_until_listening()
        return
    turn.log([SlotSet(EVENT, dict(taken.event))])
    if not now.paused:  # else a person is at it, and sees the event
        wording = turn.bot.wording or DomainResponses()
        draft = await wording.draft(taken.response, turn.tracker, NAME, {})
        turn.log([utterance(draft) if draft else BotUttered(taken.polite)])
    await turn.commit()
