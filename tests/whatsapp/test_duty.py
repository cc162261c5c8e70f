"""Who works on a queue: one process, and the next one when its lock is gone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine

from bot.channels.whatsapp import duty as duties
from bot.channels.whatsapp.duty import LostDuty, PostgresDuty, duty_of
from bot.channels.whatsapp.fake.webhooks import Customer, message_posted
from bot.channels.whatsapp.opening import make_whatsapp
from bot.channels.whatsapp.outbox import State
from bot.message import Reply
from bot.model import Model
from tests.whatsapp.conftest import line_of

pytestmark = pytest.mark.asyncio

WHO = "whatsapp:905321112233"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "PAUSE", 0.02)


def end_sessions(database: URL) -> None:
    """End the sessions of the duty, as a restart of the server does."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid != pg_backend_pid()"
        )
    engine.dispose()


async def test_one_at_a_time(database: URL) -> None:
    first, second = duty_of(database), duty_of(database)
    await first.take()
    waiting = asyncio.ensure_future(second.take())
    done, _ = await asyncio.wait([waiting], timeout=0.3)
    assert not done
    await first.leave()
    async with asyncio.timeout(10):
        await waiting
    await second.leave()


async def test_whoever_gives_up_waiting_is_not_on_duty(database: URL) -> None:
    first, second, third = (duty_of(database) for _ in range(3))
    await first.take()
    waiting = asyncio.ensure_future(second.take())
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.wait([waiting])
    await second.leave()
    await first.leave()
    async with asyncio.timeout(10):
        await third.take()
    await third.leave()


async def test_queues_of_other_databases_are_not_concerned(tmp_path: Path) -> None:
    both = [duty_of(URL.create("sqlite", database=str(tmp_path / name))) for name in ("a.db", "b.db")]
    for one in (*both, duty_of(URL.create("sqlite", database=":memory:")), duty_of(URL.create("sqlite"))):
        async with asyncio.timeout(5):
            await one.take()
        await one.leave()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_session_that_ends_ends_the_duty(database: URL) -> None:
    first, second = PostgresDuty(database), PostgresDuty(database)
    await first.take()
    watching, waiting = asyncio.ensure_future(first.watch()), asyncio.ensure_future(second.take())
    await asyncio.sleep(0.1)
    await asyncio.to_thread(end_sessions, database)
    async with asyncio.timeout(10):
        with pytest.raises(LostDuty):
            await watching
        await waiting
    await second.leave()
    async with asyncio.timeout(10):
        await first.take()
    await first.leave()


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_channel_whose_session_ended_goes_on(tmp_path: Path, model: Model, database: URL) -> None:
    async with line_of(tmp_path, model, database=database) as line:
        await line.say("merhaba")
        await asyncio.to_thread(end_sessions, database)
        await asyncio.sleep(0.2)
        async with asyncio.timeout(20):
            await line.say("menü")
        assert line.said == ["Merhaba, hoş geldiniz.", "Ne yapmak istersiniz?"]


async def test_what_a_process_says_that_stands_by_is_sent_by_the_other(
    tmp_path: Path, model: Model, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.channel.LOOK", 0.05)
    async with line_of(tmp_path, model, database=database) as line:
        await line.say("merhaba")
        standing = make_whatsapp(line.channel.settings, clock=line.clock)
        await standing.emit_to(WHO, "hatırlatma")(Reply("Kargonuz yola çıktı."))
        await standing.emit_to(WHO, "hatırlatma")(Reply("Kargonuz yola çıktı."))
        async with asyncio.timeout(20):
            while len(line.graph.sent) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await line.settle()
        assert line.said == ["Merhaba, hoş geldiniz.", "Kargonuz yola çıktı."]
        assert [one.state for one in await standing.outbox.of_conversation(WHO)] == [State.SENT] * 2
        await standing.close(0.1)


async def test_a_webhook_that_a_process_got_that_stands_by_is_answered_by_the_other(
    tmp_path: Path, model: Model, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.lanes.SELDOM", 0.05)
    async with line_of(tmp_path, model, database=database) as line:
        await line.say("merhaba")
        standing = make_whatsapp(line.channel.settings, clock=line.clock)
        content = {"type": "text", "text": {"body": "menü"}}
        body = message_posted(line.graph.business, Customer(), "wamid.other", line.clock.now(), content)
        await standing.receive(json.dumps(body))
        async with asyncio.timeout(20):
            while len(line.graph.sent) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert line.said[-1] == "Ne yapmak istersiniz?"
        await standing.close(0.1)
