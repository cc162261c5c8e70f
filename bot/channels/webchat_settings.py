"""``webchat:`` in ``credentials.yml``. Everything has a default; without the section, pages of this origin may chat.

::

    webchat:
      origins: ["https://www.magazam.com"]    # other origins whose pages may chat; "*" is every one
      rate: {messages: 20, seconds: 60}       # of one visitor
      max_text: 5000                          # characters of a message
      session_days: 30                        # a visitor's session ends after so many days without a visit
      connections: 100                        # open sockets from one address
      sessions: 60                            # new sessions from one address in a minute
      proxies: [10.0.0.0/8]                   # whose X-Forwarded-For is believed; this machine's always
      language: tr
      uploads: {folder: uploads, max_mb: 10, types: [image/jpeg], scan: "clamdscan --no-summary {file}", days: 90}
      events: {open: greet}                   # what the page tells of, and the intent that it triggers
      title: Destek                           # over the chat, unless the page says otherwise
      greeting: {text: ..., buttons: [{title: ..., payload: ...}]}    # before anything is said
      rating: true                            # may visitors rate the conversation by themselves?
      privacy: {text: ..., link: ..., link_text: ..., confirm: true}  # a notice before the first message
      proactive: [{id: odeme, after_seconds: 30, page: /odeme, cart_over: 3000, text: ...}]
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.channels.webchat import EVENTS, MAX_TEXT, NAME
from bot.settings import Section, section_of

Network = IPv4Network | IPv6Network

KEYS = frozenset(
    {
        "enabled",
        "origins",
        "rate",
        "max_text",
        "session_days",
        "connections",
        "sessions",
        "proxies",
        "language",
        "uploads",
        "events",
        "title",
        "greeting",
        "rating",
        "privacy",
        "proactive",
        "texts",
    }
)
"""Keys of ``webchat``."""
TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "application/pdf",
    "audio/ogg",
    "audio/webm",
    "audio/mp4",
)
"""What may be uploaded, unless the settings say otherwise; phones record voice as one of the last three."""
KNOWN_TYPES = frozenset({*TYPES, "audio/mpeg", "audio/wav", "video/mp4", "video/webm", "application/zip"})
"""What can be told by its content, and so be allowed."""
_LOCAL = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """Files of visitors."""

    folder: Path = Path("uploads")
    """Within the project, unless it is absolute; nothing in it is served by its path."""
    max_bytes: int = 10 * 1024 * 1024
    total_bytes: int = 2 * 1024**3
    """Of all files together; beyond it uploads are refused until somebody makes room."""
    types: frozenset[str] = frozenset(TYPES)
    """None: nothing may be uploaded (``uploads: false``)."""
    scan: tuple[str, ...] = ()
    """A command and its arguments; ``{file}`` in them is the path. Another exit status than 0 removes the file."""
    scan_seconds: float = 60.0
    most: int = 20
    """Files of one visitor within :attr:`seconds`."""
    seconds: float = 600.0
    days: int = 90
    """Files are deleted after so many days; 0: never."""


@dataclass(frozen=True, slots=True)
class WebChatSettings:
    """See the module."""

    origins: tuple[str, ...] = ()
    messages: int = 20
    seconds: float = 60.0
    max_text: int = MAX_TEXT
    session_days: int = 30
    connections: int = 100
    most_connections: int = 20_000
    """Open sockets of this process."""
    sessions: int = 60
    proxies: tuple[Network, ...] = tuple(ip_network(one) for one in _LOCAL)
    language: str = "tr"
    uploads: UploadSettings = field(default_factory=UploadSettings)
    events: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    greeting: Mapping[str, Any] = field(default_factory=dict)
    """``text`` and ``buttons``: what stands in an empty chat. Nothing is stored for it."""
    rating: bool = True
    privacy: Mapping[str, Any] = field(default_factory=dict)
    proactive: Sequence[Mapping[str, Any]] = ()
    """When the chat speaks first; each has an ``id`` and a ``text``."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Passed on to the page, which has its own texts for what is missing."""


def read_webchat(credentials: Mapping[str, Any] | None) -> WebChatSettings | None:
    """The settings that ``credentials.yml`` asks for; ``None`` when they say ``enabled: false``.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    section = section_of(credentials, NAME, NAME, "credentials.yml")
    section.warn_of_others(KEYS)
    if not section.flag("enabled", True):
        return None
    default = WebChatSettings()
    messages, seconds = read_rate(section)
    events = section.mapping("events")
    for name in events:
        if name not in EVENTS:
            raise section.error(
                "events", "event", f"Pages tell of no '{name}'.", f"Choose of: {', '.join(EVENTS)}."
            )
    return WebChatSettings(
        origins=read_origins(section),
        messages=messages,
        seconds=seconds,
        max_text=read_at_least_one(section, "max_text", default.max_text),
        session_days=read_at_least_one(section, "session_days", default.session_days),
        connections=read_at_least_one(section, "connections", default.connections),
        sessions=read_at_least_one(section, "sessions", default.sessions),
        proxies=read_networks(section),
        language=section.text("language") or default.language,
        uploads=UploadSettings(types=frozenset())
        if section.values.get("uploads") is False
        else _uploads(_inner(section, "uploads", _UPLOAD_KEYS)),
        events=events,
        title=section.text("title"),
        greeting=_greeting(section),
        rating=section.flag("rating", True),
        privacy=_privacy(section),
        proactive=_proactive(section),
        texts=section.mapping("texts"),
    )


_UPLOAD_KEYS = {
    "folder",
    "max_mb",
    "total_mb",
    "types",
    "scan",
    "scan_seconds",
    "messages",
    "seconds",
    "days",
}


def _uploads(section: Section) -> UploadSettings:
    default = UploadSettings()
    types = section.texts("types")
    for one in types:
        if one not in KNOWN_TYPES:
            message = f"'{one}' cannot be told by its content."
            raise section.error("types", "type", message, f"Choose of: {', '.join(sorted(KNOWN_TYPES))}.")
    megabyte = 1024 * 1024
    return UploadSettings(
        folder=Path(section.text("folder") or default.folder),
        max_bytes=read_at_least_one(section, "max_mb", default.max_bytes // megabyte) * megabyte,
        total_bytes=read_at_least_one(section, "total_mb", default.total_bytes // megabyte) * megabyte,
        types=frozenset(types or default.types),
        scan=_command(section),
        scan_seconds=section.seconds("scan_seconds", default.scan_seconds),
        most=read_at_least_one(section, "messages", default.most),
        seconds=section.seconds("seconds", default.seconds),
        days=default.days if (days := section.number("days")) is None else days,
    )


def _command(section: Section) -> tuple[str, ...]:
    """The scan as a list of arguments: no shell reads it."""
    value = section.values.get("scan")
    try:
        found = section.texts("scan") if isinstance(value, list) else shlex.split(section.text("scan") or "")
    except ValueError:
        raise section.error("scan", "scan", "'scan' has an open quote.", "Close it.") from None
    if found and not any("{file}" in one for one in found[1:]):
        raise section.error("scan", "scan", "'scan' does not say where the file goes.", "Write {file} there.")
    return tuple(found)


def _inner(section: Section, key: str, known: set[str]) -> Section:
    found = section_of(section.values, key, section.kind, "credentials.yml")
    found.warn_of_others(known)
    return found


def read_rate(section: Section) -> tuple[int, float]:
    """``rate``: so many messages of one visitor within so many seconds."""
    default = WebChatSettings()
    rate = _inner(section, "rate", {"messages", "seconds"})
    messages = read_at_least_one(rate, "messages", default.messages)
    return messages, rate.seconds("seconds", default.seconds)


def read_at_least_one(section: Section, key: str, default: int) -> int:
    """A whole number above 0."""
    found = section.number(key)
    if found == 0:
        raise section.error(key, "value", f"'{key}' is 0.", "Write 1 or more.")
    return default if found is None else found


def read_origins(section: Section) -> tuple[str, ...]:
    """``origins``: scheme and host of each, or ``*``."""
    found = []
    for one in section.texts("origins"):
        parts = urlsplit(one)
        if one != "*" and (
            parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/")
        ):
            mend = "Write scheme and host alone, such as https://www.example.com."
            raise section.error("origins", "origin", f"'{one}' is no origin.", mend)
        found.append(one.rstrip("/"))
    return tuple(found)


def read_networks(section: Section) -> tuple[Network, ...]:
    """``proxies``, and this machine."""
    found: list[Network] = [ip_network(one) for one in _LOCAL]
    for one in section.texts("proxies"):
        try:
            found.append(ip_network(one, strict=False))
        except ValueError:
            mend = "Write one such as 10.0.0.0/8."
            raise section.error("proxies", "proxy", f"'{one}' is no address.", mend) from None
    return tuple(found)


def _proactive(section: Section) -> list[dict[str, Any]]:
    value = section.values.get("proactive")
    entries = [] if value is None else value
    if not isinstance(entries, list) or any(
        not isinstance(one, Mapping) or not isinstance(one.get("text"), str) for one in entries
    ):
        mend = "Write '- {after_seconds: 30, page: /odeme, text: ...}' under it."
        raise section.error(
            "proactive", "proactive", "'proactive' must be a list of rules with a 'text'.", mend
        )
    return [
        {"id": str(rule.get("id", at)), **{str(key): one for key, one in rule.items() if key != "id"}}
        for at, rule in enumerate(entries, 1)
    ]


def _privacy(section: Section) -> dict[str, Any]:
    inner = _inner(section, "privacy", {"text", "link", "link_text", "confirm"})
    if not inner.values:
        return {}
    texts = {key: value for key in ("text", "link", "link_text") if (value := inner.text(key)) is not None}
    return {**texts, "confirm": inner.flag("confirm", True)}


def _greeting(section: Section) -> dict[str, Any]:
    inner = _inner(section, "greeting", {"text", "buttons"})
    if not inner.values:
        return {}
    value = inner.values.get("buttons")
    buttons = [] if value is None else value
    if not isinstance(buttons, list) or any(
        not isinstance(one, Mapping) or not isinstance(one.get("title"), str) for one in buttons
    ):
        mend = "Write '- {title: ..., payload: ...}' under it."
        raise inner.error("buttons", "buttons", "'buttons' must be a list of buttons with a 'title'.", mend)
    keys = ("title", "payload", "url")
    shown = [{key: str(one[key]) for key in keys if one.get(key) is not None} for one in buttons]
    return {"text": inner.text("text") or "", "buttons": shown}
