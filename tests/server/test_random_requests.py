"""Requests made by chance: whatever comes, the answer is JSON below 500, and the next message is answered."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from .conftest import Client

pytestmark = pytest.mark.asyncio

SCRAPS: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "merhaba",
    "/greet",
    "name",
    "\0",
    "\ud800",
    "😀",
    [],
    {},
]
KINDS = [
    *(
        "user",
        "bot",
        "slot",
        "action",
        "action_execution_rejected",
        "active_loop",
        "form",
        "loop_interrupted",
    ),
    *(
        "form_validation",
        "followup",
        "reminder",
        "cancel_reminder",
        "agent",
        "entities",
        "user_featurization",
    ),
    *("export", "session_started", "restart", "rewind", "undo", "reset_slots", "pause", "resume"),
]
KEYS = [
    *("text", "name", "value", "metadata", "parse_data", "intent", "entities", "timestamp", "data", "policy"),
    *("confidence", "input_channel", "message_id", "date_time", "is_interrupted", "action_text", "entity"),
    *("sender", "message", "hide_rule_turn", "role", "event", "buttons", "use_text_for_featurization"),
]
NAMES = [
    "name",
    "greet",
    "utter_greet",
    "action_listen",
    "action_session_start",
    "action_wait",
    "requested_slot",
]


def value(chance: random.Random, depth: int) -> Any:
    if depth and chance.random() < 0.35:
        return {chance.choice(KEYS): value(chance, depth - 1) for _ in range(chance.randrange(4))}
    if depth and chance.random() < 0.2:
        return [value(chance, depth - 1) for _ in range(chance.randrange(3))]
    return chance.choice([*SCRAPS, *NAMES])


def event(chance: random.Random) -> dict[str, Any]:
    made = {chance.choice(KEYS): value(chance, 3) for _ in range(chance.randrange(4))}
    if chance.random() < 0.7:
        made["name"] = chance.choice(NAMES)
    return {**made, "event": chance.choice(KINDS)}


@pytest.mark.parametrize("seed", range(6))
async def test_random_requests(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    client.gate.open.set()
    for number in range(60):
        name = f"c{number % 5}"
        conversation = f"/conversations/{name}"
        path, body = chance.choice(
            [
                ("/webhooks/rest/webhook", value(chance, 3)),
                (
                    "/webhooks/rest/webhook",
                    {"sender": name, "message": "x", chance.choice(KEYS): value(chance, 3)},
                ),
                (f"{conversation}/tracker/events", [event(chance) for _ in range(chance.randrange(1, 4))]),
                (f"{conversation}/messages", {"sender": "user", "text": "x", "parse_data": value(chance, 3)}),
                (f"{conversation}/trigger_intent", {"name": "greet", "entities": value(chance, 3)}),
                ("/model/parse", {"text": value(chance, 1)}),
            ]
        )
        method = "PUT" if path.endswith("events") and chance.random() < 0.3 else "POST"
        status, answer = await client.ask(method, path, data=json.dumps(body))
        assert status < 500, (path, body, answer)
        status, answer = await client.ask("GET", f"/conversations/{name}/tracker?include_events=ALL")
        assert status == 200, (path, body, answer)
        status, answer = await client.say("merhaba", name)
        assert status == 200, (path, body, answer)
