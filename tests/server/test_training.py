"""``/model/train`` and ``/model/test/...``: long work that keeps no conversation waiting."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model import Model, newest_model
from bot.server import make_app
from bot.server.evaluation import MOST_FOLDS
from bot.server.jobs import MOST
from bot.turn import Bot

from .conftest import Client

pytestmark = pytest.mark.asyncio

HERE = Path(__file__).parent / "bot"
YAML = {"Content-Type": "application/x-yaml"}
NLU = (HERE / "data" / "nlu.yml").read_text("utf-8")
PARTS = [HERE / "config.yml", HERE / "domain.yml", HERE / "data" / "nlu.yml", HERE / "data" / "rules.yml"]
PROJECT = 'version: "3.1"\n' + "".join(one.read_text("utf-8") for one in PARTS).replace(
    'version: "3.1"\n', ""
)
STORIES = """
stories:
- story: greet
  steps: [{user: merhaba, intent: greet}, {action: utter_greet}]
- story: wrong
  steps: [{user: selam, intent: choose}, {action: utter_greet}]
"""


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return {"models": tmp_path / "models", "root": tmp_path}


async def post(client: Client, path: str, body: str, headers: dict[str, str] = YAML) -> tuple[int, Any]:
    return await client.ask("POST", path, data=body.encode(), headers=headers)


async def train(client: Client, query: str = "", body: str = PROJECT) -> tuple[str, bytes]:
    url = client.server.make_url(f"/model/train{query}")
    async with client.session.post(url, data=body.encode(), headers=YAML) as response:
        assert (response.status, response.content_type) == (200, "application/x-tar"), await response.text()
        name = response.headers["filename"]
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        return name, await response.read()


async def test_a_model_is_trained_while_conversations_go_on(client: Client, tmp_path: Path) -> None:
    training = asyncio.create_task(train(client))
    active = 0
    while not training.done():
        assert await client.texts("merhaba") == ["Merhaba None"]
        active = max(active, (await client.ask("GET", "/status"))[1]["num_active_training_jobs"])
    name, archive = await training

    assert active == 1
    assert (tmp_path / "models" / name).read_bytes() == archive
    assert (
        Model.load(tmp_path / "models" / name).domain.responses.keys() == client.bot.domain.responses.keys()
    )
    assert (await client.ask("GET", "/status"))[1]["model_file"] == "small.tar.gz"
    async with client.session.put(client.server.make_url("/model"), json={"model_file": name}) as response:
        assert response.status == 204
    assert (await client.ask("GET", "/status"))[1]["model_file"] == name
    # Nothing changed, so nothing is trained; unless it is forced.
    assert (await train(client))[0] == name
    assert (await train(client, "?force_training=true&save_to_default_model_directory=false"))[0] != name
    assert len(list((tmp_path / "models").iterdir())) == 1


async def test_what_is_sent_reaches_nothing_of_the_server(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "gizli")
    secret = tmp_path / "secret.txt"
    secret.write_text("gizli\n", encoding="utf-8")
    for body, code in (
        (PROJECT.replace("KeywordIntentClassifier", "os.path"), "component-untrusted"),
        (PROJECT.replace('"Merhaba {name}"', "${SECRET_OF_THE_SERVER}"), "variable"),
        (PROJECT.replace("nlu:\n", f"nlu:\n- lookup: x\n  examples: {secret}\n"), "lookup-file"),
    ):
        status, answer = await post(client, "/model/train", body)
        assert (status, answer["reason"]) == (400, "TrainingError"), answer
        assert code in json.dumps(answer["details"]) and "gizli" not in json.dumps(answer)


@pytest.mark.parametrize("body", ["nlu: [", "- 1", "5", "\0", "a: &a [*a]", "intents: 5"])
async def test_broken_projects(client: Client, body: str) -> None:
    status, answer = await post(client, "/model/train", body)

    assert (status, answer["reason"]) == (400, "TrainingError")
    assert (await post(client, "/model/train", ""))[1]["reason"] == "BadRequest"


async def test_stories_are_tested(client: Client) -> None:
    status, found = await post(client, "/model/test/stories", STORIES)

    assert status == 200
    assert set(found) == {
        *("report", "precision", "f1", "accuracy", "actions"),
        *("in_training_data_fraction", "is_end_to_end_evaluation"),
    }
    assert found["actions"][0] == {
        "action": "utter_greet",
        "predicted": "utter_greet",
        "policy": "RulePolicy",
        "confidence": 1.0,
    }
    assert found["report"]["utter_greet"]["support"] == 2
    assert "greet" not in found["report"]
    _, found = await post(client, "/model/test/stories?e2e=true", STORIES)
    assert found["is_end_to_end_evaluation"] is True
    assert (found["report"]["greet"]["recall"], found["report"]["choose"]["recall"]) == (1.0, 0.0)


async def test_stories_that_stand_for_too_many(client: Client) -> None:
    either = "{or: [{intent: greet}, {intent: choose}]}, {action: utter_greet}"
    body = f"stories: [{{story: x, steps: [{', '.join([either] * 30)}]}}]"

    assert (await post(client, "/model/test/stories", body))[0] == 400
    assert (await post(client, "/model/test/stories", "stories: ["))[0] == 400
    assert (await post(client, "/model/test/stories", ""))[0] == 400
    assert (await post(client, "/model/test/stories", "{}"))[1]["actions"] == []


async def test_intents_are_tested(client: Client) -> None:
    body = NLU.replace("- selam", "- selam\n    - seçenek [Ayşe](name)")
    status, found = await post(client, "/model/test/intents", body)

    assert status == 200
    assert set(found) == {"intent_evaluation", "entity_evaluation", "response_selection_evaluation"}
    intents = found["intent_evaluation"]
    assert set(intents) == {"predictions", "report", "precision", "f1_score", "accuracy", "errors"}
    assert intents["errors"] == [
        {
            "text": "seçenek Ayşe",
            "intent": "greet",
            "intent_prediction": {"name": "choose", "confidence": 1.0},
        }
    ]
    assert intents["report"]["greet"]["confused_with"] == {"choose": 1}
    as_json = {"rasa_nlu_data": {"common_examples": [{"text": "merhaba", "intent": "greet"}]}}
    _, found = await client.ask("POST", "/model/test/intents", json=as_json)
    assert found["intent_evaluation"]["accuracy"] == 1.0


async def test_cross_validation(client: Client) -> None:
    body = (HERE / "config.yml").read_text("utf-8") + NLU.replace('version: "3.1"\n', "")
    status, found = await post(client, "/model/test/intents?cross_validation_folds=2", body)

    assert status == 200
    assert len(found["intent_evaluation"]["predictions"]) == 9
    assert found["response_selection_evaluation"] == {
        "report": {},
        "precision": None,
        "f1_score": None,
        "errors": [],
    }
    for folds in ("1", "x", "-2", str(MOST_FOLDS + 1), "²", "9" * 5_000):
        assert (await post(client, f"/model/test/intents?cross_validation_folds={folds}", body))[0] == 400
    path = "/model/test/intents?cross_validation_folds=2"
    assert (await client.ask("POST", path, json={"rasa_nlu_data": {}}))[1]["reason"] == "TestingError"


@pytest.mark.parametrize(
    "body", ["{}", "[]", "1", '{"rasa_nlu_data": 1}', "{", '{"rasa_nlu_data": {"lookup_tables": 1}}']
)
async def test_examples_as_json_that_are_none(client: Client, body: str) -> None:
    status, _ = await post(client, "/model/test/intents", body, {"Content-Type": "application/json"})

    assert status in (200, 400)


async def test_only_so_many_trainings_at_once(client: Client) -> None:
    url = client.server.make_url("/model/train")

    async def ask() -> int:
        async with client.session.post(url, data=PROJECT.encode(), headers=YAML) as response:
            return response.status

    assert sorted(await asyncio.gather(*(ask() for _ in range(MOST + 2)))) == [200] * MOST + [503] * 2
    assert (await client.ask("GET", "/status"))[1]["num_active_training_jobs"] == 0


async def test_a_training_does_not_outlive_the_server(bot: Bot, tmp_path: Path) -> None:
    app = make_app(bot, model_name="x", root=tmp_path, models=tmp_path / "models")
    async with aiohttp.ClientSession() as session:
        async with TestServer(app) as server:
            asking = asyncio.create_task(session.post(server.make_url("/model/train"), data=PROJECT.encode()))
            while not await active_trainings(session, server):
                pass
            began = time.monotonic()
        assert time.monotonic() - began < 5
        with suppress(aiohttp.ClientConnectionError):
            assert (await asking).status == 503
    assert newest_model(tmp_path / "models") is None


async def active_trainings(session: aiohttp.ClientSession, server: TestServer) -> int:
    async with session.get(server.make_url("/status")) as response:
        return int((await response.json())["num_active_training_jobs"])


class Receiver:
    """Takes what is sent to a ``callback_url``."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[tuple[str, dict[str, str], bytes]] = asyncio.Queue()

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.put_nowait((request.content_type, headers, await request.read()))
        return web.Response()


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    found = Receiver()
    app = web.Application(client_max_size=2**26)
    app.add_routes([web.post("/done", found.take)])
    async with TestServer(app) as server:
        yield found, str(server.make_url("/done"))


async def test_answers_that_come_later(client: Client, receiver: tuple[Receiver, str]) -> None:
    found, url = receiver
    for path, body in (
        ("/model/train", PROJECT),
        ("/model/train", "nlu: ["),
        ("/model/test/intents", NLU),
    ):
        address = client.server.make_url(path).update_query(callback_url=url)
        async with client.session.post(address, data=body.encode(), headers=YAML) as response:
            assert (response.status, await response.read()) == (204, b"")
    async with asyncio.timeout(60):
        came = [await found.came.get() for _ in range(3)]
    archive = next(one for one in came if one[0] == "application/x-tar")
    assert archive[1]["filename"].endswith(".tar.gz") and archive[2][:2] == b"\x1f\x8b"
    told = [json.loads(one[2]) for one in came if one[0] == "application/json"]
    assert {one.get("reason") for one in told} == {"TrainingError", None}

    for bad in ("x", "file:///etc/passwd", "http://", "//"):
        address = client.server.make_url("/model/train").update_query(callback_url=bad)
        async with client.session.post(address, data=PROJECT.encode(), headers=YAML) as response:
            assert response.status == 400
