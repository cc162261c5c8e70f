"""Rasa's socket.io channel, as plain values: ``socketio:`` in ``credentials.yml``, and what clients are sent.

A client speaks one of two dialects:

``strict``
    what Rasa 3.6 sends, with nothing beside it: the npm package ``rasa-webchat`` tells a message's kind by the number
    of its keys, and drops one that has more. Elements come as a list in one message, as that client (and every client
    made after it) reads them; Rasa itself sends each alone.
``extended``
    what Rasa's newer chat widget reads: a carousel, a video and a file are messages of types of their own.

Strict is the default, since clients of Rasa's expect no other. ``dialect: extended`` in the settings changes it for
all, and a client for itself: ``?dialect=extended`` in the address that it connects to, or ``{"dialect": "extended"}``
beside its token. Nothing is guessed from what a client sends: the two say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.webchat_settings import Network, read_at_least_one, read_networks, read_origins, read_rate
from bot.message import Reply
from bot.settings import section_of

NAME = "socketio"
STRICT, EXTENDED = "strict", "extended"
DIALECTS = (STRICT, EXTENDED)
RASA_KEYS = frozenset(
    {
        "user_message_evt",
        "bot_message_evt",
        "namespace",
        "session_persistence",
        "socketio_path",
        "jwt_key",
        "jwt_method",
        "metadata_key",
    }
)
KEYS = RASA_KEYS | {"dialect", "origins", "rate", "connections", "proxies"}
"""Keys of ``socketio``."""

JsonDict = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SocketIoSettings:
    """``socketio:``; the first eight are Rasa's, with its defaults."""

    user_message_evt: str = "user_uttered"
    bot_message_evt: str = "bot_uttered"
    namespace: str | None = None
    session_persistence: bool = False
    """A session outlives its connection: the session's id is the conversation's; else the connection's is."""
    socketio_path: str = "/socket.io"
    jwt_key: str | None = None
    jwt_method: str = "HS256"
    metadata_key: str = "metadata"
    dialect: str = STRICT
    """Of clients that ask for none."""
    origins: tuple[str, ...] = ()
    """Other origins whose pages may connect; those of ``--cors`` may, too."""
    messages: int = 20
    """Of one conversation, within :attr:`seconds`."""
    seconds: float = 60.0
    connections: int = 100
    """From one address."""
    proxies: tuple[Network, ...] = ()


def read_socketio(credentials: Mapping[str, Any] | None) -> SocketIoSettings | None:
    """The settings that ``credentials.yml`` asks for; ``None`` when it has no such section.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    if credentials is None or NAME not in credentials:
        return None
    section = section_of(credentials, NAME, NAME, "credentials.yml")
    section.warn_of_others(KEYS)
    default = SocketIoSettings()
    path = section.text("socketio_path") or default.socketio_path
    if not path.strip("/") or "{" in path:
        raise section.error("socketio_path", "path", f"'{path}' is no path.", "Write one such as /socket.io.")
    namespace = section.text("namespace")
    if namespace is not None and not namespace.startswith("/"):
        mend = "Write one that begins with '/', such as /chat."
        raise section.error("namespace", "namespace", f"'{namespace}' is no namespace.", mend)
    messages, seconds = read_rate(section)
    return SocketIoSettings(
        user_message_evt=section.text("user_message_evt") or default.user_message_evt,
        bot_message_evt=section.text("bot_message_evt") or default.bot_message_evt,
        namespace=namespace,
        session_persistence=section.flag("session_persistence", default.session_persistence),
        socketio_path=path,
        jwt_key=section.text("jwt_key"),
        jwt_method=section.text("jwt_method") or default.jwt_method,
        metadata_key=section.text("metadata_key") or default.metadata_key,
        dialect=section.one_of("dialect", {one: one for one in DIALECTS}, STRICT),
        origins=read_origins(section),
        messages=messages,
        seconds=seconds,
        connections=read_at_least_one(section, "connections", default.connections),
        proxies=read_networks(section),
    )


def objects_of(reply: Reply, dialect: str = STRICT) -> list[JsonDict]:
    """What a client is sent of one reply, in Rasa's order: text or text with buttons, custom, image, attachment,
    elements."""
    data = reply.data
    found: list[JsonDict] = []
    buttons = data.get("quick_replies") or data.get("buttons")
    if buttons:
        found += _with_buttons(reply.text or "", buttons)
    elif reply.text:
        found += [{"text": piece} for piece in _pieces(reply.text)]
    if custom := data.get("custom"):
        found.append(_custom(custom))
    if image := data.get("image"):
        found.append(_image(image))
    attached = data.get("attachment")
    if attached and attached != data.get("image"):
        found += _attachment(attached, dialect)
    if elements := [dict(one) for one in _mappings(data.get("elements"))]:
        found += _carousel(elements, dialect)
    return found


def _pieces(text: str) -> list[str]:
    return text.strip().split("\n\n")


def _with_buttons(text: str, buttons: Any) -> list[JsonDict]:
    """The buttons stand below the text's last piece."""
    found: list[JsonDict] = [{"text": piece, "quick_replies": []} for piece in _pieces(text)]
    found[-1]["quick_replies"] = _quick_replies(buttons)
    return found


def _quick_replies(buttons: Any) -> list[JsonDict]:
    return [
        {
            "content_type": "text",
            "title": one.get("title", ""),
            "payload": one.get("payload", one.get("title", "")),
        }
        for one in buttons
        if isinstance(one, Mapping)
    ]


def _custom(custom: Any) -> JsonDict:
    """A designer's own object, as it is; Rasa also takes it as the ``data`` of what is emitted."""
    found = dict(custom) if isinstance(custom, Mapping) else {"custom": custom}
    return dict(found["data"]) if isinstance(found.get("data"), Mapping) else found


def _image(source: Any) -> JsonDict:
    return {"attachment": {"type": "image", "payload": {"src": source}}}


def _attachment(attached: Any, dialect: str) -> list[JsonDict]:
    """An attachment as it is; in the extended dialect by its kind."""
    if not isinstance(attached, Mapping):
        return [{"attachment": attached}]
    payload = attached.get("payload")
    inner = payload if isinstance(payload, Mapping) else {}
    elements = inner.get("elements")
    if attached.get("type") == "template" and elements:
        entries = [elements] if isinstance(elements, Mapping) else elements
        return _carousel([dict(one) for one in entries if isinstance(one, Mapping)], dialect)
    if dialect == EXTENDED:
        source = inner.get("src") or inner.get("url") or attached.get("url")
        name = inner.get("name") or attached.get("name")
        if attached.get("type") == "video" and source:
            return [{"type": "video", "video_url": source, "title": inner.get("title") or name or ""}]
        if attached.get("type") == "file" and source:
            return [
                {"type": "file_download", "file_url": source, "file_name": name or "", "text": name or ""}
            ]
    return [{"attachment": dict(attached)}]


def _carousel(elements: list[JsonDict], dialect: str) -> list[JsonDict]:
    if dialect == STRICT:
        # This client looks at the buttons of every card, also where there are none.
        cards = [
            {**one, "buttons": [_typed(button) for button in _mappings(one.get("buttons"))]}
            for one in elements
        ]
        return [
            {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": cards}}}
        ]
    found: list[JsonDict] = [{"type": "carousel", "elements": [_card(one) for one in elements]}]
    # Cards of this dialect have no buttons: they come as quick replies, one message for each card.
    for one in elements:
        replies = [
            button
            for button in one.get("buttons") or ()
            if isinstance(button, Mapping) and "payload" in button
        ]
        if replies:
            found.append({"text": str(one.get("title", "")), "quick_replies": _quick_replies(replies)})
    return found


def _mappings(given: Any) -> list[Mapping[str, Any]]:
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list | tuple) else []


def _typed(button: Mapping[str, Any]) -> JsonDict:
    """A card's button with its type: this client does nothing for one that has none."""
    kind = "web_url" if button.get("url") and "payload" not in button else "postback"
    return {"type": kind, **button}


def _card(element: Mapping[str, Any]) -> JsonDict:
    words = [str(element[key]) for key in ("title", "subtitle") if element.get(key)]
    found: JsonDict = {"text": "\n".join(words)}
    if image := element.get("image_url") or element.get("image"):
        found["image_url"] = image
    action = element.get("default_action")
    links = [action] if isinstance(action, Mapping) else []
    links += _mappings(element.get("buttons"))
    if link := next((one["url"] for one in links if one.get("url")), None):
        found["link"] = link
    return found
