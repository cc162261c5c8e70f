"""The schema step by step, and opening a shop that is not there yet."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from actions.shop import migrations
from actions.shop.database import HEAD, VARIABLE, Database, metadata, revision_of
from actions.shop.errors import ShopUnavailable
from actions.shop.migrations import upgrade
from actions.shop.opening import open_shop
from actions.shop.ports import Order, Proof

from .conftest import TODAY, Watch

ELIF = Proof("c", verified_phone="+905320004567")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'shop.db'}"


def revision_at(url: str) -> str | None:
    database = Database(url)
    try:
        with database.reading() as connection:
            return revision_of(connection)
    finally:
        database.close()


def test_head_is_the_newest_step() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == HEAD


@pytest.mark.parametrize("first", [None, "0001", "0002", HEAD])
def test_from_any_step_to_the_newest(url: str, first: str | None) -> None:
    if first is not None:
        upgrade(url, first)
    assert revision_at(url) == first
    upgrade(url)
    upgrade(url)
    assert revision_at(url) == HEAD


def test_the_steps_make_what_the_tables_say(url: str) -> None:
    upgrade(url)
    database = Database(url)
    try:
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    finally:
        database.close()


def test_a_step_that_fails_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("CREATE TABLE movements (odd TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(ShopUnavailable):
        upgrade(url)
    assert revision_at(url) is None


@pytest.mark.asyncio
async def test_a_missing_shop_is_made_with_a_line_in_the_log(
    url: str, tmp_path: Path, watch: Watch, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    with caplog.at_level(logging.INFO):
        shop = open_shop(now=watch)
    assert "demo shop" in caplog.text and str(tmp_path / "shop.db") in caplog.text
    order = await shop.orders.find("SN-100001", ELIF)
    assert isinstance(order, Order) and order.placed_at.year == TODAY.year
    shop.close()


@pytest.mark.asyncio
async def test_the_default_is_a_file_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    open_shop().close()
    assert (tmp_path / "shop.db").exists()


@pytest.mark.asyncio
async def test_an_old_schema_is_brought_up_to_date_without_demo_data(url: str, watch: Watch) -> None:
    upgrade(url, "0001")
    shop = open_shop(url, watch)
    assert revision_at(url) == HEAD
    assert await shop.orders.latest("+905320004567") == ()
    shop.close()


def test_processes_that_open_it_at_once_make_it_once(url: str) -> None:
    code = (
        "import logging, sys; logging.basicConfig(level='INFO'); from actions.shop.opening import open_shop;"
        "open_shop(sys.argv[1]).close()"
    )
    command = [sys.executable, "-c", code, url]
    root = Path(migrations.__file__).parents[3]
    running = [
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(4)
    ]
    logs = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, logs
    assert sum("made the demo shop" in log for log in logs) == 1


@pytest.mark.asyncio
async def test_a_broken_database_is_told_as_such(url: str, watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("no database at all, and longer than a header " * 20, encoding="utf-8")
    with pytest.raises(ShopUnavailable) as told:
        open_shop(url, watch)
    assert told.value.retry
    assert "sqlite" not in str(told.value)
