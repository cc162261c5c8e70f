"""What a turn promises: stored before shown, answered once, never lost, never silent."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot import events as ev
from bot import tracker as tracker_module
from bot.actions import ActionResult
from bot.clock import ManualClock
from bot.errors import ActionTimeout, ConflictError, StoreError
from bot.events import Event
from bot.message import Collected, Message, Reply
from bot.stores.memory import MemoryStore
from bot.tracker import Situation, Tracker
from bot.turn import MAX_ACTIONS, MAX_CONFLICTS, MAX_DECISIONS, take_turn

from .parts import (
    APOLOGY,
    Answering,
    CountingStore,
    FailingStore,
    Heard,
    ask,
    assert_well_formed,
    bot_with,
    did,
    log,
    said,
)

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("whole", [True, False])
async def test_what_is_shown_was_stored_before(whole: bool) -> None:
    store = MemoryStore()
    bot = bot_with(store)
    held: list[list[str | None]] = []

    class Looking:
        def __init__(self) -> None:
            self.whole = whole

        async def __call__(self, reply: Reply) -> None:
            held.append(said(await store.load("c")))

    await take_turn(bot, Message("/yavaş", "c"), Looking())
    assert [one[:number] for number, one in enumerate(held, 1)] == [["Bir."], ["Bir.", "İki."]]
    assert_well_formed(await log(bot))


async def test_a_second_delivery_gets_the_same_answer_and_is_not_logged() -> None:
    bot = bot_with()
    first = await ask(bot, "/iki", "m1")
    events = await log(bot)
    assert await ask(bot, "/iki", "m1") == first == ["Bir.", "İki."]
    await ask(bot, "selam", "m2")
    assert await ask(bot, "/iki", "m1") == first, "also after another message"
    assert (await log(bot))[: len(events)] == events
    assert Counter(one.message_id for one in await log(bot) if isinstance(one, ev.UserUttered)) == {
        "m1": 1,
        "m2": 1,
    }


async def test_a_second_delivery_in_the_middle_of_the_turn_waits_and_repeats() -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        calls = 0

        async def run(self, name: str, tracker: Tracker) -> ActionResult:
            self.calls += 1
            started.set()
            await go_on.wait()
            return ActionResult()

        async def close(self) -> None:
            """Nothing to give back."""

    actions = Slow()
    bot = bot_with(actions=actions)
    first = asyncio.create_task(ask(bot, "/yavaş", "m1"))
    await started.wait()
    second = asyncio.create_task(ask(bot, "/yavaş", "m1"))
    go_on.set()
    assert await first == await second == ["Bir.", "İki."]
    assert actions.calls == 1
    assert said(await log(bot)) == ["Bir.", "İki."]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("again", ["m1", "m2"])
async def test_a_turn_that_the_store_cut_short_is_finished(at: int, whole: bool, again: str) -> None:
    store = FailingStore(at)
    bot = bot_with(store)
    heard: list[str | None] = []

    async def send(text: str, message_id: str) -> None:
        emit = Heard(whole)
        try:
            await take_turn(bot, Message(text, "c", message_id=message_id), emit)
        finally:
            heard.extend(emit.heard)

    cut = False
    try:
        await send("/yavaş", "m1")
    except StoreError:
        cut = True
    clock = bot.clock
    bot = bot_with(store)
    bot.clock = clock
    store.left = 0
    await send("/yavaş" if again == "m1" else "selam", again)
    events = await log(bot)
    assert_well_formed(events)
    replies = Counter(said(events))
    assert max(replies.values()) == 1, "nothing is logged twice"
    if again == "m1":
        assert replies == {"Bir.": 1, "İki.": 1}
    elif cut and not any(isinstance(one, ev.UserUttered) and one.message_id == "m1" for one in events):
        assert replies == {"Merhaba.": 1}, "a message that was never stored is the channel's to deliver again"
    else:
        assert replies == {"Bir.": 1, "İki.": 1, "Merhaba.": 1}
    assert set(replies) <= set(heard)


async def test_a_lost_lock_is_tried_again_and_nothing_is_said_twice() -> None:
    for at in (1, 2, 3):
        store = FailingStore(at, ConflictError)
        bot = bot_with(store)
        emit = Heard()
        await take_turn(bot, Message("/yavaş", "c", message_id="m1"), emit)
        assert emit.heard == ["Bir.", "İki."]
        assert said(await log(bot)) == ["Bir.", "İki."]
        assert_well_formed(await log(bot))


async def test_a_conflict_that_stays_is_told() -> None:
    bot = bot_with(FailingStore(1, ConflictError, times=MAX_CONFLICTS + 1))
    with pytest.raises(ConflictError):
        await ask(bot, "selam")
    assert await ask(bot, "selam") == ["Merhaba."]


async def test_what_another_worker_appended_is_read() -> None:
    store = MemoryStore()
    here, there = bot_with(store), bot_with(store)
    there.clock = here.clock
    for number in range(6):
        assert await ask((here, there)[number % 2], f"/say{{}}{number}") is not None
    events = await log(here)
    assert_well_formed(events)
    assert sum(isinstance(one, ev.UserUttered) for one in events) == 6


async def test_a_customer_who_hung_up_does_not_stop_the_conversation() -> None:
    bot = bot_with()

    def hang_up(reply: Reply) -> None:
        raise ConnectionResetError

    await take_turn(bot, Message("/iki", "c"), Heard(then=hang_up))
    assert said(await log(bot)) == ["Bir.", "İki."]
    assert_well_formed(await log(bot))
    assert await ask(bot, "selam") == ["Merhaba."]


def raising(error: Exception) -> Answering:
    def answer(name: str, tracker: Tracker) -> ActionResult:
        raise error

    return Answering(answer)


def answering(result: ActionResult) -> Answering:
    return Answering(lambda name, tracker: result)


@pytest.mark.parametrize(
    ("actions", "code"),
    [
        (raising(ZeroDivisionError()), "internal"),
        (raising(ActionTimeout("slow")), "action-timeout"),
        (answering(ActionResult([{"event": "slot"}])), "action"),
        (answering(ActionResult([{"event": "never heard of"}])), "action"),
        (answering(ActionResult([{}])), "action"),
    ],
)
async def test_an_action_that_fails_is_told_to_the_customer_and_in_the_log(
    actions: Answering, code: str
) -> None:
    bot = bot_with(actions=actions)
    assert await ask(bot, "/kır") == [APOLOGY]
    events = await log(bot)
    [failed] = [one for one in events if isinstance(one, ev.ActionExecuted) and one.name == "action_broken"]
    assert failed.metadata == {"failure": code}
    assert_well_formed(events)
    assert await ask(bot, "selam") == ["Merhaba."]


async def test_without_an_apology_a_failure_is_silent_as_in_rasa() -> None:
    bot = bot_with(apology=None)
    assert await ask(bot, "/kır") == []
    assert did(await log(bot))[-2:] == ["action_broken", "action_listen"]


async def test_an_action_that_declines_is_no_failure() -> None:
    bot = bot_with()
    assert await ask(bot, "/red") == ["Anlayamadım."]
    assert any(isinstance(one, ev.ActionExecutionRejected) for one in await log(bot))


async def test_a_turn_ends_after_ten_actions() -> None:
    bot = bot_with()
    await ask(bot, "/döngü")
    assert did(await log(bot)).count("action_loop") == MAX_ACTIONS


async def test_an_action_that_undoes_itself_ends() -> None:
    bot = bot_with()
    await asyncio.wait_for(ask(bot, "/geri_al"), 30)
    assert did(await log(bot)).count("action_undo") <= MAX_DECISIONS


async def test_a_paused_bot_hears_and_says_nothing() -> None:
    bot = bot_with()
    assert await ask(bot, "/durdur") == ["Sustum."]
    assert await ask(bot, '/selam{"ad": "Ada"}') == []
    tracker = Tracker("c", bot.domain, await log(bot))
    assert tracker.current.paused
    assert tracker.slot("ad") == "Ada"


async def test_a_session_expires_after_an_hour() -> None:
    bot = bot_with()
    await ask(bot, '/selam{"ad": "Ada"}')
    clock = bot.clock
    assert isinstance(clock, ManualClock)
    for seconds, sessions in ((3599, 1), (3601, 2)):
        clock.advance(seconds)
        await ask(bot, "selam")
        events = await log(bot)
        assert sum(isinstance(one, ev.SessionStarted) for one in events) == sessions
        assert Tracker("c", bot.domain, events).slot("ad") == "Ada", "slots are carried over"


async def test_a_form_does_not_outlive_its_session() -> None:
    bot = bot_with()
    assert await ask(bot, "/form") == ["Adınız?"]
    assert Tracker("c", bot.domain, await log(bot)).current.loop_name == "ad_formu"
    assert isinstance(bot.clock, ManualClock)
    bot.clock.advance(3601)
    assert await ask(bot, "selam") == ["Merhaba."]
    assert Tracker("c", bot.domain, await log(bot)).current.loop is None


async def test_an_intent_can_be_triggered_from_outside() -> None:
    bot = bot_with()
    entities = [{"entity": "ad", "value": "Ada"}]
    assert await ask(bot, "", trigger_intent="hatırlat", trigger_entities=entities) == ["İki."]
    [message] = [one for one in await log(bot) if isinstance(one, ev.UserUttered)]
    assert (message.text, message.intent_name) == ("EXTERNAL: hatırlat", "hatırlat")
    assert Tracker("c", bot.domain, await log(bot)).slot("ad") == "Ada"


async def test_a_thousand_messages_at_once_are_answered_in_their_order() -> None:
    bot = bot_with()
    wanted = [f"{number}" for number in range(1000)]
    answers = await asyncio.gather(*(ask(bot, f"/say {one}", one) for one in wanted))
    events = await log(bot)
    assert_well_formed(events)
    assert [one.message_id for one in events if isinstance(one, ev.UserUttered)] == wanted
    assert all(len(one) <= 1 for one in answers)


async def test_other_conversations_go_on_while_one_waits() -> None:
    gate = asyncio.Event()

    class Waiting:
        async def run(self, name: str, tracker: Tracker) -> ActionResult:
            await gate.wait()
            return ActionResult()

        async def close(self) -> None:
            """Nothing to give back."""

    bot = bot_with(actions=Waiting())
    slow = asyncio.create_task(take_turn(bot, Message("/yavaş", "slow"), Collected()))
    emit = Collected()
    await asyncio.wait_for(take_turn(bot, Message("selam", "quick"), emit), 30)
    assert [one.text for one in emit.replies] == ["Merhaba."]
    gate.set()
    await slow


async def test_a_turn_costs_the_same_in_a_conversation_of_five_thousand_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = CountingStore()
    bot = bot_with(store)
    folded = 0
    plain = tracker_module.situation_after

    def counting(before: Situation, event: Event, domain: object) -> Situation:
        nonlocal folded
        folded += 1
        return plain(before, event, domain)  # type: ignore[arg-type]

    monkeypatch.setattr(tracker_module, "situation_after", counting)
    costs: list[tuple[int, int, int]] = []
    while store.written < 5000:
        store.read, folded = 0, 0
        before = store.written
        await ask(bot, "/iki")
        costs.append((store.read, store.written - before, folded))
    first, later = costs[1], set(costs[2:])
    assert first[0] == 0, "nothing is read again"
    assert later == {first}, "read, written and folded are the same in every turn"
