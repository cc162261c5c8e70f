"""Whether recognition is there when somebody calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.message import Emit, Message
from voice.engines.missing import EngineMissing
from voice.phone import Phone
from voice.readiness import AGAIN, SOON, Readiness
from voice.testing.fakes import CodeBook, FakeAsr, FakeTts, FakeVad
from voice.tts import Voice

pytestmark = pytest.mark.asyncio


async def test_calls_are_by_keys_until_the_model_is_there(caplog: pytest.LogCaptureFixture) -> None:
    now, tries, there = [0.0], [0], [False]

    async def warm() -> None:
        tries[0] += 1
        if not there[0]:
            raise EngineMissing("whisper", "the model 'small'", mend="Fetch it.")

    ready = Readiness(_phone(warm), clock=lambda: now[0])
    assert (await ready.phone()).asr is None
    assert "Calls are held by keys until then." in caplog.text
    there[0] = True
    assert (await ready.phone()).asr is None and tries[0] == 1, "it is not looked for at each call"
    now[0] += AGAIN
    assert (await ready.phone()).asr is not None
    assert (await ready.phone()).asr is not None and tries[0] == 2
    assert (await ready.phone(by_speech=False)).asr is None


async def test_who_calls_while_the_model_is_loaded_does_not_wait_for_ever() -> None:
    loaded = asyncio.Event()

    async def warm() -> None:
        await loaded.wait()

    ready = Readiness(_phone(warm), patience=0.05)
    both = await asyncio.gather(ready.phone(), ready.phone())
    assert [one.asr for one in both] == [None, None]
    loaded.set()
    assert (await ready.phone()).asr is not None
    await ready.close()


async def test_a_model_that_is_loaded_for_minutes_is_waited_for_no_longer() -> None:
    loaded, now = asyncio.Event(), [0.0]

    async def warm() -> None:
        await loaded.wait()

    ready = Readiness(_phone(warm), patience=3600, clock=lambda: now[0])
    first = asyncio.create_task(ready.phone())
    await asyncio.sleep(0)
    now[0] += SOON
    assert (await ready.phone()).asr is None and not first.done()
    loaded.set()
    assert (await first).asr is not None and (await ready.phone()).asr is not None


async def test_a_model_that_is_still_loaded_is_let_go_at_the_end() -> None:
    ready = Readiness(_phone(asyncio.Event().wait), patience=0.01)
    assert (await ready.phone()).asr is None
    await ready.close()


def _phone(warm: Callable[[], Any]) -> Phone:
    book = CodeBook()

    async def turn(message: Message, emit: Emit) -> None:
        raise AssertionError

    return Phone(turn, lambda rate: Voice(FakeTts(book), rate), FakeVad, FakeAsr(book), warm=warm)
