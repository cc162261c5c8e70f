"""Answers browsers that call: from the handshake to the last word.

Whose page may call, and how many from one address, is for whoever opens the phone to say: see :class:`Door`.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType, web

from bot.message import Reply
from voice.call import take_call
from voice.line import Line
from voice.lines.browser import CLOSE_SECONDS, BrowserLine
from voice.lines.browser_frames import LONGEST_MESSAGE, RATE, FrameError, Start, read_control
from voice.readiness import Readiness

logger = logging.getLogger(__name__)

HEARTBEAT = 10.0
"""Seconds between two pings; a browser that has not answered half of it later is gone."""
START_SECONDS = 10.0
"""A socket whose browser has not begun the call by then is closed."""
END_SECONDS = 5.0
"""Calls that the server's end cuts short have so long; turns in flight have a time of their own."""
EXPIRED, REPLACED, BUSY = 4401, 4409, 4503
"""Close codes: the token is not known; the same caller calls from elsewhere; all lines are taken."""
TEXTS = {
    "expired": "Oturumunuzun süresi dolmuş. Lütfen yeniden arayın.",
    "busy": "Şu anda bütün hatlarımız dolu. Lütfen birazdan yeniden arayın.",
    "no_start": "Görüşme başlatılamadı. Lütfen yeniden arayın.",
    "closed": "Şu anda sesli görüşme yapılamıyor. Lütfen birazdan yeniden arayın.",
}
"""For the caller."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in, and to which conversation."""

    enter: Callable[[web.Request], AbstractContextManager[None]]
    """Held while a socket is open; raises an answer of HTTP for whoever may not."""
    conversation_of: Callable[[str], str | None]
    """The conversation of a session's token; ``None``: there is no such session."""
    said_last: Callable[[str], Awaitable[Sequence[Reply]]]
    """What the bot said last in a conversation that goes on; nothing in one that is new or long over."""
    open: Callable[[], bool] = lambda: True
    """Whether the bot can answer now."""


class BrowserCalls:
    """The line's address.

    Args:
        most: calls at once.
        heartbeat, start_seconds: see :data:`HEARTBEAT` and :data:`START_SECONDS`.
    """

    def __init__(
        self,
        ready: Readiness,
        door: Door,
        most: int = 20,
        *,
        heartbeat: float = HEARTBEAT,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._ready, self._door, self._most = ready, door, most
        self._heartbeat, self._start_seconds = heartbeat, start_seconds
        self._lines: dict[str, BrowserLine] = {}
        """By the calls' ids."""
        self._callers: dict[str, str] = {}
        """Conversation → its call."""
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._lines)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """``GET .../call``: one call, from ring to hang-up."""
        with self._door.enter(request):
            socket = web.WebSocketResponse(
                heartbeat=self._heartbeat, max_msg_size=LONGEST_MESSAGE, compress=False, timeout=CLOSE_SECONDS
            )
            if not socket.can_prepare(request):
                raise web.HTTPBadRequest(text="This address takes WebSockets only.")
            await socket.prepare(request)

            def abort() -> None:
                if request.transport is not None:
                    request.transport.abort()

            try:
                start = await self._begun(socket)
                if start is not None:
                    # A browser that goes may cancel this request; what was asked for is done nevertheless.
                    call = asyncio.create_task(self._answer(socket, start, abort))
                    self._tasks.add(call)
                    call.add_done_callback(self._tasks.discard)
                    await asyncio.shield(call)
            except (ConnectionError, TimeoutError):
                abort()
            return socket

    async def close(self, app: web.Application | None = None) -> None:
        """End all calls: the server stops, and browsers may call whoever serves next."""
        for line in list(self._lines.values()):
            line.end("restart", WSCloseCode.GOING_AWAY)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=END_SECONDS)
        await self._ready.close()

    async def _begun(self, socket: web.WebSocketResponse) -> Start | None:
        """The first message; ``None``: it was none, and the browser was told."""
        try:
            async with asyncio.timeout(self._start_seconds):
                first = await socket.receive()
            if first.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return None
            found = read_control(first.data) if first.type is WSMsgType.TEXT else None
            if isinstance(found, Start):
                return found
            detail = "The first message must be 'start'."
        except TimeoutError:
            detail = f"No 'start' came within {self._start_seconds:g} seconds."
        except FrameError as error:
            detail = str(error)
        await _refuse(socket, "no_start", WSCloseCode.POLICY_VIOLATION, detail)
        return None

    async def _answer(self, socket: web.WebSocketResponse, start: Start, abort: Callable[[], None]) -> None:
        call_id = uuid.uuid4().hex
        conversation_id: str | None = f"call-{call_id}"
        if start.token is not None:
            conversation_id = self._door.conversation_of(start.token)
        if conversation_id is None:
            return await _refuse(socket, "expired", EXPIRED)
        if not self._door.open():
            return await _refuse(socket, "closed", WSCloseCode.TRY_AGAIN_LATER)
        before = self._callers.get(conversation_id)
        if before is None and len(self._lines) >= self._most:
            return await _refuse(socket, "busy", BUSY)
        if before is not None:
            # Whoever calls again has a line that works; the old one may be half open.
            self._lines[before].end("replaced", REPLACED)
        line = BrowserLine(socket, abort)
        self._lines[call_id], self._callers[conversation_id] = line, call_id
        taking, giving = asyncio.create_task(line.take()), asyncio.create_task(line.give())
        try:
            await self._hold(line, start, call_id, conversation_id)
        except Exception as error:  # a mistake of ours, or a store that fails: this call ends, no other one
            logger.error("A browser's call could not be held (%s).", type(error).__name__)
            logger.debug("Where it broke off:", exc_info=True)
            line.end("broken", WSCloseCode.INTERNAL_ERROR)
        finally:
            del self._lines[call_id]
            if self._callers.get(conversation_id) == call_id:
                del self._callers[conversation_id]
            await line.closed(giving)
            taking.cancel()
            await asyncio.wait((taking, giving))
            for task in (taking, giving):
                if not task.cancelled() and (broken := task.exception()):
                    logger.debug("A browser's socket broke (%s).", type(broken).__name__)

    async def _hold(self, line: BrowserLine, start: Start, call_id: str, conversation_id: str) -> None:
        line.doing("connecting")
        phone = await self._ready.phone(start.microphone)
        last = await self._door.said_last(conversation_id)
        if line.gone.is_set():
            return
        line.tell("ready", call=call_id, rate=RATE, speech=phone.asr is not None, goes_on=bool(last))
        held: Line = line
        record = await take_call(
            held, phone, call_id, conversation_id=conversation_id, going_on=last, watch=line
        )
        logger.info(
            "A call by browser ended after %.0f s (%s, %d exchanges).",
            record.seconds, record.reason, len(record.exchanges),
        )  # fmt: skip


async def _refuse(socket: web.WebSocketResponse, code: str, close: int, detail: str = "") -> None:
    told = {"type": "error", "code": code, "text": TEXTS[code]}
    await socket.send_json(told | ({"detail": detail} if detail else {}))
    await socket.close(code=close)
