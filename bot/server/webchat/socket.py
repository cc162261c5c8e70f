"""One open socket: what it is shown, and what it sends."""

from __future__ import annotations

import asyncio
import logging
import math
import uuid
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot import events as ev
from bot.channels.webchat import (
    NAME,
    FrameError,
    Happened,
    Hello,
    Ping,
    Rating,
    Read,
    Said,
    Sent,
    Typing,
    message_of,
    read_frame,
)
from bot.channels.webchat_frames import ack_of, frames_of, is_shown_message, means_seen
from bot.errors import StoreError
from bot.events import Event
from bot.message import Message
from bot.server.bodies import parse_json
from bot.server.errors import ApiError, json_text
from bot.server.webchat.asides import keep_rating, say_once
from bot.server.webchat.chat import MOST_IN_WORK, Chat
from bot.server.webchat.media import take_file
from bot.server.webchat.rooms import Shown
from bot.server.webchat.texts import text_of
from bot.server.webchat.tokens import Session
from bot.turn import take_turn

logger = logging.getLogger(__name__)

HISTORY = 500
"""Shown events that a page gets when it is opened; what is older is in the transcript."""
SEND_SECONDS = 20.0
"""A client that has not read a frame by then is let go; it finds the rest when it comes again."""
MOST_WAITING = 200
"""Frames that wait for one client, beside the conversation itself, which waits in the store."""
MOST_REFUSED = 50
"""After so many refused frames the socket is closed."""
EXPIRED = 4401
"""Close code: the page has to ask for a session."""
STORE_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between two attempts to read a conversation."""


@dataclass(frozen=True, slots=True)
class _Grown:
    """In a socket's line: read on in the conversation."""


@dataclass(frozen=True, slots=True)
class _Late:
    """In a socket's line: this message's turn has ended; if it is not acknowledged yet, look for it."""

    id: str


_GROWN = _Grown()


class Visit:
    """A page of a visitor's that is open now.

    Args:
        abort: cuts the connection, for a client that takes nothing any more.
    """

    def __init__(
        self,
        chat: Chat,
        socket: web.WebSocketResponse,
        hello: Hello,
        session: Session,
        abort: Callable[[], None],
    ) -> None:
        self.chat = chat
        self.socket = socket
        self.abort = abort
        self.conversation_id = session.conversation_id
        self.language = hello.language or chat.settings.language
        self.page = dict(hello.page)
        self.refused = 0
        self.room = chat.rooms.join(self.conversation_id, self)
        self._position = hello.after
        self._unseen = 0
        self._pending: set[str] = set()
        self._line: deque[dict[str, Any] | _Grown | _Late] = deque()
        self._filled = asyncio.Event()

    def wake(self) -> None:
        """See :class:`bot.server.webchat.rooms.Reader`."""
        self._put(_GROWN)

    def begin_again(self) -> None:
        """See :class:`bot.server.webchat.rooms.Reader`."""
        self._position = self._unseen = 0
        self._put({"type": "reset"})
        self._put(_GROWN)

    def notice(self, frame: dict[str, Any]) -> None:
        """See :class:`bot.server.webchat.rooms.Reader`."""
        self._put(frame)

    def ended(self, message_id: str, failed: bool) -> None:
        """See :class:`bot.server.webchat.rooms.Reader`."""
        if message_id not in self._pending:
            return
        if failed:
            self._pending.discard(message_id)
            self.refuse("unavailable", message_id, 1.0)
        else:
            self._put(_Late(message_id))

    def refuse(self, code: str, id: str | None = None, wait: float = 0.0, detail: str = "") -> None:
        """Tell the visitor what is not done, and the page's makers why."""
        frame: dict[str, Any] = {"type": "error", "code": code, "text": text_of(code, self.language)}
        if id is not None:
            frame["id"] = id
        if wait:
            frame["retry_after"] = math.ceil(wait)
        if detail:
            frame["detail"] = detail
        self._put(frame)

    def _put(self, item: dict[str, Any] | _Grown | _Late) -> None:
        if item is _GROWN and self._line and self._line[-1] is _GROWN:
            return
        self._line.append(item)
        if len(self._line) > MOST_WAITING:
            logger.info("A client of the web chat does not read: its socket is closed.")
            self._line.clear()
            self.abort()
        self._filled.set()

    async def show(self) -> None:
        """Send what there is to show, as it comes, until cancelled.

        Raises:
            ConnectionError: the client has gone.
            TimeoutError: it does not read.
            StoreError: the conversation cannot be read.
        """
        await self._welcome()
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._line:
                item = self._line.popleft()
                if isinstance(item, dict):
                    await self._send(item)
                elif isinstance(item, _Late):
                    await self._look_for(item.id)
                else:
                    await self._read_on()

    async def _welcome(self) -> None:
        """Say where the conversation stands, then what the page has not seen of it."""
        before = max(self._position - 1, 0)
        is_reset = False
        try:
            events = await self._events(before)
        except StoreError as error:
            if error.retry:
                raise
            # The page has seen more than there is: the conversation was shortened or deleted.
            is_reset, before, self._position = True, 0, 0
            events = await self._events(0)
        if before < self._position:
            if events and is_shown_message(events[0]):
                self._unseen = self._position
            events = events[1:]
        frames = self._frames(events)
        end = self._position
        frame: dict[str, Any] = {
            "type": "welcome",
            "new": end == 0,
            "seq": end,
            "settings": self.chat.page_settings(),
        }
        if is_reset:
            frame["reset"] = True
        if len(frames) > HISTORY:
            frame["more"] = True
        await self._send(frame)
        for one in frames[-HISTORY:]:
            await self._send(one)
        if self.room.typing is not None:
            await self._send(self.room.typing)

    async def _read_on(self) -> None:
        for frame in self._frames(await self._events(self._position)):
            await self._send(frame)

    async def _events(self, position: int) -> Sequence[Event]:
        for pause in STORE_PAUSES:
            try:
                return await self.room.after(position)
            except StoreError as error:
                if not error.retry:
                    raise
            await asyncio.sleep(pause)
        return await self.room.after(position)

    def _frames(self, events: Sequence[Event]) -> list[dict[str, Any]]:
        """The frames of the events that come next; the position moves on beyond them."""
        frames: list[dict[str, Any]] = []
        for event in events:
            self._position += 1
            seq = self._position
            if self._unseen and means_seen(event):
                frames.append({"type": "seen", "seq": self._unseen})
                self._unseen = 0
            if isinstance(event, ev.UserUttered) and is_shown_message(event):
                self._unseen = seq
                if event.message_id in self._pending:
                    self._pending.discard(event.message_id)
                    frames.append(ack_of(event, seq))
                    continue
            frames += frames_of(event, seq)
        return frames

    async def _look_for(self, message_id: str) -> None:
        """Acknowledge a message that was stored before this socket was opened."""
        if message_id not in self._pending:
            return
        self._pending.discard(message_id)
        for seq, event in enumerate(await self.chat.turns.bot.store.load(self.conversation_id), 1):
            if isinstance(event, ev.UserUttered) and event.message_id == message_id:
                return await self._send(ack_of(event, seq))
        self.refuse("unavailable", message_id, 1.0)

    async def _send(self, frame: dict[str, Any]) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self.socket.send_str(json_text(frame))

    async def hear(self, text: str) -> None:
        """Take one frame of the client's."""
        id: str | None = None
        try:
            frame = read_frame(parse_json(text.encode("utf-8", "replace")), self.chat.settings.max_text)
            id = getattr(frame, "id", None)
            await self._take(frame)
        except FrameError as error:
            self.refused += 1
            self.refuse(error.code, error.id, detail=str(error))
        except ApiError as error:
            code = "unavailable" if error.status >= 500 else "bad_frame"
            self.refused += code == "bad_frame"
            self.refuse(code, id, 1.0 if code == "unavailable" else 0.0, error.message)

    async def _take(self, frame: object) -> None:
        match frame:
            case Ping():
                self._put({"type": "pong"})
            case Said():
                if self._may_send(frame.id):
                    message = message_of(frame, self.conversation_id, self._about())
                    self._begin(frame.id, take_turn(self.chat.turns.bot, message, Shown()))
            case Sent():
                await self._take_file(frame)
            case Rating():
                await self._rate(frame)
            case Happened(name="proactive"):
                await self._speak_first(str(frame.data.get("rule", "")))
            case Happened():
                self._happened(frame)
            case Hello():
                raise FrameError("bad_frame", "The socket was greeted already.")
            case Typing() | Read():
                pass

    def _about(self) -> dict[str, Any]:
        page = {"page": dict(self.page)} if self.page else {}
        return {**page, "language": self.language}

    def _may_send(self, id: str) -> bool:
        """Whether a message may be taken; the visitor is told if not."""
        if id in self.room.in_work:
            # Sent again, from this or another socket: the turn that is in work answers both.
            self._pending.add(id)
            return False
        wait = self.chat.messages.take(self.conversation_id)
        if not wait and len(self.room.in_work) >= MOST_IN_WORK:
            wait = 1.0
        if wait:
            self.refused += 1
            self.refuse("rate_limited", id, wait)
        return not wait

    def _begin(self, id: str, work: Coroutine[Any, Any, None]) -> None:
        self._pending.add(id)
        try:
            self.chat.begin(self.room, id, work)
        except ApiError:
            self._pending.discard(id)
            raise

    async def _take_file(self, sent: Sent) -> None:
        file = await self.chat.files.find(sent.upload_id)
        if file is None or file.conversation_id != self.conversation_id:
            self.refused += 1
            return self.refuse("unknown_upload", sent.id)
        if self._may_send(sent.id):
            work = take_file(self.chat, sent, file, self.conversation_id, self._about(), self.language)
            self._begin(sent.id, work)

    async def _rate(self, rating: Rating) -> None:
        if wait := self.chat.messages.take(self.conversation_id):
            return self.refuse("rate_limited", wait=wait)
        await keep_rating(self.chat.turns, self.conversation_id, rating)
        self._put({"type": "rated", "score": rating.score})

    async def _speak_first(self, rule: str) -> None:
        text = next((one["text"] for one in self.chat.settings.proactive if one["id"] == rule), None)
        if text is not None and not self.chat.messages.take(self.conversation_id):
            await say_once(self.chat.turns, self.conversation_id, rule, text)

    def _happened(self, told: Happened) -> None:
        """Let the page's news trigger the intent that the settings name for it."""
        for key in ("url", "title"):
            if told.name == "page" and isinstance(told.data.get(key), str):
                self.page[key] = told.data[key]
        bot = self.chat.turns.bot
        intent = self.chat.settings.events.get(told.name)
        if intent is None or intent not in bot.domain.all_intents:
            return
        # A chat is opened once, however often its page is loaded. No id of a client's has a space.
        id = "event open" if told.name == "open" else f"event {told.name} {uuid.uuid4().hex}"
        if id in self.room.in_work or self.chat.messages.take(self.conversation_id):
            return
        entities = [
            {"entity": key, "value": value}
            for key, value in told.data.items()
            if isinstance(value, str | int | float)
        ]
        message = Message(
            "",
            self.conversation_id,
            NAME,
            message_id=id,
            metadata=self._about(),
            trigger_intent=intent,
            trigger_entities=entities,
        )
        self.chat.begin(self.room, id, take_turn(bot, message, Shown()))


async def converse(visit: Visit) -> None:
    """Serve an open socket until its client, or the server, has had enough."""
    shown = asyncio.create_task(visit.show())
    shown.add_done_callback(partial(_end_socket, visit))
    try:
        async for received in visit.socket:
            if received.type is not WSMsgType.TEXT:
                visit.refused += 1
                visit.refuse("bad_frame", detail="Frames are texts.")
            elif wait := visit.chat.frames.take(visit.conversation_id):
                visit.refused += 1
                visit.refuse("rate_limited", wait=wait)
            else:
                await visit.hear(received.data)
            if visit.refused > MOST_REFUSED:
                with suppress(ConnectionError, TimeoutError):
                    async with asyncio.timeout(1.0):
                        await visit.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"refused")
                visit.abort()
                break
    finally:
        visit.chat.rooms.leave(visit.room, visit)
        shown.cancel()
        await asyncio.wait([shown])


def _end_socket(visit: Visit, shown: asyncio.Task[None]) -> None:
    """A socket that nothing can be shown on any more is of no use."""
    error = None if shown.cancelled() else shown.exception()
    if error is None:
        return
    if not isinstance(error, ConnectionError | TimeoutError):
        logger.error("An open chat could not be shown its conversation (%s).", type(error).__name__)
    visit.abort()
