"""A file that a visitor sends, as a message to the bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot import events as ev
from bot.channels.webchat import NAME, Sent
from bot.domain import ACTION_LISTEN
from bot.message import Message
from bot.server.webchat.files import StoredFile
from bot.server.webchat.rooms import Shown
from bot.server.webchat.texts import text_of
from bot.turn import Turn, take_turn
from bot.voice_notes import (
    BY_VOICE,
    DEADLINE,
    NoteRefused,
    Transcriber,
    polite_about,
    said_last,
)

if TYPE_CHECKING:
    from bot.server.webchat.chat import Chat

logger = logging.getLogger(__name__)

INTENTS = ("media_received", "voice_received")
"""A domain's intents of these names are triggered by a file, and by a recording, that come without words."""


async def take_file(
    chat: Chat, sent: Sent, file: StoredFile, conversation_id: str, about: Mapping[str, Any], language: str
) -> None:
    """Answer a file: by its caption, or what is said in it; else by the domain's intent for files, else politely.

    Raises:
        StoreError: the conversation cannot be read or written.
    """
    bot = chat.turns.bot
    media = dict(file.told())
    is_voice = file.type.startswith("audio/")
    words, problem, spoken = sent.caption, "", {}
    if not words and is_voice and chat.transcriber is not None:
        words, problem = await _heard(chat, chat.transcriber, file, conversation_id, language)
        if words:
            media["transcript"], spoken = words, {BY_VOICE: True}
        elif problem:
            media["problem"] = problem
    metadata = {**about, **spoken, "media": [media], **({} if sent.caption else {"shown": ""})}
    intent = INTENTS[is_voice]
    if words or (intent in bot.domain.all_intents and not problem):
        parse = (
            None
            if words
            else {"intent": {"name": intent, "confidence": 1.0}, "entities": [], "text": file.name}
        )
        message = Message(
            words or file.name, conversation_id, NAME, message_id=sent.id, metadata=metadata, parse=parse
        )
        return await take_turn(bot, message, Shown())
    message = Message(file.name, conversation_id, NAME, message_id=sent.id, metadata=metadata)
    name = "voice_unheard" if is_voice else "media_received"

    async def thank(turn: Turn) -> None:
        if turn.tracker.position_of_message(sent.id) is not None:
            return
        await turn.finish_interrupted()
        await turn.begin_session_if_due()
        response = f"utter_{name}" + (f"_{problem}" if problem else "")
        said = await turn.stage.word_by_domain(response, turn.tracker)
        text = polite_about(problem, language) or text_of(name, language)
        utterance = said or ev.BotUttered(text, metadata={"utter_action": response})
        turn.log(
            [
                ev.UserUttered(
                    file.name,
                    {"name": None, "confidence": 0.0},
                    input_channel=NAME,
                    message_id=sent.id,
                    metadata=metadata,
                ),
                utterance,
                ev.ActionExecuted(ACTION_LISTEN),
            ]
        )
        await turn.commit()

    await chat.turns.hold(message, thank, Shown())


async def _heard(
    chat: Chat, transcriber: Transcriber, file: StoredFile, conversation_id: str, language: str
) -> tuple[str, str]:
    """What is said in a recording, and why it was not heard, where the visitor has to know."""
    try:
        after = said_last(await chat.turns.bot.store.load(conversation_id))
        async with asyncio.timeout(DEADLINE):
            path = chat.files.path_of(file)
            words = await transcriber.transcribe(path, file.type, language=language, after=after)
    except NoteRefused as refused:
        logger.info("A voice message was refused (%s).", refused.problem)
        return "", refused.problem
    except Exception as error:  # whatever hearing does, the visitor gets an answer
        logger.error("A voice message could not be transcribed (%s).", type(error).__name__)
        return "", ""
    return (words.strip(), "") if words.strip() else ("", "silent")
