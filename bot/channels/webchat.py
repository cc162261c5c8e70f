"""The web chat's frames that come in, as plain values; those that go out are made in ``webchat_frames.py``.

Every frame is a JSON object with a ``type``. The sockets around it are the server's (``bot/server/webchat``);
``docs/web-chat-protocol.md`` has the whole protocol.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import MessageError
from bot.message import VOUCHED_METADATA, Message

NAME = "webchat"
MAX_TEXT = 5_000
"""Characters of a message, unless the settings say otherwise."""
MAX_FRAME = 64 * 1024
"""Bytes of one frame."""
MAX_METADATA = 50
"""Keys of a message's metadata, and of an event's data."""
MAX_DEPTH = 8
"""Lists and objects within each other in a frame."""
MAX_ADDRESS = 2_000
"""Characters of a page's address or title."""
EVENTS = ("open", "close", "page", "cart", "idle", "proactive")
"""What a page may tell of beside messages. Others are passed over: pages are newer or older than servers."""
OWN_METADATA = VOUCHED_METADATA | {
    "media",
    "shown",
    "page",
    "language",
    "agent",
    "is_external",
    "logged_only",
}
"""Keys of a message's metadata that only the server sets."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_UNSTORABLE = re.compile("\0|[\ud800-\udfff]")


class FrameError(MessageError):
    """A frame that is refused.

    Args:
        code: ``bad_frame`` or ``too_long``.
        id: of the message that is refused, if that much could be read.
    """

    def __init__(self, code: str, text: str, id: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.id = id


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: who comes, and what they have seen already."""

    token: str
    after: int = 0
    page: Mapping[str, str] = field(default_factory=dict)
    """``url`` and ``title``, as far as they were told."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message, typed or chosen."""

    id: str
    text: str
    payload: str | None = None
    """What a button stands for; the bot reads it in place of the text."""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was uploaded before is sent as a message."""

    id: str
    upload_id: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Typing:
    """The visitor types."""


@dataclass(frozen=True, slots=True)
class Read:
    """The visitor has seen everything up to here."""

    seq: int


@dataclass(frozen=True, slots=True)
class Rating:
    """How content the visitor is: 1 (not at all) to 5."""

    score: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something on the page: see :data:`EVENTS`."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ping:
    """Is anybody there?"""


Frame = Hello | Said | Sent | Typing | Read | Rating | Happened | Ping


def read_frame(body: Any, max_text: int = MAX_TEXT) -> Frame:
    """One frame that came in.

    Args:
        body: the frame's JSON, parsed.
        max_text: characters of a message.

    Raises:
        FrameError: it is none, or something in it is missing, of the wrong type, or too long. No text of the
            visitor's is quoted.
    """
    if not isinstance(body, dict):
        raise FrameError("bad_frame", "A frame is a JSON object with a 'type'.")
    kind = body.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise FrameError("bad_frame", f"'type' must be one of: {', '.join(_READERS)}.")
    given = body.get("id")
    known = given if isinstance(given, str) and _ID.fullmatch(given) else None
    try:
        if _is_deep(body):
            raise FrameError("bad_frame", f"The frame is nested deeper than {MAX_DEPTH} levels.")
        return reader(body, max_text)
    except FrameError as error:
        error.id = known
        raise


def _hello(body: dict[str, Any], max_text: int) -> Hello:
    token, page, language = body.get("token"), body.get("page"), body.get("language")
    if not isinstance(token, str) or len(token) > 200:
        raise FrameError("bad_frame", "'token' must be the text that the session was given.")
    if page is not None and not isinstance(page, dict):
        raise FrameError("bad_frame", "'page' must be an object with 'url' and 'title'.")
    found = {key: _text(page, key, MAX_ADDRESS) for key in ("url", "title") if (page or {}).get(key)}
    if language is not None and (
        not isinstance(language, str) or not re.fullmatch("[A-Za-z-]{2,20}", language)
    ):
        raise FrameError("bad_frame", "'language' must be a code such as 'tr'.")
    return Hello(token, _count(body, "after", 0), found, language)


def _said(body: dict[str, Any], max_text: int) -> Said:
    text = _text(body, "text", max_text, "too_long").strip()
    payload = None if body.get("payload") is None else _text(body, "payload", max_text, "too_long").strip()
    if not text and not payload:
        raise FrameError("bad_frame", "The message is empty.")
    return Said(_id(body, "id"), text or payload or "", payload or None, _own(body, "metadata"))


def _sent(body: dict[str, Any], max_text: int) -> Sent:
    caption = "" if body.get("caption") is None else _text(body, "caption", max_text, "too_long").strip()
    return Sent(_id(body, "id"), _id(body, "upload_id"), caption)


def _read(body: dict[str, Any], max_text: int) -> Read:
    return Read(_count(body, "seq"))


def _rating(body: dict[str, Any], max_text: int) -> Rating:
    score = _count(body, "score")
    if not 1 <= score <= 5:
        raise FrameError("bad_frame", "'score' must be 1 to 5.")
    comment = "" if body.get("comment") is None else _text(body, "comment", max_text, "too_long").strip()
    return Rating(score, comment)


def _happened(body: dict[str, Any], max_text: int) -> Happened:
    name = body.get("name")
    if not isinstance(name, str):
        raise FrameError("bad_frame", "'name' must be a text.")
    return Happened(name, _own(body, "data"))


_READERS: dict[str, Callable[[dict[str, Any], int], Frame]] = {
    "hello": _hello,
    "message": _said,
    "upload": _sent,
    "typing": lambda body, max_text: Typing(),
    "read": _read,
    "rating": _rating,
    "event": _happened,
    "ping": lambda body, max_text: Ping(),
}


def _text(body: Mapping[str, Any] | None, key: str, most: int, code: str = "bad_frame") -> str:
    value = (body or {}).get(key)
    if not isinstance(value, str):
        raise FrameError("bad_frame", f"'{key}' must be a text.")
    if len(value) > most:
        raise FrameError(code, f"'{key}' has {len(value)} characters; {most} are allowed.")
    # JSON can write half of a surrogate pair, which is no character; databases refuse NUL.
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def _id(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise FrameError("bad_frame", f"'{key}' must have 1 to 64 letters, digits, '-' or '_'.")
    return value


def _count(body: Mapping[str, Any], key: str, default: int | None = None) -> int:
    value = body.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise FrameError("bad_frame", f"'{key}' must be a whole number of 0 or more.")
    return value


def _own(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object of the client's, without the keys that only the server sets."""
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MAX_METADATA:
        raise FrameError("bad_frame", f"'{key}' must be an object with {MAX_METADATA} keys at most.")
    return {name: _storable(one) for name, one in _storable(value).items() if name not in OWN_METADATA}


def _storable(value: Any) -> Any:
    """The same without characters that no database holds."""
    match value:
        case str():
            return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        case list():
            return [_storable(one) for one in value]
        case dict():
            return {_storable(key): _storable(one) for key, one in value.items()}
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)


def message_of(said: Said, conversation_id: str, about: Mapping[str, Any]) -> Message:
    """What the bot is told.

    Args:
        about: metadata that the server knows, such as ``page``; it wins over the client's.
    """
    shown = {"shown": said.text} if said.payload else {}
    return Message(
        said.payload or said.text,
        conversation_id,
        NAME,
        message_id=said.id,
        metadata={**said.metadata, **shown, **about},
    )
