"""Rasa's socket.io channel over ``python-socketio``.

What differs from Rasa's, and why: a page of another origin must be allowed (``--cors``, or ``origins``); a session
id that names a conversation of another channel (a phone number of WhatsApp's, say) is refused, since anybody can
write one; messages are counted, and bounded in size.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import socketio
from aiohttp import web

from bot.channels.rest import NAME as REST
from bot.channels.rest import read_id, read_text
from bot.channels.socketio import DIALECTS, NAME, SocketIoSettings, objects_of
from bot.channels.webchat import MAX_FRAME, OWN_METADATA
from bot.errors import MessageError, SantralError, StoreError
from bot.events import UserUttered
from bot.message import Message, Reply
from bot.server.bearer import BearerTokens
from bot.server.errors import json_response
from bot.server.turns import Turns
from bot.server.webchat.limits import Buckets, Counts, address_of
from bot.server.webchat.origins import Origins
from bot.server.webchat.texts import text_of
from bot.turn import take_turn

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 20_000
"""Of this process."""
PING_SECONDS = 25.0
PONG_SECONDS = 20.0
"""A client that does not answer a ping by then is gone."""
OWN_CHANNELS = frozenset({NAME, REST, None})
"""A session id may name conversations of these: there, too, the client chooses the id."""


@dataclass(slots=True)
class _Visit:
    """One connection."""

    address: str
    dialect: str
    known: set[str] = field(default_factory=set)
    """Conversations that this connection may speak in."""
    checking: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Emitted:
    """An :class:`~bot.message.Emit` to all connections of a conversation, each in its dialect."""

    channel: SocketIoChannel
    conversation_id: str
    whole: bool = field(default=False, init=False)

    async def __call__(self, reply: Reply) -> None:
        await self.channel.emit(self.conversation_id, reply)


class SocketIoChannel:
    """Serves the channel.

    Args:
        cors: origins that may connect beside those of the settings.

    Raises:
        ProjectError: ``jwt_method`` or ``jwt_key`` cannot be used.
    """

    def __init__(self, turns: Turns, settings: SocketIoSettings, cors: tuple[str, ...] = ()) -> None:
        self.turns = turns
        self.settings = settings
        self._origins = Origins((*settings.origins, *cors))
        self._bearer = BearerTokens(settings.jwt_key, settings.jwt_method) if settings.jwt_key else None
        self._counts = Counts(settings.connections, MOST_CONNECTIONS)
        self._buckets: Buckets | None = None
        self._visits: dict[str, _Visit] = {}
        namespace = settings.namespace
        self._namespace = namespace or "/"
        self._server = socketio.AsyncServer(
            async_mode="aiohttp",
            namespaces=[self._namespace],
            cors_allowed_origins=self._may_connect,
            max_http_buffer_size=MAX_FRAME,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            logger=False,
            engineio_logger=False,
        )
        for event, handler in (
            ("connect", self._connect),
            ("disconnect", self._disconnect),
            ("session_request", self._session_request),
            (settings.user_message_evt, self._user_uttered),
        ):
            self._server.on(event, handler=handler, namespace=self._namespace)

    def attach(self, app: web.Application) -> None:
        """Add the channel's addresses to a server."""
        self._server.attach(app, self.settings.socketio_path)
        app.add_routes([web.get("/webhooks/socketio/", _health), web.get("/webhooks/socketio", _health)])
        app.on_shutdown.append(self._close)

    def emit_to(self, conversation_id: str) -> Emitted:
        """Where the replies of a conversation go; nowhere while nobody is connected."""
        return Emitted(self, conversation_id)

    async def emit(self, conversation_id: str, reply: Reply) -> None:
        for dialect in DIALECTS:
            for one in objects_of(reply, dialect):
                await self._emit(one, _room(conversation_id, dialect))

    async def _emit(self, one: Any, room: str) -> None:
        await self._server.emit(self.settings.bot_message_evt, one, room=room, namespace=self._namespace)

    async def _close(self, app: web.Application) -> None:
        await self._server.shutdown()

    def _may_connect(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        return self._origins.allows(environ["aiohttp.request"])

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        given = auth if isinstance(auth, Mapping) else {}
        if self._bearer is not None and self._bearer.user_of(_bearer(given.get("token"))) is None:
            raise socketio.exceptions.ConnectionRefusedError("authentication failed")
        request: web.Request = environ["aiohttp.request"]
        address = address_of(request, self.settings.proxies)
        if not self._counts.enter(address):
            raise socketio.exceptions.ConnectionRefusedError("too many connections")
        asked = given.get("dialect") or next(iter(parse_qs(environ["QUERY_STRING"]).get("dialect", ())), None)
        visit = _Visit(address, asked if asked in DIALECTS else self.settings.dialect)
        self._visits[sid] = visit
        if not self.settings.session_persistence:
            visit.known.add(sid)
            await self._enter(sid, sid)

    async def _disconnect(self, sid: str, reason: object = None) -> None:
        visit = self._visits.pop(sid, None)
        if visit is not None:
            self._counts.leave(visit.address)

    async def _session_request(self, sid: str, data: Any = None) -> None:
        """Confirm the session that the client remembers, or give it one."""
        visit = self._visits.get(sid)
        if visit is None:
            return
        wanted = data.get("session_id") if isinstance(data, Mapping) else None
        session_id = uuid.uuid4().hex
        try:
            if wanted is not None and await self._may_speak_in(visit, str(read_id(wanted, "session_id"))):
                session_id = str(wanted)
        except MessageError:
            logger.info("A socket.io client asked for a session id that is none; it gets a new one.")
        except StoreError as error:
            # It asks again when it has connected again; a new session would lose its conversation.
            logger.error("A socket.io session could not be confirmed (%s).", error.code)
            await self._server.disconnect(sid, namespace=self._namespace)
            return
        visit.known.add(session_id)
        if self.settings.session_persistence:
            await self._enter(sid, session_id)
        await self._server.emit("session_confirm", session_id, room=sid, namespace=self._namespace)

    async def _user_uttered(self, sid: str, data: Any = None) -> dict[str, str] | None:
        """Take a message; what is returned is told to clients that ask for an acknowledgement."""
        visit = self._visits.get(sid)
        if visit is None:
            return {"error": "The connection is closed."}
        try:
            message = await self._message(sid, visit, data)
        except MessageError as error:
            logger.info("A message of the socket.io channel was refused.")
            return {"error": str(error)}
        except StoreError as error:
            await self._apologise(sid)
            return {"error": str(error)}
        if wait := self._rate().take(message.conversation_id):
            await self._server.emit(
                self.settings.bot_message_evt,
                {"text": text_of("rate_limited", "tr")},
                room=sid,
                namespace=self._namespace,
            )
            return {"error": f"Too many messages; wait {wait:.0f} s."}
        try:
            turn = self.turns.start(take_turn(self.turns.bot, message, self.emit_to(message.conversation_id)))
        except SantralError as error:
            await self._apologise(sid)
            return {"error": str(error)}
        try:
            await asyncio.shield(turn)
        except Exception as error:  # the client hears of it, and may say it again
            logger.error("A message of the socket.io channel was not answered (%s).", type(error).__name__)
            await self._apologise(sid)
            return {"error": "The message could not be answered."}
        return None

    async def _apologise(self, sid: str) -> None:
        bot = self.turns.bot
        if bot.apology:
            event = self.settings.bot_message_evt
            await self._server.emit(event, {"text": bot.apology}, room=sid, namespace=self._namespace)

    async def _message(self, sid: str, visit: _Visit, data: Any) -> Message:
        """The message of an event.

        Raises:
            MessageError: something is missing, of the wrong type, too long, or not this client's.
        """
        if not isinstance(data, Mapping):
            raise MessageError("The event must bring an object with 'message'.")
        text = read_text(data.get("message"), "message")
        conversation_id = sid
        if self.settings.session_persistence:
            if not data.get("session_id"):
                raise MessageError("'session_id' is missing. Request a session first.")
            conversation_id = str(read_id(data["session_id"], "session_id"))
            if not await self._may_speak_in(visit, conversation_id):
                raise MessageError("This session belongs to another channel. Request a session.")
            await self._enter(sid, conversation_id)
        metadata = _metadata(data.get(self.settings.metadata_key))
        return Message(text, conversation_id, NAME, metadata=metadata)

    async def _may_speak_in(self, visit: _Visit, conversation_id: str) -> bool:
        if not self.settings.session_persistence:
            return True
        async with visit.checking:
            if conversation_id in visit.known:
                return True
            events = await self.turns.bot.store.load(conversation_id)
            last = next((one for one in reversed(events) if isinstance(one, UserUttered)), None)
            if last is not None and last.input_channel not in OWN_CHANNELS:
                return False
            visit.known.add(conversation_id)
            return True

    async def _enter(self, sid: str, conversation_id: str) -> None:
        visit = self._visits.get(sid)
        if visit is not None:
            room = _room(conversation_id, visit.dialect)
            await self._server.enter_room(sid, room, namespace=self._namespace)

    def _rate(self) -> Buckets:
        if self._buckets is None:  # the clock belongs to the running loop
            clock = asyncio.get_running_loop().time
            self._buckets = Buckets(self.settings.messages, self.settings.seconds, clock)
        return self._buckets


async def _health(request: web.Request) -> web.Response:
    return json_response({"status": "ok"})


def _room(conversation_id: str, dialect: str) -> str:
    return f"{dialect} {conversation_id}"


def _bearer(token: Any) -> str | None:
    """The token as a header has it; Rasa's clients write it with or without ``Bearer``."""
    if not isinstance(token, str):
        return None
    return token if token.startswith("Bearer ") else f"Bearer {token}"


def _metadata(given: Any) -> dict[str, Any]:
    """Rasa also takes JSON in a text.

    Raises:
        MessageError: it is no object.
    """
    if isinstance(given, str) and given:
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise MessageError("The metadata is no JSON.") from None
    if given is not None and given != "" and not isinstance(given, Mapping):
        raise MessageError("The metadata must be an object.")
    return {str(key): one for key, one in (given or {}).items() if key not in OWN_METADATA}
