"""Actions written with rasa_sdk that do everything wrong: in this process, and on a real action server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot import events as ev
from bot.actions import ActionServer, CustomActions, InProcessActions
from bot.endpoint import Address
from bot.tracker import Tracker

from .parts import APOLOGY, ask, assert_well_formed, bot_with, log

pytestmark = pytest.mark.asyncio

SHOP = Path(__file__).parent / "shop"
DEADLINE = 1.5
"""Seconds that an action may take here."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a rasa_sdk action server that is up."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    process = subprocess.Popen(command, cwd=SHOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_up(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return
        except OSError:
            os.sched_yield()
    raise AssertionError("The action server does not start.")


@pytest_asyncio.fixture(params=["in this process", "on a server"])
async def actions(request: pytest.FixtureRequest) -> AsyncIterator[CustomActions]:
    found: CustomActions
    if request.param == "on a server":
        address = request.getfixturevalue("server")
        found = ActionServer(Address(f"{address}/webhook", DEADLINE))
    else:
        for name in [one for one in sys.modules if one.partition(".")[0] == "actions"]:
            del sys.modules[name]
        found = InProcessActions.load(SHOP, DEADLINE)
        sys.path.remove(str(SHOP.resolve()))
        for name in [one for one in sys.modules if one.partition(".")[0] == "actions"]:
            del sys.modules[name]
    yield found
    await found.close()


async def test_an_action_speaks_and_sets_slots(actions: CustomActions) -> None:
    bot = bot_with(actions=actions)
    assert await ask(bot, "/kır") == ["Oldu."]
    assert Tracker("c", bot.domain, await log(bot)).slot("ad") == "Ada"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("raise", "action"),
        ("hang", "action-timeout"),
        ("event", "action"),
    ],
)
async def test_a_failure_is_told_and_the_conversation_goes_on(
    actions: CustomActions, wrong: str, code: str
) -> None:
    bot = bot_with(actions=actions)
    assert await ask(bot, f'/kır{{"ad": "{wrong}"}}') == [APOLOGY]
    events = await log(bot)
    [failed] = [one for one in events if isinstance(one, ev.ActionExecuted) and one.name == "action_broken"]
    assert failed.metadata == {"failure": code}
    assert_well_formed(events)
    assert await ask(bot, "selam") == ["Merhaba."]


async def test_an_action_declines(actions: CustomActions) -> None:
    bot = bot_with(actions=actions)
    assert await ask(bot, "/red") == ["Anlayamadım."]
    assert any(isinstance(one, ev.ActionExecutionRejected) for one in await log(bot))


async def test_an_action_that_the_shop_does_not_have_fails(actions: CustomActions) -> None:
    bot = bot_with(actions=actions)
    assert await ask(bot, "/say") == [APOLOGY]


async def test_a_server_that_is_not_there_fails() -> None:
    bot = bot_with(actions=ActionServer(Address(f"http://127.0.0.1:{free_port()}/webhook", DEADLINE)))
    try:
        assert await ask(bot, "/kır") == [APOLOGY]
        assert await ask(bot, "selam") == ["Merhaba."]
    finally:
        await bot.actions.close()
