"""Rasa's API beside the channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from bot.event_json import from_dict
from bot.events import Event
from bot.server.access import is_near

from .conftest import Client

pytestmark = pytest.mark.asyncio

TRACKER = "/conversations/ayşe/tracker"
KEYS = {
    "sender_id",
    "slots",
    "latest_message",
    "latest_event_time",
    "followup_action",
    "paused",
    "events",
    "latest_input_channel",
    "active_loop",
    "latest_action",
    "latest_action_name",
}


async def test_parse(client: Client) -> None:
    status, found = await client.ask("POST", "/model/parse", json={"text": "merhaba"})

    assert status == 200
    assert found["intent"]["name"] == "greet"
    assert found["text"] == "merhaba"


async def test_a_long_text_is_parsed_too(client: Client) -> None:
    status, found = await client.ask("POST", "/model/parse", json={"text": "merhaba " * 600})

    assert (status, found["intent"]["name"]) == (200, "greet")


@pytest.mark.parametrize("body", [{}, {"text": None}, {"text": 1}, {"text": "a" * 5_001}, [], "merhaba"])
async def test_what_cannot_be_parsed(client: Client, body: Any) -> None:
    status, answer = await client.ask("POST", "/model/parse", json=body)

    assert (status, answer["reason"]) == (400, "BadRequest")


async def test_status_version_and_health(client: Client) -> None:
    assert await client.ask("GET", "/status") == (
        200,
        {"model_file": "small.tar.gz", "model_id": "abc", "num_active_training_jobs": 0},
    )
    assert set((await client.ask("GET", "/version"))[1]) == {"version", "minimum_compatible_version"}
    assert await client.ask("GET", "/health") == (200, {"status": "ok"})


async def test_the_domain_in_both_forms(client: Client) -> None:
    _, as_json = await client.ask("GET", "/domain")
    headers = {"Accept": "application/x-yaml"}
    async with client.session.get(client.server.make_url("/domain"), headers=headers) as response:
        as_yaml = yaml.safe_load(await response.text())

    assert "greet" in as_json["intents"]
    assert as_yaml == as_json
    assert (await client.ask("GET", "/domain", headers={"Accept": "image/png"}))[0] == 406


async def test_a_tracker(client: Client) -> None:
    await client.texts('/greet{"name": "Ayşe"}')
    status, found = await client.ask("GET", TRACKER)

    assert status == 200
    assert set(found) == KEYS
    assert found["sender_id"] == "ayşe"
    assert found["slots"]["name"] == "Ayşe"
    assert found["latest_message"]["intent"]["name"] == "greet"
    assert found["events"] == await client.events()


async def test_an_unknown_conversation_is_shown_as_it_would_begin_and_not_stored(client: Client) -> None:
    status, found = await client.ask("GET", TRACKER)

    assert status == 200
    assert [event["event"] for event in found["events"]] == ["action", "session_started", "action"]
    assert await client.bot.store.conversation_ids() == []


@pytest.mark.parametrize("path", ["a/b/c", "a/tracker", "+90%20532", "a%2Fb%3Fc", "%25", "İ%F0%9F%91%A9"])
async def test_ids_with_any_characters(client: Client, path: str) -> None:
    status, found = await client.ask("GET", f"/conversations/{path}/tracker")

    assert status == 200
    assert found["events"]


@pytest.mark.parametrize("path", ["a%00b", "a" * 1_001])
async def test_ids_that_cannot_be(client: Client, path: str) -> None:
    status, answer = await client.ask("GET", f"/conversations/{path}/tracker")

    assert (status, answer["details"]) in ((400, {}), (404, {}))


async def test_which_events_are_told(client: Client) -> None:
    await client.texts("merhaba")
    await client.say("/restart")
    await client.texts("paragraf")
    told = {}
    for which in ("NONE", "APPLIED", "AFTER_RESTART", "ALL", "all"):
        _, found = await client.ask("GET", f"{TRACKER}?include_events={which}")
        told[which] = found["events"]

    every = await client.events()
    restart = next(index for index, event in enumerate(every) if event["event"] == "restart")
    assert told["NONE"] is None
    assert told["ALL"] == told["all"] == every
    assert told["AFTER_RESTART"] == every[restart + 1 :]
    assert "restart" not in [event["event"] for event in told["APPLIED"]]


async def test_a_tracker_as_it_was(client: Client) -> None:
    await client.texts("merhaba")
    before = await client.events()
    await client.texts("paragraf")
    until = before[-1]["timestamp"]
    _, found = await client.ask("GET", f"{TRACKER}?until={until!r}")

    assert found["events"] == before


@pytest.mark.parametrize("query", ["include_events=SOME", "until=yesterday", "until=nan", "until=1e999"])
async def test_parameters_that_are_wrong(client: Client, query: str) -> None:
    status, answer = await client.ask("GET", f"{TRACKER}?{query}")

    assert status == 400
    assert answer["details"] == {"parameter": query.partition("=")[0], "in": "query"}


async def test_events_are_appended(client: Client) -> None:
    await client.texts("merhaba")
    count = len(await client.events())
    body = {"event": "slot", "name": "name", "value": "Fatma", "timestamp": 5.0}
    status, found = await client.ask("POST", f"{TRACKER}/events", json=body)

    assert status == 200
    assert found["slots"]["name"] == "Fatma"
    assert (await client.events())[count:] == [body]
    assert await client.texts("merhaba") == ["Merhaba Fatma"]


async def test_events_begin_a_conversation_with_a_session(client: Client) -> None:
    await client.ask("POST", f"{TRACKER}/events", json=[{"event": "slot", "name": "name", "value": "Fatma"}])

    kinds = [event["event"] for event in await client.events()]
    assert kinds == ["action", "session_started", "action", "slot"]


async def test_a_pause_silences_and_a_resume_ends_it(client: Client) -> None:
    await client.ask("POST", f"{TRACKER}/events", json={"event": "pause"})
    assert await client.texts("merhaba") == []
    await client.ask("POST", f"{TRACKER}/events", json={"event": "resume"})
    assert (await client.texts("merhaba"))[-1:] == ["Merhaba None"]


async def test_what_was_said_during_a_pause_is_not_answered_after_it(client: Client) -> None:
    await client.ask("POST", f"{TRACKER}/events", json={"event": "pause"})
    await client.say("paragraf")
    await client.ask("POST", f"{TRACKER}/events", json={"event": "resume"})

    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_a_message_that_was_appended_is_not_answered_later(client: Client) -> None:
    body = {"event": "user", "text": "paragraf", "parse_data": {"intent": {"name": "paragraphs"}}}
    await client.ask("POST", f"{TRACKER}/events", json=body)

    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_a_conversation_is_replaced_by_what_was_read(client: Client) -> None:
    await client.texts('/greet{"name": "Ayşe"}')
    events = await client.events()
    status, found = await client.ask("PUT", "/conversations/fatma/tracker/events", json=events)

    assert status == 200
    assert found["sender_id"] == "fatma"
    assert await client.events("fatma") == events
    await client.texts("merhaba", "fatma")
    await client.ask("PUT", "/conversations/fatma/tracker/events", json=events)
    assert await client.events("fatma") == events
    assert await client.texts("merhaba", "fatma") == ["Merhaba Ayşe"]


WRONG_EVENTS: list[Any] = [
    [],
    {},
    5,
    "slot",
    [[]],
    {"event": "unknown"},
    {"event": ["slot"]},
    {"event": "slot"},
    {"event": "slot", "name": ["name"], "value": 1},
    {"event": "slot", "name": "name", "metadata": 5},
    {"event": "slot", "name": "name", "timestamp": "now"},
    {"event": "user", "text": 5},
    {"event": "user", "parse_data": {"intent": "greet"}},
    {"event": "user", "parse_data": {"intent": {"name": []}}},
    {"event": "user", "parse_data": {"entities": ["a"]}},
    {"event": "user", "parse_data": {"entities": [{"entity": []}]}},
    {"event": "bot", "data": []},
    {"event": "action", "name": {}},
    {"event": "action", "confidence": "much"},
    {"event": "active_loop", "name": []},
    {"event": "active_loop", "name": "form_of_nobody"},
    {"event": "followup", "name": None},
    {"event": "reminder", "intent": 1, "date_time": "x"},
    {"event": "entities", "entities": 5},
]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("body", WRONG_EVENTS, ids=range(len(WRONG_EVENTS)))
async def test_wrong_events_are_refused_and_nothing_is_stored(client: Client, method: str, body: Any) -> None:
    status, answer = await client.ask(method, f"{TRACKER}/events", json=body)

    assert (status, answer["reason"]) == (400, "BadRequest")
    assert await client.bot.store.conversation_ids() == []


async def test_a_message_is_logged_and_not_answered(client: Client) -> None:
    body = {"text": "paragraf", "sender": "user"}
    status, found = await client.ask("POST", "/conversations/ayşe/messages", json=body)

    assert status == 200
    assert found["latest_message"]["intent"]["name"] == "paragraphs"
    assert "bot" not in [event["event"] for event in await client.events()]
    assert await client.texts("merhaba") == ["Merhaba None"]


async def test_a_message_may_bring_its_parse(client: Client) -> None:
    parse = {"text": "x", "intent": {"name": "card", "confidence": 1.0}, "entities": []}
    body = {"text": "x", "sender": "user", "parse_data": parse}
    _, found = await client.ask("POST", "/conversations/ayşe/messages", json=body)

    assert found["latest_message"]["intent"]["name"] == "card"


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x"},
        {"text": "x", "sender": "bot"},
        {"sender": "user"},
        {"text": 5, "sender": "user"},
        {"text": "x", "sender": "user", "parse_data": 5},
        {"text": "x", "sender": "user", "parse_data": {"intent": 5}},
        [],
    ],
)
async def test_messages_that_cannot_be_logged(client: Client, body: Any) -> None:
    status, answer = await client.ask("POST", "/conversations/ayşe/messages", json=body)

    assert (status, answer["reason"]) == (400, "BadRequest")


async def test_an_intent_is_triggered(client: Client) -> None:
    body = {"name": "greet", "entities": {"name": "Ayşe"}}
    status, found = await client.ask("POST", "/conversations/ayşe/trigger_intent", json=body)

    assert status == 200
    assert found["messages"] == [{"recipient_id": "ayşe", "text": "Merhaba Ayşe"}]
    assert set(found["tracker"]) == KEYS
    user = next(event for event in await client.events() if event["event"] == "user")
    assert user["text"] == "EXTERNAL: greet"


@pytest.mark.parametrize(
    "body, status",
    [
        ({"name": "dance"}, 404),
        ({}, 400),
        ({"name": 5}, 400),
        ({"name": ["greet"]}, 400),
        ({"name": "greet", "entities": "x"}, 400),
        ({"name": "greet", "entities": [5]}, 400),
        ({"name": "greet", "entities": [{"entity": "name"}]}, 400),
    ],
)
async def test_intents_that_cannot_be_triggered(client: Client, body: Any, status: int) -> None:
    assert (await client.ask("POST", "/conversations/ayşe/trigger_intent", json=body))[0] == status
    assert await client.bot.store.conversation_ids() == []


@pytest.mark.parametrize("method, path, status", [("GET", "/nowhere", 404), ("PATCH", "/status", 405)])
async def test_addresses_that_are_none(client: Client, method: str, path: str, status: int) -> None:
    assert (await client.ask(method, path))[1]["code"] == status


async def test_every_event_that_is_stored_can_be_read_back(client: Client) -> None:
    await client.texts("seçenek")
    _, found = await client.ask("GET", TRACKER)

    assert [from_dict(event).as_dict() for event in found["events"]] == found["events"]


class TestWithToken:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"auth_token": "gizli-ş"}

    async def test_the_api_asks_for_it(self, client: Client) -> None:
        for path in ("/status", "/domain", TRACKER):
            assert (await client.ask("GET", path))[1]["reason"] == "NotAuthenticated"
            assert (await client.ask("GET", f"{path}?token=falsch"))[0] == 401
            assert (await client.ask("GET", f"{path}?token=gizli-ş"))[0] == 200

    async def test_channels_and_version_do_not(self, client: Client) -> None:
        assert (await client.say("merhaba"))[0] == 200
        assert (await client.ask("GET", "/version"))[0] == 200


class TestWithoutApi:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"enable_api": False}

    async def test_it_answers_on_this_machine(self, client: Client) -> None:
        assert (await client.ask("GET", "/status"))[0] == 200
        assert (await client.ask("GET", TRACKER))[0] == 200

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
    async def test_it_answers_nobody_behind_a_proxy(self, client: Client, header: str) -> None:
        for path in (TRACKER, "/status"):
            status, answer = await client.ask("GET", path, headers={header: "192.0.2.1"})
            assert (status, answer["reason"]) == (403, "NotAuthorized")
        assert (await client.say("merhaba"))[0] == 200

    @pytest.mark.parametrize("remote", ["192.0.2.1", "10.0.0.1", "2001:db8::1", None, "unix"])
    async def test_other_machines_are_not_near(self, remote: str | None) -> None:
        assert not is_near(remote)


class TestWithOrigins:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"cors": ["https://magaza.example"]}

    @pytest.mark.parametrize(
        "origin, allowed", [("https://magaza.example", True), ("https://evil.example", False)]
    )
    async def test_only_they_may_read(self, client: Client, origin: str, allowed: bool) -> None:
        url = client.server.make_url("/webhooks/rest/webhook")
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        async with client.session.options(url, headers=asked) as preflight:
            assert (preflight.status == 204) is allowed
            assert ("Access-Control-Allow-Methods" in preflight.headers) is allowed
        for body in ({"sender": "a", "message": "merhaba"}, {}):
            async with client.session.post(url, json=body, headers={"Origin": origin}) as response:
                found = response.headers.get("Access-Control-Allow-Origin")
                assert found == (origin if allowed else None)
                assert response.headers["Vary"] == "Origin"


class Heard:
    """A broker that keeps what it is told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def publish(self, conversation_id: str, events: Sequence[Event]) -> None:
        self.kinds += [event.kind for event in events]

    async def close(self) -> None:
        """Nothing to give back."""


async def test_brokers_hear_of_what_is_stored_and_of_nothing_else(client: Client) -> None:
    client.bot.broker = heard = Heard()
    await client.ask("GET", TRACKER)
    assert heard.kinds == []
    await client.ask("POST", f"{TRACKER}/events", json={"event": "pause"})
    assert heard.kinds == [event["event"] for event in await client.events()]
