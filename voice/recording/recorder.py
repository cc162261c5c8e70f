"""Calls that are recorded: both sides as they sound on the line, written while the call goes.

A recording stands between the call and its line, and between the call and the dialogue; the call knows nothing of it.
What it holds is bounded, files are written in a thread, and whatever a disk does, the call goes on. While something
sensitive is asked for, both sides are silent in it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.message import Reply
from voice.audio import Sound, joined
from voice.recording.file import RecordingFile, name_at, sweep
from voice.threads import Threads
from voice.wording import is_sensitive

logger = logging.getLogger(__name__)

BACKLOG = 30.0
"""Seconds of a call that may wait for the disk; what comes on top is silent in the recording."""
_PIECE = 1.0
"""Seconds that are written at once."""
_HELD = 1.0
"""Seconds that are held back, for lines that forget what they have not played."""
_JITTER = 0.1
"""Seconds by which the caller's frames may come late and still follow each other without a gap."""
_SWEEP = 3600.0
_PATIENCE = 5.0


class Recorder:
    """Where recordings go, and what is left out of them.

    Args:
        folder: made with the first recording.
        days: recordings that began longer ago are deleted.
        pause_on: slots whose question and answer are not recorded.
        executor: writes files; a thread of its own when absent.
        open_file: see :class:`RecordingFile`.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        days: float,
        pause_on: Sequence[str] = (),
        *,
        executor: Executor | None = None,
        open_file: Callable[[Path, int], RecordingFile] = RecordingFile,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder, self.days = folder, days
        self.open_file, self.clock = open_file, clock
        self.executor = executor or Threads(1, "recordings")
        # A program that ends without closing it loses nothing either.
        weakref.finalize(self, _written, self.executor)
        slots = "|".join(map(re.escape, pause_on))
        self._asks = re.compile(rf"utter_ask_(?:\w+_)?(?:{slots})(?:_(?:to|for)_\w+)?") if slots else None
        self._closed = threading.Event()

    def begin(self, rate: int) -> Recording:
        """A new recording of a line with this rate; it begins now."""
        return Recording(self, name_at(self.clock()), rate)

    def is_sensitive(self, reply: Reply) -> bool:
        """Whether a reply, and what is answered to it, stays out of the recording."""
        name = reply.metadata.get("utter_action")
        asks = self._asks is not None and isinstance(name, str) and self._asks.fullmatch(name) is not None
        return asks or is_sensitive(reply)

    def sweep(self) -> None:
        """Delete what is too old. What cannot be deleted is told in the log."""
        try:
            if count := sweep(self.folder, self.days, self.clock()):
                logger.info("%d recordings were older than %g days and are deleted.", count, self.days)
        except FileNotFoundError:  # nothing was recorded yet
            pass
        except OSError as error:
            logger.error("Old recordings in %s cannot be deleted (%s).", self.folder, error.strerror)

    def keep_sweeping(self, every: float = _SWEEP) -> None:
        """Sweep now and every hour, in a thread that does not hold the process up."""

        def work() -> None:
            self.sweep()
            while not self._closed.wait(every):
                self.sweep()

        threading.Thread(target=work, name="recordings-sweep", daemon=True).start()

    def close(self, patience: float = _PATIENCE) -> None:
        """Write what waits, and end.

        Args:
            patience: seconds; a disk that has not taken it by then is not waited for.
        """
        self._closed.set()
        if not _written(self.executor, patience):
            logger.error("The disk in %s does not answer: the end of recordings is lost.", self.folder)
        self.executor.shutdown(wait=False)


def _written(executor: Executor, patience: float = _PATIENCE) -> bool:
    """Wait until all that was given to the thread is done; whether it is."""
    try:
        executor.submit(int).result(patience)
    except TimeoutError:
        return False
    except RuntimeError:  # it was closed
        pass
    return True


@dataclass(slots=True)
class _Side:
    """One side's sound that is not handed on yet."""

    parts: deque[Sound] = field(default_factory=deque)
    end: int = 0
    """Samples from the recording's beginning."""

    def put(self, sound: Sound, start: int) -> None:
        """Add sound; before it there is silence."""
        if start > self.end:
            self.parts.append(np.zeros(start - self.end, np.int16))
            self.end = start
        self.parts.append(sound)
        self.end += len(sound)

    def take(self, count: int, begin: int) -> Sound:
        """The first samples, filled up with silence; ``begin`` is where they lie."""
        held = joined(self.parts)
        self.parts = deque([held[count:]] if len(held) > count else ())
        self.end = max(self.end, begin + count)
        taken = np.zeros(count, np.int16)
        taken[: min(count, len(held))] = held[:count]
        return taken

    def forget(self, samples: int) -> None:
        """Take back the last samples, as far as they are still here."""
        held = joined(self.parts)
        kept = held[: max(0, len(held) - samples)]
        self.end -= len(held) - len(kept)
        self.parts = deque([kept])


class Recording:
    """One call's recording. Nothing here waits, and nothing raises."""

    def __init__(self, recorder: Recorder, name: str, rate: int) -> None:
        self.name = name
        self._recorder, self._rate = recorder, rate
        self._loop_time = asyncio.get_running_loop().time
        self._begin = self._loop_time()
        self._caller, self._bot = _Side(), _Side()
        self._paused = False
        self._taken = 0
        """Samples that were handed on or are missing."""
        self._given = 0
        """Samples of sound that were handed to the thread; only the call changes it."""
        self._written = 0
        """Samples of sound that the thread is done with; only the thread changes it."""
        self._missing = 0
        """Samples that there was no room for since the last that was handed on."""
        self._file: RecordingFile | None = None
        self._failed = self._over = False
        self._submit(self._open)

    @property
    def at(self) -> float:
        """Seconds since it began."""
        return self._loop_time() - self._begin

    # What the call tells

    def hears(self, frame: Sound) -> None:
        """The next frame of the caller, which ends now."""
        now, length = self._now(), len(frame)
        follows = self._caller.end + length
        late = now - follows > _JITTER * self._rate
        if follows <= now + self._rate:  # else: a line that sends faster than anybody speaks
            self._caller.put(self._shown(frame), now - length if late else self._caller.end)
        self._hand_on()

    def says(self, frame: Sound) -> None:
        """The next frame of the bot, played when what was sent before has been."""
        self._bot.put(self._shown(frame), max(self._now(), self._bot.end))
        self._hand_on()

    def forgets(self, samples: int) -> None:
        """The line has not played the last so many samples."""
        self._bot.forget(samples)

    def pauses_for(self, reply: Reply) -> None:
        """The bot is about to say this: be silent from now on if it is sensitive."""
        self._paused = self._paused or self._recorder.is_sensitive(reply)

    def asks(self, replies: Sequence[Reply]) -> None:
        """All that the bot says to one thing: be silent if any of it is sensitive, record if none is."""
        if replies:
            self._paused = any(self._recorder.is_sensitive(one) for one in replies)

    def end(self) -> None:
        """The call is over; again: nothing happens."""
        if not self._over:
            self._hand_on(all_of_it=True)
            self._over = True
            self._submit(self._close)

    # Towards the disk

    def _now(self) -> int:
        return round(self.at * self._rate)

    def _shown(self, frame: Sound) -> Sound:
        return np.zeros_like(frame) if self._paused else frame

    def _hand_on(self, all_of_it: bool = False) -> None:
        if self._over or self._failed:
            self._caller.parts.clear()
            self._bot.parts.clear()
            return
        piece, until = (
            round(_PIECE * self._rate),
            self._now() - (0 if all_of_it else round(_HELD * self._rate)),
        )
        while (left := until - self._taken) >= piece or (all_of_it and left > 0):
            count = min(left, piece)
            sides = [side.take(count, self._taken) for side in (self._caller, self._bot)]
            self._taken += count
            if self._given - self._written + count > BACKLOG * self._rate:
                self._missing += count
                continue
            missing, self._missing = self._missing, 0
            self._given += count
            self._submit(self._write, missing, *sides)

    def _submit(self, work: Callable[..., None], *given: Any) -> None:
        try:
            self._recorder.executor.submit(self._safely, work, *given)
        except RuntimeError:  # the process ends
            self._failed = True

    # In the thread

    def _safely(self, work: Callable[..., None], *given: Any) -> None:
        if self._failed and work != self._close:
            return
        try:
            work(*given)
        except OSError as error:
            if not self._failed:
                logger.error("A call is no longer recorded (%s); it goes on.", error.strerror)
            self._failed = True

    def _open(self) -> None:
        self._file = self._recorder.open_file(self._recorder.folder / self.name, self._rate)

    def _write(self, missing: int, caller: Sound, bot: Sound) -> None:
        assert self._file is not None
        self._file.write_silence(missing)
        self._file.write(caller, bot)
        self._written += len(caller)

    def _close(self) -> None:
        if self._file is not None:
            if self._missing and not self._failed:
                self._file.write_silence(self._missing)
            self._file.close()
