"""``POST /model/test/stories`` and ``POST /model/test/intents``: how well a model does on what the body holds."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from bot.dialogue.stories import CheckpointStep, OrStep, Story
from bot.dialogue.story_reader import read_stories
from bot.errors import Complaints, SantralError
from bot.evaluation.nlu import evaluate
from bot.evaluation.stories import play
from bot.model import Model
from bot.nlu.interpreter import Interpreter
from bot.project import Document
from bot.server.bodies import flag, parse_json
from bot.server.errors import ApiError, bad_request, json_response, unavailable
from bot.server.exchange import Exchange
from bot.server.jobs import Jobs
from bot.server.later import Later
from bot.server.reports import nlu_answer, story_answer
from bot.server.uploads import (
    DATA,
    check_upload,
    examples_of,
    folder_with,
    own_components,
    read_map,
    read_upload,
    refuse,
    refused,
)
from bot.turn import Bot, Parser
from bot.yaml_file import Map, read_yaml

MOST_WAYS = 1_000
"""Conversations that the ``or`` and the checkpoints of test stories may stand for."""
MOST_FOLDS = 20
_NO_STORIES = "You must provide some stories in the request body in order to evaluate your model."
_NO_EXAMPLES = "You must provide some nlu data in the request body in order to evaluate your model."
_NOTHING: Mapping[str, Any] = {"report": {}, "precision": None, "f1_score": None, "errors": []}


class EvaluationRoutes:
    """Tests models; one test at a time, each in a thread or a process."""

    def __init__(self, exchange: Exchange, jobs: Jobs, later: Later) -> None:
        self.exchange = exchange
        self.bot: Bot = exchange.bot
        self.jobs = jobs
        self.later = later
        self._one = asyncio.Lock()

    async def stories(self, request: web.Request) -> web.Response:
        """``POST /model/test/stories``; with ``e2e`` the messages are understood, too."""
        data = await read_upload(request, _NO_STORIES)
        end_to_end = flag(request, "e2e")
        bot = self.bot.snapshot()
        async with self._alone():
            return json_response(await asyncio.to_thread(_test_stories, bot, data, end_to_end))

    async def intents(self, request: web.Request) -> web.Response:
        """``POST /model/test/intents``: the loaded model, or ``model``, or ``cross_validation_folds``."""
        data = await read_upload(request, _NO_EXAMPLES)
        folds = _folds(request)
        is_yaml = "yaml" in request.content_type
        if folds is not None and not is_yaml:
            message = "Cross-validation is only supported for YAML data."
            raise ApiError(400, "TestingError", message)
        if folds is not None:
            return await self.later.answer(request, partial(self._validate, data, folds))
        name = request.query.get("model")
        if not name:
            self.exchange.check()
        return await self.later.answer(request, partial(self._test, data, is_yaml, name))

    async def _test(self, data: bytes, is_yaml: bool, name: str | None) -> web.Response:
        async with self._alone():
            interpreter = await self._interpreter(name) if name else _trained(self.bot.parser)
            return json_response(await asyncio.to_thread(_test_examples, interpreter, data, is_yaml))

    def _alone(self) -> asyncio.Lock:
        if self._one.locked():
            raise unavailable("Another test is going on. Please try again later.")
        return self._one

    async def _interpreter(self, name: str) -> Interpreter:
        try:
            return (await asyncio.to_thread(self.exchange.load, self.exchange.path_of(name))).interpreter
        except ApiError:
            raise
        except SantralError as error:
            raise bad_request(f"The model could not be loaded: {error}", "model", "query") from None

    async def _validate(self, data: bytes, folds: int) -> web.Response:
        with folder_with(DATA, data) as folder:
            trusted = await asyncio.to_thread(own_components, self.jobs.root)
            order = {"task": "folds", "trusted": trusted, "folds": folds}
            found = await self.jobs.run(folder, order, "TestingError")
        if "complaints" in found:
            raise refused(found["complaints"], "TestingError")
        return json_response({name: one or dict(_NOTHING) for name, one in found["result"].items()})


def _folds(request: web.Request) -> int | None:
    given = request.query.get("cross_validation_folds")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 4 and 2 <= int(given) <= MOST_FOLDS):
        message = f"'cross_validation_folds' must be a number from 2 to {MOST_FOLDS}."
        raise bad_request(message, "cross_validation_folds", "query")
    return int(given)


def _trained(parser: Parser) -> Interpreter:
    if not isinstance(parser, Interpreter):
        raise ApiError(409, "Conflict", "Texts are understood elsewhere; name a 'model'.")
    return parser


def _test_examples(interpreter: Interpreter, data: bytes, is_yaml: bool) -> dict[str, Any]:
    content = read_map(data) if is_yaml else _json_map(data)
    complaints = Complaints()
    check_upload(content, [], complaints)
    refuse(complaints, "BadRequest")
    examples = examples_of(content, complaints).examples
    refuse(complaints, "BadRequest")
    return nlu_answer(evaluate(interpreter, examples))


def _json_map(data: bytes) -> Map:
    """Rasa's JSON as a mapping with lines; JSON that was checked is YAML."""
    found = parse_json(data)
    if not isinstance(found, dict) or "rasa_nlu_data" not in found:
        raise bad_request("The body must be a JSON object with 'rasa_nlu_data', or YAML.", "")
    complaints = Complaints()
    content = read_yaml(data.decode(), "data.json", complaints)
    refuse(complaints, "BadRequest")
    if not isinstance(content, Map):
        raise bad_request("The body must be a JSON object.", "")
    return content


def _test_stories(bot: Bot, data: bytes, end_to_end: bool) -> dict[str, Any]:
    complaints = Complaints()
    stories = read_stories([Document(DATA, read_map(data))], bot.domain, complaints, is_test=True)
    refuse(complaints, "BadRequest")
    if _ways(stories.stories) > MOST_WAYS:
        raise bad_request(f"The stories stand for more than {MOST_WAYS} conversations. Write fewer.", "")
    model = Model(bot.domain, bot.ensemble, _trained(bot.parser), {}, "")
    return story_answer(play(stories.stories, model, end_to_end=end_to_end), end_to_end)


def _ways(stories: Sequence[Story]) -> int:
    """At least as many as the conversations that the stories stand for."""
    joints = [one for story in stories for one in story.steps if isinstance(one, CheckpointStep)]
    most = 1 << min(len(joints), 64)
    for story in stories:
        own = math.prod(len(one.choices) for one in story.steps if isinstance(one, OrStep))
        most = max(most, min(own, 1 << 64))
    return most
