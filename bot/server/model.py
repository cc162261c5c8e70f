"""What the server knows: its version, its model, its domain, and what it makes of a text."""

from __future__ import annotations

import json
from http import HTTPStatus

import yaml
from aiohttp import web

from bot.channels.rest import read_text
from bot.server.bodies import read_object
from bot.server.errors import VERSION, ApiError, bad_request, json_response
from bot.server.exchange import Exchange
from bot.server.jobs import Jobs
from bot.turn import Bot

_YAML = "application/x-yaml"


class ModelRoutes:
    """``/status``, ``/version``, ``/domain`` and ``/model/parse``."""

    def __init__(self, exchange: Exchange, jobs: Jobs) -> None:
        self.bot: Bot = exchange.bot
        self.exchange = exchange
        self.jobs = jobs

    async def version(self, request: web.Request) -> web.Response:
        return json_response({"version": VERSION, "minimum_compatible_version": VERSION})

    async def status(self, request: web.Request) -> web.Response:
        return json_response(
            {
                "model_file": self.exchange.name,
                "model_id": self.exchange.model_id,
                "num_active_training_jobs": self.jobs.training,
            }
        )

    async def parse(self, request: web.Request) -> web.Response:
        if "emulation_mode" in request.query:
            message = (
                "Answers in the shape of LUIS, Wit or Dialogflow are not given. Leave 'emulation_mode' out."
            )
            raise bad_request(message, "emulation_mode", "query")
        text = read_text((await read_object(request)).get("text"), "text")
        return json_response(await self.bot.parser.understand(text, {}))

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
