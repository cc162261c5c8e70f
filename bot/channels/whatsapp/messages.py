"""From what WhatsApp told to a message of ours, and how it is to be taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.channels.whatsapp.inbound import InboundMessage
from bot.channels.whatsapp.lenient import clean
from bot.channels.whatsapp.limits import CAPABILITIES
from bot.channels.whatsapp.outbound import payload_of
from bot.channels.whatsapp.wording import is_visible
from bot.message import Message
from bot.voice_notes import BY_VOICE, polite_about

NAME = "whatsapp"
EVENT = "whatsapp_event"
"""The slot that says what happened without words; a domain may declare it, and actions may read it."""
LOGGED = frozenset(
    ("reaction", "reaction_removed", "revoke", "identity_changed", "system", "call_permission", "edit")
)
"""Kinds without words that nobody expects an answer to."""
INTENTS: Mapping[str, str] = {"location": "store_locator", "welcome": "greet"}
"""Kind → the intent that a message of it without words is, where the domain has such an intent."""
POLITE: Mapping[str, str] = {
    "image": "Fotoğrafınızı aldım, teşekkür ederim. Size nasıl yardımcı olabileceğimi kısaca yazar mısınız?",
    "video": "Videonuzu aldım, teşekkür ederim. Size nasıl yardımcı olabileceğimi kısaca yazar mısınız?",
    "document": "Belgenizi aldım, teşekkür ederim. Bununla ilgili ne yapmamı istersiniz?",
    "sticker": "😊 Size nasıl yardımcı olabilirim?",
    "voice": "Sesli mesajınızı aldım, ancak şu anda dinleyemiyorum. Mesajınızı yazar mısınız?",
    "audio": "Ses dosyanızı aldım, ancak şu anda dinleyemiyorum. Mesajınızı yazar mısınız?",
    "location": "Konumunuzu aldım, teşekkür ederim. Size nasıl yardımcı olabilirim?",
    "contacts": "Kişi bilgisini aldım, teşekkür ederim. Bununla ilgili ne yapmamı istersiniz?",
    "order": "Sepetinizi aldım, teşekkür ederim. Siparişinizle ilgili size kısa süre içinde bilgi vereceğiz.",
    "flow_reply": "Bilgilerinizi aldım, teşekkür ederim.",
    "unsupported": "Bu mesaj türünü ne yazık ki göremiyorum. Mesajınızı yazarak iletir misiniz?",
    "welcome": "Merhaba! Size nasıl yardımcı olabilirim?",
}
"""Said to a message without words that no intent stands for; a response ``utter_whatsapp_KIND`` of the domain
says it better."""
NOT_KNOWN = "Bu mesaj türünü ne yazık ki tanımıyorum. Mesajınızı yazarak iletir misiniz?"


class Way(Enum):
    """How a message is to be taken."""

    ANSWER = "answer"
    """It has words, or an intent: a turn like any other."""
    RECEIVE = "receive"
    """It has none: a form that waits for something gets it; else it is acknowledged."""
    LOG = "log"
    """Written into the conversation, and not answered."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message for the bot."""

    message: Message
    way: Way
    kind: str
    event: Mapping[str, Any]
    """The value of :data:`EVENT` where the message is not logged as one."""
    phone_number_id: str = ""
    problem: str = ""
    """Why a voice note was not heard, where the customer has to know: of ``NoteRefused``."""

    @property
    def polite(self) -> str:
        """The acknowledgement of :data:`Way.RECEIVE`, unless the domain words it."""
        return polite_about(self.problem) or POLITE.get(self.kind, NOT_KNOWN)

    @property
    def response(self) -> str:
        """The domain's response that words it."""
        return f"utter_whatsapp_{self.kind}" + (f"_{self.problem}" if self.problem else "")

    @property
    def by_voice(self) -> bool:
        """Whether the text was spoken."""
        return BY_VOICE in self.message.metadata


def take(
    inbound: InboundMessage,
    conversation_id: str,
    *,
    payload: str | None = None,
    media: Sequence[Mapping[str, Any]] = (),
    transcript: str | None = None,
    problem: str = "",
    intents: Mapping[str, str] = INTENTS,
    known_intents: Collection[str] = (),
) -> Taken:
    """How the bot takes what a customer did.

    Args:
        payload: what the id of a button stood for, where it was a reference.
        media: of the files that were fetched.
        transcript: what a voice note says.
        problem: why it was not heard.
        intents: see :data:`INTENTS`.
        known_intents: the domain's.
    """
    tapped = inbound.payload is not None
    text = payload or (payload_of(inbound.payload) if inbound.payload else None) or transcript or inbound.text
    metadata = metadata_of(inbound, media)
    if tapped and inbound.text:
        metadata["title"] = inbound.text
    if transcript:
        metadata[BY_VOICE] = True
    way = Way.ANSWER
    if not (text and is_visible(text)):
        intent = intents.get(inbound.kind, "")
        if intent and intent in known_intents:
            text = f"/{intent}"
        else:
            text, way = "", Way.LOG if inbound.kind in LOGGED else Way.RECEIVE
    message = Message(
        text.strip(),
        conversation_id,
        NAME,
        message_id=inbound.id,
        metadata=metadata,
        capabilities=CAPABILITIES,
    )
    event = {"kind": inbound.kind, "id": inbound.id, "timestamp": inbound.timestamp, **inbound.data}
    if media:
        event["media"] = [dict(one) for one in media]
    if problem:
        event["problem"] = problem
    if inbound.kind == "unknown":
        event["raw"] = clean(inbound.raw)
    return Taken(message, way, inbound.kind, event, inbound.phone_number_id, problem)


def metadata_of(inbound: InboundMessage, media: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What actions read of a message: who wrote, and what it brought along."""
    sender = inbound.sender
    found: dict[str, Any] = {
        "whatsapp": {
            key: one
            for key, one in (
                ("kind", inbound.kind),
                ("wa_id", sender.wa_id),
                ("user_id", sender.user_id),
                ("username", sender.username),
                ("name", sender.name),
                ("phone_number_id", inbound.phone_number_id),
                ("group_id", inbound.group_id),
                ("timestamp", inbound.timestamp),
            )
            if one
        },
        **inbound.data,
    }
    if sender.phone:
        found["verified_phone"] = sender.phone
    if media:
        found["media"] = [dict(one) for one in media]
    if inbound.errors:
        found["errors"] = [{"code": one.code, "details": one.details} for one in inbound.errors]
    return found
