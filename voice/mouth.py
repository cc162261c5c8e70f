"""What the bot says, on its way to the line: rendered ahead, paced by an absolute clock, without gaps.

It can be paused, goes on from the same sample, and can be dropped. It counts the samples that were played, so that
what was really heard is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from voice.audio import FRAME_SECONDS, Sound, frame_size
from voice.engines.missing import EngineError
from voice.line import Line
from voice.sentences import heard_part, pieces

logger = logging.getLogger(__name__)


class Renderer(Protocol):
    """Makes a text sound: :class:`voice.tts.Voice`."""

    async def render(self, text: str, fixed: bool = False) -> Sound: ...


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of what was to be said, once it is over."""

    text: str
    heard: str
    """What of it was played: all, the first words, or ``""``."""
    mark: str
    """Given to :meth:`Mouth.say` with it."""


@dataclass(slots=True, eq=False)
class _Piece:
    text: str
    mark: str
    interruptible: bool
    fixed: bool
    rendering: asyncio.Task[Sound | None] | None = None
    sound: Sound | None = None
    sent: int = 0
    """Samples."""


class Mouth:
    """Speaks into one line.

    Args:
        begins: called when the first frame of a piece is sent, with its text, whether it can be interrupted, and its
            mark.
        falls_silent: called when everything has been played.
        clock: seconds; the event loop's.
        plays: called with each frame that is sent.
        cuts: called with a piece that had begun and was not heard to its end.
    """

    def __init__(
        self,
        line: Line,
        voice: Renderer,
        begins: Callable[[str, bool, str], None],
        falls_silent: Callable[[], None],
        clock: Callable[[], float] | None = None,
        plays: Callable[[Sound], None] | None = None,
        cuts: Callable[[Said], None] | None = None,
    ) -> None:
        self._line, self._voice, self._plays, self._cuts = line, voice, plays, cuts
        self._begins, self._falls_silent = begins, falls_silent
        self._clock = clock or asyncio.get_running_loop().time
        self._size = frame_size(line.rate)
        self._queue: deque[_Piece] = deque()
        self._current: _Piece | None = None
        self._paused = False
        self._rewound = True
        self._stale = False
        """What the line still has was dropped."""
        self._news = asyncio.Event()
        self._open = False
        """It was told that something is said, and not yet that all has been."""
        self._due = 0.0
        """When the next frame is to be played."""
        self.said: list[Said] = []
        """What is over, in order."""

    # What others ask for

    def say(self, text: str, mark: str = "", *, interruptible: bool = True, fixed: bool = False) -> None:
        """Say a text after everything that is still to be said."""
        for piece in pieces(text):
            self._queue.append(_Piece(piece, mark, interruptible, fixed))
        self._render_ahead()
        self._news.set()

    def miss(self, text: str, mark: str = "") -> None:
        """Note that nobody is left to hear this."""
        self.said.append(Said(text, "", mark))

    def pause(self) -> None:
        """Stop before the next frame."""
        self._paused, self._rewound = True, False
        self._news.set()

    def resume(self) -> None:
        """Go on from the sample after the last that was played."""
        self._paused = False
        self._news.set()

    def drop(self) -> None:
        """Forget all that is still to be said; :attr:`said` tells what of it was heard."""
        self._finish_current()
        while self._queue:
            piece = self._queue.popleft()
            _cancel(piece)
            self.miss(piece.text, piece.mark)
        self._paused = self._open = False
        self._stale = True
        self._news.set()

    @property
    def idle(self) -> bool:
        """Nothing is being said or to be said."""
        return self._current is None and not self._queue and not self._open

    # The task

    async def run(self) -> None:
        """Speak until cancelled."""
        try:
            while True:
                await self._next_frame()
        finally:
            self.drop()

    async def _next_frame(self) -> None:
        if self._stale:
            self._stale = False
            if await self._line.flush():
                self._due = self._clock()
        if self._paused:
            return await self._wait_paused()
        if self._due - self._line.lead > self._clock():
            # The frame is taken afterwards: whatever stops the mouth meanwhile stops this frame.
            await asyncio.sleep(self._due - self._line.lead - self._clock())
            if self._paused or self._stale:
                return
        frame = await self._frame()
        if frame is None:
            return
        # A line that has run dry begins anew; one that is late by less catches up, so that nothing drifts.
        self._due = max(self._due, self._clock())
        await self._line.send(frame)
        if self._plays is not None:
            self._plays(frame)
        self._due += FRAME_SECONDS

    async def _wait_paused(self) -> None:
        """Take back what the line has not played, and wait."""
        if not self._rewound:
            self._rewound = True
            forgotten = await self._line.flush()
            if self._current is not None:
                self._current.sent = max(0, self._current.sent - forgotten)
            if forgotten:
                self._due = self._clock()
        self._news.clear()
        if self._paused:
            await self._news.wait()

    async def _frame(self) -> Sound | None:
        """The next frame; ``None`` when things have changed while it was waited for."""
        frame = np.zeros(self._size, np.int16)
        filled = 0
        while filled < self._size:
            piece = self._current
            if piece is None:
                piece = await self._next_piece(filled > 0)
                if piece is None:
                    return frame if filled else None
            sound = piece.sound
            assert sound is not None
            part = sound[piece.sent : piece.sent + self._size - filled]
            frame[filled : filled + len(part)] = part
            piece.sent += len(part)
            filled += len(part)
            if piece.sent >= len(sound):
                self._finish_current()
        return frame

    async def _next_piece(self, at_once: bool) -> _Piece | None:
        """The next piece, rendered.

        Args:
            at_once: only if it is ready: a frame is begun, and waiting would make a gap in it.
        """
        if not self._queue:
            if not at_once:
                await self._wait_for_work()
            return None
        piece = self._queue[0]
        self._render_ahead()
        rendering = piece.rendering
        assert rendering is not None
        if not rendering.done():
            if at_once:
                return None
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            await asyncio.wait((rendering, news), return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            return None
        self._queue.popleft()
        self._render_ahead()
        sound = None if rendering.cancelled() else rendering.result()
        if sound is None or not len(sound):
            self.miss(piece.text, piece.mark)
            return None
        piece.sound = sound
        self._current, self._open = piece, True
        self._begins(piece.text, piece.interruptible, piece.mark)
        return None if self._paused or self._current is not piece else piece

    async def _wait_for_work(self) -> None:
        self._news.clear()
        if not self._open:
            await self._news.wait()
            return
        try:
            # The last frames are still on their way to the ear.
            # Not wait_for: in Python 3.11 it forgets a cancellation that comes with the news.
            async with asyncio.timeout(max(0.0, self._due - self._clock())):
                await self._news.wait()
        except TimeoutError:
            if not self._paused:
                self._open = False
                self._falls_silent()

    def _render_ahead(self) -> None:
        """Let the next two pieces be rendered while others are spoken."""
        for piece in list(self._queue)[:2]:
            if piece.rendering is None:
                piece.rendering = asyncio.ensure_future(self._render(piece))

    async def _render(self, piece: _Piece) -> Sound | None:
        try:
            return await self._voice.render(piece.text, piece.fixed)
        except Exception as error:  # whatever an engine does, the call goes on
            code = error.code if isinstance(error, EngineError) else type(error).__name__
            logger.error("A piece of a reply could not be spoken (%s).", code)
            return None

    def _finish_current(self) -> None:
        piece, self._current = self._current, None
        if piece is None:
            return
        length = len(piece.sound) if piece.sound is not None else 0
        # What was sent last has not been heard yet if it is dropped now; in a pause it has, or was taken back.
        all_heard = piece.sent >= length or (self._paused and self._rewound)
        ahead = 0 if all_heard else min(piece.sent, round(self._line.lead * self._line.rate))
        share = (piece.sent - ahead) / length if length else 0.0
        said = Said(piece.text, heard_part(piece.text, share), piece.mark)
        self.said.append(said)
        if self._cuts is not None and said.heard != said.text:
            self._cuts(said)


def _cancel(piece: _Piece) -> None:
    if piece.rendering is not None:
        piece.rendering.cancel()
