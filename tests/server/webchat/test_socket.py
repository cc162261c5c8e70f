"""A visitor's conversation over the socket: order, acknowledgement, resumption, several tabs."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from ..conftest import Client
from .conftest import Visitor

pytestmark = pytest.mark.asyncio


def kinds(frames: list[dict[str, Any]]) -> list[str]:
    return [one["type"] for one in frames]


def texts(frames: list[dict[str, Any]], who: str = "bot") -> list[str]:
    return [one.get("text", "") for one in frames if one["type"] == "message" and one["from"] == who]


async def test_a_new_visitor_is_welcomed_with_the_page_s_settings(visitor: Visitor) -> None:
    tab = await visitor.open()
    welcome = await tab.get()

    assert (welcome["type"], welcome["new"], welcome["seq"]) == ("welcome", True, 0)
    assert welcome["settings"]["max_text"] == 5000
    assert "image/png" in welcome["settings"]["uploads"]["types"]


async def test_a_message_is_acknowledged_seen_and_answered_in_that_order(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        id = await tab.say("merhaba")
        frames = await tab.until("message")

    assert kinds(frames) == ["ack", "seen", "message"]
    ack, seen, reply = frames
    assert ack["id"] == id and seen["seq"] == ack["seq"] < reply["seq"]
    assert (reply["from"], reply["text"]) == ("bot", "Merhaba None")


async def test_what_is_acknowledged_is_stored(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        id = await tab.say("merhaba")
        ack = (await tab.until("ack"))[-1]
        (name,) = await client.bot.store.conversation_ids()
        event = (await client.bot.store.load(name))[ack["seq"] - 1].as_dict()

    assert (event["event"], event["message_id"], event["input_channel"]) == ("user", id, "webchat")


async def test_buttons_come_with_their_text_and_a_payload_is_what_the_bot_reads(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        choice = (await tab.answer("seçenek"))[-1]
        frames = await tab.answer("Kargom nerede?", payload="/picture")

    buttons = [{"title": "Kargom nerede?", "payload": "/picture"}, {"title": "İade", "payload": "/card"}]
    assert (choice["text"], choice["buttons"]) == ("Hangisi?", buttons)
    assert frames[-1]["image"] == "https://example.org/koli.png"


async def test_a_reload_shows_the_same_again(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("seçenek")
        await tab.answer("Kargom nerede?", payload="/picture")
    async with await visitor.visit() as tab:
        again = await tab.quiet()

    assert texts(again, "user") == ["seçenek", "Kargom nerede?"]
    assert texts(again) == ["Hangisi?", "Buyurun:"]
    numbers = [one["seq"] for one in again if one["type"] == "message"]
    assert numbers == sorted(set(numbers))


async def test_only_what_came_after_is_shown_to_who_has_seen_the_rest(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        seen = (await tab.answer("merhaba"))[-1]["seq"]
        await tab.answer("seçenek")
    async with await visitor.visit(after=seen) as tab:
        rest = await tab.quiet()

    assert texts(rest, "user") == ["seçenek"] and texts(rest) == ["Hangisi?"]


async def test_a_second_tab_gets_everything_too_and_the_first_no_echo(visitor: Visitor) -> None:
    async with await visitor.visit() as first, await visitor.visit() as second:
        id = await first.say("merhaba")
        shown = await second.until("message", **{"from": "bot"})
        own = await first.until("message", **{"from": "bot"})

    assert [one["id"] for one in shown if one.get("from") == "user"] == [id]
    assert texts(own, "user") == []
    assert shown[-1]["seq"] == own[-1]["seq"]


async def test_a_message_that_is_sent_again_is_answered_once(visitor: Visitor, client: Client) -> None:
    id = uuid.uuid4().hex
    async with await visitor.visit() as tab:
        first = (await tab.answer("merhaba", id=id))[0]
        await tab.say("merhaba", id=id)
        again = (await tab.until("ack"))[-1]
        assert texts(await tab.quiet()) == []
    async with await visitor.visit() as tab:
        await tab.say("merhaba", id=id)
        late = (await tab.until("ack"))[-1]

    assert first == again == late
    (name,) = await client.bot.store.conversation_ids()
    assert sum(one.kind == "user" for one in await client.bot.store.load(name)) == 1


async def test_a_client_that_goes_away_in_mid_turn_finds_the_rest(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.say("bekle")
        await client.gate.entered.wait()
        seen = (await tab.until("ack"))[-1]["seq"]
    client.gate.open.set()
    async with await visitor.visit(after=seen) as tab:
        rest = await tab.until("message")

    assert kinds(rest) == ["seen", "message"]
    assert rest[-1]["from"] == "bot"


async def test_a_turn_that_takes_long_is_told_to_be_typed(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab, await visitor.visit() as second:
        await tab.say("bekle")
        on = (await second.until("typing"))[-1]
        client.gate.open.set()
        off = (await second.until("typing"))[-1]

    assert on == {"type": "typing", "from": "bot", "on": True}
    assert off == {"type": "typing", "from": "bot", "on": False}


async def test_a_message_sent_again_while_it_is_in_work_is_taken_once(
    visitor: Visitor, client: Client
) -> None:
    async with await visitor.visit() as tab, await visitor.visit() as second:
        id = await tab.say("bekle")
        await client.gate.entered.wait()
        await second.say("bekle", id=id)
        await second.quiet()
        client.gate.open.set()
        acked = await asyncio.gather(tab.until("ack", id=id), second.until("ack", id=id))

    assert acked[0][-1]["seq"] == acked[1][-1]["seq"]


async def test_a_program_makes_the_bot_speak_to_open_chats(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("merhaba")
        (name,) = await client.bot.store.conversation_ids()
        path = f"/conversations/{name}/trigger_intent?output_channel=webchat"
        status, answer = await client.ask("POST", path, json={"name": "speak"})
        frames = await tab.until("message")

    assert status == 200 and "messages" not in answer
    assert texts(frames) == ["Başka bir yerden."]


async def test_what_an_agent_writes_into_the_conversation_is_shown(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("merhaba")
        (name,) = await client.bot.store.conversation_ids()
        events = [{"event": "agent", "text": "Ben Elif.", "metadata": {"agent": {"name": "Elif"}}}]
        await client.ask("POST", f"/conversations/{name}/tracker/events", json=events)
        frame = (await tab.until("message"))[-1]

    assert (frame["from"], frame["agent"], frame["text"]) == ("agent", {"name": "Elif"}, "Ben Elif.")


async def test_a_replaced_conversation_is_shown_anew(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("merhaba")
        await tab.answer("seçenek")
        (name,) = await client.bot.store.conversation_ids()
        events = [{"event": "bot", "text": "Yeniden."}]
        await client.ask("PUT", f"/conversations/{name}/tracker/events", json=events)
        frames = await tab.until("message", text="Yeniden.")
    async with await visitor.open(after=999) as tab:
        welcome, again = await tab.get(), await tab.get()

    assert kinds(frames)[0] == "reset" and frames[-1]["seq"] == 1
    assert welcome["reset"] is True and again["text"] == "Yeniden."


async def test_a_rating_is_kept_in_the_conversation(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("merhaba")
        await tab.send(type="rating", score=5, comment="Teşekkürler")
        await tab.until("rated")
    (name,) = await client.bot.store.conversation_ids()
    last = (await client.bot.store.load(name))[-1].as_dict()

    assert last["name"] == "webchat_rating" and last["value"] == {"score": 5, "comment": "Teşekkürler"}
