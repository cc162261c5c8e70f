"""Templates: messages that Meta approved beforehand, and that alone may be sent after 24 hours.

``templates.yml`` beside the domain has them as the account has them::

    templates:
      siparis_kargoda:
        language: tr
        category: utility            # marketing, utility or authentication
        header: {type: document}     # or a text; image, video, document come with the message
        body: "Merhaba {{ad}}, {{siparis_no}} numaralı siparişiniz kargoya verildi."
        footer: "Mağazam"
        buttons:
          - {type: quick_reply, text: "Kargom nerede?", payload: "/cargo_tracking"}
          - {type: url, text: "Takip et", url: "https://magazam.com/kargo/{{1}}"}

A body has named parameters, ``{{ad}}``, or positional ones, ``{{1}}``. A reply sends one by ``custom``::

    custom: {template: {name: siparis_kargoda, values: {ad: "Ayşe", siparis_no: "TR1"}, buttons: {1: "TR1"}}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.whatsapp.bodies import Body, media_body
from bot.channels.whatsapp.lenient import mapping
from bot.channels.whatsapp.wording import fit, is_visible
from bot.errors import SantralError

CATEGORIES = ("marketing", "utility", "authentication")
MEDIA_HEADERS = ("image", "video", "document")
BUTTON_TYPES = ("quick_reply", "url", "phone_number", "copy_code", "catalog", "flow")
PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")


class TemplateError(SantralError):
    """A template cannot be sent as it was asked for; the text says which, and what is missing."""

    code = "whatsapp-template"


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a template."""

    type: str
    text: str
    url: str = ""
    payload: str = ""

    @property
    def has_value(self) -> bool:
        """Whether the end of its address comes with the message."""
        return self.type == "url" and bool(PLACEHOLDER.search(self.url))


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language."""

    name: str
    language: str
    category: str
    body: str
    header: str = ""
    """The header's text."""
    header_media: str = ""
    """Of :data:`MEDIA_HEADERS`."""
    footer: str = ""
    buttons: tuple[Button, ...] = ()

    @property
    def marketing(self) -> bool:
        """Whether customers who stopped marketing messages must not get it."""
        return self.category == "marketing"

    def write(self, asked: Mapping[str, Any]) -> Body:
        """The body of a message.

        Args:
            asked: ``values`` of the body's and header's parameters by name, or a list by position; ``header``:
                a file for a media header; ``buttons``: the end of an address, or a payload, by index from 0.

        Raises:
            TemplateError: a value is missing.
        """
        values = _by_name(asked.get("values"))
        components = [
            *self._header(asked.get("header"), values),
            *self._text("body", self.body, values),
            *self._buttons(mapping(asked.get("buttons"))),
        ]
        language = {"policy": "deterministic", "code": self.language}
        content: dict[str, Any] = {"name": self.name, "language": language}
        if components:
            content["components"] = components
        return {"type": "template", "template": content}

    def wording(self, asked: Mapping[str, Any]) -> str:
        """The body as the customer reads it; raises as :meth:`write`."""
        values = _by_name(asked.get("values"))
        return PLACEHOLDER.sub(lambda found: self._value(found[1], values), self.body)

    def _value(self, name: str, values: Mapping[str, str]) -> str:
        value = values.get(name, "")
        if not is_visible(value):
            raise TemplateError(f"The template '{self.name}' needs a value for '{name}'.")
        # Meta refuses line ends, tabs and more than four blanks in a row in a parameter (132018).
        return re.sub(r"\s+", " ", value).strip()

    def _text(self, kind: str, text: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        parameters = []
        for name in dict.fromkeys(PLACEHOLDER.findall(text)):
            one = {"type": "text", "text": self._value(name, values)}
            parameters.append(one if name.isdecimal() else {**one, "parameter_name": name})
        return [{"type": kind, "parameters": parameters}] if parameters else []

    def _header(self, given: Any, values: Mapping[str, str]) -> list[dict[str, Any]]:
        if not self.header_media:
            return self._text("header", self.header, values)
        source = (
            mapping(given).get("src", mapping(given).get("link")) if isinstance(given, Mapping) else given
        )
        body = media_body(self.header_media, source, {})
        if body is None:
            raise TemplateError(f"The template '{self.name}' needs a {self.header_media} as its header.")
        media = {"type": self.header_media, self.header_media: body[self.header_media]}
        return [{"type": "header", "parameters": [media]}]

    def _buttons(self, given: Mapping[Any, Any]) -> list[dict[str, Any]]:
        found = []
        for index, button in enumerate(self.buttons):
            value = given.get(index, given.get(str(index)))
            if button.has_value:
                if value is None or not is_visible(fit(value)):
                    text = f"The template '{self.name}' needs a value for the address of button {index}."
                    raise TemplateError(text)
                parameter = {"type": "text", "text": fit(value).strip()}
            elif button.type == "quick_reply" and (value or button.payload):
                parameter = {"type": "payload", "payload": fit(value or button.payload)}
            elif button.type == "copy_code" and value:
                parameter = {"type": "coupon_code", "coupon_code": fit(value)}
            else:
                continue
            found.append(
                {
                    "type": "button",
                    "sub_type": button.type,
                    "index": str(index),
                    "parameters": [parameter],
                }
            )
        return found


@dataclass(frozen=True, slots=True)
class Templates:
    """The project's templates, by name and language."""

    by_key: Mapping[tuple[str, str], Template] = field(default_factory=dict)

    def find(self, name: str, language: str | None = None) -> Template:
        """A template; the first of its languages when none is named.

        Raises:
            TemplateError: there is none.
        """
        for (known, code), template in self.by_key.items():
            if known == name and language in (None, code):
                return template
        where = f" in '{language}'" if language else ""
        raise TemplateError(f"There is no template '{name}'{where}. Write it into templates.yml.")

    def write(self, asked: Mapping[str, Any]) -> Body:
        """The body of what a reply asks for under ``custom.template``; raises :class:`TemplateError`."""
        return self.asked_for(asked).write(asked)

    def asked_for(self, asked: Mapping[str, Any]) -> Template:
        """The template that is asked for; raises :class:`TemplateError`."""
        language = asked.get("language")
        return self.find(str(asked.get("name") or ""), None if language is None else str(language))

    def category_of(self, body: Mapping[str, Any]) -> str:
        """The category of a request body's template; empty for other bodies and unknown ones."""
        content = mapping(body.get("template"))
        code = str(mapping(content.get("language")).get("code") or "")
        found = self.by_key.get((str(content.get("name") or ""), code))
        return found.category if found else ""


def _by_name(values: Any) -> dict[str, str]:
    if isinstance(values, Mapping):
        return {str(key): fit(one) for key, one in values.items() if one is not None}
    if isinstance(values, Sequence) and not isinstance(values, str):
        return {str(index): fit(one) for index, one in enumerate(values, 1)}
    return {}
