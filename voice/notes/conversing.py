"""Voice notes of text channels: heard by the recogniser of calls, and answered with the voice of calls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.menu import choices_of
from bot.message import Reply
from bot.voice_notes import NoteRefused
from voice.asr import Asr, readable
from voice.audio import Sound, joined, level, silence
from voice.engines.missing import EngineError
from voice.expectation import expectation_of
from voice.mouth import Renderer
from voice.notes.audio_file import LONGEST, RecordingError, read_recording, write_voice_message
from voice.sentences import sentences
from voice.threads import Threads
from voice.wording import from_words

logger = logging.getLogger(__name__)

MOST_WAITING = 8
"""Notes that are heard, or wait for it, at once; whoever comes beyond is asked to write."""
_PIECE, _LOOK_BACK = 25.0, 8.0
"""Seconds of a piece for the recogniser (Whisper hears 30), and how far from its end a pause is looked for."""
_WINDOW = 0.2
"""Seconds; the quietest so long is taken for a pause."""
_QUIET = -55.0
"""dBFS of the loudest window below which nobody speaks."""
SPOKEN_RATE = 24_000
MOST_SPOKEN = 700
"""Characters of an answer that is said: a minute of speech. Longer ones are only read."""
_MOST_TITLES = 5
_PAUSE = 0.35
"""Seconds between two sentences."""


class NoteEars:
    """Hears voice notes; a :class:`~bot.voice_notes.Transcriber`.

    Args:
        asr: makes the recogniser, when the first note comes; ``None``: there is none.
        longest: seconds of one note.
    """

    def __init__(self, asr: Callable[[], Asr | None], longest: float = LONGEST) -> None:
        self.longest = longest
        self._make = asr
        self._asr: Asr | None = None
        self._waiting = 0
        self._threads = Threads(2, "voice-notes")

    async def transcribe(
        self, path: Path, mime_type: str, *, language: str = "tr", after: Sequence[Reply] = ()
    ) -> str:
        """See the seam. Numbers that the bot asked for come as digits.

        Raises:
            NoteRefused: the file is no note that can be heard, or too many wait.
            EngineError: the recogniser failed, or is not there.
        """
        if self._waiting >= MOST_WAITING:
            raise NoteRefused("busy", "Too many voice notes wait.")
        self._waiting += 1
        try:
            return await self._heard(path, after)
        finally:
            self._waiting -= 1

    async def _heard(self, path: Path, after: Sequence[Reply]) -> str:
        loop = asyncio.get_running_loop()
        asr = await loop.run_in_executor(self._threads, self._recogniser)
        try:
            sound = await loop.run_in_executor(self._threads, read_recording, path, asr.rate, self.longest)
        except RecordingError as error:
            raise NoteRefused(error.problem, str(error)) from None
        expects = expectation_of(after)
        words = []
        for piece in await loop.run_in_executor(self._threads, pieces, sound, asr.rate):
            found = readable((await asr.transcribe(piece, expects)).text)
            words += [found] if found else []
        return from_words(" ".join(words), expects)

    def _recogniser(self) -> Asr:
        if self._asr is None:
            self._asr = self._make()
        if self._asr is None:
            raise EngineError("There is no recogniser.")
        return self._asr


class NoteVoice:
    """Says answers as voice messages; a :class:`~bot.voice_notes.Speaker`.

    Args:
        voice: makes the voice at a rate, when the first answer comes.
    """

    def __init__(self, voice: Callable[[int], Renderer]) -> None:
        self._voice = voice

    def words(self, replies: Sequence[Reply]) -> str:
        """The texts of a turn, and the titles of its choices where they are few; ``""`` for too much of it."""
        said = " ".join(text for reply in replies if (text := _said(reply)))
        return said if len(said) <= MOST_SPOKEN else ""

    async def speak(self, words: str) -> bytes:
        """See the seam; raises EngineError."""
        renderer = await asyncio.to_thread(self._voice, SPOKEN_RATE)
        parts = []
        for one in sentences(words):
            parts += [await renderer.render(one, False), silence(_PAUSE, SPOKEN_RATE)]
        return await asyncio.to_thread(write_voice_message, joined(parts), SPOKEN_RATE)


def pieces(sound: Sound, rate: int) -> list[Sound]:
    """A long recording in pieces that a recogniser hears whole, cut in pauses; silent ones are left out."""
    found = []
    longest, back = round(_PIECE * rate), round(_LOOK_BACK * rate)
    while len(sound) > longest:
        start = longest - back
        cut = start + _quietest(sound[start:longest], rate)
        found.append(sound[:cut])
        sound = sound[cut:]
    return [one for one in (*found, sound) if _is_loud(one, rate)]


def _levels(sound: Sound, rate: int) -> list[float]:
    size = round(_WINDOW * rate)
    return [level(sound[at : at + size]) for at in range(0, max(1, len(sound)), size)]


def _quietest(sound: Sound, rate: int) -> int:
    """The sample in the middle of the quietest window."""
    return round((int(np.argmin(_levels(sound, rate))) + 0.5) * _WINDOW * rate)


def _is_loud(sound: Sound, rate: int) -> bool:
    return max(_levels(sound, rate)) > _QUIET


def _said(reply: Reply) -> str:
    text = (reply.text or "").strip()
    titles = [one.title for one in choices_of(reply.data)]
    if not text or not titles or len(titles) > _MOST_TITLES:
        return text
    return f"{text} Seçenekler: {', '.join(titles)}."
