"""``templates.yml`` read, and held against what the account has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.lenient import items, mapping, text_of
from bot.channels.whatsapp.templates import (
    BUTTON_TYPES,
    CATEGORIES,
    MEDIA_HEADERS,
    PLACEHOLDER,
    Button,
    Template,
    Templates,
)
from bot.channels.whatsapp.wording import length
from bot.errors import Complaints, Place
from bot.turkish import fold
from bot.yaml_file import Map, read_yaml_file

FILE = "templates.yml"
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_KEYS = ("language", "category", "header", "body", "footer", "buttons")
MOST_BUTTONS = 10
BUTTON_TEXT = 25


def read_templates(root: Path, complaints: Complaints) -> Templates:
    """The project's templates; none without a file. Mistakes go to ``complaints``, with their lines."""
    path = root / FILE
    if not path.is_file():
        return Templates()
    content = read_yaml_file(path, complaints, FILE)
    section = content.get("templates") if isinstance(content, Map) else None
    if section is None and content is None:
        return Templates()
    if not isinstance(section, Map):
        mend = "Write 'templates:' and each template under it by its name."
        complaints.error("templates-file", "The file has no mapping 'templates'.", mend, Place(FILE, 1))
        return Templates()
    found: dict[tuple[str, str], Template] = {}
    for name, given in section.items():
        reader = _Reader(str(name), section.place_of(name), complaints)
        # One template in several languages is a list.
        for one in given if isinstance(given, list) else [given]:
            template = reader.read(one)
            if template is not None:
                found[template.name, template.language] = template
    return Templates(found)


class _Reader:
    def __init__(self, name: str, place: Place, complaints: Complaints) -> None:
        self.name = name
        self.place = place
        self.complaints = complaints

    def error(self, code: str, message: str, mend: str, place: Place | None = None) -> None:
        self.complaints.error(
            f"template-{code}", f"Template '{self.name}': {message}", mend, place or self.place
        )

    def read(self, given: Any) -> Template | None:
        before = len(self.complaints.errors)
        if not _NAME.fullmatch(self.name):
            mend = "Use small letters a-z, digits and underscores, as the account does."
            self.error("name", "the name is none of WhatsApp's.", mend)
        if not isinstance(given, Map):
            self.error("shape", "is no mapping.", "Write language, category and body under it.")
            return None
        for key in given:
            if key not in _KEYS:
                mend = f"The keys are {', '.join(_KEYS)}."
                self.error("key", f"'{key}' is no key of a template.", mend, given.place_of(key))
        body = self._text(given, "body", limits.BODY, needed=True)
        header, media = self._header(given)
        template = Template(
            self.name,
            self._text(given, "language", 15, needed=True),
            self._category(given),
            body,
            header,
            media,
            self._text(given, "footer", limits.FOOTER),
            tuple(self._buttons(given)),
        )
        self._check_parameters(given, template)
        return template if len(self.complaints.errors) == before else None

    def _text(self, given: Map, key: str, most: int, needed: bool = False) -> str:
        value = given.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.error(key, f"'{key}' must be a text.", f"Write '{key}: ...'.", self._place(given, key))
            return ""
        if length(value) > most:
            message = f"'{key}' has {length(value)} characters."
            self.error("long", message, f"At most {most} are allowed.", self._place(given, key))
        return value.strip()

    def _place(self, given: Map, key: str) -> Place:
        return given.place_of(key) if key in given else given.place

    def _category(self, given: Map) -> str:
        value = fold(str(given.get("category") or ""))
        if value not in CATEGORIES:
            mend = f"Write one of: {', '.join(CATEGORIES)}."
            self.error("category", "'category' is missing or unknown.", mend, self._place(given, "category"))
        return value

    def _header(self, given: Map) -> tuple[str, str]:
        header = given.get("header")
        if not isinstance(header, Map):
            return self._text(given, "header", limits.HEADER), ""
        kind = header.get("type")
        if kind == "text":
            return self._text(header, "text", limits.HEADER, needed=True), ""
        if kind not in MEDIA_HEADERS:
            mend = f"Write a text, or {{type: {' | '.join(MEDIA_HEADERS)}}}."
            self.error("header", "the header has an unknown type.", mend, given.place_of("header"))
            return "", ""
        return "", str(kind)

    def _buttons(self, given: Map) -> Iterable[Button]:
        buttons = given.get("buttons")
        if buttons is None:
            return
        place = given.place_of("buttons")
        if not isinstance(buttons, list) or len(buttons) > MOST_BUTTONS:
            self.error("buttons", "'buttons' must be a list of at most 10.", "Write '- {type: ...}'.", place)
            return
        for one in buttons:
            found = mapping(one)
            kind, text, url = (text_of(found.get(key)) for key in ("type", "text", "url"))
            if kind not in BUTTON_TYPES:
                mend = f"Write one of: {', '.join(BUTTON_TYPES)}."
                self.error("button", f"a button has the unknown type '{kind}'.", mend, place)
            elif not text or length(text) > BUTTON_TEXT:
                mend = f"Write one of at most {BUTTON_TEXT} characters."
                self.error("button", "a button has no text, or a long one.", mend, place)
            elif kind == "url" and (
                not url.startswith(("http://", "https://")) or len(PLACEHOLDER.findall(url)) > 1
            ):
                mend = "Write 'https://...', with one {{1}} at its end at most."
                self.error("button", "a link button has no address.", mend, place)
            else:
                yield Button(kind, text, url, text_of(found.get("payload")))

    def _check_parameters(self, given: Map, template: Template) -> None:
        names = PLACEHOLDER.findall(template.body)
        place = self._place(given, "body")
        rest = PLACEHOLDER.sub("", template.body)
        if "{{" in rest or "}}" in rest:
            mend = "Names have small letters a-z, digits and underscores: {{siparis_no}}."
            self.error("parameter", "a parameter in the body cannot be read.", mend, place)
        positional = [one for one in names if one.isdecimal()]
        if positional and len(positional) < len(names):
            mend = "Name all of them, or number all of them."
            self.error("parameter", "named and numbered parameters are mixed.", mend, place)
        wanted = {str(one) for one in range(1, len(set(positional)) + 1)}
        if positional and set(positional) != wanted:
            self.error(
                "parameter", "numbered parameters have a gap.", "Count from {{1}} without gaps.", place
            )


def check_against_account(
    templates: Templates, account: Iterable[Mapping[str, Any]], complaints: Complaints
) -> None:
    """Complain of templates that the account does not have so, or that may not be sent.

    Args:
        account: ``data`` of ``GET /{waba-id}/message_templates``.
    """
    known = {(text_of(one.get("name")), text_of(one.get("language"))): one for one in account}
    for (name, language), template in templates.by_key.items():
        place = Place(FILE)
        found = known.get((name, language))
        if found is None:
            mend = "Create it in WhatsApp Manager, or correct its name and language."
            message = f"The account has no template '{name}' in '{language}'."
            complaints.error("template-unknown", message, mend, place)
            continue
        status = text_of(found.get("status"))
        if status != "APPROVED":
            mend = "Wait for Meta's decision, or mend it in WhatsApp Manager."
            complaints.error(
                "template-status", f"The template '{name}' is {status or 'unknown'}.", mend, place
            )
        if fold(text_of(found.get("category"))) != template.category:
            mend = f"Write 'category: {fold(text_of(found.get('category')))}'."
            complaints.warn("template-category", f"'{name}' has another category there.", mend, place)
        theirs = next(
            (mapping(one) for one in items(found.get("components")) if mapping(one).get("type") == "BODY"), {}
        )
        wanted = set(PLACEHOLDER.findall(text_of(theirs.get("text"))))
        if theirs and wanted != set(PLACEHOLDER.findall(template.body)):
            mend = f"The account's has: {', '.join(sorted(wanted)) or 'none'}."
            complaints.error("template-parameters", f"'{name}' has other parameters there.", mend, place)
