"""A browser's line: 16-bit sound at 16 kHz both ways over one WebSocket, and JSON texts beside it.

Whoever sends never waits for the browser: what it does not read piles up to a bound, and then it is gone. What it
sends is taken at the speed of speech, with some room for a network that stutters.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from voice.audio import Cutter, Sound, frame_size, from_bytes, to_bytes
from voice.call_record import Exchange
from voice.line import Incoming, KeyPress, Mute
from voice.lines.allowance import Allowance
from voice.lines.browser_frames import (
    RATE,
    Control,
    Flushed,
    FrameError,
    HangUp,
    Ping,
    read_control,
)
from voice.mouth import Said

logger = logging.getLogger(__name__)

MOST_WAITING = 250
"""Messages that wait for a browser that does not read: five seconds of sound."""
MOST_REFUSED = 30
"""After so many messages that mean nothing, or come too fast, the call is ended."""
MOST_EARLY = 3.0
"""Seconds of sound that may come at once, after a network has stuttered; more is dropped."""
MOST_DROPPED = 10.0
"""Seconds of dropped sound after which the call is ended."""
DRIFT = 1.05
"""Seconds of sound that a second may bring: clocks differ."""
CONTROLS, CONTROLS_A_SECOND = 60, 20
"""Text messages at once, and so many more each second."""
MOST_HEARD = 150
"""Frames that wait for the call: the oldest go when it cannot keep up."""
FLUSH_SECONDS = 0.15
"""A browser that has not told by then what it did not play is reckoned with by the clock."""
CLOSE_SECONDS = 2.0


class BrowserLine:
    """One call's line, and what its page is told (:class:`voice.call_record.Watch`).

    Args:
        abort: cuts the connection of a browser that takes nothing any more.
        clock: seconds; the event loop's.
    """

    name = "browser"
    rate = RATE
    lead = 0.1
    caller: str | None = None
    vouched = False

    def __init__(
        self,
        socket: web.WebSocketResponse,
        abort: Callable[[], None],
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._socket, self._abort = socket, abort
        self._clock = clock or asyncio.get_running_loop().time
        self._sound = Allowance(MOST_EARLY, DRIFT, self._clock)
        self._controls = Allowance(CONTROLS, CONTROLS_A_SECOND, self._clock)
        self._cutter = Cutter(frame_size(RATE))
        self._heard: deque[Incoming] = deque()
        self._news = asyncio.Event()
        self._waiting: deque[bytes | str] = deque()
        self._filled = asyncio.Event()
        self._unplayed: deque[tuple[float, int]] = deque()
        """When each frame that was sent is to be played, and its samples."""
        self._flushes = 0
        self._flushed: asyncio.Future[int] | None = None
        self._refused = 0
        self._dropped = 0.0
        self._mute = False
        self._over = False
        self._closed = False
        self.gone = asyncio.Event()
        """The caller has hung up, or the connection is lost."""
        self.code = int(WSCloseCode.OK)
        """That the socket is closed with."""

    # What a call asks for

    async def events(self) -> AsyncIterator[Incoming]:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._heard:
                yield self._heard.popleft()
            if self.gone.is_set():
                return

    async def send(self, frame: Sound) -> None:
        now = self._clock()
        due = max(now, self._unplayed[-1][0] if self._unplayed else now) + len(frame) / RATE
        while self._unplayed and self._unplayed[0][0] < now - 1:
            self._unplayed.popleft()
        self._unplayed.append((due, len(frame)))
        self._put(to_bytes(frame))

    async def flush(self) -> int:
        now = self._clock()
        reckoned = sum(samples for due, samples in self._unplayed if due > now)
        recent = sum(samples for _, samples in self._unplayed)
        self._unplayed.clear()
        if not recent or self.gone.is_set():
            return 0
        self._flushes += 1
        self._flushed = asyncio.get_running_loop().create_future()
        self.tell("flush", id=self._flushes)
        try:
            return min(recent, await asyncio.wait_for(self._flushed, FLUSH_SECONDS))
        except TimeoutError:
            return reckoned
        finally:
            self._flushed = None

    async def hang_up(self) -> None:
        self._over = True
        self._leave()

    # What its page is told

    def tell(self, kind: str, **more: Any) -> None:
        """Send a text message."""
        self._put(json.dumps({"type": kind, **more}, separators=(",", ":")))

    def heard(self, exchange: Exchange) -> None:
        if exchange.by != "call":
            self.tell("transcript", **{"from": "caller"}, by=exchange.by, text=exchange.heard)

    def says(self, text: str) -> None:
        self.tell("transcript", **{"from": "bot"}, text=text)

    def cut(self, said: Said) -> None:
        self.tell("cut", text=said.text, heard=said.heard)

    def answered(self, exchange: Exchange) -> None:
        if exchange.by != "call" and exchange.latency is not None:
            self.tell("latency", by=exchange.by, seconds=round(exchange.latency, 3))

    def doing(self, what: str) -> None:
        self.tell("state", state=what)

    def over(self, reason: str) -> None:
        self.tell("ended", reason=reason)

    def end(self, reason: str, code: int = WSCloseCode.OK) -> None:
        """End the call from without: the server stops, or the same caller calls anew."""
        if not self._over:
            self._over = True
            self.code = code
            self.tell("ended", reason=reason)
            self._leave()

    def refuse(self, code: str, detail: str) -> None:
        """Tell the page's makers what was not taken; too much of it ends the call."""
        self._refused += 1
        self.tell("error", code=code, detail=detail)
        if self._refused > MOST_REFUSED:
            self.end("refused", WSCloseCode.POLICY_VIOLATION)

    # The socket

    async def take(self) -> None:
        """Take in what the browser sends, until it is gone."""
        try:
            async for received in self._socket:
                if self.gone.is_set():
                    continue
                if received.type is WSMsgType.BINARY:
                    self._take_sound(received.data)
                elif received.type is WSMsgType.TEXT:
                    self._take_text(received.data)
        finally:
            self._leave()

    async def give(self) -> None:
        """Send what waits, until the call is over and all of it was sent; then close."""
        try:
            while True:
                while self._waiting:
                    one = self._waiting.popleft()
                    await (
                        self._socket.send_str(one) if isinstance(one, str) else self._socket.send_bytes(one)
                    )
                if self._over:
                    break
                self._filled.clear()
                await self._filled.wait()
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close(code=self.code)
        except (ConnectionError, RuntimeError, TimeoutError):
            self._abort()
        finally:
            self._closed = True
            self._leave()

    def _put(self, message: bytes | str) -> None:
        if self._closed:
            return
        if len(self._waiting) >= MOST_WAITING:
            logger.info("A browser does not read its call: it is hung up.")
            self._waiting.clear()
            self._over = self._closed = True
            self._abort()
            return self._leave()
        self._waiting.append(message)
        self._filled.set()

    def _leave(self) -> None:
        self.gone.set()
        self._news.set()
        self._filled.set()
        if self._flushed is not None and not self._flushed.done():
            self._flushed.set_result(0)

    def _take_sound(self, data: bytes) -> None:
        if len(data) % 2 or not data:
            return self.refuse(
                "bad_sound", "Sound is 16 bits a sample: an even number of bytes, at least two."
            )
        seconds = len(data) / 2 / RATE
        if not self._sound.take(seconds):
            self._dropped += seconds
            if self._dropped > MOST_DROPPED:
                self.refuse("too_fast", "Sound comes faster than anybody speaks.")
                self.end("refused", WSCloseCode.POLICY_VIOLATION)
            return
        if self._mute:
            return
        for frame in self._cutter.push(from_bytes(data)):
            self._hear(frame)
        while len(self._heard) > MOST_HEARD:
            self._heard.popleft()

    def _hear(self, one: Incoming) -> None:
        self._heard.append(one)
        self._news.set()

    def _take_text(self, text: str) -> None:
        if not self._controls.take():
            return self.refuse("too_fast", "Text messages come too fast.")
        try:
            self._obey(read_control(text))
        except FrameError as error:
            self.refuse("bad_message", str(error))

    def _obey(self, control: Control) -> None:
        match control:
            case KeyPress():
                self._hear(control)
            case Mute():
                self._mute = control.on
                self._hear(control)
            case HangUp():
                # The call itself ends the line; what it still has to tell is sent.
                self._leave()
            case Flushed():
                waited = self._flushed
                if waited is not None and not waited.done() and control.id == self._flushes:
                    waited.set_result(control.samples)
            case Ping():
                self.tell("pong", at=control.at)
            case _:
                raise FrameError("The call has begun already.")

    async def closed(self, giving: asyncio.Task[None]) -> None:
        """Wait until the last words are sent and the socket is closed; cut it if that takes too long."""
        self._over = True
        self._leave()
        await asyncio.wait((giving,), timeout=2 * CLOSE_SECONDS)
        if not giving.done():
            self._abort()
            giving.cancel()
            with suppress(asyncio.CancelledError):
                await giving
