"""Which address is answered by what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.callback import CallbackChannel
from bot.channels.socketio import NAME as SOCKETIO
from bot.channels.socketio import SocketIoSettings
from bot.channels.webchat import NAME as WEBCHAT
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.messages import NAME as WHATSAPP
from bot.kept_files import KeptFiles
from bot.message import Collected, Emit, Message
from bot.model import Model
from bot.model_server import ModelServer
from bot.reminders import ReminderClock
from bot.server.access import Access, access_of
from bot.server.callback import CallbackWebhook
from bot.server.conversations import ConversationRoutes
from bot.server.cors import Cors
from bot.server.decisions import DecisionRoutes
from bot.server.errors import json_response, tell_errors
from bot.server.evaluation import EvaluationRoutes
from bot.server.exchange import Exchange, Load
from bot.server.jobs import Jobs
from bot.server.later import Later
from bot.server.model import ModelRoutes
from bot.server.outputs import Channels, Outputs
from bot.server.page import Page
from bot.server.retention import sweeping
from bot.server.training import TrainingRoutes
from bot.server.turns import MAX_TURNS, Turns
from bot.server.webchat import Setup, WebChat
from bot.server.webhooks import RestWebhook
from bot.server.whatsapp import WhatsAppWebhook
from bot.tracker import Tracker
from bot.turn import Bot, take_turn

if TYPE_CHECKING:
    from bot.server.bearer import BearerTokens
    from bot.server.socketio import SocketIoChannel

TURNS = web.AppKey("turns", Turns)
"""The turns in flight, for whoever ends the server."""
MODEL = web.AppKey("model", Exchange)
"""The bot's model, for whoever exchanges it."""
CHAT = web.AppKey("chat", WebChat)
"""The web chat, where it is served, for whoever adds to it."""
WRITING = web.AppKey("writing", WhatsAppChannel)
"""WhatsApp, where it is served, for callers who get something in writing."""
_CONVERSATION = "/conversations/{conversation_id:.+}"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    bot: Bot,
    *,
    model_name: str,
    model_id: str = "",
    cors: Sequence[str] | None = None,
    auth_token: str | None = None,
    bearer: BearerTokens | None = None,
    enable_api: bool = True,
    max_turns: int = MAX_TURNS,
    callback: CallbackChannel | None = None,
    whatsapp: WhatsAppChannel | None = None,
    outputs: Channels | None = None,
    root: Path | None = None,
    models: Path | None = None,
    load: Load = Model.load,
    model_server: ModelServer | None = None,
    webchat: Setup | None = None,
    socketio: SocketIoSettings | None = None,
) -> web.Application:
    """The server's application.

    Args:
        model_name: the model's file, for ``/status``.
        model_id: equal for equal training, for ``/status``.
        cors: origins whose pages may ask; ``*`` is every one.
        auth_token: what ``?token=`` must be for the API.
        bearer: reads the tokens of users that somebody else signed; they open the API, too.
        enable_api: without it, and without tokens, the API answers on this machine only.
        max_turns: how many messages are in work or wait at once.
        callback: answers on this channel too; whoever opened it closes it, after the last turn.
        whatsapp: the same of WhatsApp; what waits there is taken up when the server starts.
        outputs: other channels that can speak first, for ``output_channel``.
        root: the project's folder; the working directory when absent.
        models: the folder of the models that may be loaded by name, and where trained ones go; none when absent.
        load: reads a model.
        model_server: new models of it are taken; it is closed with the server.
        webchat: the web chat is served, too.
        socketio: Rasa's socket.io channel is served, too.
    """
    turns = Turns(bot, max_turns)
    # Bodies are read with bounds of their own (bodies.py).
    app = web.Application(middlewares=[tell_errors], client_max_size=0)
    app[TURNS] = turns
    if cors:
        Cors(cors).guard(app)
    exchange = app[MODEL] = Exchange(
        bot, model_name, model_id, folder=models, load=load, changed=partial(_open_or_close, turns)
    )
    jobs, later = Jobs(root or Path.cwd()), Later()
    chat = WebChat(turns, webchat) if webchat is not None else None
    rasa_chat = _open_socketio(turns, socketio, cors) if socketio is not None else None
    own = {"callback": callback, WEBCHAT: chat, SOCKETIO: rasa_chat, WHATSAPP: whatsapp}
    mine = {name: one.emit_to for name, one in own.items() if one is not None}
    others: Channels = {} if outputs is None else outputs
    speaking: Channels = {**mine, **others} if mine else others
    replies = Outputs(bot, speaking)
    model = ModelRoutes(exchange, jobs)
    app.add_routes(Page().routes())
    app.add_routes(RestWebhook(turns).routes())
    if callback is not None:
        app.add_routes(CallbackWebhook(turns, callback).routes())
    if chat is not None:
        app[CHAT] = chat
        app.add_routes(chat.routes())
        app.on_shutdown.append(chat.close)
        uploads = chat.chat.files
        app.cleanup_ctx.append(partial(sweeping, uploads, uploads.settings.days, bot.clock))
    if rasa_chat is not None:
        rasa_chat.attach(app)
    if whatsapp is not None:
        app[WRITING] = whatsapp
        webhook = WhatsAppWebhook(turns, whatsapp)
        app.add_routes(webhook.routes())
        app.cleanup_ctx.append(webhook.running)
    app.add_routes([web.get("/version", model.version), web.get("/health", _health)])
    access = access_of(auth_token, enable_api, bearer)
    app.add_routes(_model_routes(access, exchange, model, jobs, later))
    kept: list[KeptFiles] = [one for one in (chat and chat.chat.files, whatsapp and whatsapp.media) if one]
    conversations, decisions = ConversationRoutes(turns, replies, kept), DecisionRoutes(turns, replies)
    app.add_routes(_conversation_routes(access, exchange, conversations, decisions))
    app.cleanup_ctx.append(partial(_reminders, bot, exchange, whatsapp, speaking))
    app.cleanup_ctx.append(partial(_following, exchange, model_server))
    # At the beginning of the end: nobody waits for a training.
    app.on_shutdown.append(partial(_end_work, jobs, later))
    return app


def _open_socketio(turns: Turns, settings: SocketIoSettings, cors: Sequence[str] | None) -> SocketIoChannel:
    """The channel; its library brings along every message queue that it could use, so others do without."""
    from bot.server.socketio import SocketIoChannel

    return SocketIoChannel(turns, settings, tuple(cors or ()))


def _open_or_close(turns: Turns, there: bool) -> None:
    turns.closed = not there


async def _reminders(
    bot: Bot,
    exchange: Exchange,
    whatsapp: WhatsAppChannel | None,
    channels: Channels,
    app: web.Application,
) -> AsyncIterator[None]:
    """Let reminders come while the server runs, to the channel that the customer used; without a model they
    wait."""

    async def read(conversation_id: str) -> Tracker:
        return Tracker(conversation_id, bot.domain, await bot.store.load(conversation_id))

    async def take(message: Message, emit: Emit) -> None:
        await exchange.wait()
        if whatsapp is not None and message.channel == WHATSAPP:
            # Named, so that a reminder which comes again after a crash is sent once.
            emit = whatsapp.emit_to(message.conversation_id, message.message_id)
        await take_turn(bot, message, emit)

    def channel_of(tracker: Tracker) -> Emit:
        emit_to = channels.get(tracker.latest_input_channel() or "")
        return Collected() if emit_to is None else emit_to(tracker.conversation_id)

    watch = asyncio.create_task(ReminderClock(bot.store, take, read, channel_of).run())
    yield
    watch.cancel()
    await asyncio.wait([watch])


async def _following(
    exchange: Exchange, server: ModelServer | None, app: web.Application
) -> AsyncIterator[None]:
    """Follow the model server while the server runs."""
    if server is not None:
        exchange.follow(server)
    yield
    await exchange.close()


async def _end_work(jobs: Jobs, later: Later, app: web.Application) -> None:
    await later.close()
    await jobs.close()


async def _health(request: web.Request) -> web.Response:
    return json_response({"status": "ok"})


def _guarded(access: Access, answer: Answer, exchange: Exchange | None = None) -> Handler:
    """The answer for those who may ask; where it needs a model, only while there is one."""

    async def handler(request: web.Request) -> web.StreamResponse:
        access.check(request, request.match_info.get("conversation_id"))
        if exchange is not None:
            exchange.check()
        return await answer(request)

    return handler


def _model_routes(
    access: Access, exchange: Exchange, model: ModelRoutes, jobs: Jobs, later: Later
) -> list[web.RouteDef]:
    training, tests = TrainingRoutes(exchange, jobs, later), EvaluationRoutes(exchange, jobs, later)
    return [
        web.get("/status", _guarded(access, model.status, exchange)),
        web.get("/domain", _guarded(access, model.domain, exchange)),
        web.put("/model", _guarded(access, exchange.put)),
        web.delete("/model", _guarded(access, exchange.delete)),
        web.post("/model/parse", _guarded(access, model.parse, exchange)),
        web.post("/model/train", _guarded(access, training.train)),
        web.post("/model/test/stories", _guarded(access, tests.stories, exchange)),
        web.post("/model/test/intents", _guarded(access, tests.intents)),
    ]


def _conversation_routes(
    access: Access, exchange: Exchange, conversations: ConversationRoutes, decisions: DecisionRoutes
) -> list[web.RouteDef]:
    guarded = partial(_guarded, access, exchange=exchange)
    return [
        web.post("/model/predict", guarded(decisions.predict_from)),
        web.get(_CONVERSATION + "/tracker", guarded(conversations.tracker)),
        web.get(_CONVERSATION + "/story", guarded(conversations.story)),
        web.post(_CONVERSATION + "/tracker/events", guarded(conversations.append_events)),
        web.put(_CONVERSATION + "/tracker/events", guarded(conversations.replace_events)),
        web.post(_CONVERSATION + "/messages", guarded(conversations.add_message)),
        web.post(_CONVERSATION + "/trigger_intent", guarded(decisions.trigger_intent)),
        web.post(_CONVERSATION + "/execute", guarded(decisions.execute)),
        web.post(_CONVERSATION + "/predict", guarded(decisions.predict)),
    ]
