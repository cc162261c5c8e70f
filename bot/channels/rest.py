"""The REST channel: Rasa's ``POST /webhooks/rest/webhook``, as plain values.

A request is ``{"sender": ..., "message": ..., "metadata": ..., "input_channel": ...}``; ``message_id`` is ours.
An answer is a list of objects with ``recipient_id`` and what is said. The HTTP around it is the server's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import MessageError
from bot.message import VOUCHED_CONVERSATIONS, VOUCHED_METADATA, Message, Reply

NAME = "rest"
OUTPUT_NAME = "collector"
"""Responses with ``channel: collector`` are for this channel, as in Rasa."""
MAX_TEXT = 5_000
"""Characters of a message; WhatsApp takes 4,096, and nobody types more."""
MAX_ID = 1_000
"""Characters of a conversation's or message's id, and of a channel's name."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def read_message(body: Any, message_id: str | None = None) -> Message:
    """The message of a request's JSON.

    Args:
        message_id: one that came beside the body, such as an ``Idempotency-Key``; the body's own wins.

    Raises:
        MessageError: something is missing, of the wrong type, or too long. The text quotes no content.
    """
    if not isinstance(body, Mapping):
        raise MessageError("The body must be a JSON object with 'sender' and 'message'.")
    metadata = body.get("metadata")
    if metadata is not None and not isinstance(metadata, Mapping):
        raise MessageError("'metadata' must be an object.")
    sender = body.get("sender")
    if isinstance(sender, str) and sender.startswith(VOUCHED_CONVERSATIONS):
        raise MessageError("'sender' names a conversation of another channel.")
    own_id = body.get("message_id")
    return Message(
        read_text(body.get("message"), "message"),
        "default" if sender is None else read_id(sender, "sender"),
        channel=_channel(body.get("input_channel")),
        output_channel=OUTPUT_NAME,
        message_id=read_id(message_id if own_id is None else own_id, "message_id", optional=True),
        metadata={key: one for key, one in (metadata or {}).items() if key not in VOUCHED_METADATA},
    )


def read_text(value: Any, key: str) -> str:
    """A customer's text: any characters, also none, but not too many.

    Raises:
        MessageError: it is no text, or longer than :data:`MAX_TEXT` characters.
    """
    if not isinstance(value, str):
        raise MessageError(f"'{key}' must be a text." if value is not None else f"'{key}' is missing.")
    text = value.strip()
    if len(text) > MAX_TEXT:
        raise MessageError(f"The message is too long: {len(text)} characters, {MAX_TEXT} at most.")
    # JSON can write half of a surrogate pair, which is no character and fits into no file.
    return _HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)


def read_id(value: Any, key: str, optional: bool = False) -> Any:
    """An id: text or, as some clients send it, a whole number.

    Raises:
        MessageError: it is neither, empty, too long, or has characters that no database holds.
    """
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise MessageError(f"'{key}' must be a text.")
    text = str(value)
    if not 0 < len(text) <= MAX_ID:
        raise MessageError(f"'{key}' must have 1 to {MAX_ID} characters.")
    if "\0" in text or _HALF_CHARACTER.search(text):
        raise MessageError(f"'{key}' must not contain NUL or half of a surrogate pair.")
    return text


def _channel(value: Any) -> str:
    if value is None or value == "":
        return NAME
    return str(read_id(value, "input_channel"))


def objects_of(reply: Reply, recipient_id: str) -> list[dict[str, Any]]:
    """What a client reads of one reply, in Rasa's order: text or text with buttons, custom, image, attachment,
    elements.

    A text without buttons is divided at empty lines; an element is a text with buttons.
    """
    data = reply.data
    parts: list[dict[str, Any]] = []
    buttons = data.get("quick_replies") or data.get("buttons")
    if buttons:
        parts.append({"text": reply.text, "buttons": buttons})
    elif reply.text:
        parts += [{"text": piece} for piece in reply.text.strip().split("\n\n")]
    parts += [{key: data[key]} for key in ("custom", "image") if data.get(key)]
    # Events name an image as an attachment too; it is sent once.
    if data.get("attachment") and data["attachment"] != data.get("image"):
        parts.append({"attachment": data["attachment"]})
    parts += [_element(one) for one in data.get("elements") or () if isinstance(one, Mapping)]
    return [
        {"recipient_id": recipient_id, **{key: value for key, value in part.items() if value is not None}}
        for part in parts
    ]


def _element(element: Mapping[str, Any]) -> dict[str, Any]:
    text = f"{element.get('title', '')} : {element.get('subtitle', '')}"
    return {"text": text, "buttons": element.get("buttons", [])}
