"""Customers' files: kept for some days, and gone with the conversation that they came in."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.webchat_settings import UploadSettings, read_webchat
from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.media import MediaStore
from bot.channels.whatsapp.settings import read_whatsapp
from bot.clock import ManualClock
from bot.errors import ProjectError
from bot.events import SlotSet, UserUttered
from bot.kept_files import DAY
from bot.server.errors import ApiError
from bot.server.retention import EVERY, sweep_for_ever
from bot.server.webchat.files import Files

pytestmark = pytest.mark.asyncio


class Enough(Exception):
    """The test has seen enough hours."""


async def hours(files: Files | MediaStore, days: int, clock: ManualClock, count: int) -> None:
    """Let the look work for so many hours of the clock."""
    left = iter(range(count))

    async def sleep(seconds: float) -> None:
        assert seconds == EVERY
        clock.advance(seconds)
        if next(left, None) is None:
            raise Enough

    with pytest.raises(Enough):
        await sweep_for_ever(files, days, clock, sleep)


def aged(path: Path, clock: ManualClock) -> Path:
    """A file that was written at the clock's time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (clock.seconds, clock.seconds))
    return path


def media(folder: Path) -> MediaStore:
    return MediaStore(Graph("http://127.0.0.1:1", "v23.0", "1", "token"), folder / "media", folder / "files")


async def uploaded(files: Files, conversation: str, clock: ManualClock) -> str:
    """A visitor's picture, written at the clock's time."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"\x89PNG\r\n\x1a\n" + b"x" * 10_000

    file = await files.store(parts(), conversation, "a.png", "image/png")
    for path in files.folder.glob(f"{file.upload_id}*"):
        aged(path, clock)
    return file.upload_id


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.rglob("*") if one.is_file()}


async def test_whatsapp_files_go_after_so_many_days(tmp_path: Path) -> None:
    store, clock = media(tmp_path), ManualClock()
    old = aged(store.folder_of("whatsapp:1") / "old.jpg", clock)
    clock.advance(2 * DAY)
    young = aged(store.folder_of("whatsapp:2") / "young.jpg", clock)
    await hours(store, 3, clock, 23)
    assert old.is_file() and young.is_file()
    await hours(store, 3, clock, 2)
    assert not old.exists() and young.is_file()
    assert not old.parent.exists()  # not even the folder tells that somebody wrote


async def test_uploads_go_after_so_many_days_and_make_room(tmp_path: Path) -> None:
    clock = ManualClock()
    files = Files(tmp_path / "uploads", UploadSettings(total_bytes=25_000))
    first = await uploaded(files, "chat:1", clock)
    clock.advance(2 * DAY)
    second = await uploaded(files, "chat:1", clock)
    aged(files.folder / "cut-off.part", clock)
    with pytest.raises(ApiError, match="no room"):
        await uploaded(files, "chat:1", clock)
    await hours(files, 3, clock, 25)
    assert await files.find(first) is None and await files.find(second) is not None
    assert first not in str(names(files.folder))
    await uploaded(files, "chat:1", clock)  # there is room again
    await hours(files, 3, clock, 24 * 3)
    assert not any(one.endswith(".part") for one in names(files.folder))


async def test_nothing_goes_where_files_are_kept_for_ever(tmp_path: Path) -> None:
    store, clock = media(tmp_path), ManualClock(1.0)
    kept = aged(store.folder / "kept.jpg", clock)
    clock.advance(10_000 * DAY)
    await asyncio.wait_for(sweep_for_ever(store, 0, clock), 5)
    assert kept.is_file()


async def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert media(tmp_path).sweep(1e12) == 0
    assert Files(tmp_path / "none", UploadSettings()).sweep(1e12) == 0
    assert Files(tmp_path / "none", UploadSettings()).keep_only("x", []) == 0


async def test_files_go_with_the_words_that_they_came_with(tmp_path: Path) -> None:
    store, clock = media(tmp_path), ManualClock()
    one, two, three = (aged(store.folder_of("whatsapp:1") / f"{name}.jpg", clock) for name in "abc")
    other = aged(store.folder_of("whatsapp:2") / "a.jpg", clock)
    said = UserUttered("foto", metadata={"media": [{"path": str(one)}]})
    noted = SlotSet("whatsapp_event", {"media": [{"path": str(two)}]})
    assert store.keep_only("whatsapp:1", [said, noted]) == 1
    assert one.is_file() and two.is_file() and not three.exists()
    assert store.keep_only("whatsapp:1", []) == 2
    assert not one.parent.exists() and other.is_file()


async def test_uploads_go_with_their_conversation(tmp_path: Path) -> None:
    files, clock = Files(tmp_path, UploadSettings()), ManualClock()
    mine, named, others = [await uploaded(files, who, clock) for who in ("chat:1", "chat:1", "chat:2")]
    said = UserUttered("foto", metadata={"media": [{"upload_id": named}]})
    assert files.keep_only("chat:1", [said]) == 1
    assert [await files.find(one) is not None for one in (mine, named, others)] == [False, True, True]
    assert len(names(tmp_path)) == 4


@pytest.mark.parametrize(("written", "days"), [(None, 90), (30, 30), (0, 0)])
async def test_the_settings(tmp_path: Path, written: int | None, days: int) -> None:
    own = {} if written is None else {"media_days": written}
    keys = ("phone_number_id", "access_token", "app_secret", "verify_token")
    whatsapp = read_whatsapp({"whatsapp": {**dict.fromkeys(keys, "1"), **own}}, tmp_path)
    uploads = {} if written is None else {"days": written}
    chat = read_webchat({"webchat": {"uploads": uploads}})
    assert whatsapp is not None and chat is not None
    assert (whatsapp.media_days, chat.uploads.days) == (days, days)


async def test_a_number_of_days_is_a_number() -> None:
    with pytest.raises(ProjectError, match="whole number"):
        read_webchat({"webchat": {"uploads": {"days": "ever"}}})


async def test_json_of_a_file_that_is_gone_is_nothing(tmp_path: Path) -> None:
    (tmp_path / ("x" * 32 + ".json")).write_text(json.dumps({}), encoding="utf-8")
    assert Files(tmp_path, UploadSettings()).keep_only("", []) == 0
