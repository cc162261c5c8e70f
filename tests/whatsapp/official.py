"""Meta's own description of the API, where it is at hand; a clone of the project has none."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import yaml

SPEC = Path(__file__).parents[2].parent / "shared" / "wire" / "whatsapp" / "business-messaging-api_v23.0.yaml"

needs_spec = pytest.mark.skipif(
    not SPEC.is_file(), reason="Meta's OpenAPI description is not beside this clone"
)


@functools.cache
def spec() -> dict[str, Any]:
    with SPEC.open(encoding="utf-8") as file:
        found: dict[str, Any] = yaml.load(file, Loader=yaml.CSafeLoader)
    return found


def webhook_examples() -> dict[str, Any]:
    """Name → body of the examples of what Meta sends."""
    post = spec()["paths"]["/whatsapp/webhooks"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    return {name: one["value"] for name, one in examples.items()}


BEYOND_SPEC = ("cta_url", "location_request_message")
"""Interactive messages that the API takes and its description leaves out."""


def complaints_of(body: dict[str, Any]) -> list[str]:
    """What Meta's description says against a body of ``/messages``.

    Two slips of the description are mended. Its ``allOf`` forbids in each half what the other half allows, so
    halves are read as one object. The pattern of a button's ``index`` refuses its own example ``"0"``.
    """
    if "status" in body:
        name = "MarkMessageRequestPayload"
    else:
        name = spec()["components"]["schemas"]["Message"]["discriminator"]["mapping"][body["type"]]
    return [error.message for error in _validator(name.rpartition("/")[2]).iter_errors(body)]


@functools.cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_resolved(spec()["components"]["schemas"][name]))


def _resolved(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_resolved(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(spec()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    found = {key: _resolved(one) for key, one in schema.items() if key not in ("allOf", "discriminator")}
    for half in map(_resolved, schema.get("allOf", ())):
        found["properties"] = {**found.get("properties", {}), **half.get("properties", {})}
        found["required"] = [*found.get("required", ()), *half.get("required", ())]
        found = {**{key: one for key, one in half.items() if key not in found}, **found}
    if found.get("pattern") == "^[2-6, 11-14]$":
        found["pattern"] = "^[0-9]$"
    return found


def message_examples() -> dict[str, Any]:
    """Name → body of the examples of what may be sent."""
    post = spec()["paths"]["/{Version}/{Phone-Number-ID}/messages"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    return {name: one["value"] for name, one in examples.items()}
