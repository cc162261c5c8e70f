"""The voice: texts become sound once, are kept, and are spoken by another where an engine fails."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voice.audio import Sound
from voice.engines.missing import EngineError
from voice.prompt_cache import PromptCache
from voice.testing.fakes import CodeBook, FakeTts
from voice.testing.virtual_time import run
from voice.tts import Voice


def rendered(voice: Voice, *texts: str, fixed: bool = False) -> list[Sound]:
    async def work() -> list[Sound]:
        return [await voice.render(text, fixed) for text in texts]

    return run(work())


def test_a_prompt_is_rendered_once_and_survives_a_restart(tmp_path: Path) -> None:
    tts = FakeTts(CodeBook())
    first, again = rendered(Voice(tts, 8000, PromptCache(tmp_path)), "Merhaba.", "Merhaba.", fixed=True)
    (later,) = rendered(Voice(tts, 8000, PromptCache(tmp_path)), "Merhaba.")
    assert (first == again).all() and (first == later).all()
    assert tts.texts == ["merhaba."]


def test_calls_that_want_the_same_prompt_at_once_wait_for_one_rendering() -> None:
    tts = FakeTts(CodeBook(), delay=0.5)

    async def work() -> list[Any]:
        voice = Voice(tts, 8000)
        wanted = [asyncio.ensure_future(voice.render("Merhaba.")) for _ in range(3)]
        await asyncio.sleep(0.1)
        wanted[0].cancel()  # one caller hangs up
        return await asyncio.gather(*wanted, return_exceptions=True)

    gone, *heard = run(work())
    assert isinstance(gone, asyncio.CancelledError) and tts.texts == ["merhaba."]
    assert len(heard[0]) and heard[0] is heard[1]


def test_what_was_said_long_ago_is_not_kept_in_memory_for_ever() -> None:
    class Slow(FakeTts):
        async def synthesize(self, text: str) -> Sound:
            self.texts.append(text)
            return np.ones(60 * self.rate, np.int16)

    tts = Slow(CodeBook())
    texts = [" ".join("bir" for _ in range(count)) for count in range(1, 41)]
    rendered(Voice(tts, 8000), *texts, texts[-1], texts[0])
    assert tts.texts.count(texts[-1]) == 1 and tts.texts.count(texts[0]) == 2


def test_half_a_character_is_spoken_past(tmp_path: Path) -> None:
    tts = FakeTts(CodeBook())
    (sound,) = rendered(Voice(tts, 8000, PromptCache(tmp_path)), "Mer\ud83dhaba.", fixed=True)
    assert len(sound) and len(tts.texts) == 1


def test_what_one_customer_is_told_is_not_kept(tmp_path: Path) -> None:
    voice = Voice(FakeTts(CodeBook()), 8000, PromptCache(tmp_path))
    rendered(voice, "Siparişiniz 482913.", "Sayın Ada Yılmaz.", "Siparişiniz 482913.")
    assert list(tmp_path.iterdir()) == []


def test_another_voice_or_rate_is_another_prompt(tmp_path: Path) -> None:
    book = CodeBook()
    for tts, rate in (
        (FakeTts(book, name="a"), 8000),
        (FakeTts(book, name="b"), 8000),
        (FakeTts(book, name="a"), 16_000),
    ):
        rendered(Voice(tts, rate, PromptCache(tmp_path)), "Merhaba.", fixed=True)
        assert tts.texts == ["merhaba."]


def test_the_cache_is_bounded_and_forgets_what_was_not_used(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, limit=5000)
    sound = np.ones(1000, np.int16)
    for count, text in enumerate("abc"):
        cache.put("v", text, sound, 8000)
        if (path := cache._path("v", text)).exists():
            os.utime(path, (count, count))
    assert [cache.get("v", text, 8000) is not None for text in "abc"] == [False, True, True]
    cache.put("v", "huge", np.ones(9000, np.int16), 8000)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 5000


def test_a_broken_prompt_is_rendered_anew(tmp_path: Path) -> None:
    tts = FakeTts(CodeBook())
    rendered(Voice(tts, 8000, PromptCache(tmp_path)), "Merhaba.", fixed=True)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:30])
    (sound,) = rendered(Voice(tts, 8000, PromptCache(tmp_path)), "Merhaba.", fixed=True)
    assert len(sound) and len(tts.texts) == 2


def test_a_full_disk_costs_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache = PromptCache(tmp_path)
    rendered(Voice(FakeTts(CodeBook()), 8000, cache), "Bir.", "İki.", fixed=True)
    assert list(tmp_path.iterdir()) == []
    assert [record.getMessage().startswith("Prompts cannot be kept") for record in caplog.records] == [True]


def test_a_stand_in_speaks_what_the_voice_cannot() -> None:
    book = CodeBook()
    voice, stand_in = FakeTts(book, fails=("merhaba",)), FakeTts(book, name="other", rate=16_000)
    (sound,) = rendered(Voice(voice, 8000, stand_in=stand_in), "Merhaba.")
    assert stand_in.texts == ["merhaba."] and len(sound) == round(8 * 0.06 * 8000)
    with pytest.raises(EngineError):
        rendered(Voice(voice, 8000), "Merhaba.")


def test_a_voice_that_hangs_is_waited_for_once_a_minute() -> None:
    hanging, stand_in = FakeTts(CodeBook(), delay=900), FakeTts(CodeBook(), name="other")

    async def work() -> float:
        voice = Voice(hanging, 8000, stand_in=stand_in)
        for text in ("Bir.", "İki.", "Üç."):
            await voice.render(text)
        took = asyncio.get_running_loop().time()
        await asyncio.sleep(60)
        await voice.render("Dört.")
        return took

    assert run(work()) == 15
    assert hanging.texts == ["bir.", "dört."] and stand_in.texts == ["bir.", "iki.", "üç.", "dört."]


@pytest.mark.parametrize(
    "given",
    [
        np.zeros(0, np.int16),
        np.full(8000, np.nan),
        np.zeros((8000, 2), np.int16),
        np.zeros(8000 * 301, np.int16),
        b"RIFF",
        None,
        OSError("espeak-ng is gone"),
    ],
    ids=["empty", "no numbers", "stereo", "endless", "bytes", "nothing", "raises"],
)
def test_nonsense_of_a_voice_is_not_played(given: Any) -> None:
    class Nonsense(FakeTts):
        async def synthesize(self, text: str) -> Sound:
            if isinstance(given, Exception):
                raise given
            return given  # type: ignore[no-any-return]

    stand_in = FakeTts(CodeBook(), name="other")
    (sound,) = rendered(Voice(Nonsense(CodeBook()), 8000, stand_in=stand_in), "Merhaba.")
    assert stand_in.texts == ["merhaba."] and len(sound)


def test_a_voice_of_an_impossible_rate_is_not_played() -> None:
    stand_in = FakeTts(CodeBook(), name="other")
    (sound,) = rendered(Voice(FakeTts(CodeBook(), rate=1), 8000, stand_in=stand_in), "Merhaba.")
    assert stand_in.texts == ["merhaba."] and len(sound)
