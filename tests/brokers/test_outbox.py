"""The queue between conversations and a broker that fails in every way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.brokers import Record, Refused
from bot.brokers.outbox import Outbox, Pace
from bot.events import SlotSet

pytestmark = pytest.mark.asyncio

QUICK = Pace(batch=4, deadline=0.05, first_pause=0.001, longest_pause=0.002, grace=0.1)


class Shelf:
    """A sink that fails as it is told: an exception, an endless wait, or ``None`` for success."""

    def __init__(self, *failures: Exception | str | None) -> None:
        self.failures = list(failures)
        self.taken: list[int] = []
        self.calls = 0
        self.tried = asyncio.Event()
        self.closed = False

    async def send(self, records: Sequence[Record]) -> None:
        self.calls += 1
        self.tried.set()
        match self.failures.pop(0) if self.failures else None:
            case Exception() as error:
                raise error
            case "endless":
                await asyncio.Event().wait()
        for record in records:
            assert isinstance(record.event, SlotSet)
            if record.event.value == 13:
                raise Refused("13")
            self.taken.append(record.event.value)

    async def close(self) -> None:
        self.closed = True
        if self.failures:
            raise OSError


def slots(*values: int) -> list[SlotSet]:
    return [SlotSet("n", value) for value in values]


async def test_failures_of_any_kind_lose_nothing_and_keep_the_order(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(OSError(), None, "endless", ValueError("gizli"), KeyError())
    outbox = Outbox(shelf, "test", pace=QUICK)
    for value in range(12):
        outbox.publish("ayşe", slots(value))
    await outbox.drain()

    assert shelf.taken == list(range(12))
    assert len(outbox) == 0
    assert caplog.text.count("cannot send") == 2
    assert "gizli" not in caplog.text


async def test_publishing_takes_no_time_and_no_turn_of_the_loop() -> None:
    shelf = Shelf("endless")
    outbox = Outbox(shelf, "test", pace=QUICK)
    outbox.publish("ayşe", slots(1, 2, 3))

    assert shelf.calls == 0
    assert len(outbox) == 3
    await outbox.drain()
    assert shelf.taken == [1, 2, 3]


async def test_the_oldest_are_dropped_when_too_many_wait(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(*[OSError()] * 3)
    outbox = Outbox(shelf, "test", most=10, pace=QUICK)
    outbox.publish("ayşe", slots(*range(4)))
    await shelf.tried.wait()  # These four are on their way and stay so.
    for value in range(4, 100):
        outbox.publish("ayşe", slots(value))
        assert len(outbox) <= 14
    await outbox.drain()

    assert shelf.taken == [0, 1, 2, 3, *range(90, 100)]
    assert caplog.text.count("more than 10 events wait") == 1
    assert "86 events were dropped unsent" in caplog.text


async def test_an_event_that_is_refused_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    outbox = Outbox(shelf, "test", pace=QUICK)
    outbox.publish("ayşe", slots(11, 12, 13, 14, 15))
    await outbox.drain()

    assert list(dict.fromkeys(shelf.taken)) == [11, 12, 14, 15]
    assert caplog.text.count("is lost") == 1


async def test_closing_sends_what_waits() -> None:
    shelf = Shelf(OSError())
    outbox = Outbox(shelf, "test", pace=QUICK)
    outbox.publish("ayşe", slots(*range(9)))
    await outbox.close()

    assert shelf.taken == list(range(9))
    assert shelf.closed


async def test_closing_gives_up_in_time_and_says_how_many(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(*["endless"] * 1000)
    outbox = Outbox(shelf, "test", pace=QUICK)
    outbox.publish("ayşe", slots(*range(9)))
    async with asyncio.timeout(5):
        await outbox.close()

    assert "9 events were dropped unsent" in caplog.text
    assert "could not be closed (OSError)" in caplog.text
    outbox.publish("ayşe", slots(1))
    assert len(outbox) == 0
