"""Bots of our own, whose recordings were made with Rasa 3.6.21: see ``bots/README.md``."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Complaints
from bot.sources import read_sources
from bot.training import train

from .judging import differences, played, recorded, scripts_of

BOTS = Path(__file__).parent / "bots"
NAMES = sorted(path.name for path in BOTS.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_the_same_as_in_rasa(name: str) -> None:
    golden = recorded(BOTS / name / "golden.json")
    found = list(differences(golden, played(BOTS / name, scripts_of(golden)), everything=True))
    assert not found, "\n".join(map(str, found[:10]))


@pytest.mark.parametrize("name", NAMES)
def test_the_bots_train_without_a_complaint_from_the_rules(name: str) -> None:
    complaints = Complaints()
    train(read_sources(BOTS / name, complaints), complaints)
    assert not [one for one in complaints if one.code.startswith("rule-")]


def test_a_difference_tells_where_it_is() -> None:
    golden = [{"id": "a", "steps": [{"user": "hi", "events": [{"event": "action", "name": "utter_hi"}]}]}]
    candidate = [{"id": "a", "steps": [{"user": "hi", "events": [{"event": "action", "name": "utter_no"}]}]}]
    [found] = differences(golden, candidate)
    assert str(found).startswith('a, step 0, "hi": after 0 events wanted')
    assert not list(differences(golden, golden, everything=True))


def test_true_is_not_one_but_one_is_1_0() -> None:
    def trace(value: object) -> list[dict[str, object]]:
        return [
            {"id": "a", "steps": [{"user": "", "events": [{"event": "slot", "name": "s", "value": value}]}]}
        ]

    assert list(differences(trace(True), trace(1)))
    assert not list(differences(trace(1.0), trace(1)))
