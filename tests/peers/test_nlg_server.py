"""Responses worded by a server, and by the domain when that server fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from bot.actions import ActionResult
from bot.endpoint import Endpoint
from bot.errors import ProjectError
from bot.message import Collected, Message, Reply
from bot.nlg_server import NlgServer, open_wording
from bot.tracker import Tracker
from bot.turn import Bot, take_turn

from .conftest import FAULTS, Answer, Peer

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def served(bot: Bot, endpoint: Endpoint) -> AsyncIterator[Bot]:
    """A bot whose responses a server words."""
    yield replace(bot, wording=NlgServer(endpoint))


async def said(bot: Bot, text: str, channel: str = "rest") -> list[Reply]:
    replies = Collected()
    await take_turn(bot, Message(text, "ayşe", channel), replies)
    return replies.replies


async def test_the_server_is_asked_as_rasa_asks(served: Bot, peer: Peer) -> None:
    peer.answers = [Answer(200, {"text": "Selam!", "buttons": [{"title": "a"}], "tone": "warm"})]
    (reply,) = await said(served, "merhaba", "webchat")

    assert (reply.text, reply.data["buttons"]) == ("Selam!", [{"title": "a"}])
    assert reply.metadata == {"tone": "warm", "utter_action": "utter_greet"}
    (request,) = peer.requests
    asked = request.body
    assert sorted(asked) == ["arguments", "channel", "id", "response", "tracker"]
    assert (asked["response"], asked["id"], asked["arguments"]) == ("utter_greet", None, {})
    assert asked["channel"] == {"name": "webchat"}
    assert asked["tracker"]["sender_id"] == "ayşe"
    assert asked["tracker"]["latest_message"]["text"] == "merhaba"
    events = asked["tracker"]["events"]
    assert [one["event"] for one in events[:4]] == ["action", "session_started", "action", "user"]


@pytest.mark.parametrize("name", FAULTS)
async def test_the_domain_words_what_the_server_does_not(
    name: str, served: Bot, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.answers = [FAULTS[name]]
    assert [one.text for one in await said(served, "merhaba")] == ["Merhaba None"]
    assert "could not word 'utter_greet'" in caplog.text
    kinds = [event.kind for event in await served.store.load("ayşe")]
    assert kinds[-3:] == ["action", "bot", "action"]


@pytest.mark.parametrize(
    "wrong", [None, [], "Selam", {"text": 5}, {"text": "a", "buttons": ["x"]}, {"text": "a", "custom": []}]
)
async def test_an_answer_of_another_shape_is_no_message(wrong: Any, served: Bot, peer: Peer) -> None:
    peer.answers = [Answer(200, wrong)]
    assert [one.text for one in await said(served, "merhaba")] == ["Merhaba None"]


class Asking:
    """An action that asks for a response that the domain lacks."""

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        return ActionResult(responses=[{"response": "utter_of_the_server", "count": 3, "template": "x"}])

    async def close(self) -> None:
        """Nothing to give back."""


async def test_an_actions_arguments_go_along(served: Bot, peer: Peer) -> None:
    peer.answers = [Answer(200, {"text": "Üç tane."})]
    replies = await said(replace(served, actions=Asking()), "bekle")

    assert [one.text for one in replies] == ["Üç tane."] * 3
    assert [(one.body["response"], one.body["arguments"]) for one in peer.requests] == [
        ("utter_greet", {}),
        ("utter_of_the_server", {"count": 3}),
        ("utter_paragraphs", {}),
    ]


async def test_what_nobody_words_is_an_apology(served: Bot, peer: Peer) -> None:
    peer.answers = [FAULTS["500"]]
    replies = await said(replace(served, actions=Asking()), "bekle")
    assert [one.text for one in replies] == ["Merhaba None", "Özür dilerim.", "Bir.\n\nİki."]
    assert [one.text for one in await said(served, "merhaba")] == ["Merhaba None"]


async def test_a_built_in_action_needs_no_wording(served: Bot, peer: Peer) -> None:
    peer.answers = [FAULTS["500"]]
    assert await said(served, "/restart") == []
    kinds = [event.kind for event in await served.store.load("ayşe")]
    assert "restart" in kinds


async def test_settings(endpoint: Endpoint) -> None:
    assert open_wording(None) is None
    assert open_wording({"nlg": {"type": "response"}}) is None
    opened = open_wording({"nlg": {"url": "http://localhost:5056/nlg"}})
    assert isinstance(opened, NlgServer)
    with pytest.raises(ProjectError, match="Unknown type"):
        open_wording({"nlg": {"type": "my.own.Generator"}})
