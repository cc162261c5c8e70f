"""A conversation that began in one channel goes on in another, for the customer alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from talking import Conversation, Said, StoppedClock

from actions.cargo import CargoForm, TellCargo
from actions.earlier import ANYWHERE, PHONE, WEB, WHATSAPP, earlier_in
from actions.identity import OrderForm
from actions.orders import CancelForm, OrderStatusForm, TellDeliveryTime, TellOrderStatus
from actions.privacy import RecordDeletion
from actions.shop.fake import fake_shop
from actions.shop.ports import ISTANBUL, Order, Shop
from actions.shop.world import World

MINE, LATER, FOUR, PHONE_OF_MINE, ANOTHERS = "SN-100005", "SN-100004", "4567", "+905320004567", "SN-100016"
WORDS = "az önce webde sorduğum sipariş"


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        (WORDS, WEB),
        ("WEBDEKİ KONUŞMAMIZ", WEB),
        ("web'de konuşmuştuk", WEB),
        ("internet sitenizde sormuştum", WEB),
        ("sitedeki görüşmemize devam edelim", WEB),
        ("demin telefonda sorduğum", PHONE),
        ("aradığımda konuştuğumuz sipariş", PHONE),
        ("whatsapp'ta sorduğum siparişi iptal edin", WHATSAPP),
        ("WhatsApp’taki yazışmamız", WHATSAPP),
        ("demin telefonda sorduğum sipariş", PHONE),
        ("telefonla aramıştım kargom için", PHONE),
        ("sizi aradım siparişim için", PHONE),
        ("demin aramıştım", PHONE),
        ("az önce webde sorduğum kargo", WEB),
        ("canlı destekten yazmıştım", WEB),
        ("whatsapptan yazmıştım siparişim için", WHATSAPP),
        ("wp'den yazdım size", WHATSAPP),
        ("demin yazmıştım", ANYWHERE),
        ("kargo firmasını aradım, açan yok", None),
        ("aradığım ürün yok", None),
        ("adresi yanlış yazdım", None),
        ("az once sordugum siparis", ANYWHERE),
        ("biraz önce konuştuğumuz sipariş", ANYWHERE),
        ("önceki görüşmemiz", ANYWHERE),
        ("siparişim nerede", None),
        ("dün sipariş verdim", None),
        ("web sitenizden aldığım ürün", None),
        ("telefon sordum", None),
        ("size bir şey sorduğumda kızmayın", None),
        ("", None),
        ("😀" * 1000, None),
    ],
)
def test_words_that_point_to_an_earlier_conversation(text: str, channels: frozenset[str] | None) -> None:
    assert earlier_in(text) == channels


def on(talk: Conversation, channel: str, sender: str, phone: str = "") -> Conversation:
    """Another conversation with the same shop."""
    other = Conversation(talk.shop, talk.clock, channel=channel, sender=sender)
    other.latest = {"metadata": {"verified_phone": phone}} if phone else {}
    return other


async def prove(talk: Conversation, number: str = MINE, last_four: str = FOUR) -> None:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim nerede", "order_status")
    await talk.start(form)
    await talk.answer(form, number, "order_status", order_no=number)
    if talk.asked == "phone_last_four":
        await talk.answer(form, last_four)


async def ask(talk: Conversation, text: str = WORDS, form: type[OrderForm] = OrderStatusForm) -> Said:
    talk.hear(text, str(form.starts))
    return await talk.start(form(talk.shop, talk.clock))


@pytest.mark.asyncio
async def test_what_was_asked_on_the_web_goes_on_in_whatsapp(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"))
    whatsapp = on(talk, "whatsapp", "whatsapp:905320004567", PHONE_OF_MINE)
    await ask(whatsapp)
    assert whatsapp.form is None
    said = await whatsapp.run(TellOrderStatus(talk.shop, talk.clock))
    assert said.responses == ["utter_order_shipped"]
    assert MINE in said.texts[0]


@pytest.mark.asyncio
async def test_it_goes_on_with_any_wish(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"), LATER)
    whatsapp = on(talk, "whatsapp", "w", PHONE_OF_MINE)
    await ask(whatsapp, "az önce webde sorduğum siparişi iptal edin", CancelForm)
    assert (whatsapp.slots["proven_number"], whatsapp.asked) == (LATER, "confirmed")
    caller = on(talk, "sip", "call-1", PHONE_OF_MINE)
    await ask(caller, "demin whatsappta konuştuğumuz kargo", CargoForm)
    assert caller.slots["proven_number"] == LATER
    assert (await caller.run(TellCargo(talk.shop, talk.clock))).responses
    caller.hear("az önce webde sorduğum ne zaman gelir", "delivery_time_query")
    assert LATER in (await caller.run(TellDeliveryTime(talk.shop, talk.clock))).texts[0]


@pytest.mark.asyncio
async def test_the_channel_that_is_named_counts_else_the_latest(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"), MINE)
    await prove(on(talk, "sip", "call-1"), LATER)
    for words, number in ((WORDS, MINE), ("telefonda sorduğum", LATER), ("az önce sorduğum", LATER)):
        whatsapp = on(talk, "whatsapp", f"w {words}", PHONE_OF_MINE)
        await ask(whatsapp, words)
        assert whatsapp.slots["proven_number"] == number, words


@pytest.mark.asyncio
async def test_a_number_that_is_named_counts_more(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"), MINE)
    whatsapp = on(talk, "whatsapp", "w", PHONE_OF_MINE)
    await ask(whatsapp, f"webde sorduğum değil, {LATER} nerede")
    assert whatsapp.slots["proven_number"] == LATER


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", ["webchat", "rest", "socketio", ""])
async def test_whoever_nobody_vouches_for_is_told_nothing_and_asked_as_ever(
    talk: Conversation, channel: str
) -> None:
    await prove(on(talk, "whatsapp", "w", PHONE_OF_MINE))
    web = on(talk, channel, "web-9", PHONE_OF_MINE)  # what a page writes into its metadata proves nothing
    said = await ask(web, "whatsapp'ta sorduğum sipariş")
    stranger = on(talk, channel, "web-10")
    nothing = await ask(stranger, "telefonda sorduğum sipariş")
    assert said.responses == nothing.responses == ["utter_earlier_needs_number"]
    assert (web.asked, web.slots["order_no"]) == ("order_no", None)
    await web.answer(OrderStatusForm(talk.shop, talk.clock), MINE, order_no=MINE)
    assert web.asked == "phone_last_four"


@pytest.mark.asyncio
async def test_an_attacker_who_knows_an_order_number_gets_nothing(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"))
    # On a phone of the attacker's own, which WhatsApp vouches for.
    attacker = on(talk, "whatsapp", "w", "+905309990001")
    said = await ask(attacker)
    assert said.responses == ["utter_earlier_not_found"]
    assert attacker.slots["proven_number"] is None
    form = OrderStatusForm(talk.shop, talk.clock)
    await attacker.answer(form, MINE, order_no=MINE)
    assert attacker.asked == "phone_last_four"
    # Wrong digits link nothing: neither to the attacker's conversation nor for the owner.
    await attacker.answer(form, "0000")
    owner = on(talk, "whatsapp", "o", PHONE_OF_MINE)
    await ask(owner, "whatsappta sorduğum sipariş")
    assert owner.slots["proven_number"] is None


@pytest.mark.asyncio
async def test_a_label_with_number_and_digits_opens_no_other_order(talk: Conversation) -> None:
    await prove(on(talk, "whatsapp", "w", PHONE_OF_MINE), LATER)
    finder = on(talk, "webchat", "web-7")
    await prove(finder, MINE)
    assert finder.slots["proven_number"] == MINE
    await ask(finder, "whatsappta sorduğum sipariş")
    assert LATER not in str(finder.slots.values())


@pytest.mark.asyncio
async def test_links_end_after_thirty_days(world: World, clock: StoppedClock) -> None:
    days, start = 0, datetime.fromtimestamp(clock.now(), ISTANBUL)
    shop = fake_shop(world, lambda: start + timedelta(days=days))
    talk = Conversation(shop, clock)
    await prove(on(talk, "webchat", "web-1"))
    days = 29
    assert isinstance(await shop.proofs.latest(PHONE_OF_MINE), Order)
    days = 30
    assert await shop.proofs.latest(PHONE_OF_MINE) is None


@pytest.mark.asyncio
async def test_deleting_ones_data_deletes_the_links(talk: Conversation) -> None:
    await prove(on(talk, "webchat", "web-1"))
    stranger = on(talk, "webchat", "web-2")
    stranger.set("phone", PHONE_OF_MINE)
    stranger.set("confirmed", True)
    await stranger.run(RecordDeletion(talk.shop, talk.clock))
    assert await talk.shop.proofs.latest(PHONE_OF_MINE), "a phone that was only written down deletes nothing"
    owner = on(talk, "whatsapp", "w", PHONE_OF_MINE)
    owner.hear("evet", "affirm")
    owner.set("confirmed", True)
    said = await owner.run(RecordDeletion(talk.shop, talk.clock))
    assert said.responses == ["utter_deletion_recorded"]
    assert await talk.shop.proofs.latest(PHONE_OF_MINE) is None


@pytest.mark.asyncio
async def test_an_unproven_visitor_deletes_the_own_links(shop: Shop, talk: Conversation) -> None:
    web = on(talk, "webchat", "web-1")
    await prove(web)
    web.set("confirmed", True)
    await web.run(RecordDeletion(shop, talk.clock))
    assert await shop.proofs.latest(PHONE_OF_MINE) is None
