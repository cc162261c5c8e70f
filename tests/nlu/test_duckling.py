"""Entities of a Duckling server, as Rasa's component gives them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.actions import NoActions
from bot.archive import Archive
from bot.clock import ManualClock
from bot.errors import Complaints
from bot.message import Collected, Message
from bot.model import Model
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.training import train
from bot.turn import Bot, take_turn

from .fake_duckling import FakeDuckling

pytestmark = pytest.mark.asyncio
NAME = "DucklingEntityExtractor"


@pytest_asyncio.fixture
async def duckling() -> AsyncIterator[FakeDuckling]:
    fake = FakeDuckling()
    async with fake.server:
        yield fake


def interpreter(url: str | None, **options: Any) -> Interpreter:
    entry = {"name": NAME, "url": url, "timezone": "Europe/Istanbul", **options}
    return Interpreter.train([entry], "tr", TrainingData())


async def test_entities_are_rasa_s(duckling: FakeDuckling) -> None:
    parsed = await interpreter(duckling.url).understand(
        "3 tane olsun, 50-70 TL arası", {"time": 1_764_000_000}
    )
    assert parsed["entities"] == [
        {
            "start": 14,
            "end": 22,
            "text": "50-70 TL",
            "value": {"to": 70, "from": 50},
            "confidence": 1.0,
            "additional_info": {
                "type": "interval",
                "from": {"value": 50, "unit": "TRY"},
                "to": {"value": 70, "unit": "TRY"},
                "values": [],
            },
            "entity": "amount-of-money",
            "extractor": NAME,
        },
        {
            "start": 0,
            "end": 1,
            "text": "3",
            "value": 3,
            "confidence": 1.0,
            "additional_info": {"value": 3, "type": "value"},
            "entity": "number",
            "extractor": NAME,
        },
    ]
    assert duckling.asked == [
        {
            "text": "3 tane olsun, 50-70 TL arası",
            "locale": "tr_TR",
            "tz": "Europe/Istanbul",
            "reftime": "1764000000000",
        }
    ]


async def test_an_open_interval_has_one_side(duckling: FakeDuckling) -> None:
    parsed = await interpreter(duckling.url).understand("en az 100 TL")
    assert parsed["entities"][0]["value"] == {"to": None, "from": 100}


@pytest.mark.parametrize("key", ["time", "timestamp"])
@pytest.mark.parametrize("written", [1_764_000_000, 1_764_000_000.5, "1764000000"])
async def test_days_count_from_the_message(duckling: FakeDuckling, key: str, written: Any) -> None:
    parsed = await interpreter(duckling.url).understand("yarın gelsin", {key: written})
    assert parsed["entities"][0]["value"] == "2025-11-25T00:00:00.000+03:00"


@pytest.mark.parametrize("metadata", [{}, {"time": "dün"}, {"time": None}, {"timestamp": -1}])
async def test_without_a_time_days_count_from_now(duckling: FakeDuckling, metadata: dict[str, Any]) -> None:
    await interpreter(duckling.url).understand("yarın gelsin", metadata)
    assert abs(int(duckling.asked[0]["reftime"]) / 1000 - time.time()) < 60


async def test_dimensions_and_locale(duckling: FakeDuckling) -> None:
    parsed = await interpreter(duckling.url, dimensions=["time"], locale="tr", timezone=None).understand(
        "yarın 3 tane"
    )
    assert [one["entity"] for one in parsed["entities"]] == ["time"]
    asked = duckling.asked[0]
    assert (asked["dims"], asked["locale"]) == ('["time"]', "tr") and "tz" not in asked


async def test_the_environment_stands_above_the_config(
    duckling: FakeDuckling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_DUCKLING_HTTP_URL", duckling.url)
    assert (await interpreter("http://127.0.0.1:1").understand("5"))["entities"]
    assert (await interpreter(None).understand("5"))["entities"]


async def test_no_address_is_told_once_and_finds_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("RASA_DUCKLING_HTTP_URL", raising=False)
    parsed = await interpreter(None).understand("5 tane")
    assert parsed["entities"] == []
    assert "RASA_DUCKLING_HTTP_URL" in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=500, text="gizli"),
        web.Response(status=302, headers={"Location": "http://example.org"}),
        web.Response(text="gizli"),
        web.Response(text="{}"),
        web.Response(text="[" * 100_000),
        web.Response(body=b"[" + b" " * 2_000_000 + b"]"),
        web.Response(body=b"\xff"),
        web.json_response([1]),
        web.json_response([{"start": 0, "end": 99, "dim": "number", "value": {"value": 1}}]),
        web.json_response([{"start": "0", "end": 1, "dim": "number", "value": {"value": 1}}]),
        web.json_response([{"start": 0, "end": 1, "dim": "number", "value": 1}]),
        web.json_response([{"start": 0, "end": 1, "dim": None, "value": {"value": 1}}]),
    ],
    ids=range(12),
)
async def test_a_confused_server_costs_its_entities_and_a_line(
    duckling: FakeDuckling, answer: web.Response, caplog: pytest.LogCaptureFixture
) -> None:
    duckling.broken = answer
    parsed = await interpreter(duckling.url).understand("gizlisöz 5")
    assert parsed["entities"] == []
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("bot.")]
    assert len(lines) == 1 and NAME in lines[0] and "gizli" not in lines[0]


async def test_a_server_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    parsed = await interpreter("http://127.0.0.1:9").understand("gizlisöz 5")
    assert parsed["entities"] == []
    assert "ClientConnectorError" in caplog.text and "gizli" not in caplog.text


async def test_a_server_that_is_slow_is_given_up(
    duckling: FakeDuckling, caplog: pytest.LogCaptureFixture
) -> None:
    duckling.held = asyncio.Event()
    parsed = await interpreter(duckling.url, timeout=0.05).understand("bekle 5")
    duckling.held.set()
    assert parsed["entities"] == []
    assert "timeout" in caplog.text


async def test_a_caller_that_waits(duckling: FakeDuckling) -> None:
    parsed = await asyncio.to_thread(interpreter(duckling.url).parse, "5 tane", {"time": 1_764_000_000})
    assert [one["value"] for one in parsed["entities"]] == [5]


async def test_it_is_saved_and_loaded() -> None:
    archive = Archive()
    interpreter("http://127.0.0.1:9", timeout=7).save(archive.root)
    [(_, component)] = Interpreter.load(archive.root).steps
    assert component.options["timeout"] == 7  # type: ignore[attr-defined]


CONFIG = """
language: tr
pipeline:
- name: KeywordIntentClassifier
- name: DucklingEntityExtractor
  url: {url}
  timeout: 60
policies:
- name: RulePolicy
"""
BOT = """
intents: [ask, greet]
entities: [number]
slots:
  amount: {type: any, mappings: [{type: from_entity, entity: number}]}
responses:
  utter_got: [{text: "{amount} tane"}]
  utter_greet: [{text: Merhaba}]
nlu:
- intent: ask
  examples: |
    - bekle
- intent: greet
  examples: |
    - selam
rules:
- rule: ask
  steps: [{intent: ask}, {action: utter_got}]
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
"""


def small_bot(folder: Path, url: str) -> Model:
    folder.joinpath("config.yml").write_text(CONFIG.format(url=url), encoding="utf-8")
    folder.joinpath("all.yml").write_text(BOT, encoding="utf-8")
    complaints = Complaints()
    sources = read_sources(folder, complaints, domain="all.yml", data=("all.yml",))
    complaints.raise_errors()
    return train(sources, complaints)


async def test_a_slow_server_holds_up_nobody_else(duckling: FakeDuckling, tmp_path: Path) -> None:
    model = small_bot(tmp_path, duckling.url)
    bot = Bot(model.domain, model.ensemble, model.interpreter, NoActions(), MemoryStore(), ManualClock())
    duckling.held = asyncio.Event()
    slow, quick = Collected(), Collected()
    waiting = asyncio.create_task(take_turn(bot, Message("bekle 5", "slow"), slow))
    await duckling.waiting.wait()
    await take_turn(bot, Message("selam", "quick"), quick)
    assert [one.text for one in quick.replies] == ["Merhaba"] and not waiting.done()
    duckling.held.set()
    await waiting
    assert [one.text for one in slow.replies] == ["5 tane"]


async def test_a_turn_tells_the_channel_s_metadata(duckling: FakeDuckling, tmp_path: Path) -> None:
    model = small_bot(tmp_path, duckling.url)
    bot = Bot(model.domain, model.ensemble, model.interpreter, NoActions(), MemoryStore(), ManualClock())
    await take_turn(bot, Message("selam", "c", metadata={"timestamp": 1_764_000_000}), Collected())
    assert duckling.asked[0]["reftime"] == "1764000000000"
