"""A recorded call over a real socket, in a conversation that goes on with a question that is not recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from recorded_scene import texts, tracks
from test_calls_of_the_server import Shop, chat_of, shown, token_of

from voice.recording import Recorder

# Fixtures of the server.
from test_calls_of_the_server import chat, settings, shop  # noqa: F401  # isort: skip


@pytest.mark.asyncio
async def test_a_call_that_goes_on_with_a_sensitive_question(shop: Shop, tmp_path: Path) -> None:  # noqa: F811
    recorder = Recorder(tmp_path / "recordings", 30, ["order_no"])
    ready = shop.calls.calls._ready
    ready._by_keys = replace(ready._by_keys, recorder=recorder)
    token = await token_of(shop)
    chatting = await chat_of(shop, token)
    await chatting.send_json({"type": "message", "id": "m1", "text": "siparişim nerede"})
    await shown(chatting, "numaranızı söyler misiniz?")
    caller = await (await shop.call()).start(True, token=token)
    caller.says("dört sekiz iki")
    await caller.hears("numaranızı tuşlar mısınız?")
    await caller.press("482913")
    await caller.hears("yarın akşama kadar size gelecek")
    caller.says("teşekkürler")
    # A real socket in real time: the words take as long as they take.
    while len(caller._speech):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    await caller.send("hang_up")
    await caller.closed()
    await caller.leave()
    await chatting.close()
    recorder.close()
    (path,) = (tmp_path / "recordings").iterdir()
    heard, said = tracks(path)
    assert {text for text, _ in texts(shop.book, heard)} == {"teşekkürler"}
    words = " ".join(text for text, _ in texts(shop.book, said))
    assert "tuşlar mısınız" not in words and "numaralı siparişiniz yolda" in words
    events = await shop.calls._turns.bot.store.load(ready_conversation(shop, token))
    found = [
        one.metadata["voice"]["recording"]["file"]
        for one in events
        if "voice" in getattr(one, "metadata", {})
    ]
    assert found and set(found) == {path.name}


def ready_conversation(shop: Shop, token: str) -> str:  # noqa: F811
    found = shop.calls._conversation_of(token)
    assert found is not None
    return found
