"""What every form does with words that are no answer."""

from __future__ import annotations

import pytest
from talking import Conversation

from actions.orders import CancelForm, CancelOrder, OrderStatusForm, TellOrderStatus
from actions.returns import ReturnForm
from actions.stock import StockForm

pytestmark = pytest.mark.asyncio


async def started(talk: Conversation) -> OrderStatusForm:
    form = OrderStatusForm(talk.shop, talk.clock)
    talk.hear("siparişim nerede", "order_status")
    await talk.start(form)
    return form


@pytest.mark.parametrize(
    "text", ["vazgeçtim", "VAZGEÇTİM", "boş ver", "iptal", "vazgectim artık", "gerek kalmadı"]
)
async def test_a_form_is_given_up(talk: Conversation, text: str) -> None:
    form = await started(talk)
    await talk.answer(form, text, "cancel_order")
    assert talk.form is None
    said = await talk.run(TellOrderStatus(talk.shop, talk.clock))
    assert said.responses == ["utter_stopped"]
    assert talk.slots["outcome"] is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("iade kaç gün?", "return_policy"),
        ("2 gündür bekliyorum", "complaint"),
        ("temsilci", "human_handoff"),
        ("ana menü", "help"),
        ("hayır", "deny"),
        ("kargom nerede", "cargo_tracking"),
    ],
)
async def test_other_wishes_are_left_to_the_rules(talk: Conversation, text: str, intent: str) -> None:
    form = await started(talk)
    assert talk.rejected(await talk.answer(form, text, intent))


async def test_the_same_wish_again_has_the_question_asked_again(talk: Conversation) -> None:
    form = await started(talk)
    assert not talk.rejected(await talk.answer(form, "siparişim nerede diyorum", "order_status"))
    assert talk.asked == "order_no"


async def test_three_wrong_answers_bring_a_person(talk: Conversation) -> None:
    form = await started(talk)
    for _ in range(3):
        assert talk.form
        await talk.answer(form, "12345")
    said = await talk.run(TellOrderStatus(talk.shop, talk.clock))
    assert said.responses == ["utter_lost"]
    assert said.followup == "utter_offer_person"


async def test_yes_confirms_and_no_does_not(talk: Conversation) -> None:
    for answer, intent, response in (
        ("hayır", "deny", "utter_cancel_not_wanted"),
        ("olur", "affirm", "utter_cancelled_with_refund"),
    ):
        form = CancelForm(talk.shop, talk.clock)
        talk.hear("SN-100004 iptal edin", "cancel_order", order_no="SN-100004")
        await talk.start(form)
        if talk.asked == "phone_last_four":
            await talk.answer(form, "4567")
        assert talk.asked == "confirmed"
        await talk.answer(form, answer, intent)
        said = await talk.run(CancelOrder(talk.shop, talk.clock))
        assert said.responses == [response]
        assert talk.slots["confirmed"] is None


async def test_the_database_away_is_an_apology_and_the_offer_of_a_person(away: Conversation) -> None:
    form = OrderStatusForm(away.shop, away.clock)
    away.hear("SN-100005 nerede", "order_status", order_no="SN-100005")
    await away.start(form)
    await away.answer(form, "4567")
    assert away.form is None
    said = await away.run(TellOrderStatus(away.shop, away.clock))
    assert said.responses == ["utter_shop_away"]
    assert said.followup == "utter_offer_person"


async def test_logs_hold_no_personal_data(away: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    form = OrderStatusForm(away.shop, away.clock)
    away.hear("SN-100005 nerede", "order_status", order_no="SN-100005")
    await away.start(form)
    await away.answer(form, "4567")
    assert caplog.records
    assert "4567" not in caplog.text
    assert "100005" not in caplog.text


async def test_a_clear_other_wish_is_no_return_reason(talk: Conversation) -> None:
    form = ReturnForm(talk.shop, talk.clock)
    talk.hear("SN-100001 iade", "return_request", order_no="SN-100001")
    await talk.start(form)
    await talk.answer(form, "4567")
    assert talk.asked == "return_item"
    await talk.answer(form, "Keten Gömlek", "return_request")
    assert talk.rejected(await talk.answer(form, "faturamı da gönderin", "invoice_request"))
    assert not talk.rejected(await talk.answer(form, "bedeni küçük geldi", "complaint"))
    assert talk.asked == "confirmed"


async def test_a_product_is_not_made_of_another_wish(talk: Conversation) -> None:
    form = StockForm(talk.shop, talk.clock)
    talk.hear("stokta var mı", "stock_query")
    await talk.start(form)
    assert talk.rejected(await talk.answer(form, "iban alabilir miyim", "bank_transfer_query"))
    assert not talk.rejected(await talk.answer(form, "keten gömlek", "bank_transfer_query"))


async def test_words_that_have_nothing_to_do_with_the_shop_end_a_form_at_the_third_time(
    talk: Conversation,
) -> None:
    form = await started(talk)
    for text in ("asdfgh", "hava nasıl"):
        await talk.answer(form, text, "out_of_scope")
        assert talk.asked == "order_no"
    await talk.answer(form, "qwerty", "out_of_scope")
    assert talk.form is None
    said = await talk.run(TellOrderStatus(talk.shop, talk.clock))
    assert (said.responses, said.followup) == (["utter_lost"], "utter_offer_person")
