"""Sound that customers send and get, as text channels see it: who hears a voice note, and who says an answer aloud.

Neither is here: the bot knows no sound. The program (``santral/``) puts in the voice's, where it is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.errors import SantralError
from bot.events import BotUttered, Event, UserUttered
from bot.message import Reply

BY_VOICE = "transcript"
"""The key of a message's metadata that says it was spoken; its text is what was heard."""
DEADLINE = 180.0
"""Seconds in which a note must have been heard: the customer waits."""
POLITE: Mapping[str, Mapping[str, str]] = {
    "tr": {
        "long": "Sesli mesajınız çok uzun olduğu için dinleyemedim. Kısaca söyler ya da yazar mısınız?",
        "broken": "Ses dosyanızı açamadım. Yeniden gönderir ya da mesajınızı yazar mısınız?",
        "video": "Gönderdiğiniz dosyada görüntü var; yalnızca sesli mesajları dinleyebiliyorum. "
        "Mesajınızı yazar mısınız?",
        "silent": "Sesli mesajınızı anlayamadım. Yeniden söyler ya da yazar mısınız?",
    },
    "en": {
        "long": "Your voice message is too long for me to listen to. Could you keep it short, or write it?",
        "broken": "I could not open your recording. Could you send it again, or write your message?",
        "video": "There is a film in your file, and I can only listen to sound. Could you write your message?",
        "silent": "I could not understand your voice message. Could you say it again, or write it?",
    },
}
"""Language → problem → what the customer is told."""


class NoteRefused(SantralError):
    """A voice note that says nothing that could be answered; the text says why, without its content."""

    code = "voice-note"

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        """``long``, ``broken``, ``video``, ``silent``, or ``busy``: nobody can listen just now."""


class Transcriber(Protocol):
    """Hears what a voice note says."""

    async def transcribe(
        self, path: Path, mime_type: str, *, language: str = "tr", after: Sequence[Reply] = ()
    ) -> str:
        """The customer's words; ``""`` when nothing was understood.

        Args:
            mime_type: what the file is, by its content.
            language: of the conversation.
            after: what the bot said last: it tells what the answer may be.

        Raises:
            NoteRefused: there is nothing to hear in it, with what the customer has to know.
            Exception: any other: nobody can hear just now.
        """


class Speaker(Protocol):
    """Says answers aloud."""

    def words(self, replies: Sequence[Reply]) -> str:
        """What of a turn's replies is said; ``""`` when there is nothing to say, or too much of it."""

    async def speak(self, words: str) -> bytes:
        """A voice message of these words: Ogg with Opus, one channel.

        Raises:
            SantralError: they could not be said.
        """


@dataclass(frozen=True, slots=True)
class Notes:
    """Who hears and who speaks; nobody, where something is missing."""

    transcriber: Transcriber | None = None
    speaker: Speaker | None = None


OpenNotes = Callable[[Mapping[str, Any] | None, Path], Notes]
"""The content of ``credentials.yml`` and the project's folder → :class:`Notes`; raises ProjectError."""


def polite_about(problem: str, language: str = "tr") -> str | None:
    """What a customer is told whose note was refused; ``None`` where only that nobody can listen just now."""
    return POLITE.get(language.split("-")[0], POLITE["en"]).get(problem)


def said_last(events: Sequence[Event]) -> list[Reply]:
    """What the bot said since the customer's last message, in order."""
    found: list[Reply] = []
    for event in reversed(events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered):
            found.append(Reply(event.text, event.data, event.metadata))
    return found[::-1]
