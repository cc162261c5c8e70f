"""``/webhooks/chat/``: sessions, the socket, uploads and the transcript."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from http import HTTPStatus

from aiohttp import BodyPartReader, WSCloseCode, WSMsgType, hdrs, web

from bot.channels.webchat import MAX_FRAME, FrameError, Hello, read_frame
from bot.channels.webchat_frames import frames_of
from bot.server.bodies import parse_json, read_bytes
from bot.server.errors import ApiError, bad_request, json_response
from bot.server.turns import Turns
from bot.server.webchat.chat import Chat, Setup
from bot.server.webchat.limits import address_of
from bot.server.webchat.rooms import Shown
from bot.server.webchat.socket import EXPIRED, Visit, converse
from bot.server.webchat.texts import text_of
from bot.server.webchat.tokens import Session
from bot.server.webchat.transcript import write_transcript

BASE = "/webhooks/chat"
HEARTBEAT = 25.0
"""Seconds between two pings; a client that has not answered half of it later is gone."""
HELLO_SECONDS = 10.0
"""A socket whose client has not said who it is by then is closed."""
MULTIPART_ROOM = 16 * 1024
"""Bytes of an upload's request beside the file itself."""
UPLOAD_SECONDS = 300.0
"""An upload that has not come by then is given up."""


class WebChat:
    """The channel's addresses.

    Args:
        heartbeat, hello_seconds: see :data:`HEARTBEAT` and :data:`HELLO_SECONDS`.
    """

    def __init__(
        self,
        turns: Turns,
        setup: Setup,
        *,
        heartbeat: float = HEARTBEAT,
        hello_seconds: float = HELLO_SECONDS,
    ) -> None:
        self.chat = Chat(turns, setup)
        self.heartbeat = heartbeat
        self.hello_seconds = hello_seconds
        self._sockets: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        preflight = self.chat.origins.preflight
        return [
            web.get(f"{BASE}/", self.health),
            web.get(f"{BASE}/settings", self.settings),
            web.post(f"{BASE}/session", self.session),
            web.get(f"{BASE}/socket", self.socket),
            web.post(f"{BASE}/uploads", self.upload),
            web.get(f"{BASE}/uploads/{{name}}", self.file),
            web.get(f"{BASE}/transcript", self.transcript),
            *(web.options(f"{BASE}/{one}", preflight) for one in ("session", "uploads", "transcript")),
        ]

    def emit_to(self, conversation_id: str) -> Shown:
        """Where the replies go when a program, or a reminder, makes the bot speak: to whoever looks."""
        return Shown()

    def show_typing(self, conversation_id: str, who: str, on: bool) -> None:
        """Tell open chats that ``agent`` (or ``bot``) types."""
        room = self.chat.rooms.find(conversation_id)
        if room is not None:
            room.show_typing(who, on)

    async def close(self, app: web.Application) -> None:
        """Send every page away; they come again to whoever serves next."""
        sockets = list(self._sockets)
        closing = [one.close(code=WSCloseCode.GOING_AWAY, message=b"restart") for one in sockets]
        await asyncio.gather(*(asyncio.wait_for(one, 2.0) for one in closing), return_exceptions=True)

    async def health(self, request: web.Request) -> web.Response:
        return json_response({"status": "ok"})

    async def settings(self, request: web.Request) -> web.Response:
        """``GET .../settings``: what a page has to know before anybody opens the chat, such as the notice.

        It makes no session: who never opens the chat leaves no trace.
        """
        self.chat.origins.check(request)
        headers = {**self.chat.origins.headers(request), "Cache-Control": "no-cache"}
        return json_response(self.chat.page_settings(), headers=headers)

    async def session(self, request: web.Request) -> web.Response:
        """``POST .../session``: the session of a token, or a new one."""
        self.chat.origins.check(request)
        headers = self.chat.origins.headers(request)
        data = await read_bytes(request, MAX_FRAME)
        body = parse_json(data) if data else {}
        if not isinstance(body, dict):
            raise bad_request("The body must be a JSON object.", "")
        token = body.get("token")
        known = self.chat.tokens.read(token) if isinstance(token, str) else None
        if known is None:
            address = address_of(request, self.chat.settings.proxies)
            if wait := self.chat.new_sessions.take(address):
                raise _too_many("Too many chats begin from this address.", wait, headers)
        session = self.chat.tokens.renewed(known) if known else self.chat.tokens.new()
        found = {
            "token": session.token,
            "new": known is None,
            "expires": int(session.made + self.chat.tokens.seconds),
            "socket_url": f"{BASE}/socket",
            "uploads_url": f"{BASE}/uploads",
            "transcript_url": f"{BASE}/transcript",
            "settings": self.chat.page_settings(),
        }
        return json_response(found, headers={**headers, "Cache-Control": "no-store"})

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """``GET .../socket``: the conversation itself."""
        self.chat.origins.check(request)
        address = address_of(request, self.chat.settings.proxies)
        if not self.chat.connections.enter(address):
            raise _too_many("Too many chats are open from this address.", 5.0, {})
        try:
            socket = web.WebSocketResponse(heartbeat=self.heartbeat, max_msg_size=MAX_FRAME, compress=False)
            if not socket.can_prepare(request):
                raise bad_request("This address takes WebSockets only.")
            await socket.prepare(request)
            self._sockets.add(socket)
            try:
                await self._converse(request, socket)
            finally:
                self._sockets.discard(socket)
            return socket
        finally:
            self.chat.connections.leave(address)

    async def _converse(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        try:
            async with asyncio.timeout(self.hello_seconds):
                first = await socket.receive()
        except TimeoutError:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
            return
        if first.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return
        language = self.chat.settings.language
        try:
            frame = read_frame(parse_json(str(first.data).encode("utf-8", "replace")))
            if not isinstance(frame, Hello):
                raise FrameError("bad_frame", "The first frame must be 'hello'.")
        except (FrameError, ApiError) as error:
            detail = str(error)
            told = {
                "type": "error",
                "code": "bad_frame",
                "text": text_of("bad_frame", language),
                "detail": detail,
            }
            await socket.send_json(told)
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
            return
        session = self.chat.tokens.read(frame.token)
        if session is None:
            text = text_of("expired", frame.language or language)
            await socket.send_json({"type": "error", "code": "expired", "text": text})
            await socket.close(code=EXPIRED, message=b"expired")
            return

        def abort() -> None:
            if request.transport is not None:
                request.transport.abort()

        await converse(Visit(self.chat, socket, frame, session, abort))

    async def upload(self, request: web.Request) -> web.Response:
        """``POST .../uploads``: a file, as the part ``file`` of a form."""
        self.chat.origins.check(request)
        headers = self.chat.origins.headers(request)
        try:
            session = self._session_of(request)
            if wait := self.chat.uploads.take(session.conversation_id):
                raise _too_many("Too many files are sent.", wait, headers)
            limit = self.chat.settings.uploads.max_bytes
            if (request.content_length or 0) > limit + MULTIPART_ROOM:
                status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                message = f"The file is larger than {limit} bytes."
                raise ApiError(status, "RequestEntityTooLarge", message, headers={"Connection": "close"})
            part = await _file_part(request)
            name, claimed = part.filename or "", part.headers.get(hdrs.CONTENT_TYPE, "")
            async with asyncio.timeout(UPLOAD_SECONDS):
                file = await self.chat.files.store(_content(part), session.conversation_id, name, claimed)
        except ApiError as error:
            error.headers.update(headers)
            raise
        except TimeoutError:
            status = HTTPStatus.REQUEST_TIMEOUT
            raise ApiError(
                status, "RequestTimeout", "The file did not come in time.", headers=headers
            ) from None
        except (ValueError, web.RequestPayloadError):
            raise ApiError(
                HTTPStatus.BAD_REQUEST, "BadRequest", "The form is broken.", headers=headers
            ) from None
        return json_response(file.told(), headers=headers)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """``GET .../uploads/{name}``: whoever has the name, which nobody can guess, gets the file."""
        found = await self.chat.files.named(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        file, path = found
        headers = {
            hdrs.CONTENT_TYPE: file.type,
            # Pages may show it as a picture; opened by itself it is saved, and never a page of this origin.
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{file.file_name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, max-age=86400, immutable",
        }
        return web.FileResponse(path, headers=headers)

    async def transcript(self, request: web.Request) -> web.Response:
        """``GET .../transcript``: the conversation as a text file."""
        self.chat.origins.check(request)
        headers = self.chat.origins.headers(request)
        try:
            session = self._session_of(request)
        except ApiError as error:
            error.headers.update(headers)
            raise
        events = await self.chat.turns.bot.store.load(session.conversation_id)
        language = request.query.get("language", self.chat.settings.language)
        frames = [frame for seq, event in enumerate(events, 1) for frame in frames_of(event, seq)]
        headers |= {
            hdrs.CONTENT_DISPOSITION: 'attachment; filename="sohbet.txt"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(text=write_transcript(frames, language), headers=headers)

    def _session_of(self, request: web.Request) -> Session:
        """Whose request it is, by ``Authorization: Bearer``.

        Raises:
            ApiError: 401.
        """
        scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        session = self.chat.tokens.read(token.strip()) if scheme.casefold() == "bearer" else None
        if session is None:
            message = "There is no such session, or it has expired."
            raise ApiError(HTTPStatus.UNAUTHORIZED, "NotAuthenticated", message)
        return session


async def _file_part(request: web.Request) -> BodyPartReader:
    if not (request.content_type or "").startswith("multipart/"):
        raise bad_request("The body must be a form (multipart/form-data) with a part 'file'.", "file")
    part = await (await request.multipart()).next()
    if not isinstance(part, BodyPartReader) or part.name != "file":
        raise bad_request("The form's first part must be 'file'.", "file")
    return part


async def _content(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield bytes(chunk)


def _too_many(message: str, wait: float, headers: dict[str, str]) -> ApiError:
    status = HTTPStatus.TOO_MANY_REQUESTS
    found = {**headers, "Retry-After": str(math.ceil(wait))}
    return ApiError(status, "TooManyRequests", f"{message} Please try again.", {"retry_after": wait}, found)
