"""Things that break behind the server: clients hear of it in one way, and may try again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest

from bot.errors import ConflictError, LockTimeout, StoreError
from bot.events import Event
from bot.model import Model
from bot.stores.memory import MemoryStore
from bot.stores.records import permanent
from bot.turn import Bot

from .conftest import Client, Gate

pytestmark = pytest.mark.asyncio

WEBHOOK = "/webhooks/rest/webhook"


class BreakableStore(MemoryStore):
    """Breaks when told: ``fault`` is raised from the ``after``-th append on."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self.after = 0
        self.times = 1_000_000
        self.locked = False

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        if self.fault is not None and self.times > 0:
            if self.after == 0:
                self.times -= 1
                raise self.fault
            self.after -= 1
        await super().append(conversation_id, events, expected)

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        return super().lock(conversation_id, 0.0 if self.locked else timeout)


class BrokenParser:
    async def understand(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        raise RuntimeError(f"cannot understand {text}")


@pytest.fixture
def store() -> BreakableStore:
    return BreakableStore()


@pytest.fixture
def bot(model: Model, gate: Gate, store: BreakableStore) -> Bot:
    return Bot(model.domain, model.ensemble, model.interpreter, gate, store)


# A turn without custom actions is stored once where its replies go out together; a stream stores before each.
@pytest.mark.parametrize(("stream", "after"), [(False, 0), (True, 0), (True, 1)])
async def test_a_store_that_fails_for_a_while_loses_nothing(
    client: Client, store: BreakableStore, after: int, stream: bool
) -> None:
    body = {"sender": "a", "message": "merhaba", "message_id": "m"}
    store.fault, store.after = StoreError("the disk is full"), after
    url = client.server.make_url(WEBHOOK).with_query(stream=str(stream))
    async with client.session.post(url, json=body) as response:
        if response.status == 200:
            assert stream and after > 0, "only a stream that has begun may break off"
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
        else:
            assert (response.status, response.headers["Retry-After"]) == (503, "1")
            assert (await response.json())["reason"] == "ServiceUnavailable"

    store.fault = None
    status, said = await client.ask("POST", WEBHOOK, json=body)
    assert (status, said) == (200, [{"recipient_id": "a", "text": "Merhaba None"}])
    kinds = [event["event"] for event in await client.events("a")]
    assert kinds.count("user") == kinds.count("bot") == 1


async def test_a_conflict_is_overcome(client: Client, store: BreakableStore) -> None:
    store.fault, store.times = ConflictError("somebody else"), 1

    assert await client.texts("merhaba") == ["Merhaba None"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_events_that_cannot_be_stored(client: Client, store: BreakableStore, method: str) -> None:
    store.fault = ConflictError("somebody else")
    path = "/conversations/a/tracker/events"
    status, _ = await client.ask(method, path, json={"event": "slot", "name": "name", "value": "x"})

    assert status == (503 if method == "POST" else 200)


async def test_a_lock_that_is_not_free_in_time(client: Client, store: BreakableStore) -> None:
    store.locked = True
    async with store._locks.hold("ayşe", 1.0):
        status, answer = await client.say("merhaba")

    assert (status, answer["reason"]) == (503, "ServiceUnavailable")
    assert isinstance(LockTimeout("x"), StoreError)


async def test_a_store_that_fails_for_good(client: Client, store: BreakableStore) -> None:
    store.fault = permanent("The record is damaged.")
    status, answer = await client.say("merhaba")

    assert (status, answer["reason"]) == (500, "InternalError")
    assert "damaged" not in json.dumps(answer)


async def test_an_unexpected_error_is_told_without_contents(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.bot.parser = BrokenParser()
    for path, body in (
        (WEBHOOK, {"sender": "gizli", "message": "gizlisöz"}),
        (f"{WEBHOOK}?stream=true", {"sender": "gizli", "message": "gizlisöz"}),
        ("/model/parse", {"text": "gizlisöz"}),
    ):
        status, answer = await client.ask("POST", path, json=body)
        assert (status, answer["reason"]) == (500, "InternalError")
        assert "gizli" not in json.dumps(answer)
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("bot.")]
    assert any("RuntimeError" in line for line in ours)
    assert not [line for line in ours if "gizli" in line]


async def test_a_conversation_whose_action_fails_goes_on(client: Client) -> None:
    async def fail(name: str, tracker: Any) -> Any:
        raise RuntimeError("the shop is down")

    client.gate.run = fail  # type: ignore[method-assign]
    assert (await client.say("bekle"))[0] == 200
    assert await client.texts("merhaba") == ["Merhaba None"]
