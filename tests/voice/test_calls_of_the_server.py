"""Calls in the bot's own server: the web chat's rules, its conversations, and the pages."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from espeak_speech import needs_espeak
from server_with_calls import Shop, shown

from bot.errors import ProjectError
from bot.events import BotUttered, SessionStarted, SlotSet, UserUttered
from bot.server.page import FOLDER as CHAT_FOLDER
from santral.calls import FOLDER, HEARD, keep_heard, last_replies, open_calls
from voice.lines.browser_settings import BrowserSettings, read_browser

PAGES = [
    "arama.html",
    "arama.css",
    "arama.js",
    "santral-call.js",
    "call-style.js",
    "call-parts.js",
    "call-worklet.js",
    "phone.svg",
]


@pytest.mark.asyncio
async def test_the_chat_and_the_call_are_one_conversation(shop: Shop) -> None:
    token = await shop.token()
    chat = await shop.chat(token)
    await chat.send_json({"type": "message", "id": "m1", "text": "fatura istiyorum"})
    await shown(chat, "göndereyim mi?")
    caller = await (await shop.call()).start(False, token=token)
    assert (await caller.until("ready"))["goes_on"] is True
    await caller.hears("Faturanızı göndereyim mi?")
    await caller.press("1")
    await caller.hears("Gönderdim.")
    assert await shown(chat, "Gönderdim.") == ["user: 1", "bot: Gönderdim."]
    await caller.hangs_up()
    await chat.close()


@pytest.mark.asyncio
async def test_what_a_call_begins_with_was_said_by_nobody(shop: Shop) -> None:
    token = await shop.token()
    chat = await shop.chat(token)
    caller = await (await shop.call()).start(False, token=token)
    assert await shown(chat, "yardımcı olabilirim?") == ["bot: Hoş geldiniz. Size nasıl yardımcı olabilirim?"]
    await caller.leave()
    await chat.close()


@pytest.mark.asyncio
async def test_what_was_heard_before_a_hang_up_is_kept_in_the_conversation(shop: Shop) -> None:
    caller = await (await shop.call()).start(False)
    call = (await caller.until("ready"))["call"]
    await caller.hears("yardımcı olabilirim?")
    await caller.send("hang_up")
    heard = (await caller.until("cut"))["heard"]
    await caller.closed()
    await asyncio.wait(shop.calls.calls._tasks)
    last = (await shop.turns.bot.store.load(f"call-{call}"))[-1]
    assert last == SlotSet(HEARD, f"Hoş geldiniz. {heard}".strip())


@pytest.mark.asyncio
async def test_a_conversation_that_has_not_begun_is_not_begun_by_its_end(shop: Shop) -> None:
    await keep_heard(shop.turns, "new", {"cut": True, HEARD: "Hoş"})
    assert await shop.turns.bot.store.load("new") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://www.magazam.com", 101), ("https://www.baska.com", 403), ("null", 403), (None, 101)],
)
async def test_whose_pages_may_call(shop: Shop, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": origin}
    if status == 101:
        caller = await shop.call(**headers)
        await caller.leave()
        assert (await shop.get("/voice/settings", **headers))[0] == 200
        return
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.call(**headers)
    assert refused.value.status == status
    assert (await shop.get("/voice/settings", **headers))[0] == status


@pytest.mark.asyncio
@pytest.mark.parametrize("settings", [BrowserSettings(each=2), BrowserSettings(rate=2)])
async def test_how_many_may_call_from_one_address(shop: Shop) -> None:
    callers = [await (await shop.call()).start(False) for _ in range(2)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.call()
    assert refused.value.status == 429
    for one in callers:
        await one.until("ready")
        await one.leave()


@pytest.mark.asyncio
async def test_a_bot_without_a_model_says_so(shop: Shop) -> None:
    shop.calls._turns.closed = True
    caller = await (await shop.call()).start(False)
    assert "sesli görüşme yapılamıyor" in (await caller.until("error"))["text"]
    assert await caller.closed() == 1013


@pytest.mark.asyncio
@pytest.mark.parametrize("chat", [None])
async def test_calls_without_a_web_chat(shop: Shop) -> None:
    status, body, _ = await shop.get("/voice/settings")
    assert status == 200 and '"session": null' in body.replace('":null', '": null')
    caller = await (await shop.call()).start(False, token="x")
    assert (await caller.until("error"))["code"] == "expired"
    caller = await (await shop.call()).start(False)
    await caller.hears("Hoş geldiniz.")
    await caller.leave()


@pytest.mark.asyncio
async def test_the_pages_live_by_their_policy(shop: Shop) -> None:
    status, page, headers = await shop.get("/voice/")
    assert status == 200 and headers["Permissions-Policy"] == "microphone=(self)"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|<style", page)
    for name in PAGES:
        status, body, headers = await shop.get(f"/voice/{name}")
        assert status == 200 and body and headers["X-Content-Type-Options"] == "nosniff"
        # Shops' pages load the scripts from here.
        assert headers.get("Access-Control-Allow-Origin") == ("*" if name.endswith(".js") else None)
    for name in ("", *PAGES):
        for other in re.findall(
            r'(?:src|href|from|import)[ =]"\./?([\w.-]+)"', (await shop.get(f"/voice/{name}"))[1]
        ):
            assert (await shop.get(f"/voice/{other}"))[0] == 200, other


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "path", ["/voice/nothing.js", "/voice/..%2Fcall.py", "/voice/../call.py", "/voice/call.py"]
)
async def test_nothing_else_is_served(shop: Shop, path: str) -> None:
    assert (await shop.get(path))[0] == 404


def test_every_file_of_the_page_is_served() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert {one for one in PAGES if one not in ("call-style.js", "call-parts.js")} <= names


def test_every_language_has_every_text_of_the_call() -> None:
    def keys(texts: dict[str, Any]) -> list[str]:
        return [
            key for name, text in texts.items() for key in (name, *(text if isinstance(text, dict) else ()))
        ]

    code = (FOLDER / "call-texts.js").read_text("utf-8")
    turkish, english = re.findall(r"^  (?:tr|en): \{$(.*?)^  \},$", code, re.M | re.S)
    found = [re.findall(r"^ +(\w+):", part, re.M) for part in (turkish, english)]
    arabic = json.loads((CHAT_FOLDER / "texts-ar.json").read_text("utf-8"))["callWindow"]
    assert len(found[0]) > 50 and found[0] == found[1] == keys(arabic)
    asked = set(re.findall(r"\btexts\.(?!js\b)(?:ended\.)?(\w+)", "".join(map(text_of, FOLDER.glob("*.js")))))
    assert asked <= set(found[0])
    places = [re.findall(r"\{(\w+)\}", text) for text in (turkish, english, json.dumps(arabic))]
    assert places[0] == places[1] == places[2]


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


# Where a conversation goes on


def bot(text: str, at: float, **voice: Any) -> BotUttered:
    return BotUttered(text=text, timestamp=at, metadata={"metadata": {"voice": voice}} if voice else {})


def test_what_was_said_last() -> None:
    user = UserUttered(text="merhaba", timestamp=1.0)
    events = [bot("Eski.", 0.0), user, bot("Bir.", 2.0), bot("İki?", 3.0)]
    assert [one.text for one in last_replies(events, 10.0, 60.0)] == ["Bir.", "İki?"]
    assert last_replies(events, 63.0, 60.0) == (), "it is long over"
    assert [one.text for one in last_replies(events, 1e9, 0.0)] == ["Bir.", "İki?"], "sessions never expire"
    assert last_replies([], 10.0, 60.0) == ()
    assert last_replies([*events, SessionStarted(timestamp=4.0)], 10.0, 60.0) == []
    assert last_replies([*events, bot("Güle güle.", 4.0, hang_up=True)], 10.0, 60.0) == (), "that was goodbye"
    unanswered = [*events, UserUttered(text="evet", timestamp=4.0)]
    assert [one.text for one in last_replies(unanswered, 10.0, 60.0)] == ["Bir.", "İki?"]


# Settings


def test_settings_of_the_line() -> None:
    assert read_browser(None) == read_browser({"voice": {"browser": True}}) == BrowserSettings()
    assert read_browser({"voice": {"browser": False}}) is None
    assert read_browser({"voice": {"browser": {"calls": 5, "each": "2", "rate": 3}}}) == BrowserSettings(
        5, 2, 3
    )


@pytest.mark.parametrize("wrong", [{"calls": 0}, {"each": -1}, {"rate": "viel"}, "ja"])
def test_settings_that_are_wrong(wrong: Any) -> None:
    with pytest.raises(ProjectError):
        open_calls({"voice": {"browser": wrong}}, Path())


def test_without_a_voice_the_bot_runs_and_calls_are_not_open(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    assert open_calls(None, tmp_path) is None
    assert "Calls are not open" in caplog.text and "apt-get install espeak-ng" in caplog.text
    with pytest.raises(ProjectError):
        open_calls({"voice": {"tts": {"engine": "loud"}}}, tmp_path)


@needs_espeak
def test_opening_calls_loads_no_engine(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from santral.calls import open_calls; "
        f"assert open_calls(None, Path({str(tmp_path)!r})); "
        "print(*[one for one in ('faster_whisper', 'ctranslate2', 'onnxruntime', 'piper') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
