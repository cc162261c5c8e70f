"""What a page knows before anybody chats, and what it offers by itself."""

from __future__ import annotations

import pytest

from bot.channels.webchat_settings import WebChatSettings, read_webchat
from bot.errors import ProjectError

from ..conftest import Client
from .conftest import Visitor

pytestmark = pytest.mark.asyncio

OFFER = "Ödemede takıldığınız bir yer var mı?"
SECTION = {
    "title": "Mağaza",
    "greeting": {"text": "Merhaba", "buttons": [{"title": "Kargom", "payload": "/cargo", "extra": 1}]},
    "privacy": {"text": "Not", "link": "https://x.example/kvkk"},
    "proactive": [{"id": "odeme", "page": "/odeme", "text": OFFER}, {"text": "İkinci", "cart_over": 5}],
    "uploads": False,
    "rating": False,
}


@pytest.fixture
def settings() -> WebChatSettings:
    found = read_webchat({"webchat": SECTION})
    assert found is not None
    return found


async def test_a_page_knows_what_it_needs_without_a_session(client: Client, visitor: Visitor) -> None:
    status, told = await client.ask("GET", "/webhooks/chat/settings")

    assert status == 200
    assert told["greeting"] == {"text": "Merhaba", "buttons": [{"title": "Kargom", "payload": "/cargo"}]}
    assert told["privacy"] == {"text": "Not", "link": "https://x.example/kvkk", "confirm": True}
    assert [rule["id"] for rule in told["proactive"]] == ["odeme", "2"]
    assert (told["title"], told["uploads"], told["voice"], told["rating"]) == ("Mağaza", None, False, False)
    assert await client.bot.store.conversation_ids() == []


async def test_foreign_pages_are_told_nothing(client: Client) -> None:
    options = {"headers": {"Origin": "https://evil.example"}}
    assert (await client.ask("GET", "/webhooks/chat/settings", **options))[0] == 403


async def test_an_offer_is_said_once_and_the_conversation_goes_on(client: Client, visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        await tab.send(type="event", name="proactive", data={"rule": "odeme"})
        offer = (await tab.until("message"))[-1]
        await tab.send(type="event", name="proactive", data={"rule": "odeme"})
        await tab.send(type="event", name="proactive", data={"rule": "nothing"})
        await tab.send(type="event", name="invented by a newer page", data={})
        frames = await tab.answer("merhaba")

    assert (offer["from"], offer["text"]) == ("bot", OFFER)
    assert [one["text"] for one in frames if one["type"] == "message"] == ["Merhaba None"]
    assert not [one for one in frames if one["type"] == "error"]
    (name,) = await client.bot.store.conversation_ids()
    said = [one.as_dict() for one in await client.bot.store.load(name)]
    assert [one["event"] for one in said].count("session_started") == 1
    assert [one["text"] for one in said if one["event"] == "bot"] == [OFFER, "Merhaba None"]


@pytest.mark.parametrize(
    "section",
    [{"greeting": {"buttons": ["Kargom"]}}, {"greeting": "Merhaba"}, {"privacy": {"confirm": "belki"}}],
)
async def test_wrong_settings_are_told(section: dict[str, object]) -> None:
    with pytest.raises(ProjectError):
        read_webchat({"webchat": section})
