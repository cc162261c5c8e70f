"""What is written into a conversation beside its turns: an offer that the page made, a rating."""

from __future__ import annotations

from bot import events as ev
from bot.channels.webchat import NAME, Rating
from bot.message import Message
from bot.server.turns import Turns
from bot.server.webchat.rooms import Shown
from bot.turn import Turn


async def say_once(turns: Turns, conversation_id: str, rule: str, text: str) -> None:
    """The visitor opened the chat on a rule's offer: the offer is part of the conversation, once.

    Raises:
        ApiError: 503, too much is in flight.
        StoreError: the conversation cannot be read or written.
    """

    async def offer(turn: Turn) -> None:
        said = (event for event in turn.tracker.events if isinstance(event, ev.BotUttered))
        if all(event.metadata.get("proactive") != rule for event in said):
            await turn.begin_session_if_due()
            turn.log([ev.BotUttered(text, metadata={"proactive": rule})])
            await turn.commit()

    await turns.hold(Message("", conversation_id, NAME), offer, Shown())


async def keep_rating(turns: Turns, conversation_id: str, rating: Rating) -> None:
    """Keep how content the visitor is, as the slot ``webchat_rating``. Who has not spoken has nothing to rate.

    Raises:
        ApiError: 503, too much is in flight.
        StoreError: the conversation cannot be read or written.
    """
    value = {"score": rating.score, "comment": rating.comment}

    async def log(turn: Turn) -> None:
        if turn.tracker.events:
            turn.log([ev.SlotSet("webchat_rating", value)])
            await turn.commit()

    await turns.hold(Message("", conversation_id, NAME), log, Shown())
