"""Where replies go when a program makes the bot speak: into the answer, or with ``output_channel`` to a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.channels.rest import OUTPUT_NAME, objects_of
from bot.message import Collected, Emit
from bot.server.errors import ApiError
from bot.server.states import off_loop
from bot.tracker import Tracker
from bot.turn import Bot

LATEST = "latest"
"""The channel on which the customer wrote last."""

Channels = Mapping[str, Callable[[str], Emit]]
"""Name → where the replies of a conversation go, for channels that can speak first."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where the replies of one request go."""

    channel: str
    emit: Emit

    def messages(self, conversation_id: str) -> dict[str, Any]:
        """Rasa's key ``messages``; without it, they went to a channel, which may have ``refused`` some."""
        if not isinstance(self.emit, Collected):
            refused = getattr(self.emit, "refused", None)
            return {"refused": list(refused)} if refused else {}
        return {
            "messages": [one for reply in self.emit.replies for one in objects_of(reply, conversation_id)]
        }


class Outputs:
    """Finds the output of a request; a channel that cannot speak first has none, so the answer holds the replies."""

    def __init__(self, bot: Bot, channels: Channels) -> None:
        self.bot = bot
        self.channels = channels

    async def of(self, request: web.Request, conversation_id: str) -> Output:
        name = request.query.get("output_channel")
        if name == LATEST:
            events = await self.bot.store.load(conversation_id)
            domain = self.bot.domain
            tracker = await off_loop(len(events), lambda: Tracker(conversation_id, domain, events))
            name = tracker.latest_input_channel()
        emit_to = self.channels.get(name or "")
        if name is None or emit_to is None:
            return Output(OUTPUT_NAME, Collected())
        return Output(name, emit_to(conversation_id))


def unknown_conversation() -> ApiError:
    return ApiError(HTTPStatus.NOT_FOUND, "Not found", "Conversation ID not found.")
