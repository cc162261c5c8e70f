"""A recorded call over a real socket, in a conversation that goes on with a question that is not recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from recorded_scene import texts, tracks
from server_with_calls import Shop, shown

from voice.recording.recorder import Recorder


@pytest.mark.asyncio
async def test_a_call_that_goes_on_with_a_sensitive_question(shop: Shop, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "recordings", 30, ["order_no"])
    ready = shop.calls.calls._ready
    ready._by_keys = replace(ready._by_keys, recorder=recorder)
    token = await shop.token()
    chatting = await shop.chat(token)
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
    await caller.hangs_up()
    await caller.leave()
    await chatting.close()
    recorder.close()
    (path,) = (tmp_path / "recordings").iterdir()
    heard, said = tracks(path)
    assert {text for text, _ in texts(shop.book, heard)} == {"teşekkürler"}
    words = " ".join(text for text, _ in texts(shop.book, said))
    assert "tuşlar mısınız" not in words and "numaralı siparişiniz yolda" in words
    conversation = shop.calls._conversation_of(token)
    assert conversation is not None
    events = await shop.turns.bot.store.load(conversation)
    found = [
        one.metadata["voice"]["recording"]["file"]
        for one in events
        if "voice" in getattr(one, "metadata", {})
    ]
    assert found and set(found) == {path.name}
