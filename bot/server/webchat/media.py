"""A file that a visitor sends, as a message to the bot."""

from __future__ import annotations

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
    words = sent.caption
    if not words and is_voice and chat.transcriber is not None:
        words = await _heard(chat, file, language)
        if words:
            media["transcript"] = words
    metadata = {**about, "media": [media], **({} if sent.caption else {"shown": ""})}
    intent = INTENTS[is_voice]
    if words or intent in bot.domain.all_intents:
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
        said = await turn.stage.word_by_domain(f"utter_{name}", turn.tracker)
        utterance = said or ev.BotUttered(text_of(name, language), metadata={"utter_action": f"utter_{name}"})
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


async def _heard(chat: Chat, file: StoredFile, language: str) -> str:
    assert chat.transcriber is not None
    try:
        path = chat.files.path_of(file)
        return (await chat.transcriber.transcribe(path, file.type, language) or "").strip()
    except Exception as error:  # whatever hearing does, the visitor gets an answer
        logger.error("A voice message could not be transcribed (%s).", type(error).__name__)
        return ""
