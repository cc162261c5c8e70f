"""The web chat's frames that go out, made of a conversation's events: every tab, and every reload, is shown the same.

``seq`` is the event's position in the conversation, counted from 1: it only grows, is the same for everybody, and
has gaps where nothing was shown. Texts stay texts: the page that shows them makes no HTML of them. Addresses of
pictures and files are passed on only if a browser may open them (``https:``, ``http:``, or a path of this server).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.events import ActionExecuted, AgentUttered, BotUttered, Event, UserUttered

JsonDict = dict[str, Any]

_WEB = ("https://", "http://")
_PICTURE = (
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
)


def time_of(event: Event) -> str:
    """When it happened: ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(event.timestamp, UTC).isoformat(timespec="milliseconds")


def is_shown_message(event: Event) -> bool:
    """Whether it is a message that the visitor wrote or said, rather than something that came by itself, such as the
    message that a call begins with."""
    if not isinstance(event, UserUttered) or not event.text or event.metadata.get("is_external"):
        return False
    voice = event.metadata.get("voice")
    return not (isinstance(voice, Mapping) and voice.get("by") == "call")


def means_seen(event: Event) -> bool:
    """Whether somebody has read what the visitor wrote before this."""
    return isinstance(event, BotUttered | AgentUttered | ActionExecuted)


def frames_of(event: Event, seq: int) -> list[JsonDict]:
    """What an open chat is shown of one event, in order; most events are not shown."""
    match event:
        case UserUttered() if is_shown_message(event):
            return [_of_visitor(event, seq)]
        case BotUttered():
            return _of_reply(event, event.data, seq)
        case AgentUttered():
            return _of_reply(event, event.data or {}, seq)
    return []


def ack_of(event: UserUttered, seq: int) -> JsonDict:
    """What the tab is told that sent a message: it is stored."""
    return {"type": "ack", "id": event.message_id, "seq": seq, "time": time_of(event)}


def _of_visitor(event: UserUttered, seq: int) -> JsonDict:
    shown = event.metadata.get("shown")
    frame: JsonDict = {"type": "message", "seq": seq, "from": "user", "time": time_of(event)}
    if event.message_id:
        frame["id"] = event.message_id
    media = event.metadata.get("media")
    attachments = (
        [_attachment(one) for one in media if isinstance(one, Mapping)] if isinstance(media, list) else []
    )
    text = shown if isinstance(shown, str) else event.text
    if text:
        frame["text"] = text
    if isinstance(shown, str) and shown != event.text and event.text:
        frame["payload"] = event.text
    if attachments and attachments[0]:
        frame["attachment"] = attachments[0]
    return frame


def _of_reply(event: BotUttered | AgentUttered, data: Mapping[str, Any], seq: int) -> list[JsonDict]:
    agent = event.metadata.get("agent")
    is_agent = isinstance(event, AgentUttered) or bool(agent)
    frame: JsonDict = {
        "type": "message",
        "seq": seq,
        "from": "agent" if is_agent else "bot",
        "time": time_of(event),
    }
    if is_agent and (name := _name(agent)):
        frame["agent"] = {"name": name}
    content = _content(event.text, data)
    signs = _signs(content, seq)
    return ([{**frame, **content}] if content else []) + signs


def _content(text: str | None, data: Mapping[str, Any]) -> JsonDict:
    found: JsonDict = {}
    if isinstance(text, str) and text.strip():
        found["text"] = text.strip()
    if buttons := _buttons(data.get("quick_replies") or data.get("buttons")):
        found["buttons"] = buttons
    if image := _picture(data.get("image")):
        found["image"] = image
    attached = data.get("attachment")
    template = _inner(attached, "payload") if isinstance(attached, Mapping) else {}
    if cards := _cards(data.get("elements") or template.get("elements")):
        found["cards"] = cards
    elif isinstance(attached, str) and attached != data.get("image"):
        if address := _address(attached):
            found["attachment"] = {"url": address}
    elif isinstance(attached, Mapping):
        if attached.get("type") == "image":
            if image := _picture(template.get("src") or template.get("url")):
                found.setdefault("image", image)
        elif attachment := _attachment({**template, **attached}):
            found["attachment"] = attachment
    if isinstance(data.get("custom"), Mapping) and data["custom"]:
        found["custom"] = dict(data["custom"])
    return found


def _signs(content: JsonDict, seq: int) -> list[JsonDict]:
    """Frames that a reply's ``custom`` asks for, taken out of it: ``handoff`` and ``rate``."""
    custom = content.get("custom")
    if custom is None:
        return []
    found: list[JsonDict] = []
    handoff = custom.get("handoff")
    if isinstance(handoff, Mapping) and handoff.get("state") in ("waiting", "joined", "left"):
        frame: JsonDict = {"type": "handoff", "seq": seq, "state": handoff["state"]}
        if name := _name(handoff.get("agent")):
            frame["agent"] = {"name": name}
        found.append(frame)
        del custom["handoff"]
    if custom.get("rate"):
        found.append({"type": "rate", "seq": seq, "ask": True})
        del custom["rate"]
    if not custom:
        del content["custom"]
    return found


def _buttons(given: Any) -> list[JsonDict]:
    found = []
    for one in _mappings(given):
        title = one.get("title")
        if not isinstance(title, str) or not title:
            continue
        button: JsonDict = {"title": title, "payload": str(one.get("payload") or title)}
        if address := _address(one.get("url")):
            button["url"] = address
        found.append(button)
    return found


def _cards(given: Any) -> list[JsonDict]:
    found = []
    for one in _mappings(given):
        card = {key: one[key] for key in ("title", "subtitle") if isinstance(one.get(key), str) and one[key]}
        if image := _picture(one.get("image_url") or one.get("image")):
            card["image"] = image
        action = one.get("default_action")
        if link := _address(one.get("link") or (action.get("url") if isinstance(action, Mapping) else None)):
            card["link"] = link
        if buttons := _buttons(one.get("buttons")):
            card["buttons"] = buttons
        if card:
            found.append(card)
    return found


def _mappings(given: Any) -> Iterable[Mapping[str, Any]]:
    # Rasa's own clients take one element without a list, too.
    entries = [given] if isinstance(given, Mapping) else given if isinstance(given, list | tuple) else ()
    return (one for one in entries if isinstance(one, Mapping))


def _attachment(given: Mapping[str, Any]) -> JsonDict:
    address = _address(given.get("url") or given.get("src"))
    if address is None:
        return {}
    found: JsonDict = {"url": address}
    for key in ("name", "type"):
        if isinstance(given.get(key), str):
            found[key] = given[key]
    if isinstance(given.get("size"), int):
        found["size"] = given["size"]
    return found


def _address(given: Any) -> str | None:
    """The address, if a page may link to it: scripts and files of the visitor's own machine are none."""
    if not isinstance(given, str):
        return None
    address = given.strip()
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    scheme = address[:8].translate(_ASCII_LOWER)
    return address if is_path or scheme.startswith(_WEB) else None


_ASCII_LOWER = {ord("A") + number: ord("a") + number for number in range(26)}


def _picture(given: Any) -> str | None:
    if isinstance(given, str) and given.startswith(_PICTURE):
        return given
    return _address(given)


def _name(agent: Any) -> str | None:
    name = agent.get("name") if isinstance(agent, Mapping) else agent
    return name if isinstance(name, str) and name else None


def _inner(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}
