"""Whole calls from browsers over real sockets, and what breaks on this side of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from browser_caller import RATE
from browser_exchange import GREETING, Exchange
from call_scene import SETTINGS, Fixed
from espeak_speech import needs_espeak, spoken

from bot.errors import StoreError
from bot.message import Reply
from voice.audio import joined, silence
from voice.call_settings import CallTexts
from voice.engines.espeak import EspeakTts
from voice.resampling import resample
from voice.tts import Voice
from voice.vad import Vad

pytestmark = pytest.mark.asyncio


@needs_espeak
async def test_a_whole_call_by_keys_with_a_real_voice(exchange: Exchange) -> None:
    tts = EspeakTts(speed=300)
    await exchange.open({"voice": lambda rate: Voice(tts, rate), "asr": None, "vad": None})
    await exchange.chats("fatura istiyorum")
    caller = await exchange.calls_up(microphone=False, token="good")
    assert (await caller.until("ready"))["speech"] is False
    await caller.hears("göndereyim mi?")
    await caller.press("2")
    await caller.understood("2", by="keys")
    await caller.hears("göndermiyorum")
    latency = await caller.until("latency", by="keys")
    assert latency["seconds"] < 1.5
    await caller.until("state", len(caller.told), state="listening")
    loud = [one for one in caller.sound if np.abs(one.astype(np.int32)).max() > 1000]
    assert len(loud) > 50, "the voice is heard"
    assert await caller.hangs_up() == 1000
    await exchange.empty()
    (message,) = exchange.messages
    assert message.text == "2" and message.channel == "browser" and message.conversation_id == "webchat-1"


async def test_a_whole_call_by_speech(exchange: Exchange) -> None:
    caller = await exchange.calls_up()
    assert (await caller.until("ready"))["speech"] is True
    await caller.hears(GREETING)
    caller.says("siparişim nerede")
    heard = await caller.understood()
    assert (heard["by"], heard["text"]) == ("speech", "siparişim nerede")
    await caller.hears("numaranızı")
    assert caller.flushes, "who speaks while the bot does is heard: it stops at once"
    cut = await caller.until("cut")
    assert GREETING in cut["text"] and cut["text"] != cut["heard"] and cut["text"].startswith(cut["heard"])
    assert caller.told.index(cut) < caller.told.index(heard), "the page knows it before the caller's words"
    latency = await caller.until("latency", by="speech")
    assert 0.1 < latency["seconds"] < 2.0
    await caller.press("482913")
    await caller.hears("482913 numaralı siparişiniz yolda")
    caller.says("hoşça kalın")
    assert await caller.ended() == ("bot", 1000)
    assert any(text == "iyi günler." for text, _, _ in exchange.book.read(joined(caller.sound)))
    assert [one.text for one in exchange.messages] == ["/selam", "siparişim nerede", "482913", "hoşça kalın"]
    states = [one["state"] for one in caller.told if one["type"] == "state"]
    assert {"connecting", "speaking", "hearing"} <= set(states)


@needs_espeak
async def test_a_real_voice_through_a_real_detector(exchange: Exchange, real_vad: type[Vad]) -> None:
    await exchange.open({"vad": real_vad, "asr": Fixed("siparişim nerede")})
    caller = await exchange.greeted()
    await caller.until("state", len(caller.told), state="listening")
    caller.hums(joined([resample(spoken("siparişim nerede"), 8000, RATE), silence(0.1, RATE)]))
    await caller.understood("siparişim nerede")
    await caller.hears("numaranızı")


async def test_a_call_of_a_session_is_its_conversation(exchange: Exchange) -> None:
    await exchange.chats("fatura istiyorum")
    caller = await exchange.calls_up(token="good")
    assert (await caller.until("ready"))["goes_on"] is True
    await caller.hears("Kaldığımız yerden devam edelim.")
    await caller.hears("göndereyim mi?")
    await caller.press("2")
    await caller.understood("2")
    await caller.send("hang_up")
    await exchange.empty()
    assert [(one.text, one.conversation_id) for one in exchange.messages] == [("2", "webchat-1")]


async def test_half_a_character_of_an_action_ends_no_call(exchange: Exchange) -> None:
    exchange.said_last = [Reply("Bir \ud83d daha söyler misiniz?")]
    caller = await exchange.calls_up(token="good")
    await caller.hears("daha söyler misiniz?")
    assert await caller.hangs_up() == 1000


async def test_two_calls_of_a_conversation_have_ids_of_their_own(exchange: Exchange) -> None:
    for _ in range(2):
        caller = await exchange.greeted(token="good")
        await caller.send("hang_up")
        await exchange.empty()
    assert len({one.message_id for one in exchange.messages}) == len(exchange.messages) == 2


async def test_who_calls_again_takes_the_call_along(exchange: Exchange) -> None:
    first = await exchange.calls_up(token="good")
    second = await exchange.calls_up(token="good")
    assert await first.ended() == ("replaced", 4409)
    await second.hears(GREETING)
    assert len(exchange.calls) <= 2


async def test_sound_that_was_not_played_is_said_again(exchange: Exchange) -> None:
    await exchange.open({"settings": replace(SETTINGS, texts=CallTexts(notice=""))})
    caller = await exchange.greeted()
    await asyncio.sleep(0.3)
    caller.says("hı hı")
    await caller.until("transcript", **{"from": "bot"})
    await caller.until("flush")
    await caller.until("state", len(caller.told), state="listening")
    greeting = sum(count for text, count, _ in exchange.book.read(joined(caller.sound)) if GREETING in text)
    whole = round(0.06 * len(next(one for one in exchange.book.texts if GREETING in one)) * RATE)
    # What this caller says it did not play (60 ms) comes once more.
    assert whole <= greeting <= whole + 960 * caller.flushes + 320


async def test_a_muted_caller_is_not_heard(exchange: Exchange) -> None:
    caller = await exchange.greeted()
    await caller.send("mute", on=True)
    caller.says("siparişim nerede")
    await asyncio.sleep(1.5)
    await caller.send("mute", on=False)
    caller.says("fatura istiyorum")
    assert (await caller.understood())["text"] == "fatura istiyorum"


async def test_the_time_there_and_back_can_be_measured(exchange: Exchange) -> None:
    caller = await exchange.calls_up(microphone=False)
    await caller.send("ping", at=12.5)
    assert (await caller.until("pong"))["at"] == 12.5


async def test_who_hangs_up_is_told_what_was_still_heard(exchange: Exchange) -> None:
    caller = await exchange.greeted()
    await caller.send("hang_up")
    cut = await caller.until("cut")
    assert GREETING in cut["text"] and cut["text"].startswith(cut["heard"]) and cut["text"] != cut["heard"]
    assert await caller.ended() == ("gone", 1000)


async def test_who_hears_listening_words_has_missed_nothing(exchange: Exchange) -> None:
    caller = await exchange.greeted()
    await asyncio.sleep(0.3)
    caller.says("hı hı")
    await caller.until("flush")
    await caller.until("state", len(caller.told), state="listening")
    await caller.hangs_up()
    assert [one for one in caller.told if one["type"] == "cut"] == []


# What breaks on this side


async def test_the_server_stops(exchange: Exchange) -> None:
    caller = await exchange.greeted(microphone=False, words="Hoş geldiniz")
    await exchange.calls.close()
    assert await caller.ended() == ("restart", 1001)


async def test_a_store_that_fails_ends_this_call_politely(exchange: Exchange) -> None:
    exchange.said_last = StoreError("the disk is gone")
    caller = await (await exchange.caller()).start(microphone=False)
    assert await caller.ended() == ("broken", 1011)


async def test_a_flush_that_is_not_answered_is_reckoned(exchange: Exchange) -> None:
    caller = await exchange.caller()
    caller.answers_flushes = False
    await caller.start()
    await caller.hears(GREETING)
    await asyncio.sleep(0.3)
    caller.says("fatura istiyorum")
    await caller.hears("göndereyim mi?")
    assert caller.flushes


async def test_several_calls_at_once_are_held_apart(exchange: Exchange) -> None:
    callers = [await exchange.calls_up() for _ in range(6)]
    for one in callers:
        await one.hears("Hoş geldiniz")
    assert len(exchange.calls) == 6
    for one in callers:
        await one.send("hang_up")
    await exchange.empty()
