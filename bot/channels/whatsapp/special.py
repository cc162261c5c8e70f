"""What only WhatsApp has: the keys that a response writes under ``custom``.

::

    - text: "Size en yakın mağazayı bulabilmem için konumunuzu paylaşır mısınız?"
      custom:
        location_request: true

=====================  =====================================================================================
``location_request``   ``true``: the text is said with a button that sends the customer's place
``link``               ``{title, url}``: the text is said with a button that opens a page
``contacts``           a list of ``{name, phone, email, company, url}``, or as Meta writes them
``location``           ``{latitude, longitude, name, address}``
``reaction``           an emoji on the customer's message; empty takes it back
``reply_to``           ``true`` quotes the customer's message; or a ``wamid``
``template``           ``{name, values, header, buttons}``: see :mod:`bot.channels.whatsapp.templates`
``media``              ``{type, src, caption, filename}``, or a list of them
``header`` ``footer``  texts above and below buttons, a list, a link
``list_button``        what opens a list
=====================  =====================================================================================

Other keys are other channels' business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.bodies import Body, interactive, media_of, text_bodies
from bot.channels.whatsapp.lenient import items, mapping
from bot.channels.whatsapp.templates import Templates
from bot.channels.whatsapp.wording import cut, divide, fit, is_visible, length
from bot.message import Reply

ASK_PLACE = "Konumunuzu paylaşır mısınız?"
_SAYS_TEXT = ("location_request", "link", "template")


def of(reply: Reply) -> Mapping[str, Any]:
    """What the reply has under ``custom``, and under ``custom.whatsapp`` in preference."""
    custom = mapping(reply.data.get("custom"))
    return {**custom, **mapping(custom.get("whatsapp"))}


def write(
    custom: Mapping[str, Any], text: str | None, reply_to: str | None, templates: Templates | None
) -> list[Body]:
    """The bodies of what is under ``custom``; raises :class:`TemplateError`."""
    bodies: list[Body] = []
    reaction = custom.get("reaction")
    if isinstance(reaction, str) and reply_to:
        emoji = {"message_id": reply_to, "emoji": fit(reaction).strip()}
        bodies.append({"type": "reaction", "reaction": emoji})
    template = custom.get("template")
    if isinstance(template, str | Mapping):
        asked = mapping(template) or {"name": template}
        bodies.append((templates or Templates()).write(asked))
        return bodies
    if custom.get("location_request"):
        bodies += _asking(text or ASK_PLACE, "location_request_message", {"name": "send_location"}, custom)
    elif link := _link_of(custom):
        *before, last = divide(fit(text or link[0]), limits.BODY) or [link[0]]
        bodies += [one for part in before for one in text_bodies(part)]
        bodies.append(link_button(last, *link, custom))
    if place := _place(mapping(custom.get("location"))):
        bodies.append({"type": "location", "location": place})
    cards = [card for one in items(custom.get("contacts")) if (card := _card(mapping(one)))]
    for start in range(0, len(cards), limits.CONTACTS):
        bodies.append({"type": "contacts", "contacts": cards[start : start + limits.CONTACTS]})
    media = custom.get("media")
    for one in items(media) or ([media] if media else []):
        if body := media_of(None, one):
            bodies.append(body)
    return bodies


def without_what_it_said(reply: Reply, custom: Mapping[str, Any]) -> str:
    """The reply's text, unless :func:`write` said it already."""
    said = (
        custom.get("location_request")
        or _link_of(custom)
        or isinstance(custom.get("template"), str | Mapping)
    )
    return "" if said else fit(reply.text or "")


def quoted(custom: Mapping[str, Any], reply: Reply, reply_to: str | None) -> str | None:
    """The message that the reply answers, if it is to be quoted."""
    wanted = custom.get("reply_to") or reply.metadata.get("reply_to")
    return wanted if isinstance(wanted, str) and wanted.startswith("wamid.") else reply_to if wanted else None


def list_button(reply: Reply) -> str | None:
    """What the reply wants to open a list with."""
    given = of(reply).get("list_button")
    return cut(fit(given), limits.LIST_BUTTON) if isinstance(given, str) and is_visible(fit(given)) else None


def frame(reply: Reply, header: bool = True) -> dict[str, Any]:
    """Header and footer of the reply's buttons."""
    return _frame(of(reply), header)


def _frame(custom: Mapping[str, Any], header: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {}
    above, below = custom.get("header"), custom.get("footer")
    if header and isinstance(above, str) and is_visible(fit(above)):
        found["header"] = {"type": "text", "text": cut(fit(above), limits.HEADER)}
    if isinstance(below, str) and is_visible(fit(below)):
        found["footer"] = {"text": cut(fit(below), limits.FOOTER)}
    return found


def link_button(text: str, title: str, url: str, custom: Mapping[str, Any] | None = None) -> Body:
    """A text with a button that opens a page."""
    parameters = {"display_text": cut(fit(title), limits.LINK_TITLE), "url": url}
    body = fit(text).strip() if length(fit(text)) <= limits.BODY else cut(fit(text), limits.BODY)
    return interactive("cta_url", body, {"name": "cta_url", "parameters": parameters}, _frame(custom or {}))


def _asking(text: str, kind: str, action: Mapping[str, Any], custom: Mapping[str, Any]) -> list[Body]:
    *before, last = divide(fit(text), limits.BODY) or [ASK_PLACE]
    return [
        *(one for part in before for one in text_bodies(part)),
        interactive(kind, last, action, _frame(custom)),
    ]


def _link_of(custom: Mapping[str, Any]) -> tuple[str, str] | None:
    link = mapping(custom.get("link"))
    title, url = fit(link.get("title") or "").strip(), link.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")) or not is_visible(title):
        return None
    return title, fit(url).strip()


def _place(place: Mapping[str, Any]) -> dict[str, str] | None:
    try:
        latitude, longitude = float(place["latitude"]), float(place["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (
        math.isfinite(latitude) and abs(latitude) <= 90 and math.isfinite(longitude) and abs(longitude) <= 180
    ):
        return None
    # The description of the API has them as texts.
    found = {"latitude": f"{latitude:.7f}", "longitude": f"{longitude:.7f}"}
    named = {key: cut(fit(place[key]), 1000) for key in ("name", "address") if place.get(key)}
    return {**found, **{key: one for key, one in named.items() if is_visible(one)}}


_CARD = {
    "name": ("formatted_name", "first_name", "last_name", "middle_name", "prefix", "suffix"),
    "org": ("company", "department", "title"),
}
_CARD_LISTS = {
    "phones": ("phone", "type", "wa_id"),
    "emails": ("email", "type"),
    "urls": ("url", "type"),
    "addresses": ("street", "city", "state", "zip", "country", "country_code", "type"),
}
_CARD_SHORT = {"phone": "phones", "email": "emails", "url": "urls"}
_PLACES = ("HOME", "WORK")


def _card(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """A contact card of what was given, with nothing that the API does not know; ``None`` without a name."""
    name = given.get("name")
    whole = {**given, "name": name if isinstance(name, Mapping) else {"formatted_name": name or ""}}
    for short, long in _CARD_SHORT.items():
        if given.get(short) and not given.get(long):
            whole[long] = [{short: given[short]}]
    if isinstance(given.get("company"), str) and not given.get("org"):
        whole["org"] = {"company": given["company"]}
    card: dict[str, Any] = {key: _kept(mapping(whole.get(key)), keys) for key, keys in _CARD.items()}
    for key, keys in _CARD_LISTS.items():
        entries = [_kept(mapping(one), keys) for one in items(whole.get(key))]
        # The first key of each is what the entry is about.
        card[key] = [one for one in entries if one.get(keys[0]) or (key == "addresses" and one)]
    if not card["name"].get("formatted_name"):
        return None
    card["name"].setdefault("first_name", card["name"]["formatted_name"])
    return {key: one for key, one in card.items() if one}


def _kept(given: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, str]:
    found = {key: fit(given[key]).strip() for key in keys if isinstance(given.get(key), str | int)}
    return {key: one for key, one in found.items() if is_visible(one) and (key != "type" or one in _PLACES)}
