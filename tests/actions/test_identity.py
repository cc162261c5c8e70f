"""Orders are told only to whom they belong, and whether one exists is told to nobody else."""

from __future__ import annotations

import pytest
from talking import Conversation, Said

from actions.cargo import CargoForm, TellCargo
from actions.identity import AskOrderNo
from actions.orders import CancelForm, OrderStatusForm, TellOrderStatus

pytestmark = pytest.mark.asyncio

MINE, FOUR, ANOTHERS, NOBODYS = "SN-100005", "4567", "SN-100016", "SN-999999"


async def ask(talk: Conversation, number: str, last_four: str) -> list[Said]:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim nerede", "order_status")
    said = [await talk.start(form)] if talk.form is None else []
    if talk.asked == "order_no":
        said.append(await talk.answer(form, number, "order_status", order_no=number))
    said.append(await talk.answer(form, last_four))
    if talk.form is None:
        said.append(await talk.run(TellOrderStatus(talk.shop, talk.clock)))
    return said


async def test_number_and_last_four_digits_open_the_order(talk: Conversation) -> None:
    said = await ask(talk, MINE, FOUR)
    assert said[-1].responses == ["utter_order_shipped"]
    assert MINE in said[-1].texts[0]


@pytest.mark.parametrize(
    "written", ["45 67", "4567'ydi", "0532 000 45 67", "kırk beş altmış yedi", "4 5 6 7"]
)
async def test_last_four_digits_are_read_as_people_write_them(talk: Conversation, written: str) -> None:
    assert (await ask(talk, MINE, written))[-1].responses == ["utter_order_shipped"]


@pytest.mark.parametrize(
    "written", ["100005", "sn 100005", "#100005", "100 005", "yüz bin beş", "SN-100005 olacak"]
)
async def test_order_numbers_are_read_as_people_write_them(talk: Conversation, written: str) -> None:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim", "order_status")
    await talk.start(form)
    await talk.answer(form, written)
    assert talk.slots["order_no"] == MINE
    assert talk.asked == "phone_last_four"


async def test_an_order_that_exists_and_one_that_does_not_are_answered_alike(
    talk: Conversation, clock: object
) -> None:
    other = Conversation(talk.shop, talk.clock, sender="another")
    of_another = await ask(talk, ANOTHERS, FOUR)
    of_nobody = await ask(other, NOBODYS, FOUR)
    assert [one.texts for one in of_another] == [one.texts for one in of_nobody]
    assert of_another[-1].responses == ["utter_order_not_found"]
    assert talk.asked == "phone_last_four", "only the digits are asked for again"
    assert talk.slots["proven_number"] is None
    assert [one.events for one in of_another[2:]] == [one.events for one in of_nobody[2:]]


@pytest.mark.parametrize("number", [ANOTHERS, NOBODYS])
async def test_three_wrong_tries_end_with_a_person(talk: Conversation, number: str) -> None:
    for _ in range(2):
        await ask(talk, number, "1234")
        assert talk.form == "order_status_form"
    last = (await ask(talk, number, "1234"))[-1]
    assert last.responses == ["utter_identity_locked"]
    assert last.followup == "handoff_form"
    assert talk.slots["wrong_tries"] == 3
    assert talk.slots["outcome"] is None


async def test_a_mistyped_order_number_can_be_told_anew_where_digits_are_asked_for(
    talk: Conversation,
) -> None:
    await ask(talk, NOBODYS, FOUR)
    form = OrderStatusForm(talk.shop, talk.clock)
    await talk.answer(form, MINE, order_no=MINE)
    assert (talk.slots["order_no"], talk.asked) == (MINE, "phone_last_four")
    await talk.answer(form, FOUR)
    assert talk.slots["proven_number"] == MINE


async def test_after_three_wrong_tries_the_right_digits_open_nothing(talk: Conversation) -> None:
    for _ in range(3):
        await ask(talk, ANOTHERS, "1234")
    assert (await ask(talk, MINE, FOUR))[-1].responses == ["utter_identity_locked"]


async def test_a_verified_sender_needs_no_digits(verified: Conversation) -> None:
    form = OrderStatusForm(verified.shop, verified.clock)
    verified.hear("SN-100005 nerede", "order_status", order_no=MINE)
    await verified.start(form)
    assert verified.form is None
    said = await verified.run(TellOrderStatus(verified.shop, verified.clock))
    assert said.responses == ["utter_order_shipped"]


async def test_a_verified_sender_is_told_nothing_about_others(verified: Conversation) -> None:
    form = OrderStatusForm(verified.shop, verified.clock)
    verified.hear("SN-100016 nerede", "order_status", order_no=ANOTHERS)
    said = await verified.start(form)
    assert verified.asked == "phone_last_four"
    assert said.messages == []


async def test_a_verified_sender_chooses_from_the_own_orders(verified: Conversation) -> None:
    form = CancelForm(verified.shop, verified.clock)
    verified.hear("siparişimi iptal etmek istiyorum", "cancel_order")
    await verified.start(form)
    said = await verified.run(AskOrderNo(verified.shop, verified.clock))
    assert said.responses == ["utter_ask_which_order"]
    payloads = [one["payload"] for one in said.messages[0]["buttons"]]
    assert 1 < len(payloads) <= 3
    assert any("SN-100004" in one for one in payloads)


async def test_a_phone_in_the_customers_words_verifies_nothing(talk: Conversation) -> None:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear(
        "telefonum +905320004567, SN-100005 nerede", "order_status", order_no=MINE, phone="+905320004567"
    )
    await talk.start(form)
    assert talk.asked == "phone_last_four"


@pytest.mark.parametrize("channel", ["rest", "socketio", "cmdline", ""])
async def test_metadata_of_a_channel_that_knows_no_sender_verifies_nothing(
    verified: Conversation, channel: str
) -> None:
    verified.channel = channel
    form = OrderStatusForm(verified.shop, verified.clock)
    verified.hear("SN-100005 nerede", "order_status", order_no=MINE)
    await verified.start(form)
    assert verified.asked == "phone_last_four"


async def test_another_order_is_proven_anew(talk: Conversation) -> None:
    await ask(talk, MINE, FOUR)
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("peki SN-100016 nerede", "order_status", order_no=ANOTHERS)
    await talk.start(form)
    assert talk.asked == "phone_last_four"


async def test_a_proven_order_is_not_asked_for_again(talk: Conversation) -> None:
    await ask(talk, MINE, FOUR)
    form = CargoForm(talk.shop, talk.clock)
    talk.hear("kargom nerede", "cargo_tracking")
    await talk.start(form)
    assert talk.form is None
    assert (await talk.run(TellCargo(talk.shop, talk.clock))).responses == ["utter_parcel_in_transit"]


async def test_a_tracking_number_is_proven_like_an_order(talk: Conversation) -> None:
    order = await talk.shop.orders.latest("+905320004567", 20)
    number = next(one for one in order if one.number == MINE).shipments[0].tracking_no
    form = CargoForm(talk.shop, talk.clock)
    talk.hear("kargom nerede", "cargo_tracking")
    await talk.start(form)
    assert talk.asked == "tracking_no"
    await talk.answer(form, number)
    assert talk.asked == "phone_last_four"
    await talk.answer(form, FOUR)
    said = await talk.run(TellCargo(talk.shop, talk.clock))
    assert said.responses == ["utter_parcel_in_transit"]
    assert number in said.texts[0]


async def test_who_has_no_number_at_hand_is_told_where_it_stands(talk: Conversation) -> None:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim nerede", "order_status")
    await talk.start(form)
    assert (await talk.answer(form, "bilmiyorum ki")).responses == ["utter_order_no_hint"]
    assert talk.asked == "order_no"


@pytest.mark.parametrize(
    "text", ["12", "SN-12345", "0532 111 22 33", "1234567", "'; DROP TABLE orders; --", "😀"]
)
async def test_what_is_no_order_number_is_not_looked_up(talk: Conversation, text: str) -> None:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim nerede", "order_status")
    await talk.start(form)
    await talk.answer(form, text)
    assert talk.slots["order_no"] is None
    assert talk.form == "order_status_form"
