"""Files that customers send, voice notes among them: what one says, and its answer as a voice message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.whatsapp.bodies import Body, addressed
from bot.channels.whatsapp.kinds import Media
from bot.channels.whatsapp.lenient import mapping, text_of
from bot.channels.whatsapp.media import SPOKEN, FileRefused, MediaStore, Stored, unstored
from bot.message import Reply
from bot.voice_notes import DEADLINE, NoteRefused, Speaker, Transcriber

logger = logging.getLogger(__name__)

Asked = Callable[[], Awaitable[Sequence[Reply]]]
KINDS = ("voice", "audio")
FILE_PROBLEMS: Mapping[str, str] = {"large": "long", "type": "broken", "broken": "broken"}
"""Why a file was not stored → what is wrong with it as a voice note."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a voice note."""

    text: str | None = None
    problem: str = ""
    """Of :class:`NoteRefused`; empty when it was heard, or nobody was there to hear."""


async def take_files(
    store: MediaStore,
    media: Sequence[Media],
    conversation_id: str,
    transcriber: Transcriber | None,
    asked: Asked,
) -> tuple[list[dict[str, Any]], Heard]:
    """What actions read of a message's files, and what a voice note among them says.

    Args:
        transcriber: hears voice notes; without it they are files as others are.
        asked: what the bot said last.
    """
    found, heard = [], Heard()
    for one in media:
        listener = transcriber if one.kind in KINDS else None
        try:
            stored = await store.fetch(one, conversation_id)
        except (FileRefused, OSError) as error:
            problem = error.problem if isinstance(error, FileRefused) else "disk"
            logger.warning("A customer's file was not stored (%s).", problem)
            found.append(unstored(one, problem))
            if listener is not None:
                heard = Heard(problem=FILE_PROBLEMS.get(problem, ""))
            continue
        found.append(stored.as_metadata())
        if listener is not None:
            heard = await hear(stored, listener, asked)
    return found, heard


async def hear(stored: Stored, transcriber: Transcriber, asked: Asked) -> Heard:
    """What a voice note says; whatever goes wrong, the customer gets an answer."""
    try:
        async with asyncio.timeout(DEADLINE):
            words = await transcriber.transcribe(stored.path, stored.mime_type, after=await asked())
    except NoteRefused as refused:
        logger.info("A voice note was refused (%s).", refused.problem)
        return Heard(problem=refused.problem)
    except Exception as error:  # whatever hearing does
        logger.error("A voice note could not be heard (%s).", type(error).__name__)
        return Heard()
    return Heard(words.strip()) if words.strip() else Heard(problem="silent")


def aloud(speaker: Speaker, replies: Sequence[Reply], to: str) -> Body | None:
    """The voice message that says a turn's replies; it is rendered when it is sent. ``None``: nothing is said."""
    words = speaker.words(replies)
    if not words:
        return None
    source: dict[str, Any] = {"id": SPOKEN + words, "voice": True}
    return addressed({"type": "audio", "audio": source}, to)


def is_aloud(body: Mapping[str, Any]) -> bool:
    """Whether a body says again, with a voice, what was sent as text."""
    return text_of(mapping(body.get("audio")).get("id")).startswith(SPOKEN)
