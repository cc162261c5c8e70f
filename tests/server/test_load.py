"""Many at once: nothing is lost, nothing disordered, and what is too much is said so."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from .conftest import Client

pytestmark = pytest.mark.asyncio

MANY = 1_000


async def test_a_thousand_messages_to_one_conversation(client: Client) -> None:
    answers = await asyncio.gather(*(client.say(f'/greet{{"name": "n{i}"}}') for i in range(MANY)))

    assert [answer for answer in answers if answer[0] != 200] == []
    assert [said[0]["text"] for _, said in answers] == [f"Merhaba n{i}" for i in range(MANY)]
    said = [event for event in await client.events() if event["event"] in ("user", "bot")]
    names = [re.findall(r"n\d+", event["text"])[0] for event in said]
    assert names[::2] == names[1::2], "every message is followed by its own answer"
    assert len(set(names)) == MANY


async def test_a_thousand_conversations_at_once(client: Client) -> None:
    answers = await asyncio.gather(
        *(client.say(f'/greet{{"name": "n{i}"}}', f"müşteri {i}") for i in range(MANY))
    )

    expected = [(200, [{"recipient_id": f"müşteri {i}", "text": f"Merhaba n{i}"}]) for i in range(MANY)]
    assert answers == expected
    assert len(await client.bot.store.conversation_ids()) == MANY


class TestWithAHighMark:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"max_turns": 10}

    async def test_whoever_comes_beyond_is_asked_to_try_again(self, client: Client) -> None:
        waiting = [asyncio.create_task(client.say("bekle"))]
        await client.gate.entered.wait()
        waiting += [asyncio.create_task(client.say("merhaba")) for _ in range(30)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result()[0] for task in done] == [503] * len(done)

        url = client.server.make_url("/webhooks/rest/webhook")
        async with client.session.post(url, json={"sender": "b", "message": "merhaba"}) as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "1"
        client.gate.open.set()
        statuses = [status for status, _ in await asyncio.gather(*waiting)]

        assert statuses.count(200) == 10
        assert statuses.count(503) == 21
        assert await client.texts("merhaba") == ["Merhaba None"]
        assert sum(event["event"] == "user" for event in await client.events()) == 11
