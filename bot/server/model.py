"""What the server knows: its version, its model, its domain, and what it makes of a text."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

import yaml
from aiohttp import web

from bot.channels.rest import read_text
from bot.server.bodies import read_object
from bot.server.errors import VERSION, ApiError, json_response
from bot.turn import Bot

LONG_TEXT = 500
"""Characters; longer texts are understood in a thread, so that nobody waits for them."""
_YAML = "application/x-yaml"


class ModelRoutes:
    """``/status``, ``/version``, ``/domain`` and ``/model/parse``.

    Args:
        model_name: the model's file.
        model_id: equal for equal training.
    """

    def __init__(self, bot: Bot, model_name: str, model_id: str) -> None:
        self.bot = bot
        self.model_name = model_name
        self.model_id = model_id

    def tell(self, model_name: str, model_id: str) -> None:
        """The bot has another model from now on."""
        self.model_name, self.model_id = model_name, model_id

    async def version(self, request: web.Request) -> web.Response:
        return json_response({"version": VERSION, "minimum_compatible_version": VERSION})

    async def status(self, request: web.Request) -> web.Response:
        return json_response(
            {"model_file": self.model_name, "model_id": self.model_id, "num_active_training_jobs": 0}
        )

    async def parse(self, request: web.Request) -> web.Response:
        text = read_text((await read_object(request)).get("text"), "text")
        if len(text) > LONG_TEXT:
            return json_response(await asyncio.to_thread(self.bot.parser.parse, text))
        return json_response(self.bot.parser.parse(text))

    async def domain(self, request: web.Request) -> web.Response:
        wanted = request.headers.get("Accept", "*/*").split(",")[0].split(";")[0].strip()
        raw = json.loads(json.dumps(self.bot.domain.raw))
        if wanted.endswith(("json", "*/*", "application/*")):
            return json_response(raw)
        if wanted.endswith(("yml", "yaml")):
            text = yaml.safe_dump(raw, allow_unicode=True, sort_keys=False)
            return web.Response(text=text, content_type=_YAML, charset="utf-8")
        message = f"The domain comes as JSON ('Accept: application/json') or YAML ('Accept: {_YAML}')."
        raise ApiError(HTTPStatus.NOT_ACCEPTABLE, "NotAcceptable", message)
