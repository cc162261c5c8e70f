"""What one message holds, by its ``type``.

======================  ===================================================================================
kind                    what it brings along
======================  ===================================================================================
``text``                ``text``
``button``              a template's quick reply: ``text``, ``payload``
``button_reply``        a reply button: ``text`` is its title, ``payload`` its id
``list_reply``          a row of a list: the same; ``data["description"]``
``flow_reply``          a form that was filled in: ``data["flow"]``: ``name``, ``token``, ``answers``
``call_permission``     ``data["call_permission"]``: ``response`` is ``accept`` or ``reject``
``image video sticker   ``media``; ``text`` is the caption
document audio``
``voice``               ``media``: a voice note
``location``            ``data["location"]``: ``latitude``, ``longitude``, ``name``, ``address``, ``url``
``contacts``            ``data["contacts"]``: a list as Meta writes it
``order``               a cart: ``data["order"]``: ``catalog_id``, ``items``; ``text`` is the customer's note
``reaction``            ``data["reaction"]``: ``message_id``, ``emoji``
``reaction_removed``    ``data["reaction"]``: ``message_id``
``edit``                what the message says now; ``data["edit_of"]``
``revoke``              ``data["revoked"]``: the id of what was taken back
``welcome``             the customer opened the chat for the first time
``identity_changed``    ``data["identity"]``; the customer has a new device, perhaps another owner
``system``              another note of WhatsApp's
``unsupported``         WhatsApp could not pass it on; ``data["unsupported"]``: its type, where known
``unknown``             a type that is not known here; ``data["type"]``
======================  ===================================================================================

Every kind may have ``data["reply_to"]`` (``id``, ``from``), ``data["product"]``, ``data["forwarded"]``,
``data["referral"]`` (the advertisement that the customer came by) and ``data["identity"]``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.whatsapp.lenient import clean, items, mapping, number, optional_text, text_of

MEDIA_KINDS = ("image", "video", "sticker", "document", "audio", "voice")


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the customer sent, by Meta's id; it can be fetched for 7 days."""

    kind: str
    """Of :data:`MEDIA_KINDS`."""
    id: str
    mime_type: str = ""
    """As the sender claims."""
    sha256: str = ""
    """In base64."""
    filename: str = ""
    """As the sender claims; never a path."""
    animated: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What :class:`~bot.channels.whatsapp.inbound.InboundMessage` says."""

    kind: str
    text: str | None = None
    payload: str | None = None
    media: tuple[Media, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def read_content(message: Mapping[str, Any]) -> Content:
    """What an object of ``messages`` holds; never fails."""
    kind = text_of(message.get("type"))
    # Without a type, or with one that is not known, an object of a known type's name still tells what it is.
    reader = _READERS.get(kind) or next(
        (one for name, one in _READERS.items() if isinstance(message.get(name), Mapping | list)), _unknown
    )
    found = reader(message)
    return replace(found, data={**_surroundings(message), **found.data})


def _surroundings(message: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    context = mapping(message.get("context"))
    if name := text_of(context.get("id")):
        found["reply_to"] = {"id": name, "from": text_of(context.get("from"))}
    product = mapping(context.get("referred_product"))
    if product:
        found["product"] = {key: text_of(product.get(key)) for key in ("catalog_id", "product_retailer_id")}
    if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
        found["forwarded"] = True
    for key in ("referral", "identity"):
        if isinstance(message.get(key), Mapping):
            found[key] = clean(message[key])
    if origin := text_of(message.get("origin")):
        found["origin"] = origin
    return found


def _text(message: Mapping[str, Any]) -> Content:
    return Content("text", text_of(mapping(message.get("text")).get("body")))


def _button(message: Mapping[str, Any]) -> Content:
    button = mapping(message.get("button"))
    text = optional_text(button.get("text"))
    return Content("button", text, optional_text(button.get("payload")) or text)


def _interactive(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("interactive"))
    kind = text_of(found.get("type"))
    reply = mapping(found.get(kind))
    match kind:
        case "button_reply" | "list_reply":
            title = optional_text(reply.get("title"))
            data = {"description": one} if (one := text_of(reply.get("description"))) else {}
            return Content(kind, title, optional_text(reply.get("id")) or title, data=data)
        case "nfm_reply":
            return Content("flow_reply", data={"flow": _flow(reply)})
        case "call_permission_reply":
            return Content("call_permission", data={"call_permission": clean(reply)})
    # Meta sends interactive messages without content, with the reason among the errors.
    return _unknown(message) if found else Content("unsupported", data={"unsupported": "interactive"})


def _flow(reply: Mapping[str, Any]) -> dict[str, Any]:
    try:
        answers = json.loads(text_of(reply.get("response_json")))
    except (ValueError, RecursionError):
        answers = None
    given = clean(answers) if isinstance(answers, Mapping) else {}
    found = {"name": text_of(reply.get("name")), "answers": given}
    if token := text_of(mapping(given).get("flow_token")):
        found["token"] = token
    return found


def _media(name: str) -> Callable[[Mapping[str, Any]], Content]:
    def read(message: Mapping[str, Any]) -> Content:
        found = mapping(message.get(name))
        kind = "voice" if name == "audio" and found.get("voice") is True else name
        media = Media(
            kind,
            text_of(found.get("id")),
            text_of(found.get("mime_type")),
            text_of(found.get("sha256")),
            text_of(found.get("filename")),
            found.get("animated") is True,
            text_of(found.get("url")),
        )
        return Content(kind, optional_text(found.get("caption")), media=(media,) if media.id else ())

    return read


def _location(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("location"))
    place = {key: number(found.get(key)) for key in ("latitude", "longitude")}
    named = {key: one for key in ("name", "address", "url") if (one := text_of(found.get(key)))}
    return Content("location", data={"location": {**place, **named}})


def _contacts(message: Mapping[str, Any]) -> Content:
    return Content("contacts", data={"contacts": clean(items(message.get("contacts")))})


def _order(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("order"))
    cart = [clean(one) for one in items(found.get("product_items")) if isinstance(one, Mapping)]
    order = {"catalog_id": text_of(found.get("catalog_id")), "items": cart}
    return Content("order", optional_text(found.get("text")), data={"order": order})


def _reaction(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("reaction"))
    reaction = {"message_id": text_of(found.get("message_id"))}
    emoji = text_of(found.get("emoji"))
    if not emoji:
        return Content("reaction_removed", data={"reaction": reaction})
    return Content("reaction", data={"reaction": {**reaction, "emoji": emoji}})


def _edit(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("edit"))
    inner = mapping(found.get("message"))
    # An edit within an edit would be read for ever by a malicious sender.
    now = read_content(inner) if inner and text_of(inner.get("type")) != "edit" else Content("unknown")
    original = text_of(found.get("original_message_id"))
    return Content("edit", now.text, now.payload, now.media, {**now.data, "edit_of": original})


def _revoke(message: Mapping[str, Any]) -> Content:
    return Content(
        "revoke", data={"revoked": text_of(mapping(message.get("revoke")).get("original_message_id"))}
    )


def _system(message: Mapping[str, Any]) -> Content:
    found = mapping(message.get("system"))
    kind = text_of(found.get("type"))
    if "identity" in kind:
        identity = mapping(found.get("identity")) or mapping(message.get("identity"))
        return Content("identity_changed", data={"identity": clean(identity)})
    return Content("system", data={"system": clean(found)})


def _welcome(message: Mapping[str, Any]) -> Content:
    return Content("welcome")


def _unsupported(message: Mapping[str, Any]) -> Content:
    kind = text_of(mapping(message.get("unsupported")).get("type"))
    return Content("unsupported", data={"unsupported": kind} if kind else {})


def _unknown(message: Mapping[str, Any]) -> Content:
    return Content("unknown", data={"type": text_of(message.get("type"))})


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Content]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    **{name: _media(name) for name in ("image", "video", "sticker", "document", "audio")},
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _system,
    "request_welcome": _welcome,
    "unsupported": _unsupported,
    "unknown": _unsupported,
}
