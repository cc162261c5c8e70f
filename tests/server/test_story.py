"""``/story``, ``/execute`` and ``/predict``: conversations told again, and what the bot would do in them."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.dialogue.story_reader import read_stories
from bot.errors import Complaints
from bot.events import ActionExecuted, ReminderScheduled, SessionStarted
from bot.message import Emit, Reply
from bot.project import Document
from bot.server.conversations import sessions_of
from bot.yaml_file import read_yaml

from .conftest import Client

pytestmark = pytest.mark.asyncio

STORY, EXECUTE, PREDICT = (f"/conversations/ayşe/{one}" for one in ("story", "execute", "predict"))
START = [
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    {"event": "action", "name": "action_listen"},
]
GREETING = {"event": "user", "text": "merhaba", "parse_data": {"intent": {"name": "greet"}, "entities": []}}


async def story(client: Client, query: str = "") -> str:
    async with client.session.get(client.server.make_url(STORY + query)) as response:
        assert (response.status, response.content_type) == (200, "text/plain")
        return await response.text()


async def test_a_story(client: Client) -> None:
    await client.texts("merhaba")
    await client.texts('/greet{"name": "Ayşe"}')

    assert await story(client) == (
        'version: "3.1"\n'
        "stories:\n"
        "- story: ayşe\n"
        "  steps:\n"
        "  - intent: greet\n"
        "    user: |-\n"
        "      merhaba\n"
        "  - action: utter_greet\n"
        "  - intent: greet\n"
        "    user: |-\n"
        '      /greet{"name": "Ayşe"}\n'
        "  - slot_was_set:\n"
        "    - name: Ayşe\n"
        "  - action: utter_greet\n"
    )


async def test_a_story_is_a_test_that_passes(client: Client) -> None:
    for text in ("merhaba", "seçenek", "paragraf"):
        await client.say(text)
    complaints = Complaints()
    content = read_yaml(await story(client), "story.yml", complaints)
    read_stories([Document("story.yml", content)], client.bot.domain, complaints, is_test=True)

    assert not complaints.found
    status, found = await client.ask(
        "POST",
        "/model/test/stories",
        data=(await story(client)).encode(),
        headers={"Content-Type": "application/x-yaml"},
    )
    assert status == 200
    assert found["accuracy"] == 1.0, found["actions"]


async def test_a_story_up_to_a_time_and_of_every_session(client: Client) -> None:
    await client.texts("merhaba")
    until = (await client.events())[-1]["timestamp"]
    await client.ask("POST", "/conversations/ayşe/tracker/events", json=START)
    await client.texts("paragraf")

    assert "merhaba" not in await story(client)
    every = await story(client, "?all_sessions=true")
    assert "- story: ayşe, story 1\n" in every and "- story: ayşe, story 2\n" in every
    assert every.index("merhaba") < every.index("paragraf")
    before = await story(client, f"?all_sessions=true&until={until!r}")
    assert "merhaba" in before and "paragraf" not in before
    assert await story(client, "?until=1") == 'version: "3.1"\n'


async def test_sessions() -> None:
    start, begun, other = ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("utter_x")

    assert sessions_of([]) == [[]]
    assert sessions_of([other]) == [[other]]
    assert sessions_of([start, begun, other, start, begun]) == [[start, begun, other], [start, begun]]
    assert sessions_of([other, start, begun]) == [[other], [start, begun]]


@pytest.mark.parametrize(("method", "path"), [("GET", STORY), ("POST", EXECUTE), ("POST", PREDICT)])
async def test_conversations_that_do_not_exist(client: Client, method: str, path: str) -> None:
    status, answer = await client.ask(method, path, json={"name": "utter_greet"})

    assert (status, answer["message"]) == (404, "Conversation ID not found.")
    assert await client.bot.store.conversation_ids() == []


async def test_an_action_is_run(client: Client) -> None:
    await client.texts("merhaba")
    body = {"name": "utter_choose", "policy": "bir insan", "confidence": 0.5}
    status, found = await client.ask("POST", EXECUTE, json=body)

    assert status == 200
    assert found["messages"][0]["text"] == "Hangisi?"
    action, said = (await client.events())[-2:]
    assert (action["name"], action["policy"], action["confidence"]) == ("utter_choose", "bir insan", 0.5)
    assert said["text"] == "Hangisi?"
    assert found["tracker"]["events"][-1] == said
    # As in Rasa, nobody listens until somebody says so.
    await client.ask("POST", EXECUTE, json={"name": "action_listen"})
    assert await client.texts("paragraf") == ["Bir.", "İki."]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"name": ""}, 400),
        ({"name": 1}, 400),
        ({"name": "utter_greet", "policy": 1}, 400),
        ({"name": "utter_greet", "confidence": "0.5"}, 400),
        ({"name": "utter_greet", "confidence": True}, 400),
        ({"name": "utter_greet", "confidence": 10**400}, 400),
        ({"name": "utter_nothing"}, 404),
        ([], 400),
    ],
)
async def test_what_cannot_be_executed(client: Client, body: Any, status: int) -> None:
    await client.texts("merhaba")
    before = await client.events()

    assert (await client.ask("POST", EXECUTE, json=body))[0] == status
    assert await client.events() == before


async def test_a_prediction(client: Client) -> None:
    await client.texts("merhaba")
    before = await client.events()
    status, found = await client.ask("POST", PREDICT)

    assert status == 200
    assert set(found) == {"scores", "policy", "confidence", "tracker"}
    assert found["scores"] == sorted(found["scores"], key=lambda one: (-one["score"], one["action"]))
    assert {one["action"] for one in found["scores"]} == set(client.bot.domain.action_names)
    assert await client.events() == before


async def test_a_prediction_from_events(client: Client) -> None:
    status, found = await client.ask("POST", "/model/predict", json=[*START, GREETING])

    assert status == 200
    best = max(found["scores"], key=lambda one: one["score"])
    assert (best, found["policy"]) == ({"action": "utter_greet", "score": 1.0}, "RulePolicy")
    assert [one["action"] for one in found["scores"]] == client.bot.domain.action_names
    assert found["tracker"]["sender_id"] == "default"
    assert found["tracker"]["latest_message"]["metadata"] == {}
    _, found = await client.ask("POST", "/model/predict?include_events=NONE", json=[*START, GREETING])
    assert found["tracker"]["events"] is None
    for body in ([], {}, [1], "x", [{"event": "nothing"}], [{"event": "active_loop", "name": "nothing"}]):
        assert (await client.ask("POST", "/model/predict", json=body))[0] == 400


class Said:
    """An output channel that keeps what is said."""

    whole = False

    def __init__(self) -> None:
        self.replies: list[tuple[str, str | None]] = []

    def to(self, conversation_id: str) -> Emit:
        said = self

        class One:
            whole = False

            async def __call__(self, reply: Reply) -> None:
                said.replies.append((conversation_id, reply.text))

        return One()


class Published:
    """A broker that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def publish(self, conversation_id: str, events: Any) -> None:
        self.events += [one.as_dict() for one in events]

    async def close(self) -> None:
        pass


async def test_replies_go_to_the_channel_that_is_named(client: Client) -> None:
    said = Said()
    client.outputs["shop"] = said.to
    await client.say("merhaba", input_channel="shop")
    for query in ("?output_channel=shop", "?output_channel=latest"):
        path = f"/conversations/ayşe/trigger_intent{query}"
        status, found = await client.ask("POST", path, json={"name": "greet"})
        assert status == 200 and "messages" not in found
        await client.ask("POST", EXECUTE + query, json={"name": "utter_greet"})
        await client.ask("POST", EXECUTE, json={"name": "action_listen"})
    assert said.replies == [("ayşe", "Merhaba None")] * 4

    _, found = await client.ask(
        "POST", "/conversations/ayşe/trigger_intent?output_channel=none", json={"name": "greet"}
    )
    assert found["messages"][0]["text"] == "Merhaba None"


async def test_events_with_and_without_side_effects(client: Client) -> None:
    said = Said()
    client.outputs["shop"] = said.to
    event = {"event": "bot", "text": "Kargonuz yolda."}
    path = "/conversations/ayşe/tracker/events?output_channel=shop"
    await client.ask("POST", path, json=event)
    assert said.replies == []
    await client.ask("POST", path + "&execute_side_effects=true", json=event)
    assert said.replies == [("ayşe", "Kargonuz yolda.")]


async def test_events_that_are_put_set_timers_and_are_published(client: Client) -> None:
    broker = Published()
    client.bot.broker = broker
    path = "/conversations/ayşe/tracker/events"
    coming = ReminderScheduled("greet", "2999-01-01T10:00:00+03:00", name="gelecek").as_dict()
    past = ReminderScheduled("greet", "2020-01-01T10:00:00+03:00", name="geçmiş").as_dict()
    never = ReminderScheduled("greet", "bir gün", name="hiç").as_dict()
    events = [*START, coming, past, never]
    assert (await client.ask("PUT", path, json=events))[0] == 200
    assert [one.name for one in await client.bot.store.timers(1e11)] == ["gelecek"]
    assert len(broker.events) == len(events)

    told = await client.events()
    await client.ask("PUT", path, json=[*told, {"event": "cancel_reminder", "name": "gelecek"}])
    assert await client.bot.store.timers(1e11) == []
    assert [one["event"] for one in broker.events[len(events) :]] == ["cancel_reminder"]

    await client.ask("POST", path, json={**coming, "timestamp": None})
    assert [one.name for one in await client.bot.store.timers(1e11)] == ["gelecek"]
    assert broker.events[-1]["event"] == "reminder"


async def test_a_very_long_conversation_keeps_nobody_waiting(client: Client) -> None:
    events = [*START, *[{"event": "slot", "name": "name", "value": f"{number}"} for number in range(5_000)]]
    assert (await client.ask("PUT", "/conversations/uzun/tracker/events", json=events))[0] == 200
    status, found = await client.ask("GET", "/conversations/uzun/tracker?include_events=ALL")

    assert (status, found["slots"]["name"], len(found["events"])) == (200, "4999", 5_003)
    assert found["events"] == await client.events("uzun")
    timeout = aiohttp.ClientTimeout(total=30)
    url = client.server.make_url("/conversations/uzun/story")
    async with client.session.get(url, timeout=timeout) as response:
        assert (await response.text()).count("slot_was_set") == 5_000
