"""The callback channel: acknowledged at once, replies delivered in order, whatever the receiver does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.channels.callback import CallbackChannel, Patience, open_callback
from bot.endpoint import Endpoint
from bot.errors import ProjectError
from bot.message import Reply
from bot.server import make_app
from bot.turn import Bot

from .conftest import FAULTS, Answer, Peer

pytestmark = pytest.mark.asyncio

QUICK = Patience(pauses=(0.01, 0.01, 0.01), grace=5.0)


@pytest_asyncio.fixture
async def channel(endpoint: Endpoint) -> CallbackChannel:
    return CallbackChannel(endpoint, QUICK)


@pytest_asyncio.fixture
async def webhook(bot: Bot, channel: CallbackChannel) -> AsyncIterator[str]:
    app = make_app(bot, model_name="small.tar.gz", callback=channel)
    async with TestServer(app) as server:
        yield str(server.make_url("/webhooks/callback/webhook"))
    await channel.close()


async def post(url: str, **body: Any) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.text()


async def test_a_message_is_acknowledged_and_answered_elsewhere(webhook: str, peer: Peer, bot: Bot) -> None:
    assert await post(webhook, sender="ayşe", message="/picture") == (200, "success")
    await peer.until(2)

    assert [one.body for one in peer.requests] == [
        {"recipient_id": "ayşe", "text": "Buyurun:"},
        {"recipient_id": "ayşe", "image": "https://example.org/koli.png"},
    ]
    assert peer.requests[0].headers["X-Key"] == "k"
    user = next(event for event in await bot.store.load("ayşe") if event.kind == "user")
    assert user.body()["input_channel"] == "callback"


async def test_a_receiver_that_never_answers_holds_nobody_up(webhook: str, peer: Peer, bot: Bot) -> None:
    peer.answers = [Answer(never=True)]
    async with asyncio.timeout(0.9):  # less than the receiver is given
        for _ in range(5):
            assert (await post(webhook, sender="ayşe", message="merhaba"))[0] == 200
        async with bot.store.lock("ayşe"):
            pass


@pytest.mark.parametrize("name", ["500", "half a body", "429"])
async def test_what_may_pass_is_tried_again_in_order(name: str, channel: CallbackChannel, peer: Peer) -> None:
    peer.answers = [FAULTS.get(name, Answer(429)), Answer(503), Answer(200)]
    for number in range(5):
        await channel.emit_to("ayşe")(Reply(str(number)))
    await channel.close()

    texts = [one.body["text"] for one in peer.requests]
    # Half of an answer that says 200 has arrived nevertheless.
    repeated = [] if name == "half a body" else ["0"]
    assert list(dict.fromkeys(texts)) == ["0", "1", "2", "3", "4"]
    assert texts[: 1 + len(repeated)] == ["0", *repeated]


async def test_what_is_refused_is_given_up_and_the_next_comes(
    channel: CallbackChannel, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.answers = [Answer(400), Answer(200)]
    for text in ("gizli", "sonra"):
        await channel.emit_to("ayşe")(Reply(text))
    await channel.close()

    assert [one.body["text"] for one in peer.requests] == ["gizli", "sonra"]
    assert "could not be delivered to the callback: status 400" in caplog.text
    assert "gizli" not in caplog.text


async def test_a_dead_receiver_costs_replies_but_no_conversation(
    channel: CallbackChannel, peer: Peer, webhook: str, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    await peer.server.close()
    assert (await post(webhook, sender="ayşe", message="merhaba"))[0] == 200
    async with asyncio.timeout(10):
        while "could not be delivered" not in caplog.text:  # noqa: ASYNC110 - the log is what is waited for
            await asyncio.sleep(0)
    assert [event.kind for event in await bot.store.load("ayşe")][-2:] == ["bot", "action"]


async def test_too_many_for_one_receiver_are_bounded(
    endpoint: Endpoint, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    channel = CallbackChannel(endpoint, Patience((), waiting=3, grace=5.0))
    for number in range(10):
        await channel.emit_to("ayşe")(Reply(str(number)))
        await channel.emit_to("can")(Reply(str(number)))
    await channel.close()

    for name in ("ayşe", "can"):
        found = [one.body["text"] for one in peer.requests if one.body["recipient_id"] == name]
        assert found == ["7", "8", "9"]
    assert "too slow" in caplog.text


async def test_closing_gives_up_in_time(
    endpoint: Endpoint, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.answers = [Answer(never=True)]
    channel = CallbackChannel(endpoint, Patience(grace=0.05))
    for number in range(3):
        await channel.emit_to("ayşe")(Reply(str(number)))
    async with asyncio.timeout(5):
        await channel.close()
    assert "3 replies were not delivered" in caplog.text


@pytest.mark.parametrize("body", [{}, {"sender": "a"}, {"sender": "a", "message": 5}])
async def test_what_is_no_message_is_refused(body: dict[str, Any], webhook: str, peer: Peer) -> None:
    assert (await post(webhook, **body))[0] == 400
    assert peer.requests == []


async def test_settings() -> None:
    assert open_callback(None) is None
    assert open_callback({"rest": None}) is None
    assert open_callback({"callback": {"url": "http://localhost:5034/bot"}}) is not None
    for wrong in (None, {}, {"url": "5034"}):
        with pytest.raises(ProjectError, match="url"):
            open_callback({"callback": wrong})
