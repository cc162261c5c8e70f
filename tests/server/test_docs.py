"""docs/http-api.md names every address that is answered, with its parameters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.server import make_app
from bot.turn import Bot

pytestmark = pytest.mark.asyncio

PAGE = (Path(__file__).parents[2] / "docs" / "http-api.md").read_text("utf-8")
SOURCES = (Path(__file__).parents[2] / "bot" / "server").glob("*.py")
UNTOLD = {"/page/{name}", "/webhooks/rest/", "/webhooks/rest"}


async def test_every_address_is_told(bot: Bot) -> None:
    answered = set()
    for route in make_app(bot, model_name="x").router.routes():
        assert route.resource is not None
        path = re.sub(r"\{conversation_id.*?\}", "{id}", route.resource.canonical)
        if route.method != "HEAD" and path not in UNTOLD:
            answered.add(f"{route.method} {path}")
    told = set(re.findall(r"^\| `([A-Z]+ /[^`?]*)`", PAGE, re.MULTILINE))

    assert answered - told == set()
    assert told - answered == {
        "GET /webhooks/{channel}/",
        "POST /webhooks/callback/webhook",
        "GET /webhooks/whatsapp/webhook",
        "POST /webhooks/whatsapp/webhook",
    }


async def test_every_parameter_is_told() -> None:
    code = "".join(one.read_text("utf-8") for one in SOURCES)
    read = set(re.findall(r'query\.get\(\s*"(\w+)"', code)) | set(
        re.findall(r'(?:flag|seconds)\(request, "(\w+)"', code)
    )

    assert "until" in read and "callback_url" in read
    assert {one for one in read if one not in PAGE} == set()
