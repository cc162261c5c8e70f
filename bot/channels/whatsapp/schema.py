"""What ``POST /{phone-number-id}/messages`` takes, as a JSON Schema of our own with Meta's limits.

It is stricter than Meta's own description where its pages are: every interactive message needs a body, titles
must differ and show something, a list has ten rows in all its sections. Held against every body by the fake of
Meta's API (:mod:`bot.channels.whatsapp.fake`) and by the tests.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.wording import is_visible

Schema = dict[str, Any]


def _object(required: str = "", **properties: Schema) -> Schema:
    """An object with these properties and no others.

    Args:
        required: names of those that must be there.
    """
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": required.split()} if required else found


def _text(most: int | None = None) -> Schema:
    found: Schema = {"type": "string", "minLength": 1}
    return found if most is None else {**found, "maxLength": most}


def _list(items: Schema, most: int | None = None) -> Schema:
    found: Schema = {"type": "array", "items": items, "minItems": 1}
    return found if most is None else {**found, "maxItems": most}


def _one_of(*names: str) -> Schema:
    return {"enum": list(names)}


_LINK: Schema = {"type": "string", "pattern": r"^https?://\S"}
_WORD = _text()
_KIND = _one_of("HOME", "WORK")


def _media(*more: str) -> Schema:
    extra = {name: _text(limits.CAPTION if name == "caption" else None) for name in more}
    return {"oneOf": [_object("id", id=_WORD, **extra), _object("link", link=_LINK, **extra)]}


_VOICE: Schema = {"voice": {"type": "boolean"}}
"""Only on sound: Meta's page on audio messages has it, its description of v23.0 does not."""
_AUDIO: Schema = {"oneOf": [_object("id", id=_WORD, **_VOICE), _object("link", link=_LINK, **_VOICE)]}
_BODY = _object("text", text=_text(limits.BODY))
_FOOTER = _object("text", text=_text(limits.FOOTER))
_TEXT_HEADER = _object("type text", type=_one_of("text"), text=_text(limits.HEADER))
_HEADER: Schema = {
    "oneOf": [
        _TEXT_HEADER,
        *(_object(f"type {kind}", type=_one_of(kind), **{kind: _media()}) for kind in ("image", "video")),
        _object("type document", type=_one_of("document"), document=_media("filename")),
    ]
}
_BUTTON = _object(
    "type reply",
    type=_one_of("reply"),
    reply=_object("id title", id=_text(limits.BUTTON_ID), title=_text(limits.BUTTON_TITLE)),
)
_ROW = _object(
    "id title",
    id=_text(limits.ROW_ID),
    title=_text(limits.ROW_TITLE),
    description=_text(limits.ROW_DESCRIPTION),
)
_SECTION = _object("rows", title=_text(limits.ROW_TITLE), rows=_list(_ROW, limits.ROWS))
_PRODUCTS = _object(
    "product_items",
    title=_text(limits.ROW_TITLE),
    product_items=_list(_object("product_retailer_id", product_retailer_id=_WORD), 30),
)


def _interactive(
    kind: str, action: Schema, header: Schema | None = _TEXT_HEADER, body: bool = True
) -> Schema:
    parts: dict[str, Schema] = {"type": _one_of(kind), "body": _BODY, "footer": _FOOTER, "action": action}
    if header is not None:
        parts["header"] = header
    return _object("type action" + (" body" if body else ""), **parts)


_FLOW: Schema = {
    "type": "object",
    "required": ["flow_message_version", "flow_cta"],
    "oneOf": [{"required": ["flow_id"]}, {"required": ["flow_name"]}],
    "properties": {"flow_message_version": _one_of("3"), "flow_cta": _text(30)},
}
_INTERACTIVE = {
    "button": _interactive("button", _object("buttons", buttons=_list(_BUTTON, limits.BUTTONS)), _HEADER),
    "list": _interactive(
        "list",
        _object("button sections", button=_text(limits.LIST_BUTTON), sections=_list(_SECTION, limits.ROWS)),
    ),
    "cta_url": _interactive(
        "cta_url",
        _object(
            "name parameters",
            name=_one_of("cta_url"),
            parameters=_object("display_text url", display_text=_text(limits.LINK_TITLE), url=_LINK),
        ),
        _HEADER,
    ),
    "location_request_message": _interactive(
        "location_request_message", _object("name", name=_one_of("send_location"))
    ),
    "flow": _interactive("flow", _object("name parameters", name=_one_of("flow"), parameters=_FLOW), _HEADER),
    "call_permission_request": _interactive(
        "call_permission_request", _object("name", name=_one_of("call_permission_request"))
    ),
    "product": _interactive(
        "product",
        _object("catalog_id product_retailer_id", catalog_id=_WORD, product_retailer_id=_WORD),
        None,
        body=False,
    ),
    "product_list": _interactive(
        "product_list", _object("catalog_id sections", catalog_id=_WORD, sections=_list(_PRODUCTS, 10))
    ),
    "catalog_message": _interactive(
        "catalog_message",
        _object(
            "name",
            name=_one_of("catalog_message"),
            parameters=_object(thumbnail_product_retailer_id=_WORD),
        ),
    ),
}

_PARAMETER: Schema = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": _one_of(
            "text",
            "currency",
            "date_time",
            "image",
            "video",
            "document",
            "payload",
            "coupon_code",
            "action",
        ),
        "text": _text(32_768),
        "image": _media(),
        "video": _media(),
        "document": _media("filename"),
    },
}
_COMPONENT: Schema = {
    **_object(
        "type",
        type=_one_of("header", "body", "button"),
        sub_type=_one_of("quick_reply", "url", "catalog", "copy_code", "flow"),
        index={"type": "string", "pattern": "^[0-9]$"},
        parameters=_list(_PARAMETER),
    ),
    "if": {"properties": {"type": {"const": "button"}}},
    "then": {"required": ["sub_type", "index", "parameters"]},
}
_TEMPLATE = _object(
    "name language",
    name={"type": "string", "pattern": "^[a-z0-9_]{1,512}$"},
    language=_object("code", policy=_one_of("deterministic"), code=_text(15)),
    components={"type": "array", "items": _COMPONENT},
)
_DEGREES: Schema = {"type": ["string", "number"], "pattern": r"^-?\d{1,3}(\.\d+)?$"}
_ADDRESS = _object(
    type=_KIND, street=_WORD, city=_WORD, state=_WORD, zip=_WORD, country=_WORD, country_code=_WORD
)
_CARD = _object(
    "name",
    name=_object(
        "formatted_name",
        formatted_name=_WORD,
        first_name=_WORD,
        last_name=_WORD,
        middle_name=_WORD,
        prefix=_WORD,
        suffix=_WORD,
    ),
    org=_object(company=_WORD, department=_WORD, title=_WORD),
    birthday={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    phones=_list(_object("phone", phone=_WORD, type=_KIND, wa_id=_WORD)),
    emails=_list(_object("email", email=_WORD, type=_KIND)),
    urls=_list(_object("url", url=_WORD, type=_KIND)),
    addresses=_list(_ADDRESS),
)
CONTENT: Mapping[str, Schema] = {
    "text": _object("body", body=_text(limits.TEXT), preview_url={"type": "boolean"}),
    "image": _media("caption"),
    "video": _media("caption"),
    "audio": _AUDIO,
    "document": _media("caption", "filename"),
    "sticker": _media(),
    "location": _object(
        "latitude longitude", latitude=_DEGREES, longitude=_DEGREES, name=_WORD, address=_WORD
    ),
    "contacts": _list(_CARD, limits.CONTACTS),
    "reaction": _object("message_id emoji", message_id=_WORD, emoji={"type": "string", "maxLength": 32}),
    "template": _TEMPLATE,
}
"""Of each type but ``interactive``."""
READ = _object(
    "messaging_product status message_id",
    messaging_product=_one_of("whatsapp"),
    status=_one_of("read"),
    message_id=_WORD,
    typing_indicator=_object("type", type=_one_of("text")),
)
"""Marks a message as read, and shows that an answer is being written."""


def _message(kind: str, content: Schema) -> Schema:
    whole = _object(
        f"messaging_product type {kind}",
        messaging_product=_one_of("whatsapp"),
        recipient_type=_one_of("individual"),
        to={"type": "string", "pattern": r"^\+?[0-9][0-9 ()-]{3,24}$"},
        recipient=_text(160),
        context=_object("message_id", message_id=_WORD),
        biz_opaque_callback_data=_text(limits.CALLBACK_DATA),
        type=_one_of(kind),
        **{kind: content},
    )
    return {**whole, "anyOf": [{"required": ["to"]}, {"required": ["recipient"]}]}


def schema_of(body: Mapping[str, Any]) -> Schema | None:
    """The schema for a body of this kind; ``None`` for a kind that does not exist."""
    if "status" in body:
        return READ
    kind = body.get("type", "text")
    if kind == "interactive":
        found = body.get("interactive")
        content = _INTERACTIVE.get(str(found.get("type"))) if isinstance(found, Mapping) else None
    else:
        content = CONTENT.get(kind) if isinstance(kind, str) else None
    return None if content is None else _message(str(kind), content)


def check_body(body: Any) -> list[str]:
    """What is wrong with a request's body, a sentence each with its place; empty for a valid one."""
    if not isinstance(body, Mapping):
        return ["The body is no JSON object."]
    schema = schema_of(body)
    if schema is None:
        return [f"type: there is no message of the type {body.get('type')!r}."]
    validator = _validator(_Frozen(schema))
    wrong = [
        f"{'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:200]}"
        for error in validator.iter_errors(body)
    ]
    return wrong or [*_beyond_schemas(body)]


class _Frozen(dict[str, Any]):
    """A schema as a key: each kind's is made once, and told by its content."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))


@functools.lru_cache(maxsize=64)
def _validator(schema: _Frozen) -> Any:
    from jsonschema import Draft202012Validator  # a tenth of a second that only those pay who check

    return Draft202012Validator(dict(schema))


def _beyond_schemas(body: Mapping[str, Any]) -> Iterator[str]:
    """What no schema can say."""
    if body.get("type", "text") == "text" and "text" in body and not is_visible(body["text"]["body"]):
        yield "text.body: there is nothing to be seen."
    content = body.get("interactive")
    if content is None:
        return
    if "body" in content and not is_visible(content["body"]["text"]):
        yield "interactive.body.text: there is nothing to be seen."
    action = content["action"]
    if content["type"] == "button":
        yield from _distinct("buttons", [one["reply"] for one in action["buttons"]])
    if content["type"] == "list":
        sections = action["sections"]
        rows = [row for section in sections for row in section["rows"]]
        if len(rows) > limits.ROWS:
            yield f"action.sections: {len(rows)} rows, {limits.ROWS} at most in all sections together."
        if len(sections) > 1 and not all(section.get("title") for section in sections):
            yield "action.sections: every one of several sections needs a title."
        yield from _distinct("rows", rows)


def _distinct(name: str, entries: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for key in ("id", "title"):
        values = [one[key] for one in entries]
        if len(set(values)) < len(values):
            yield f"{name}: two have the same {key}."
        if any(not is_visible(value) or value != value.strip() for value in values):
            yield f"{name}: a {key} is blank, or has blanks at its ends."
