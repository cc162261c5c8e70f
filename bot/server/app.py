"""Which address is answered by what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.callback import CallbackChannel
from bot.reminders import ReminderClock
from bot.server.access import Access, access_of
from bot.server.callback import CallbackWebhook
from bot.server.conversations import ConversationRoutes
from bot.server.cors import Cors
from bot.server.errors import json_response, tell_errors
from bot.server.model import ModelRoutes
from bot.server.page import Page
from bot.server.turns import MAX_TURNS, Turns
from bot.server.webhooks import RestWebhook
from bot.tracker import Tracker
from bot.turn import Bot, take_turn

TURNS = web.AppKey("turns", Turns)
"""The turns in flight, for whoever ends the server."""
MODEL = web.AppKey("model", ModelRoutes)
"""What is told of the model, for whoever exchanges it."""
_CONVERSATION = "/conversations/{conversation_id:.+}"


def make_app(
    bot: Bot,
    *,
    model_name: str,
    model_id: str = "",
    cors: Sequence[str] | None = None,
    auth_token: str | None = None,
    enable_api: bool = True,
    max_turns: int = MAX_TURNS,
    callback: CallbackChannel | None = None,
) -> web.Application:
    """The server's application.

    Args:
        model_name: the model's file, for ``/status``.
        model_id: equal for equal training, for ``/status``.
        cors: origins whose pages may ask; ``*`` is every one.
        auth_token: what ``?token=`` must be for the API.
        enable_api: without it, and without a token, the API answers on this machine only.
        max_turns: how many messages are in work or wait at once.
        callback: answers on this channel too; whoever opened it closes it, after the last turn.
    """
    turns = Turns(bot, max_turns)
    # Bodies are read with bounds of their own (bodies.py).
    app = web.Application(middlewares=[tell_errors], client_max_size=0)
    app[TURNS] = turns
    if cors:
        Cors(cors).guard(app)
    model = app[MODEL] = ModelRoutes(bot, model_name, model_id)
    app.add_routes(Page().routes())
    app.add_routes(RestWebhook(turns).routes())
    if callback is not None:
        app.add_routes(CallbackWebhook(turns, callback).routes())
    app.add_routes([web.get("/version", model.version), web.get("/health", _health)])
    app.add_routes(_api(model, ConversationRoutes(turns), access_of(auth_token, enable_api)))
    app.cleanup_ctx.append(partial(_reminders, bot))
    return app


async def _reminders(bot: Bot, app: web.Application) -> AsyncIterator[None]:
    """Let reminders come while the server runs."""

    async def read(conversation_id: str) -> Tracker:
        return Tracker(conversation_id, bot.domain, await bot.store.load(conversation_id))

    watch = asyncio.create_task(ReminderClock(bot.store, partial(take_turn, bot), read).run())
    yield
    watch.cancel()
    await asyncio.wait([watch])


async def _health(request: web.Request) -> web.Response:
    return json_response({"status": "ok"})


def _api(model: ModelRoutes, conversations: ConversationRoutes, access: Access) -> list[web.RouteDef]:
    def guarded(answer: Callable[[web.Request], Awaitable[web.Response]]) -> Handler:
        async def handler(request: web.Request) -> web.Response:
            access.check(request, request.match_info.get("conversation_id"))
            return await answer(request)

        return handler

    return [
        web.get("/status", guarded(model.status)),
        web.get("/domain", guarded(model.domain)),
        web.post("/model/parse", guarded(model.parse)),
        web.get(_CONVERSATION + "/tracker", guarded(conversations.tracker)),
        web.post(_CONVERSATION + "/tracker/events", guarded(conversations.append_events)),
        web.put(_CONVERSATION + "/tracker/events", guarded(conversations.replace_events)),
        web.post(_CONVERSATION + "/messages", guarded(conversations.add_message)),
        web.post(_CONVERSATION + "/trigger_intent", guarded(conversations.trigger_intent)),
    ]
