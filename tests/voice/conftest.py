"""What tests of the voice are given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_exchange import Exchange
from server_with_calls import Shop, served

from bot.channels.webchat_settings import WebChatSettings
from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad
from voice.lines.browser_settings import BrowserSettings
from voice.vad import EnergyVad, Vad


@pytest.fixture(params=[EnergyVad, SileroVad])
def real_vad(request: pytest.FixtureRequest) -> type[Vad]:
    """Each real detector; the test is skipped when what it needs is not installed."""
    try:
        request.param()
    except EngineMissing as error:
        pytest.skip(str(error))
    return request.param  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """Not yet open. At its end no call, no socket and no task is left."""
    before = asyncio.all_tasks()
    found = Exchange()
    yield found
    await found.close()
    here = {*before, asyncio.current_task()}
    left = [str(one.get_coro()) for one in asyncio.all_tasks() if one not in here and not one.done()]
    assert not left


@pytest.fixture
def settings() -> BrowserSettings:
    return BrowserSettings()


@pytest.fixture
def chat() -> WebChatSettings | None:
    return WebChatSettings(origins=("https://www.magazam.com",), title="Mağazam")


@pytest_asyncio.fixture
async def shop(
    settings: BrowserSettings, chat: WebChatSettings | None, tmp_path: Path
) -> AsyncIterator[Shop]:
    async with served(settings, chat, tmp_path) as found:
        yield found
