"""A conversation as a text that a visitor keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

_WORDS = {
    "tr": {"user": "Siz", "bot": "Asistan", "agent": "Temsilci", "image": "Görsel", "file": "Dosya"},
    "en": {"user": "You", "bot": "Assistant", "agent": "Agent", "image": "Picture", "file": "File"},
}


def write_transcript(frames: Iterable[Mapping[str, Any]], language: str = "tr") -> str:
    """The messages, one a paragraph, with the time (of this machine's zone) and who said it."""
    words = _WORDS.get(language, _WORDS["en"])
    return "\n\n".join(_paragraph(one, words) for one in frames if one["type"] == "message") + "\n"


def _paragraph(frame: Mapping[str, Any], words: Mapping[str, str]) -> str:
    when = datetime.fromisoformat(frame["time"]).astimezone().strftime("%d.%m.%Y %H:%M")
    agent = frame.get("agent") or {}
    who = agent.get("name") or words[frame["from"]]
    lines = [str(frame["text"])] if frame.get("text") else []
    lines += [f"- {one['title']}" for one in frame.get("buttons", ())]
    for card in frame.get("cards", ()):
        lines.append(": ".join(str(card[key]) for key in ("title", "subtitle") if key in card))
    if frame.get("image"):
        lines.append(f"[{words['image']}] {_short(frame['image'])}")
    if attachment := frame.get("attachment"):
        lines.append(f"[{words['file']}] {attachment.get('name') or attachment['url']}")
    return "\n".join([f"[{when}] {who}:", *lines])


def _short(address: str) -> str:
    return "" if address.startswith("data:") else address
