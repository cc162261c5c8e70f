"""Every address of the API asked by chance: wrong types, huge ids, broken YAML and tokens; never a 500."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from yarl import URL

from bot.model import Model

from .conftest import Client
from .test_random_requests import event, value

pytestmark = pytest.mark.asyncio

IDS = ["a", "ayşe", "a/b", "a?b", "😀", "..", "../../x", "{id}", "' OR 1=1", "x" * 2_000, "\0", " ", "%"]
STORIES = [
    "stories: 1",
    "stories:\n- story: x\n  steps:\n  - intent: nothing\n  - action: nothing\n",
    "stories:\n- story: x\n  steps:\n  - or:\n    - intent: greet\n    - intent: choose\n  - checkpoint: a\n",
    "stories:\n- story: x\n  steps:\n  - checkpoint: a\n  - action: utter_greet\n  - checkpoint: a\n",
    "stories:\n- story: x\n  steps:\n  - user: '[a]{\"entity\": 5}'\n    intent: greet\n",
    "stories:\n- story: x\n  steps:\n  - slot_was_set: [{name: {a: 1}}]\n  - active_loop: nothing\n  - bot: x\n",
    "rules:\n- rule: x\n  steps: [{intent: greet}]\n  condition: [{active_loop: 5}]",
    "version: 99\nstories: []",
]
EXAMPLES = [
    "nlu: [",
    "nlu:\n- intent: greet\n  examples: |\n    - merhaba\n    - [Ayşe](name) geldi\n",
    "nlu:\n- intent: a/b\n  examples: |\n    - merhaba\n",
    "nlu:\n- regex: x\n  examples: |\n    - (((\n",
    "nlu:\n- lookup: x\n  examples: ../../etc/passwd\n",
    "pipeline: 5\nnlu: []",
    "pipeline: [os.system]\n",
    "!!python/object/apply:os.system [id]",
    "{" * 200,
    '"\\ud800"',
    "a: &a [*a]",
    "\0",
]
BREAKS = ["\0", "[", "}", ":", "&a", "*a", "\t", "- ", "|", "ş", "!!x "]
PARAMETERS = {
    "include_events": ["ALL", "NONE", "x", ""],
    "until": ["1", "-1", "1e999", "nan", "x"],
    "output_channel": ["latest", "callback", "../x"],
    "execute_side_effects": ["true", "1"],
    "all_sessions": ["true", "x"],
    "e2e": ["true", "x"],
    "emulation_mode": ["LUIS", ""],
    "model": ["../../etc/passwd", "bir.tar.gz", "\0", "x" * 500],
    "cross_validation_folds": ["x", "-1", "1", "9" * 100],
    "callback_url": ["x", "file:///x"],
}
MODELS: list[Any] = [
    {"model_file": "../x"},
    {"model_file": "."},
    {"model_file": {}},
    {"model_server": {"url": "x"}},
    {"model_server": {"url": "http://127.0.0.1:1/", "headers": 5}},
    {"model_server": {"url": "http://127.0.0.1:1/", "timeout": "x", "wait_time_between_pulls": []}},
    {"model_server": {"url": "http://127.0.0.1:1/", "cafile": "/etc/passwd"}},
    {"remote_storage": 1},
]
TOKENS = ["Bearer", "Bearer a.b.c", "Basic x", "Bearer " + "." * 100, "Bearer eyJhbGciOiJub25lIn0.e30."]


@pytest.fixture
def options(tmp_path: Path, model: Model) -> dict[str, Any]:
    model.save(tmp_path / "models" / "bir.tar.gz")
    return {"models": tmp_path / "models", "root": tmp_path}


def text(chance: random.Random, choices: list[str]) -> str:
    found = chance.choice(choices)
    if chance.random() < 0.3:
        at = chance.randrange(len(found) + 1)
        found = found[:at] + chance.choice(BREAKS) + found[at:]
    return found


def request(chance: random.Random) -> tuple[str, str, str]:
    """Method, path and body."""
    conversation = f"/conversations/{quote(chance.choice(IDS) if chance.random() < 0.4 else 'c', safe='')}"
    body = value(chance, 3)
    if chance.random() < 0.7:
        name = chance.choice(
            ["greet", "utter_greet", "action_listen", "action_restart", "action_back", "x", 5]
        )
        body = {"name": name, "text": "merhaba", "sender": "user", **(body if isinstance(body, dict) else {})}
    events = [event(chance) for _ in range(chance.randrange(4))]
    method, path, content = chance.choice(
        [
            ("GET", f"{conversation}/tracker", None),
            ("GET", f"{conversation}/story", None),
            ("POST", f"{conversation}/tracker/events", events),
            ("PUT", f"{conversation}/tracker/events", events),
            ("POST", f"{conversation}/execute", body),
            ("POST", f"{conversation}/predict", body),
            ("POST", f"{conversation}/messages", body),
            ("POST", f"{conversation}/trigger_intent", body),
            ("POST", "/model/predict", events),
            ("POST", "/model/parse", body),
            ("POST", "/model/test/stories", text(chance, STORIES)),
            ("POST", "/model/test/intents", text(chance, EXAMPLES)),
            ("PUT", "/model", chance.choice(MODELS)),
            ("GET", "/domain", None),
            ("GET", "/status", None),
            ("GET", "/webhooks/nothing/", None),
            ("DELETE", conversation, None),
        ]
    )
    names = chance.sample(list(PARAMETERS), chance.choice([0, 0, 1, 2]))
    query = urlencode({one: chance.choice(PARAMETERS[one]) for one in names})
    written = content if isinstance(content, str) else "" if content is None else json.dumps(content)
    return method, f"{path}?{query}" if query else path, "" if chance.random() < 0.05 else written


@pytest.mark.parametrize("seed", range(4))
async def test_random_requests_to_every_address(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    client.gate.open.set()
    for _ in range(150):
        method, path, body = request(chance)
        kind = "application/x-yaml" if chance.random() < 0.8 else "application/json"
        headers = {"Content-Type": kind} if "/test/" in path else {}
        if chance.random() < 0.1:
            headers["Authorization"] = chance.choice(TOKENS)
        url = URL(f"{client.server.make_url('/')}".rstrip("/") + path, encoded=True)
        async with client.session.request(
            method, url, data=body.encode(errors="surrogatepass") if body else None, headers=headers
        ) as response:
            answer = await response.text()
            assert response.status < 500 or response.status == 503, (method, path, body, answer)
            assert "Traceback" not in answer
    assert (await client.say("merhaba", "yeni"))[0] == 200


@pytest.mark.parametrize("body", [EXAMPLES[5], EXAMPLES[7], EXAMPLES[8], EXAMPLES[9], STORIES[0], "\xff"])
async def test_broken_projects_are_told_apart_from_broken_servers(client: Client, body: str) -> None:
    async with client.session.post(
        client.server.make_url("/model/train"), data=body.encode("latin1", "replace")
    ) as answer:
        assert (answer.status, (await answer.json())["reason"]) == (400, "TrainingError")
