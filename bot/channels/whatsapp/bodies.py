"""The shapes of single request bodies, without a recipient until :func:`addressed` gives one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.wording import cut, divide, fit, is_visible

Body = dict[str, Any]
UPLOAD = "upload:"
"""Begins the media id of a file of the project that is not uploaded yet."""
_LINK = re.compile(r"https?://\S")
_KINDS = {"file": "document", "voice": "audio"}
_BY_ENDING = {
    **dict.fromkeys(("jpg", "jpeg", "png"), "image"),
    **dict.fromkeys(("mp4", "3gp"), "video"),
    **dict.fromkeys(("mp3", "ogg", "opus", "m4a", "aac", "amr"), "audio"),
    "webp": "sticker",
}


def addressed(body: Body, to: str, context: str | None = None) -> Body:
    """The body for a customer: a number in digits, or a business-scoped user id, which has a dot."""
    recipient = {"to": to} if is_number(to) else {"recipient": to}
    whole = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient}
    if context:
        whole["context"] = {"message_id": context}  # type: ignore[assignment]
    return {**whole, **body}


def is_number(address: str) -> bool:
    """Whether the customer is known by a phone number."""
    return address.lstrip("+").isdecimal()


def text_bodies(text: str) -> list[Body]:
    """One text, divided where it is long."""
    return [
        {"type": "text", "text": {"body": part, "preview_url": bool(_LINK.search(part))}}
        for part in divide(fit(text), limits.TEXT)
    ]


def interactive(kind: str, body: str, action: Mapping[str, Any], frame: Mapping[str, Any]) -> Body:
    """Buttons, a list, a link.

    Args:
        frame: ``header`` and ``footer``, where there are any.
    """
    content = {"type": kind, **frame, "body": {"text": body}, "action": dict(action)}
    return {"type": "interactive", "interactive": content}


def media_of(kind: str | None, value: Any) -> Body | None:
    """A body of what a response names under ``image`` or ``attachment``; ``None`` when it cannot be sent.

    Args:
        kind: what it is, unless the value says so or its name tells.
        value: an address, a path, or Rasa's ``{"type": "image", "payload": {"src": ...}}``.
    """
    if isinstance(value, Mapping):
        payload = value.get("payload")
        inner = payload if isinstance(payload, Mapping) else value
        kind = str(value.get("type") or kind or "") or None
        source = next((inner[key] for key in ("src", "url", "link", "id", "path") if inner.get(key)), None)
        return media_body(kind, source, inner)
    return media_body(kind, value, {})


def media_body(kind: str | None, source: Any, more: Mapping[str, Any]) -> Body | None:
    """A body of one file.

    Args:
        kind: ``image``, ``video``, ``audio``, ``document``, ``sticker``; else told by the source's ending.
        source: ``https://...``, a media id of Meta's (digits), or a path of the project.
        more: ``caption``, ``filename``.
    """
    name = fit(source).strip() if isinstance(source, str | int) else ""
    if not is_visible(name) or "\n" in name:
        return None
    kind = _KINDS.get(kind or "", kind)
    if kind not in limits.MEDIA_TYPES:
        ending = name.partition("?")[0].rpartition(".")[2]
        kind = _BY_ENDING.get(ending, "document")
    content: dict[str, Any] = _source(name)
    caption, filename = more.get("caption"), more.get("filename")
    if kind in ("image", "video", "document") and isinstance(caption, str) and is_visible(fit(caption)):
        content["caption"] = divide(fit(caption), limits.CAPTION)[0]
    if kind == "document" and isinstance(filename, str) and is_visible(fit(filename)):
        content["filename"] = cut(fit(filename), 240)
    return {"type": kind, kind: content}


def _source(name: str) -> dict[str, Any]:
    if name.startswith(("http://", "https://")):
        return {"link": name}
    return {"id": name if name.isdecimal() else UPLOAD + name}
