"""Models pulled from a server while the bot goes on talking."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.actions import ActionResult
from bot.app import swap_model
from bot.domain_reader import domain_from_dict
from bot.endpoint import Endpoint
from bot.errors import ModelError, ProjectError
from bot.message import Collected, Message
from bot.model import Model
from bot.model_server import ModelServer, open_model_server
from bot.tracker import Tracker
from bot.turn import Bot, take_turn

from .conftest import FAULTS, Answer, Peer

pytestmark = pytest.mark.asyncio


def greeting(model: Model, text: str) -> Model:
    """The same model, but that it greets with other words."""
    responses = {**model.domain.raw["responses"], "utter_greet": [{"text": text}]}
    raw = {**model.domain.raw, "responses": responses}
    return replace(model, domain=domain_from_dict(raw), fingerprint=hashlib.md5(text.encode()).hexdigest())


@pytest.fixture
def archive(model: Model, tmp_path: Path) -> Callable[[str], bytes]:
    """The bytes of a model that greets so."""

    def make(text: str) -> bytes:
        greeting(model, text).save(tmp_path / "made.tar.gz")
        return (tmp_path / "made.tar.gz").read_bytes()

    return make


@pytest_asyncio.fixture
async def server(endpoint: Endpoint) -> AsyncIterator[ModelServer]:
    yield ModelServer(endpoint, Model.load, pause=0.001)


async def said(bot: Bot, text: str, sender: str = "ayşe") -> list[str | None]:
    replies = Collected()
    await take_turn(bot, Message(text, sender), replies)
    return [one.text for one in replies.replies]


async def test_a_model_is_pulled_once(
    server: ModelServer, peer: Peer, archive: Callable[[str], bytes]
) -> None:
    headers = {"ETag": '"bir"', "filename": "20260101-brisk-lark.tar.gz"}
    peer.answers = [Answer(200, archive("Bir"), headers), Answer(304), Answer(204)]
    model = await server.pull()
    assert model is not None
    assert (model.name, model.domain.responses["utter_greet"][0]["text"]) == (headers["filename"], "Bir")
    assert [await server.pull() for _ in range(2)] == [None, None]

    assert [one.headers.get("If-None-Match") for one in peer.requests] == [None, '"bir"', '"bir"']
    assert peer.requests[0].query == {"token": "t"}


async def test_without_an_etag_equal_content_is_no_new_model(
    server: ModelServer, peer: Peer, archive: Callable[[str], bytes]
) -> None:
    peer.answers = [Answer(200, archive("Bir"))] * 2 + [Answer(200, archive("İki"))]
    assert [
        one and one.domain.responses["utter_greet"][0]["text"] for one in [await server.pull() for _ in "abc"]
    ] == [
        "Bir",
        None,
        "İki",
    ]


@pytest.mark.parametrize("name", [one for one in FAULTS if one not in ("garbage", "deep", "much too long")])
async def test_a_fault_of_the_server_is_another_try_later(
    name: str, server: ModelServer, peer: Peer, archive: Callable[[str], bytes]
) -> None:
    peer.answers = [replace(FAULTS[name], headers=FAULTS[name].headers | {"ETag": '"x"'})]
    assert await server.pull() is None
    peer.answers = [Answer(200, archive("Bir"))]
    assert await server.pull() is not None
    assert "If-None-Match" not in peer.requests[-1].headers


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x1f\x8b\x08\x00broken", "cut", "foreign"])
async def test_a_broken_archive_is_told_and_not_fetched_again(
    content: bytes | str,
    server: ModelServer,
    peer: Peer,
    archive: Callable[[str], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = archive("Bir")
    sent = {"cut": whole[: len(whole) // 2], "foreign": whole[:-20] + bytes(20)}.get(str(content), content)
    peer.answers = [Answer(200, sent, {"ETag": '"kırık"'.encode().decode("latin-1")})]
    assert await server.pull() is None
    assert "cannot be used" in caplog.text
    peer.answers = [Answer(304)]
    assert await server.pull() is None
    assert "If-None-Match" in peer.requests[-1].headers


@pytest.mark.parametrize("name", ["../../etc/passwd", "/x.tar.gz", "a.exe", "", "x" * 500 + ".tar.gz"])
async def test_the_name_of_a_model_is_no_path(
    name: str, server: ModelServer, peer: Peer, archive: Callable[[str], bytes]
) -> None:
    peer.answers = [Answer(200, archive("Bir"), {"filename": name})]
    model = await server.pull()
    assert model is not None
    assert model.name == "model.tar.gz"


async def test_a_served_bot_changes_between_turns(
    bot: Bot, server: ModelServer, peer: Peer, archive: Callable[[str], bytes]
) -> None:
    assert await said(bot, "merhaba") == ["Merhaba None"]
    taken = asyncio.Event()

    def take(model: Model) -> None:
        swap_model(bot, model)
        taken.set()

    peer.answers = [Answer(500), Answer(200, b"broken"), Answer(200, archive("Bir")), Answer(304)]
    following = asyncio.create_task(server.follow(take))
    async with asyncio.timeout(10):
        for number in itertools.count():
            if taken.is_set():
                break
            # Whatever comes meanwhile is answered, by the one or by the other.
            assert await said(bot, "merhaba", f"can {number}") in (["Merhaba None"], ["Bir"])
            await asyncio.sleep(0)  # Turns in memory wait for nothing.
    await peer.until(6)
    following.cancel()

    assert await said(bot, "merhaba") == ["Bir"]
    assert [event.text for event in await bot.store.load("ayşe") if hasattr(event, "data")] == [
        "Merhaba None",
        "Bir",
    ]


class Swapping:
    """An action in whose midst the model is exchanged."""

    def __init__(self, swap: Callable[[], None]) -> None:
        self.swap = swap

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        self.swap()
        return ActionResult(responses=[{"response": "utter_greet"}])

    async def close(self) -> None:
        """Nothing to give back."""


async def test_a_turn_ends_with_the_model_that_it_began_with(bot: Bot, model: Model) -> None:
    bot.actions = Swapping(lambda: swap_model(bot, greeting(model, "Yeni")))

    assert await said(bot, "bekle") == ["Merhaba None", "Merhaba None", "Bir.\n\nİki."]
    assert await said(bot, "bekle") == ["Yeni", "Yeni", "Bir.\n\nİki."]
    assert (await bot.trackers.get("ayşe")).domain is bot.domain


async def test_a_model_that_cannot_be_taken_does_not_end_the_following(
    server: ModelServer, peer: Peer, archive: Callable[[str], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    peer.answers = [Answer(200, archive("Bir")), Answer(200, archive("İki")), Answer(304)]
    taken: list[Model] = []
    both = asyncio.Event()

    def take(model: Model) -> None:
        taken.append(model)
        if len(taken) == 1:
            raise ModelError("no")
        both.set()

    following = asyncio.create_task(server.follow(take))
    async with asyncio.timeout(10):
        await both.wait()
    following.cancel()
    assert "could not be taken" in caplog.text


async def test_settings() -> None:
    assert open_model_server(None, Model.load) is None
    found = open_model_server({"models": {"url": "http://a/models/default"}}, Model.load)
    assert found is not None
    assert (found.pause, found.endpoint.address.timeout) == (100, 300.0)
    once = open_model_server({"models": {"url": "http://a", "wait_time_between_pulls": "0"}}, Model.load)
    assert once is not None
    await once.follow(lambda model: pytest.fail("pulled"))
    with pytest.raises(ProjectError, match="whole number"):
        open_model_server({"models": {"url": "http://a", "wait_time_between_pulls": "often"}}, Model.load)
