"""A whole measurement, on a bot in one file; and the bots that are measured in earnest."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.children import Command, Server, free_port
from bench.client import customers_of, first_answer, spoken
from bench.errors import BenchError
from bench.figures import MEASURES, Results
from bench.frameworks import Framework, rasa
from bench.measuring import Effort, Measurement
from bench.projects import MOODBOT, SHOP
from bench.report import as_json
from bot.errors import Complaints
from bot.sources import read_sources

SMALL = Framework(
    "santral", "Small", (sys.executable, str(Path(__file__).with_name("small_bot.py"))), os.environ
)
LITTLE = Effort(1, 1, 2, 10, 400, 4, 2, (10, 20, 40), 60, 60, 10, 10)


def test_every_measure_is_taken(tmp_path: Path) -> None:
    told: list[str] = []
    results = Measurement(MOODBOT, SMALL, LITTLE, tmp_path, tell=told.append).run()
    assert set(results.figures) == {one.key for one in MEASURES}
    figures = results.figures
    assert figures["message_median"].n == 10
    assert 0 < figures["message_median"].value <= figures["message_p95"].value < 1_000
    assert figures["rate_32"].n == 400
    assert figures["memory_first"].value > 5
    assert figures["turn_long"].note == "from 40 events on"
    assert "growing a conversation to 40 events" in told
    kept = json.loads(as_json({"quick": True}, [results]))
    assert kept["results"][0]["figures"]["rate_1"]["n"] == 10


def test_growing_ends_at_its_limit(tmp_path: Path) -> None:
    effort = Effort(1, 1, 0, 2, 4, 2, 1, (10, 1_000, 100_000), 60, 60, 10, 0.0)
    measurement = Measurement(MOODBOT, SMALL, effort, tmp_path, tell=lambda what: None)
    assert measurement.run().figures["turn_long"].note == "from 4 events on"


def small_server(folder: Path, *options: str) -> Server:
    port = free_port()
    arguments = [*SMALL.launch, *(options or ("run", "-p", str(port)))]
    return Server(Command(arguments, folder, os.environ, folder / "log"), port)


def test_silence_is_no_answer(tmp_path: Path) -> None:
    async def talk(server: Server) -> None:
        await first_answer(server, "hello", 60)
        async with customers_of(server) as customers:
            assert await customers.say("one", "hello") > 0
            assert await customers.length_of("one") == 4
            with pytest.raises(BenchError, match=r"'say nothing' was answered with status 200 and \[\]"):
                await customers.say("one", "say nothing")

    with small_server(tmp_path) as server:
        asyncio.run(talk(server))


def test_a_server_that_ends_is_noticed(tmp_path: Path) -> None:
    with small_server(tmp_path, "train") as server, pytest.raises(BenchError, match="ended with status 0"):
        asyncio.run(first_answer(server, "hello", 60))


def test_every_conversation_is_new() -> None:
    says = spoken(("a", "b"))
    first, second, third = next(says), next(says), next(says)
    assert (first[1], second[1], third[1]) == ("a", "b", "a")
    assert first[0] == second[0] != third[0]


def test_moodbot_has_the_promised_size() -> None:
    complaints = Complaints()
    sources = read_sources(MOODBOT.folder, complaints)
    assert [str(one) for one in complaints.found] == []
    assert len([one for one in sources.examples.examples if one.intent]) == 68
    assert len({one.intent for one in sources.examples.examples}) == 7
    rules = (MOODBOT.folder / "data" / "rules.yml").read_text(encoding="utf-8")
    stories = (MOODBOT.folder / "data" / "stories.yml").read_text(encoding="utf-8")
    assert (stories.count("- story:"), rules.count("- rule:")) == (3, 2)


def test_a_copy_has_the_project_and_nothing_else(tmp_path: Path) -> None:
    SHOP.copy_to(tmp_path / "shop", "sqlite")
    copied = {one.name for one in (tmp_path / "shop").iterdir()}
    assert copied == {"config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data", "actions"}
    assert not list((tmp_path / "shop").rglob("__pycache__"))
    assert "dialect: sqlite" in (tmp_path / "shop" / "endpoints.yml").read_text(encoding="utf-8")


def test_what_is_asked_for_must_exist(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RASA_PYTHON", raising=False)
    assert main(["--bots", "pizza"]) == 1
    assert main(["--only", "rasa"]) == 1
    errors = capsys.readouterr().err
    assert "There is no bot 'pizza'. Choose of: shop, moodbot." in errors
    assert "RASA_PYTHON=/path/to/python" in errors


def test_a_python_without_rasa_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="cannot be run"):
        rasa(str(tmp_path / "python"))
    with pytest.raises(BenchError, match="has no Rasa"):
        rasa(sys.executable)


def test_only_known_measures_are_kept() -> None:
    with pytest.raises(KeyError):
        Results("a", "b", "c").add_values("speed", [1.0])
