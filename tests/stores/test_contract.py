"""What every store must do, tried on each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.errors import ConflictError, LockTimeout, StoreError
from bot.events import Event, SlotSet
from bot.stores import Store, Timer

from .conftest import Shelf
from .every_event import EVENTS, slot

pytestmark = pytest.mark.asyncio

IDS = [
    "default",
    "",
    " ",
    "+905321234567",
    "a/b\\c?d=*[e]{f}:g'h\"i%j_k",
    "satır\nsonu\r\n\t",
    "İıŞşĞğ Çç Öö Üü",
    "👩‍👩‍👧 ailesi 🇹🇷",
    "i",
    "I",
    "ı",
    "İ",
    "é",
    "e\u0301",
    "sha256:" + "0" * 64,
    "uzun " * 2_000,
    "uzun " * 2_000 + "!",
    "\N{PACKAGE}" * 100_000,
]


def dicts(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [event.as_dict() for event in events]


async def test_events_of_every_kind_come_back_as_they_were(store: Store) -> None:
    kinds = {one.kind for one in Event.__subclasses__() if one.__module__ == Event.__module__}
    assert {event.kind for event in EVENTS} == kinds

    await store.append("a", EVENTS, 0)

    found = await store.load("a")
    assert dicts(found) == dicts(EVENTS)
    assert [type(event) for event in found] == [type(event) for event in EVENTS]


async def test_an_unknown_conversation_is_empty(store: Store) -> None:
    assert await store.load("nobody") == []
    assert await store.conversation_ids() == []


async def test_appends_follow_one_another(store: Store) -> None:
    await store.append("a", [slot(0), slot(1)], 0)
    await store.append("a", [slot(2)], 2)
    assert await store.load("a") == [slot(0), slot(1), slot(2)]


async def test_an_outdated_append_writes_nothing(store: Store) -> None:
    await store.append("a", [slot(0), slot(1)], 0)
    for wrong in (0, 1, -1):
        with pytest.raises(ConflictError):
            await store.append("a", [slot(7)], wrong)
    assert await store.load("a") == [slot(0), slot(1)]


async def test_an_append_that_would_leave_a_gap_writes_nothing(store: Store) -> None:
    with pytest.raises(ConflictError):
        await store.append("a", [slot(7)], 1)
    await store.append("a", [slot(0)], 0)
    with pytest.raises(ConflictError):
        await store.append("a", [slot(7)], 2)
    assert await store.load("a") == [slot(0)]


async def test_an_empty_append_only_checks_the_length(store: Store) -> None:
    await store.append("a", [], 0)
    with pytest.raises(ConflictError):
        await store.append("a", [], 1)
    assert await store.conversation_ids() == []


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), object(), {1, 2}, {("a", "b"): 1}])
async def test_a_batch_with_an_unwritable_event_writes_nothing(store: Store, value: object) -> None:
    with pytest.raises(StoreError, match=r"Event 1 of the batch \(kind 'slot'\)") as told:
        await store.append("a", [slot(0), SlotSet("bad", value), slot(2)], 0)
    assert not told.value.retry
    assert await store.load("a") == []
    with pytest.raises(StoreError, match="Event 0"):
        await store.replace("a", [SlotSet("bad", value)])


async def test_a_value_without_end_is_told(store: Store) -> None:
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(StoreError, match="cannot be written as JSON"):
        await store.append("a", [SlotSet("ring", ring)], 0)


async def test_what_was_written_does_not_change_with_the_writers_list(store: Store) -> None:
    items = ["kazak"]
    await store.append("a", [SlotSet("items", items)], 0)
    items.append("çorap")
    assert await store.load("a") == [SlotSet("items", ["kazak"])]


async def test_a_large_batch_is_one_append(store: Store) -> None:
    batch = [slot(number) for number in range(12_000)]
    await store.append("a", batch, 0)
    assert await store.load("a") == batch


async def test_only_the_tail_is_loaded(store: Store) -> None:
    batch = [slot(number) for number in range(10)]
    await store.append("a", batch, 0)
    for after in (0, 1, 9, 10):
        assert await store.load("a", after) == batch[after:]


async def test_a_tail_beyond_the_end_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="fewer than 1"):
        await store.load("a", 1)
    await store.append("a", [slot(0)], 0)
    with pytest.raises(StoreError, match="fewer than 2"):
        await store.load("a", 2)
    with pytest.raises(ValueError, match="-1"):
        await store.load("a", -1)


async def test_a_conversation_is_replaced_whole(store: Store) -> None:
    await store.append("a", [slot(0), slot(1), slot(2)], 0)
    await store.append("b", [slot(9)], 0)
    await store.replace("a", [slot(5)])
    assert await store.load("a") == [slot(5)]
    await store.append("a", [slot(6)], 1)
    assert await store.load("a") == [slot(5), slot(6)]
    await store.replace("a", [])
    assert await store.load("a") == []
    assert await store.conversation_ids() == ["b"]
    await store.replace("c", [slot(1)])
    assert sorted(await store.conversation_ids()) == ["b", "c"]


async def test_any_text_is_an_id(store: Store) -> None:
    for number, name in enumerate(IDS):
        async with store.lock(name):
            await store.append(name, [slot(number)], 0)
    for number, name in enumerate(IDS):
        assert await store.load(name) == [slot(number)]
    assert sorted(await store.conversation_ids()) == sorted(IDS)
    await store.replace(IDS[-1], [slot(1), slot(2)])
    assert sorted(await store.conversation_ids()) == sorted(IDS)


@pytest.mark.parametrize("name", ["a\0b", "\ud83d", b"a", None])
async def test_what_is_no_text_is_no_id(store: Store, name: Any) -> None:
    for call in (store.load(name), store.append(name, [slot(0)], 0), store.replace(name, [slot(0)])):
        with pytest.raises(StoreError, match="conversation id") as told:
            await call
        assert not told.value.retry
    with pytest.raises(StoreError, match="conversation id"):
        async with store.lock(name):
            pass


async def test_fifty_lockers_enter_one_by_one_in_order(store: Store) -> None:
    inside: list[int] = []
    entered: list[int] = []
    all_wait = asyncio.Event()

    async def locker(number: int) -> None:
        if number == 49:
            all_wait.set()
        async with store.lock("a"):
            inside.append(number)
            assert inside == [number]
            entered.append(number)
            await store.load("a")
            inside.remove(number)

    async with store.lock("a"):
        lockers = [asyncio.create_task(locker(number)) for number in range(50)]
        await all_wait.wait()
        await store.load("a")
        assert entered == []
    await asyncio.gather(*lockers)
    assert entered == list(range(50))


async def test_other_conversations_are_not_held_up(store: Store) -> None:
    async with store.lock("a"), store.lock("b", timeout=5), store.lock("c", timeout=5):
        pass


async def test_a_lock_that_does_not_come_free_is_told_and_harms_nobody(store: Store) -> None:
    async with store.lock("a"):
        with pytest.raises(LockTimeout, match=r"0\.05 s"):
            async with store.lock("a", timeout=0.05):
                pytest.fail("two holders")
    async with store.lock("a", timeout=5):
        pass


async def test_a_free_lock_needs_no_patience(store: Store) -> None:
    async with store.lock("a", timeout=0):
        pass


async def test_a_failure_inside_frees_the_lock(store: Store) -> None:
    with pytest.raises(KeyError):
        async with store.lock("a"):
            raise KeyError
    async with store.lock("a", timeout=5):
        pass


async def test_who_gives_up_waiting_leaves_the_line(store: Store) -> None:
    begun = asyncio.Event()

    async def impatient() -> None:
        begun.set()
        async with store.lock("a"):
            pytest.fail("two holders")

    async with store.lock("a"):
        task = asyncio.create_task(impatient())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with store.lock("a", timeout=5):
        pass


async def test_a_cancelled_append_is_done_or_not_done(store: Store) -> None:
    length = 0
    for round_ in range(50):
        task = asyncio.create_task(store.append("a", [slot(length), slot(length + 1)], length))
        turns = asyncio.Event()
        for _ in range(round_ % 5):
            asyncio.get_running_loop().call_soon(turns.set)
            await turns.wait()
            turns.clear()
        task.cancel()
        await asyncio.wait([task])
        # A write that went on after its cancel would make a later one meet a conflict.
        assert task.cancelled() or task.exception() is None
        found = await store.load("a")
        assert found == [slot(number) for number in range(len(found))]
        assert len(found) in (length, length + 2)
        length = len(found)


async def test_a_thousand_appends_to_one_conversation(store: Store) -> None:
    length = 0

    async def add() -> None:
        nonlocal length
        async with store.lock("a"):
            await store.append("a", [slot(length)], length)
            length += 1

    await asyncio.gather(*(add() for _ in range(1_000)))
    assert await store.load("a") == [slot(number) for number in range(1_000)]


async def test_a_thousand_conversations_at_once(store: Store) -> None:
    async def add(number: int) -> None:
        name = f"müşteri {number}"
        async with store.lock(name):
            events = await store.load(name)
            await store.append(name, [slot(number)], len(events))

    await asyncio.gather(*(add(number) for number in range(1_000)))
    assert len(await store.conversation_ids()) == 1_000
    loaded = await asyncio.gather(*(store.load(f"müşteri {number}") for number in range(1_000)))
    assert loaded == [[slot(number)] for number in range(1_000)]


async def test_unlocked_writers_never_overwrite(store: Store) -> None:
    async def add(number: int) -> bool:
        try:
            await store.append("a", [slot(number)], 0)
        except ConflictError:
            return False
        return True

    done = await asyncio.gather(*(add(number) for number in range(50)))
    assert done.count(True) == 1
    assert await store.load("a") == [slot(done.index(True))]


async def test_another_worker_sees_what_was_written(shelf: Shelf) -> None:
    if shelf.kind == "memory":
        pytest.skip("memory belongs to one process")
    first, second = shelf.open(), shelf.open()
    await first.append("a", [slot(0)], 0)
    assert await second.load("a") == [slot(0)]
    await second.append("a", [slot(1)], 1)
    with pytest.raises(ConflictError):
        await first.append("a", [slot(9)], 1)
    await first.close()
    assert await second.load("a") == [slot(0), slot(1)]


async def test_timers_come_when_they_are_due_the_earliest_first(store: Store) -> None:
    await store.set_timer(Timer("a", "later", 30.0))
    await store.set_timer(Timer("b", "sooner", 10.0))
    await store.set_timer(Timer("a", "sooner", 20.0))

    assert await store.timers(9.9) == []
    assert await store.timers(20.0) == [Timer("b", "sooner", 10.0), Timer("a", "sooner", 20.0)]
    assert await store.timers(99.0, most=1) == [Timer("b", "sooner", 10.0)]


async def test_a_timer_replaces_the_conversations_timer_of_that_name(store: Store) -> None:
    await store.set_timer(Timer("a", "call", 10.0))
    await store.set_timer(Timer("a", "call", 20.0))
    await store.set_timer(Timer("b", "call", 15.0))

    assert await store.timers(99.0) == [Timer("b", "call", 15.0), Timer("a", "call", 20.0)]


async def test_a_dropped_timer_is_gone_and_dropping_it_again_is_nothing(store: Store) -> None:
    await store.set_timer(Timer("a", "call", 10.0))
    await store.set_timer(Timer("ab", "c", 11.0))
    await store.set_timer(Timer("a", "bc", 12.0))
    await store.drop_timer("a", "call")
    await store.drop_timer("a", "call")

    assert await store.timers(99.0) == [Timer("ab", "c", 11.0), Timer("a", "bc", 12.0)]


@pytest.mark.parametrize("name", ["👩‍👩‍👧 ailesi", "uzun " * 2_000, 'a"b\\'])
async def test_any_text_names_a_timer(store: Store, name: str) -> None:
    await store.set_timer(Timer(name, name, 1.5))

    assert await store.timers(2.0) == [Timer(name, name, 1.5)]


async def test_another_worker_sees_timers(shelf: Shelf) -> None:
    if shelf.kind == "memory":
        pytest.skip("memory belongs to one process")
    first, second = shelf.open(), shelf.open()
    await first.set_timer(Timer("a", "call", 10.0))
    assert await second.timers(10.0) == [Timer("a", "call", 10.0)]
    await second.drop_timer("a", "call")
    assert await first.timers(10.0) == []
