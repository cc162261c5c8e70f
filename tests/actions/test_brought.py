"""Places and photos that a message brings along."""

from __future__ import annotations

from typing import Any

import pytest
from talking import Conversation, Said, StoppedClock

from actions.returns import ExchangeForm, GoodsForm, RecordExchange, RecordReturn, ReturnForm
from actions.service import StoreForm, TellStores
from actions.shop.fake import FakeRequests
from actions.shop.ports import RequestKind, Shop

pytestmark = pytest.mark.asyncio

DELIVERED = "SN-100001"
PHOTO = {"kind": "image", "path": "media/whatsapp/a1.jpg", "mime_type": "image/jpeg", "size": 9}
UPLOAD = {"upload_id": "x", "type": "image/png", "url": "/webhooks/chat/uploads/x.png", "size": 9}


@pytest.mark.parametrize("channel", ["whatsapp", "rest", "webchat"])
@pytest.mark.parametrize(
    ("place", "stores", "words"),
    [
        ({"latitude": 40.991, "longitude": 29.03}, ["Kadıköy", "Beşiktaş"], "bir kilometreden yakın"),
        ({"latitude": 39.0, "longitude": 32.8}, ["Kızılay", "Batıkent"], "yaklaşık 10"),
        ({"latitude": 52.5, "longitude": 13.4}, ["İzmit", "Bakırköy"], "kilometre uzakta"),
    ],
)
async def test_a_place_finds_the_nearest_stores(
    talk: Conversation, channel: str, place: dict[str, Any], stores: list[str], words: str
) -> None:
    talk.channel = channel
    talk.latest = {"metadata": {"location": place}}
    talk.hear("/store_locator", "store_locator")
    await talk.start(StoreForm(talk.shop, talk.clock))
    assert talk.form is None, "no city is asked for"
    said = await talk.run(TellStores(talk.shop, talk.clock))
    assert said.responses == ["utter_store"] * 2
    if place["latitude"] < 50:
        assert [text.split(" Mağazası")[0] for text in said.texts] == stores
    assert words in said.texts[0]


async def test_a_place_answers_the_question_for_the_city(talk: Conversation) -> None:
    form = StoreForm(talk.shop, talk.clock)
    talk.hear("mağazanız nerede", "store_locator")
    await talk.start(form)
    assert talk.asked == "city"
    talk.latest = {"metadata": {"location": {"latitude": 38.45, "longitude": 27.2}}}
    await talk.answer(form, "/store_locator", "store_locator")
    assert talk.form is None
    assert (await talk.run(TellStores(talk.shop, talk.clock))).texts[0].startswith("Bornova")


async def test_a_city_that_is_named_counts_more(talk: Conversation) -> None:
    talk.latest = {"metadata": {"location": {"latitude": 38.45, "longitude": 27.2}}}
    talk.hear("Ankara'da mağaza var mı", "store_locator", city="Ankara")
    await talk.start(StoreForm(talk.shop, talk.clock))
    assert (await talk.run(TellStores(talk.shop, talk.clock))).texts[0].startswith("Kızılay")


@pytest.mark.parametrize(
    "place",
    [
        None,
        "Kadıköy",
        {},
        {"latitude": "41", "longitude": 29},
        {"latitude": 91, "longitude": 29},
        {"latitude": 41, "longitude": -181},
        {"latitude": float("nan"), "longitude": 29},
        {"latitude": True, "longitude": False},
    ],
)
async def test_what_is_no_place_is_passed_over(talk: Conversation, place: Any) -> None:
    talk.latest = {"metadata": {"location": place}}
    talk.hear("mağazalar", "store_locator")
    await talk.start(StoreForm(talk.shop, talk.clock))
    assert talk.asked == "city"


async def begin(talk: Conversation, form: GoodsForm) -> None:
    talk.hear("iade", form.starts, order_no=DELIVERED)
    await talk.start(form)
    await talk.answer(form, "4567")
    if talk.asked == "return_item":
        await talk.answer(form, "hepsi")


async def show(talk: Conversation, form: GoodsForm, *media: dict[str, Any], text: str = "") -> Said:
    talk.latest = {"metadata": {"media": list(media)}}
    said = await talk.answer(form, text, "")
    talk.latest = {}
    return said


def photos_of(shop: Shop, kind: RequestKind) -> str:
    assert isinstance(shop.requests, FakeRequests)
    [entry] = [one for _, _, one in shop.requests.entries.values() if one.kind is kind]
    return entry.photos


async def test_a_photo_is_kept_with_the_return(talk: Conversation, clock: StoppedClock) -> None:
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    assert talk.asked == "return_reason"
    said = await show(talk, form, PHOTO)
    assert said.responses == ["utter_photo_noted"]
    assert talk.asked == "return_reason" and not talk.rejected(said)
    await talk.answer(form, "kırık geldi")
    assert talk.asked == "confirmed"
    assert (await show(talk, form, UPLOAD)).responses == ["utter_photo_noted"]
    await talk.answer(form, "evet", "affirm")
    assert (await talk.run(RecordReturn(talk.shop, clock))).responses == ["utter_return_recorded"]
    assert photos_of(talk.shop, RequestKind.RETURN).split("\n") == [PHOTO["path"], UPLOAD["url"]]
    assert talk.slots["photos"] is None


async def test_a_photos_caption_is_the_reason(talk: Conversation, clock: StoppedClock) -> None:
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    await show(talk, form, PHOTO, text="köşesi kırılmış")
    assert (talk.slots["return_reason"], talk.asked) == ("köşesi kırılmış", "confirmed")


async def test_many_photos_are_no_wrong_answers(talk: Conversation, clock: StoppedClock) -> None:
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    for number in range(6):
        await show(talk, form, {**PHOTO, "path": f"media/{number}.jpg"})
        talk.set("requested_slot", "return_reason")
    assert (talk.form, talk.asked, len(talk.slots["photos"])) == ("return_form", "return_reason", 6)


@pytest.mark.parametrize("by", ["web", "whatsapp"])
async def test_a_photo_may_come_before_the_words(talk: Conversation, clock: StoppedClock, by: str) -> None:
    if by == "web":
        talk.events.append({"event": "user", "text": "", "metadata": {"media": [PHOTO]}})
    else:
        value = {"kind": "image", "media": [PHOTO]}
        talk.events.append({"event": "slot", "name": "whatsapp_event", "value": value})
    form = ExchangeForm(talk.shop, clock)
    await begin(talk, form)
    await talk.answer(form, "M beden olsun")
    await talk.run(RecordExchange(talk.shop, clock))
    assert photos_of(talk.shop, RequestKind.EXCHANGE) == PHOTO["path"]


async def test_a_photo_that_was_not_kept_is_asked_for_again(talk: Conversation, clock: StoppedClock) -> None:
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    said = await show(talk, form, {"kind": "image", "problem": "large"})
    assert said.responses == ["utter_photo_unreadable"]
    assert talk.asked == "return_reason" and not talk.rejected(said)


async def test_photos_of_an_earlier_return_are_not_taken_again(
    talk: Conversation, clock: StoppedClock
) -> None:
    talk.events += [
        {"event": "user", "text": "", "metadata": {"media": [PHOTO]}},
        {"event": "action", "name": "action_record_return"},
    ]
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    assert talk.slots["photos"] is None


@pytest.mark.parametrize("media", ["x", [1], [{"kind": "voice", "path": "a.ogg"}], [{}]])
async def test_other_media_are_no_photos(talk: Conversation, clock: StoppedClock, media: Any) -> None:
    form = ReturnForm(talk.shop, clock)
    await begin(talk, form)
    talk.latest = {"metadata": {"media": media}}
    await talk.answer(form, "beğenmedim")
    assert talk.slots["photos"] is None
