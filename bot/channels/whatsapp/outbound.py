"""What the bot says → the requests that say it on WhatsApp, each within all limits.

A designer writes Rasa's responses: ``text``, ``buttons``, ``image``, ``attachment``, ``elements``. What only
WhatsApp has stands under ``custom``; the keys are in :mod:`bot.channels.whatsapp.special`.

========================  ==================================================================================
a reply                   becomes
========================  ==================================================================================
text                      one or more texts of at most 4,096 characters
text and ≤ 3 buttons      reply buttons; a longer text goes before them
text and more buttons     a list of at most 10 rows; further ones on further pages
a button with ``url``     a link button of its own
image                     an image with the text as its caption; above buttons, as their header
attachment                an image, video, audio or document
elements                  one message each
========================  ==================================================================================

>>> write_reply(Reply("Kargoda."), "905321112233")[0]["text"]
{'body': 'Kargoda.', 'preview_url': False}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.whatsapp import limits, special
from bot.channels.whatsapp.bodies import Body, addressed, interactive, media_body, media_of, text_bodies
from bot.channels.whatsapp.templates import Templates
from bot.channels.whatsapp.wording import cut, divide, fit, is_visible, length
from bot.menu import Choice, Presentation, ShownChoice, choices_of, present
from bot.message import Reply

LIST_BUTTON = "Seçenekler"
"""Opens a list, unless ``custom.list_button`` says otherwise."""
CHOOSE = "Lütfen birini seçin:"
"""Said above choices that come without a text."""
OPEN = "Sayfayı aç"
"""On a link button without a title."""
_LONGEST_ID = limits.ROW_ID - limits.ROWS
"""Of a payload that is an id itself; what is left makes equal ones distinct."""
_REFERENCE = "~"
"""Begins ids that stand for a payload which is too long to be one."""


def write_reply(
    reply: Reply, to: str, *, reply_to: str | None = None, templates: Templates | None = None
) -> list[Body]:
    """The bodies of ``POST /{phone-number-id}/messages`` that say a reply, in order.

    Args:
        to: the customer's number in digits, or the business-scoped user id.
        reply_to: the ``wamid`` of the message that is answered; quoted where the reply asks for it.
        templates: the project's, for replies that name one.

    Returns:
        Every body is valid and within the limits. A file of the project stands as ``{"id": "upload:PATH"}`` until
        it is uploaded. A reply that says nothing has no bodies.

    Raises:
        TemplateError: the reply names a template that does not exist, or lacks a value for it.
    """
    data, custom = reply.data, special.of(reply)
    bodies = special.write(custom, reply.text, reply_to, templates)
    rest = special.without_what_it_said(reply, custom)
    links, others = _links(data)
    picture = media_of("image", data.get("image"))
    if others:
        bodies += _menu(rest, others, picture, reply)
    elif len(links) == 1 and picture is None and is_visible(rest) and length(rest.strip()) <= limits.BODY:
        bodies.append(special.link_button(rest, *links.pop(), custom))
    elif picture is not None:
        bodies += _pictured(picture, rest)
    else:
        bodies += text_bodies(rest)
    bodies += [_link(one) for one in links]
    attachment = data.get("attachment")
    if attachment and attachment != data.get("image") and (found := media_of(None, attachment)):
        bodies.append(found)
    for element in data.get("elements") or ():
        if isinstance(element, Mapping):
            bodies += _element(element)
    context = special.quoted(custom, reply, reply_to)
    return [addressed(body, to, context if index == 0 else None) for index, body in enumerate(bodies)]


def payload_id(payload: str) -> str:
    """What stands for a payload as the id of a button or row: itself, or where it is too long, a reference."""
    plain = payload == payload_of(fit(payload).strip()) and is_visible(payload)
    if plain and length(payload) <= _LONGEST_ID and not is_reference(payload):
        return payload
    return _REFERENCE + hashlib.sha256(payload.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def long_payloads(reply: Reply) -> dict[str, str]:
    """The payloads of a reply that references stand for, by reference: to be kept before the reply is sent."""
    buttons = [*choices_of(reply.data)]
    for element in reply.data.get("elements") or ():
        if isinstance(element, Mapping):
            buttons += choices_of(element)
    payloads = [one.payload or one.title for one in buttons]
    return {name: one for one in payloads if (name := payload_id(one)) != one}


def _links(data: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[Choice]]:
    """Buttons that open a page, and the others."""
    links, others = [], []
    for key in ("buttons", "quick_replies"):
        if not isinstance(data.get(key), Sequence):
            continue
        for button in data[key]:
            if not isinstance(button, Mapping) or button.get("title") is None:
                continue
            url = button.get("url")
            if isinstance(url, str) and url.startswith(("http://", "https://")):
                title = fit(button["title"]).strip()
                links.append((title if is_visible(title) else OPEN, fit(url).strip()))
            else:
                others += [_fit(one) for one in choices_of({"buttons": [button]})]
        break
    return links, [one for one in others if is_visible(one.title)]


def _fit(choice: Choice) -> Choice:
    return Choice(fit(choice.title).strip(), choice.payload, fit(choice.description).strip())


def _menu(text: str, choices: Sequence[Choice], picture: Body | None, reply: Reply) -> list[Body]:
    """A menu; what does not fit into its body goes before it."""
    page = reply.metadata.get("menu_page")
    *before, last = divide(text, limits.BODY) or [CHOOSE]
    shown = present(last, choices, limits.CAPABILITIES, page if isinstance(page, int) else 0)
    bodies = [one for part in (*before, *shown.lead) for one in text_bodies(part)]
    if shown.style in ("numbers", "speech"):
        return [*bodies, *([picture] if picture else []), *text_bodies(shown.text)]
    body = fit(shown.text).strip() or CHOOSE
    if length(body) > limits.BODY:  # numbered lines were added
        *earlier, body = divide(body, limits.BODY)
        bodies += [one for part in earlier for one in text_bodies(part)]
    if shown.style == "buttons" and len(shown.choices) <= limits.BUTTONS:
        if picture is not None and picture["type"] != "image":
            bodies, picture = [*bodies, picture], None
        return [*bodies, _buttons(body, shown.choices, picture, reply)]
    return [*bodies, *([picture] if picture else []), *_lists(body, shown, reply)]


def _buttons(body: str, choices: Sequence[ShownChoice], picture: Body | None, reply: Reply) -> Body:
    titles = _distinct([one.title for one in choices], limits.BUTTON_TITLE)
    ids = _distinct_ids([one.payload for one in choices])
    buttons = [
        {"type": "reply", "reply": {"id": name, "title": title}}
        for name, title in zip(ids, titles, strict=True)
    ]
    extra = {}
    if picture is not None:
        source = {key: one for key, one in picture["image"].items() if key != "caption"}
        extra = {"header": {"type": "image", "image": source}}
    return interactive("button", body, {"buttons": buttons}, {**extra, **special.frame(reply, not extra)})


def _lists(body: str, shown: Presentation, reply: Reply) -> list[Body]:
    """One list, or several where a page has more choices than a list has rows."""
    found = []
    for start in range(0, len(shown.choices), limits.ROWS):
        choices = shown.choices[start : start + limits.ROWS]
        titles = _distinct([one.title for one in choices], limits.ROW_TITLE)
        ids = _distinct_ids([one.payload for one in choices])
        rows = []
        for one, name, title in zip(choices, ids, titles, strict=True):
            row = {"id": name, "title": title}
            if is_visible(one.description):
                row["description"] = cut(fit(one.description), limits.ROW_DESCRIPTION)
            rows.append(row)
        action = {"button": special.list_button(reply) or LIST_BUTTON, "sections": [{"rows": rows}]}
        found.append(interactive("list", body if not start else CHOOSE, action, special.frame(reply)))
    return found


def _distinct(titles: Sequence[str], limit: int) -> list[str]:
    """Titles that fit, no two of which are the same: WhatsApp refuses those."""
    found: list[str] = []
    for title in titles:
        wanted, count = cut(fit(title), limit), 1
        while wanted in found:
            count += 1
            number = f" ({count})"
            wanted = cut(fit(title), limit - len(number)) + number
        found.append(wanted)
    return found


def _distinct_ids(payloads: Sequence[str]) -> list[str]:
    """Ids, no two of which are the same; the customer's tap on either means the same."""
    found: list[str] = []
    for payload in payloads:
        name = payload_id(payload)
        while name in found:
            # Blanks at the end are not allowed; :func:`payload_of` takes the joiner off again.
            name += "\N{WORD JOINER}"
        found.append(name)
    return found


def payload_of(name: str) -> str:
    """The payload of an id that :func:`write_reply` made, unless it is a reference (:func:`is_reference`)."""
    return name.rstrip("\N{WORD JOINER}")


def is_reference(name: str) -> bool:
    """Whether the id only stands for a payload that :func:`long_payloads` told."""
    return name.startswith(_REFERENCE)


def _pictured(picture: Body, text: str) -> list[Body]:
    kind = picture["type"]
    if not is_visible(text):
        return [picture]
    if kind not in ("image", "video", "document") or length(text.strip()) > limits.CAPTION:
        return [picture, *text_bodies(text)]
    return [{**picture, kind: {**picture[kind], "caption": fit(text).strip()}}]


def _link(link: tuple[str, str]) -> Body:
    title, url = link
    return special.link_button(title, title, url)


def _element(element: Mapping[str, Any]) -> list[Body]:
    lines = [fit(element[key]).strip() for key in ("title", "subtitle") if element.get(key)]
    text = "\n".join(line for line in lines if is_visible(line))
    links, choices = _links(element)
    picture = media_of("image", element.get("image_url") or element.get("image"))
    bodies: list[Body]
    if choices:
        bodies = _menu(text, choices, picture, Reply())
    elif picture is not None:
        bodies = _pictured(picture, text)
    elif len(links) == 1 and is_visible(text) and length(text) <= limits.BODY:
        return [special.link_button(text, *links[0])]
    else:
        bodies = text_bodies(text)
    return [*bodies, *(_link(one) for one in links)]


__all__ = ["is_reference", "long_payloads", "media_body", "payload_id", "payload_of", "write_reply"]
