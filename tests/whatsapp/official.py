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
