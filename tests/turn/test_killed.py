"""A process is killed in the middle of a turn; another one goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.events import Event, UserUttered
from bot.stores.sql import SqlStore

from .parts import assert_well_formed, said

ROOT = Path(__file__).parents[2]


def worker(file: Path, how: str, *messages: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.turn.worker", str(file), how, *messages]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def lines_until(process: subprocess.Popen[str], last: str) -> list[str]:
    assert process.stdout is not None
    found: list[str] = []
    for line in process.stdout:
        found.append(line.rstrip())
        if found[-1] == last:
            return found
    raise AssertionError(f"The worker ended after {found}")


def killed_at(file: Path, how: str, moment: str, *messages: str) -> list[str]:
    """What was told up to the moment at which the worker was killed."""
    process = worker(file, how, *messages)
    try:
        return lines_until(process, moment)
    finally:
        process.kill()
        process.communicate()


def finished(file: Path, how: str, *messages: str) -> list[str]:
    process = worker(file, how, *messages)
    output, _ = process.communicate("go\n" * 9)
    assert process.returncode == 0
    return output.split("\n")


def stored(file: Path) -> list[Event]:
    async def load() -> list[Event]:
        store = SqlStore(URL.create("sqlite", database=str(file)))
        found = list(await store.load("c"))
        await store.close()
        return found

    return asyncio.run(load())


def replies(lines: list[str]) -> list[str]:
    return [one.removeprefix("said ") for one in lines if one.startswith("said ")]


@pytest.mark.parametrize("moment", ["said Bir.", "slow"])
def test_the_next_message_finishes_what_was_cut_short_and_says_nothing_twice(
    tmp_path: Path, moment: str
) -> None:
    file = tmp_path / "c.db"
    before = killed_at(file, "each", moment, "m0", "selam", "m1", "/yavaş")
    after = finished(file, "each", "m2", "selam")
    assert replies(before) + replies(after) == ["Merhaba.", "Bir.", "Bitti.", "İki.", "Merhaba."]
    events = stored(file)
    assert_well_formed(events)
    assert [one.message_id for one in events if isinstance(one, UserUttered)] == ["m0", "m1", "m2"]
    assert said(events) == replies(before) + replies(after)


@pytest.mark.parametrize("how", ["each", "whole"])
@pytest.mark.parametrize("moment", ["answered m0", "slow"])
def test_a_message_that_is_delivered_again_is_answered_whole_and_logged_once(
    tmp_path: Path, how: str, moment: str
) -> None:
    file = tmp_path / "c.db"
    killed_at(file, how, moment, "m0", "selam", "m1", "/yavaş")
    assert replies(finished(file, how, "m1", "/yavaş")) == ["Bir.", "Bitti.", "İki."]
    events = stored(file)
    assert_well_formed(events)
    assert Counter(said(events)) == {"Merhaba.": 1, "Bir.": 1, "Bitti.": 1, "İki.": 1}


def test_one_who_hears_all_at_once_gets_the_beginning_of_a_turn_that_was_cut_short_too(
    tmp_path: Path,
) -> None:
    file = tmp_path / "c.db"
    killed_at(file, "whole", "slow", "m1", "/yavaş")
    assert replies(finished(file, "whole", "m2", "selam")) == ["Bir.", "Bitti.", "İki.", "Merhaba."]
    assert replies(finished(file, "whole", "m1", "/yavaş")) == ["Bir.", "Bitti.", "İki."], (
        "and again, if asked"
    )
    assert_well_formed(stored(file))


def test_killed_again_and_again_the_conversation_still_ends_well(tmp_path: Path) -> None:
    file = tmp_path / "c.db"
    for _ in range(3):
        killed_at(file, "each", "slow", "m1", "/yavaş")
    assert replies(finished(file, "each", "m1", "/yavaş")) == ["Bir.", "Bitti.", "İki."]
    events = stored(file)
    assert_well_formed(events)
    assert Counter(said(events)).most_common(1)[0][1] == 1
