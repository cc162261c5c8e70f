"""Each flow from its first word to its answer."""

from __future__ import annotations

from typing import Any

import pytest
from talking import Conversation, Said

from actions.billing import InvoiceForm, PaymentForm, RecordPaymentProblem, SendInvoice, TellWarranty
from actions.cargo import CargoForm, TellCargo
from actions.conversation import Deny, Fallback, Menu, Repeat
from actions.orders import (
    AddressForm,
    CancelForm,
    CancelOrder,
    ChangeAddress,
    DelayForm,
    OrderStatusForm,
    TellDelay,
    TellDeliveryTime,
    TellOrderStatus,
)
from actions.parts import ShopAction, ShopForm
from actions.privacy import DeletionForm, OptOutForm, RecordDeletion, RecordOptOut
from actions.returns import AskReturnItem, ExchangeForm, RecordExchange, RecordReturn, ReturnForm
from actions.service import (
    CallbackForm,
    HandoffForm,
    RecordCallback,
    RecordComplaint,
    RecordHandoff,
    RecordSurvey,
    StoreForm,
    SurveyForm,
    TellStores,
)
from actions.shop.demo import SHOWCASE
from actions.stock import (
    AskColor,
    AskProduct,
    PriceForm,
    SearchForm,
    StockForm,
    TellPrice,
    TellProducts,
    TellStock,
)

pytestmark = pytest.mark.asyncio


async def through(
    talk: Conversation,
    form: type[ShopForm],
    action: type[ShopAction],
    first: tuple[str, str],
    *answers: str,
    **entities: Any,
) -> Said:
    """Start the form with the first words, answer its questions, and run the action behind it."""
    reader = form(talk.shop, talk.clock)
    talk.hear(*first, **entities)
    await talk.start(reader)
    for one in answers:
        assert talk.form, f"nothing was asked any more before {one!r}"
        await talk.answer(reader, one, {"evet": "affirm", "hayır": "deny"}.get(one, "nlu_fallback"))
    assert talk.form is None, f"still asked: {talk.asked}"
    return await talk.run(action(talk.shop, talk.clock))


@pytest.mark.parametrize("shown", SHOWCASE[:15], ids=lambda one: one.number)
async def test_every_state_of_an_order_is_told(talk: Conversation, shown: Any) -> None:
    said = await through(
        talk, OrderStatusForm, TellOrderStatus, ("siparişim nerede", "order_status"), shown.number, "4567"
    )
    assert said.responses == [f"utter_order_{shown.state}"]
    assert shown.number in said.texts[0]
    assert "None" not in said.texts[0]


@pytest.mark.parametrize("shown", SHOWCASE[:15], ids=lambda one: one.number)
async def test_every_parcel_is_told(talk: Conversation, shown: Any) -> None:
    said = await through(talk, CargoForm, TellCargo, ("kargom", "cargo_tracking"), shown.number, "4567")
    assert said.texts
    assert all("None" not in text and "  " not in text for text in said.texts)


async def test_freight_to_be_paid_at_the_door_is_said(talk: Conversation) -> None:
    said = await through(talk, CargoForm, TellCargo, ("kargom", "cargo_tracking"), "SN-100005", "4567")
    assert "teslim alırken ödenir" in said.texts[0]


async def test_a_late_order_has_its_reason_and_the_offer_of_a_call(talk: Conversation) -> None:
    said = await through(talk, DelayForm, TellDelay, ("gelmedi", "delivery_delay"), "SN-100003", "4567")
    assert "özür" in said.texts[0]
    assert "Gecikmenin nedeni" in said.texts[0]
    assert said.followup == "utter_offer_person"


async def test_delivery_times_are_general_without_an_order(talk: Conversation) -> None:
    talk.hear("kaç günde gelir", "delivery_time_query")
    assert (await talk.run(TellDeliveryTime(talk.shop, talk.clock))).responses == ["utter_delivery_time"]


async def test_an_order_on_its_way_is_not_cancelled_and_nothing_is_confirmed(talk: Conversation) -> None:
    said = await through(talk, CancelForm, CancelOrder, ("iptal", "cancel_order"), "SN-100002", "4567")
    assert said.responses == ["utter_cancel_on_its_way"]


async def test_the_address_changes_before_the_goods_leave(talk: Conversation) -> None:
    first = ("adres", "change_address")
    address = "Moda Caddesi 5 Kadıköy İstanbul"
    said = await through(talk, AddressForm, ChangeAddress, first, "SN-100004", "4567", "Kadıköy", address)
    assert said.responses == ["utter_address_recorded"]


async def test_the_address_does_not_change_afterwards(talk: Conversation) -> None:
    first = ("adres", "change_address")
    said = await through(talk, AddressForm, ChangeAddress, first, "SN-100002", "4567")
    assert said.responses == ["utter_address_too_late"]


async def test_a_return_is_recorded_once_confirmed(talk: Conversation) -> None:
    form = ReturnForm(talk.shop, talk.clock)
    talk.hear("iade", "return_request", order_no="SN-100001")
    await talk.start(form)
    await talk.answer(form, "4567")
    offered = await talk.run(AskReturnItem(talk.shop, talk.clock))
    assert [one["title"] for one in offered.messages[0]["buttons"]][-1] == "Hepsi"
    for words, intent in (("Hepsi", "affirm"), ("bedeni uymadı", "complaint"), ("evet", "affirm")):
        await talk.answer(form, words, intent)
    said = await talk.run(RecordReturn(talk.shop, talk.clock))
    assert said.responses == ["utter_return_recorded"]
    assert talk.slots["return_reason"] is None
    again = await through(talk, ReturnForm, RecordReturn, ("iade", "return_request"))
    assert again.responses == ["utter_return_refused_already_asked"]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("SN-100002", "not_delivered"),
        ("SN-100014", "too_late"),
        ("SN-100010", "cancelled"),
        ("SN-100015", "hygiene"),
    ],
)
async def test_what_cannot_be_returned_is_said_without_more_questions(
    talk: Conversation, number: str, why: str
) -> None:
    said = await through(talk, ReturnForm, RecordReturn, ("iade", "return_request"), number, "4567")
    assert said.responses == [f"utter_return_refused_{why}"]


async def test_an_exchange_is_recorded(talk: Conversation) -> None:
    first = ("değişim", "exchange_request")
    said = await through(talk, ExchangeForm, RecordExchange, first, "SN-100001", "4567", "gömlek", "XL olsun")
    assert said.responses == ["utter_exchange_recorded"]


async def test_a_failed_payment_is_explained(talk: Conversation) -> None:
    first = ("ödeme alınmadı", "payment_problem")
    said = await through(talk, PaymentForm, RecordPaymentProblem, first, "SN-100009", "4567")
    assert said.responses == ["utter_payment_failed"]


async def test_money_that_left_without_an_order_is_recorded(talk: Conversation) -> None:
    first = ("para çekildi sipariş yok", "payment_problem")
    said = await through(talk, PaymentForm, RecordPaymentProblem, first, "hayır")
    assert said.responses == ["utter_payment_recorded"]


@pytest.mark.parametrize(("number", "response"), [("SN-100001", "sent"), ("SN-100004", "not_yet")])
async def test_invoices_are_sent_once_they_are_written(
    talk: Conversation, number: str, response: str
) -> None:
    said = await through(talk, InvoiceForm, SendInvoice, ("fatura", "invoice_request"), number, "4567")
    assert said.responses == [f"utter_invoice_{response}"]


async def test_the_warranty_of_a_product(talk: Conversation) -> None:
    talk.hear("garantisi ne kadar", "warranty_query", product="kablosuz kulaklık")
    said = await talk.run(TellWarranty(talk.shop, talk.clock))
    assert said.responses == ["utter_warranty_of_product"]
    assert "2 yıl" in said.texts[0]


async def test_stock_asks_colour_and_size_in_turn(talk: Conversation) -> None:
    form = StockForm(talk.shop, talk.clock)
    talk.hear("keten gömlek var mı", "stock_query", product="gömlek")
    await talk.start(form)
    assert talk.slots["product"] == "Keten Gömlek"
    assert talk.asked == "color"
    assert "siyah" in (await talk.run(AskColor(talk.shop, talk.clock))).texts[0]
    await talk.answer(form, "siyah olsun")
    assert talk.asked == "size"
    await talk.answer(form, "l beden")
    said = await talk.run(TellStock(talk.shop, talk.clock))
    assert said.responses == ["utter_in_stock"]
    assert "Keten Gömlek (siyah, L)" in said.texts[0]


async def test_out_of_stock_names_what_is_instead(talk: Conversation) -> None:
    first = ("siyah m keten gömlek", "stock_query")
    said = await through(talk, StockForm, TellStock, first, product="keten gömlek", color="siyah", size="M")
    assert said.responses == ["utter_out_of_stock_with_alternatives"]
    assert said.followup == "utter_offer_stock_alert"


async def test_words_for_several_products_are_asked_about(talk: Conversation) -> None:
    form = StockForm(talk.shop, talk.clock)
    talk.hear("elbise var mı", "stock_query", product="elbise")
    await talk.start(form)
    said = await talk.run(AskProduct(talk.shop, talk.clock))
    assert said.responses == ["utter_ask_which_product"]
    assert 1 < len(said.messages[0]["buttons"]) <= 3


async def test_a_new_product_forgets_the_colour_of_the_old(talk: Conversation) -> None:
    first = ("siyah l keten gömlek", "stock_query")
    await through(talk, StockForm, TellStock, first, product="keten gömlek", color="siyah", size="L")
    form = StockForm(talk.shop, talk.clock)
    talk.hear("peki oxford gömlek", "stock_query", product="oxford gömlek")
    await talk.start(form)
    assert talk.asked == "color"


async def test_a_colour_or_size_instead_of_the_product_keeps_what_was_offered(talk: Conversation) -> None:
    form = StockForm(talk.shop, talk.clock)
    talk.hear("gömlek var mı", "stock_query", product="gömlek")
    await talk.start(form)
    assert (talk.asked, talk.slots["product_words"]) == ("product", "gömlek")
    said = await talk.answer(form, "M", "stock_query", size="M")
    assert said.responses == []
    assert (talk.asked, talk.slots["product_words"], talk.slots["size"]) == ("product", "gömlek", "M")
    await talk.answer(form, "keten gömlek", "stock_query", product="keten gömlek")
    assert (talk.asked, talk.slots["size"]) == ("color", "M")


@pytest.mark.parametrize(
    ("text", "response"),
    [("kargo ücreti ne kadar", "utter_fee_cargo"), ("kapıda ödeme kaç para", "utter_fee_on_delivery")],
)
async def test_fees_are_told_without_a_product(talk: Conversation, text: str, response: str) -> None:
    assert (await through(talk, PriceForm, TellPrice, (text, "price_query"))).responses == [response]


async def test_a_search_keeps_to_the_price(talk: Conversation) -> None:
    first = ("1000 liraya kadar gömlek arıyorum", "product_search")
    said = await through(talk, SearchForm, TellProducts, first, product="gömlek", amount="1000 lira")
    assert said.responses == ["utter_search_found"]
    first = ("10 liraya gömlek", "product_search")
    said = await through(talk, SearchForm, TellProducts, first, product="gömlek", amount="10 lira")
    assert said.responses == ["utter_search_nothing"]


async def test_a_person_is_asked_for_with_department_phone_and_time(talk: Conversation) -> None:
    first = ("temsilci", "human_handoff")
    answers = ("İade ve değişim", "0532 111 22 33", "yarın öğleden sonra")
    said = await through(talk, HandoffForm, RecordHandoff, first, *answers)
    assert "iade ekibimiz" in said.texts[0]
    assert "17 Mart Salı günü saat 14.00'te" in said.texts[0]


async def test_a_verified_sender_is_not_asked_for_the_phone(verified: Conversation) -> None:
    said = await through(
        verified, CallbackForm, RecordCallback, ("beni arayın yarın sabah", "callback_request")
    )
    assert said.responses == ["utter_callback_recorded"]


async def test_nobody_is_called_on_sunday(talk: Conversation) -> None:
    form = CallbackForm(talk.shop, talk.clock)
    talk.hear("0532 111 22 33 arayın", "callback_request")
    await talk.start(form)
    assert (await talk.answer(form, "pazar günü saat 15")).responses == ["utter_callback_closed"]
    assert talk.asked == "callback_time"


@pytest.mark.parametrize(("score", "response"), [("9", "utter_survey_high"), ("3", "utter_survey_low")])
async def test_scores_are_recorded(talk: Conversation, score: str, response: str) -> None:
    said = await through(talk, SurveyForm, RecordSurvey, ("puan", "survey_score"), "15", score)
    assert said.responses == [response]


async def test_a_score_in_the_middle_of_another_question_is_taken(talk: Conversation) -> None:
    talk.hear("beni arayın", "callback_request")
    await talk.start(CallbackForm(talk.shop, talk.clock))
    assert talk.asked == "phone"
    talk.hear("8 puan veriyorum", "survey_score")
    await talk.start(SurveyForm(talk.shop, talk.clock))
    assert (talk.asked, talk.slots["survey_score"]) == (None, 8.0)


@pytest.mark.parametrize("text", ["11", "4567", "100", "0532 111"])
async def test_a_number_that_nobody_asked_for_is_no_score(talk: Conversation, text: str) -> None:
    said = await through(talk, SurveyForm, RecordSurvey, (text, "survey_score"))
    assert said.responses == ["utter_rephrase"]
    assert talk.slots["survey_score"] is None


@pytest.mark.parametrize("text", ["9/10", "dokuz puan", "10 üzerinden 9 veriyorum", "9 yıldız"])
async def test_a_score_that_calls_itself_one_is_kept_unasked(talk: Conversation, text: str) -> None:
    talk.hear(text, "survey_score")
    await talk.start(SurveyForm(talk.shop, talk.clock))
    assert (talk.asked, talk.slots["survey_score"]) == (None, 9.0)


async def test_a_guess_is_kept_as_nobodys_score(talk: Conversation) -> None:
    form = SurveyForm(talk.shop, talk.clock)
    talk.hear("bir beden büyük", "survey_score", confidence=0.47)
    await talk.start(form)
    assert (talk.form, talk.slots["outcome"], talk.slots["survey_score"]) == (None, "unclear", None)


@pytest.mark.parametrize("text", ["5", "<img onerror=alert(1)> ve böyle şeyler"])
async def test_a_score_that_nobody_asked_for_is_asked_for_before_it_is_kept(
    talk: Conversation, text: str
) -> None:
    form = SurveyForm(talk.shop, talk.clock)
    talk.hear(text, "survey_score")
    await talk.start(form)
    assert (talk.asked, talk.slots["survey_score"]) == ("survey_score", None)
    await talk.answer(form, "5", "survey_score")
    assert (talk.asked, talk.slots["survey_score"]) == (None, 5.0)


@pytest.mark.parametrize("text", ["on bir", "11", "yüz puan"])
async def test_a_score_beyond_ten_is_told_so(talk: Conversation, text: str) -> None:
    form = SurveyForm(talk.shop, talk.clock)
    talk.hear("puan vermek istiyorum", "survey_score")
    await talk.start(form)
    assert (await talk.answer(form, text, "survey_score")).responses == ["utter_score_hint"]


async def test_a_short_number_in_place_of_the_phone_is_a_wrong_phone(talk: Conversation) -> None:
    form = CallbackForm(talk.shop, talk.clock)
    talk.hear("beni arayın", "callback_request")
    await talk.start(form)
    assert (await talk.answer(form, "5", "survey_score")).responses == ["utter_phone_hint"]
    assert (talk.form, talk.asked) == ("callback_form", "phone")


async def test_who_asks_for_a_person_twice_is_not_asked_which_one_again(talk: Conversation) -> None:
    form = HandoffForm(talk.shop, talk.clock)
    talk.hear("temsilci", "human_handoff")
    await talk.start(form)
    assert talk.asked == "department"
    await talk.answer(form, "temsilci", "human_handoff")
    assert (talk.asked, talk.slots["department"]) == ("phone", "müşteri ilişkileri")


async def test_a_complaint_is_recorded(talk: Conversation) -> None:
    talk.hear("kurye kabaydı", "complaint")
    assert (await talk.run(RecordComplaint(talk.shop, talk.clock))).responses == ["utter_complaint_recorded"]


async def test_stores_are_named(talk: Conversation) -> None:
    said = await through(talk, StoreForm, TellStores, ("mağaza", "store_locator"), "Atlantis", "ankara'da")
    assert said.responses[0] == "utter_store"
    assert "Ankara" in said.texts[0]


async def test_messages_stop_at_once(verified: Conversation) -> None:
    said = await through(verified, OptOutForm, RecordOptOut, ("RET", "opt_out"))
    assert said.responses == ["utter_opt_out_recorded"]
    assert await verified.shop.requests.opted_out("+905320004567")


async def test_deletion_is_recorded_only_when_confirmed(talk: Conversation) -> None:
    first = ("hesabımı silin", "delete_my_data")
    said = await through(talk, DeletionForm, RecordDeletion, first, "0532 111 22 33", "hayır")
    assert said.responses == ["utter_deletion_not_wanted"]
    said = await through(talk, DeletionForm, RecordDeletion, first, "evet")
    assert said.responses == ["utter_deletion_recorded"]


async def test_not_understood_climbs_to_a_person(talk: Conversation) -> None:
    said = []
    for words in ("asdf", "qwer", "zxcv"):
        talk.hear(words)
        said.append(await talk.run(Fallback()))
    assert [one.responses[0] for one in said] == ["utter_rephrase", "utter_fallback_menu", "utter_lost"]
    assert said[-1].followup == "utter_offer_person"
    talk.hear("merhaba", "greet")
    talk.hear("asdf")
    assert (await talk.run(Fallback())).responses == ["utter_rephrase"]


async def test_repeat_says_the_latest_answer_but_not_a_forms_own_question(talk: Conversation) -> None:
    talk.hear("iade kaç gün", "return_policy")
    talk.events += [
        {"event": "bot", "text": "On dört gün.", "data": {}},
        {"event": "bot", "text": "Numaranız?", "data": {}},
    ]
    talk.hear("tekrar", "repeat")
    assert (await talk.run(Repeat())).texts == ["On dört gün.", "Numaranız?"]
    talk.form = "order_status_form"
    talk.hear("tekrar", "repeat")
    assert (await talk.run(Repeat())).texts == ["On dört gün."]


@pytest.mark.parametrize("leaving", [Menu(), Deny()])
async def test_menu_and_no_leave_the_form(talk: Conversation, leaving: Menu | Deny) -> None:
    talk.form = "return_form"
    talk.slots["return_reason"] = "küçük"
    await talk.run(leaving)
    assert talk.form is None
    assert talk.slots["return_reason"] is None
