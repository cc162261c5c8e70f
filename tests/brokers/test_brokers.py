"""What every broker must do, on its real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.brokers.opening import open_broker
from bot.brokers.outbox import Outbox, Pace
from bot.events import Event, SlotSet
from tests.stores.servers import Server

from .fake_kafka import KafkaPlace, fake_kafka
from .places import SAID, FilePlace, PikaPlace, Place, RedisPlace, postgres_place, sqlite_place

pytestmark = pytest.mark.asyncio

QUICK = Pace(deadline=5.0, first_pause=0.01, longest_pause=0.05)


def told(conversation_id: str, *events: Event) -> list[dict[str, Any]]:
    return [{"sender_id": conversation_id, **event.as_dict()} for event in events]


@pytest_asyncio.fixture
async def kafka() -> AsyncIterator[KafkaPlace]:
    async with fake_kafka() as place:
        yield place


@pytest.fixture(params=["file", "sqlite", "postgres", "redis", "rabbit", "kafka"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    match request.param:
        case "file":
            return FilePlace(tmp_path)
        case "sqlite":
            return sqlite_place(tmp_path)
        case "postgres":
            return postgres_place(request.getfixturevalue("postgres"))
        case "redis":
            return RedisPlace(request.getfixturevalue("redis"))
        case "rabbit":
            return PikaPlace(request.getfixturevalue("rabbit"))
    found: KafkaPlace = request.getfixturevalue("kafka")
    return found


def opened(place: Place, folder: Path, pace: Pace = QUICK) -> Outbox:
    broker = open_broker({"event_broker": place.section}, folder)
    assert isinstance(broker, Outbox)
    broker.pace = pace
    return broker


async def test_events_arrive_as_rasa_tells_them(place: Place, tmp_path: Path) -> None:
    broker = opened(place, tmp_path)
    broker.publish("ayşe", SAID)
    broker.publish("can", SAID[:1])
    await broker.close()

    assert await place.read() == [*told("ayşe", *SAID), *told("can", SAID[0])]


async def test_many_events_arrive_once_and_in_order(place: Place, tmp_path: Path) -> None:
    broker = opened(place, tmp_path, Pace(batch=50, grace=20.0))
    events = [SlotSet("n", number) for number in range(700)]
    for start in range(0, len(events), 7):
        broker.publish("ayşe", events[start : start + 7])
    await broker.close()

    assert [one["value"] for one in await place.read()] == list(range(700))


async def test_another_process_adds_to_what_is_there(place: Place, tmp_path: Path) -> None:
    for number in range(2):
        broker = opened(place, tmp_path)
        broker.publish("ayşe", [SlotSet("n", number)])
        await broker.close()

    assert [one["value"] for one in await place.read()] == [0, 1]


@pytest.mark.parametrize("name", ["redis", "postgres", "rabbit"])
async def test_what_happened_while_the_server_was_away_arrives_later(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server: Server = request.getfixturevalue(name)
    places = {"redis": RedisPlace, "postgres": postgres_place, "rabbit": PikaPlace}
    place: Place = places[name](server)  # type: ignore[operator]
    broker = opened(place, tmp_path)
    broker.publish("ayşe", [SlotSet("n", 0)])
    await broker.drain()

    await asyncio.to_thread(server.kill)
    for number in range(1, 10):
        broker.publish("ayşe", [SlotSet("n", number)])
    await asyncio.to_thread(server.start)
    assert "cannot send" in caplog.text
    broker.pace = Pace(grace=30.0)
    await broker.close()

    values = [one["value"] for one in await place.read()]
    # At least once: a batch whose confirmation was lost comes again.
    assert list(dict.fromkeys(values)) == list(range(10))
    assert values[-1] == 9


async def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    place = FilePlace(tmp_path)
    place.path.write_text('{"sender_id": "ay')
    broker = opened(place, tmp_path)
    broker.publish("ayşe", SAID)
    await broker.close()

    first, rest = place.path.read_text().split("\n", 1)
    assert first == '{"sender_id": "ay'
    place.path.write_text(rest)
    assert await place.read() == told("ayşe", *SAID)


async def test_a_file_that_was_moved_away_is_begun_again(tmp_path: Path) -> None:
    place = FilePlace(tmp_path)
    broker = opened(place, tmp_path)
    for number in range(2):
        broker.publish("ayşe", [SlotSet("n", number)])
        await broker.drain()
        if number == 0:
            place.path.rename(tmp_path / "olaylar.log.1")
    await broker.close()

    assert [one["value"] for one in await place.read()] == [1]


async def test_a_stream_keeps_about_as_many_as_it_is_told(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = RedisPlace(request.getfixturevalue("redis"))
    place.section["max_length"] = 200
    broker = opened(place, tmp_path)
    broker.publish("ayşe", [SlotSet("n", number) for number in range(2000)])
    await broker.close()

    values = [one["value"] for one in await place.read()]
    assert 200 <= len(values) < 400
    assert values[-1] == 1999


async def test_an_id_that_the_table_does_not_hold_costs_its_events_only(
    request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = postgres_place(request.getfixturevalue("postgres"))
    broker = opened(place, tmp_path)
    for name in ("ayşe", "x" * 300, "can"):
        broker.publish(name, [SlotSet("n", 1)])
    await broker.close()

    assert [one["sender_id"] for one in await place.read()] == ["ayşe", "can"]
    assert "an event of kind 'slot' is lost" in caplog.text
