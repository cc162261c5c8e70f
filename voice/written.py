"""What a caller gets in writing instead of hearing it: links, and lists that nobody keeps in mind."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from bot.menu import choices_of
from bot.message import Reply
from voice.expectation import voice_of
from voice.sentences import sentences

_LINK = re.compile(r"(?:https?://|www\.)\S")
_LONG_LIST = 5
"""Lines from which a text is a list to be read."""


class Messenger(Protocol):
    """Sends a caller a text, such as by SMS or WhatsApp."""

    async def send(self, number: str, text: str) -> bool:
        """Send it to a number (E.164); whether it is on its way. Nothing is raised."""


async def for_writing(reply: Reply, messenger: Messenger | None, number: str | None, sent: str) -> Reply:
    """The reply as it is said: what is better read has gone to the caller's phone.

    Args:
        number: of the caller (E.164); ``None`` when the line does not vouch for it: nothing is sent.
        sent: what is said in place of it.

    Returns:
        The reply itself where nothing is better read, or where it could not be sent: then it is read out.
    """
    said = _said(reply)
    if said is None or messenger is None or not number:
        return reply
    if not await messenger.send(number, (reply.text or "").strip()):
        return reply
    return replace(reply, text=f"{said} {sent}".strip())


def _said(reply: Reply) -> str | None:
    """What of a text is said when the whole of it is sent; ``None``: nothing is sent.

    A response decides by itself with ``voice: {send: true}`` or ``false``; with ``say`` beside it, these are its
    words.
    """
    text, wanted = (reply.text or "").strip(), voice_of(reply)
    if not text or wanted.get("send") is False:
        return None
    if wanted.get("send") is True:
        return str(wanted.get("say") or "")
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) >= _LONG_LIST and not choices_of(reply.data):
        return lines[0].rstrip(" :") + "." if lines[0].rstrip().endswith(":") else ""
    if _LINK.search(text):
        return " ".join(one for one in sentences(text) if not _LINK.search(one))
    return None
