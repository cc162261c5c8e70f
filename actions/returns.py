"""Sending goods back: for the money, or for others."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import is_question
from actions.brought import photos_before, photos_now, together
from actions.identity import OrderAction, OrderForm
from actions.parts import Slots, is_answer, text_of
from actions.shop.ports import Order, Request, RequestKind
from actions.shop.rules import return_verdict
from actions.wording import article, day, listed
from bot.turkish import fold

ALL = "hepsi"
_REFUSED = "utter_return_refused_"


class GoodsForm(OrderForm):
    """A form about goods that were received: which of them, and what is wished."""

    async def after_proof(self, order: Order, tracker: Tracker) -> Slots:
        verdict = return_verdict(order, self.now.date())
        only = article(verdict.lines[0]) if len(verdict.lines) == 1 else None
        return {"possible": verdict.allowed, "return_item": tracker.get_slot("return_item") or only}

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        # A photo is no answer and no wrong one: it is kept, and what was asked is asked again.
        known = list(tracker.get_slot("photos") or ())
        sent, lost = photos_now(tracker)
        photos = together(known, photos_before(tracker), sent)
        if sent:
            dispatcher.utter_message(response="utter_photo_noted")
        elif lost:
            dispatcher.utter_message(response="utter_photo_unreadable")
        noted = [SlotSet("photos", photos)] if photos != known or sent or lost else []
        return [*noted, *await super().run(dispatcher, tracker, domain)]

    def words(self, slot: str, tracker: Tracker) -> Slots:
        """The customer's own words as the answer to an open question."""
        text = text_of(tracker)
        if tracker.get_slot("requested_slot") != slot or not is_answer(tracker) or is_question(text):
            return {}
        return {slot: text}

    async def extract_return_item(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return self.words("return_item", tracker)

    async def validate_return_item(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"return_item": ALL if "hep" in fold(str(value)).split(" ")[0] else value}


class AskReturnItem(OrderAction):
    """Asks which article of the order comes back."""

    action = "action_ask_return_item"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        names = [article(line) for line in return_verdict(order, self.now.date()).lines]
        buttons = [{"title": name, "payload": name} for name in names]
        buttons.append({"title": "Hepsi", "payload": "Hepsi"})
        say.utter_message(response="utter_ask_which_item", names=listed(names, "veya"), buttons=buttons)
        return []


class ReturnForm(GoodsForm):
    form = "return_form"
    starts = "return_request"
    also = ("return_item", "return_reason", "confirmed")

    async def extract_return_reason(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return self.words("return_reason", tracker)

    async def validate_return_reason(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"return_reason": value}


class AskConfirmedReturn(OrderAction):
    """Asks whether the return is to be opened."""

    action = "action_ask_return_form_confirmed"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        item = tracker.get_slot("return_item")
        say.utter_message(
            response="utter_ask_return" if item != ALL else "utter_ask_return_all",
            order_no=order.number,
            item=item,
        )
        return []


class RecordReturn(OrderAction):
    """Opens the return, or says why it is not possible."""

    action = "action_record_return"
    clears = ("return_item", "return_reason", "confirmed", "possible", "photos")

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        if tracker.get_slot("confirmed") is False:
            say.utter_message(response="utter_return_not_wanted")
            return []
        verdict = return_verdict(order, self.now.date())
        if verdict.refusal is not None or verdict.last_day is None:
            say.utter_message(response=f"{_REFUSED}{verdict.refusal}", order_no=order.number)
            return []
        ticket = await self.shop.requests.record(
            Request(
                RequestKind.RETURN,
                tracker.sender_id,
                order=order,
                reason=str(tracker.get_slot("return_reason") or ""),
                details=str(tracker.get_slot("return_item") or ""),
                photos=tuple(tracker.get_slot("photos") or ()),
            )
        )
        last = day(verdict.last_day)
        say.utter_message(response="utter_return_recorded", reference=ticket.reference, last_day=last)
        return []


class ExchangeForm(GoodsForm):
    form = "exchange_form"
    starts = "exchange_request"
    also = ("return_item", "exchange_wish")

    async def extract_exchange_wish(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return self.words("exchange_wish", tracker)

    async def validate_exchange_wish(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"exchange_wish": value}


class RecordExchange(OrderAction):
    """Opens the exchange, or says why it is not possible."""

    action = "action_record_exchange"
    clears = ("return_item", "exchange_wish", "possible", "photos")

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        verdict = return_verdict(order, self.now.date())
        if verdict.refusal is not None:
            say.utter_message(response=f"{_REFUSED}{verdict.refusal}", order_no=order.number)
            return []
        item, wish = (str(tracker.get_slot(slot) or "") for slot in ("return_item", "exchange_wish"))
        ticket = await self.shop.requests.record(
            Request(
                RequestKind.EXCHANGE,
                tracker.sender_id,
                order=order,
                details=f"{item}: {wish}",
                photos=tuple(tracker.get_slot("photos") or ()),
            )
        )
        say.utter_message(response="utter_exchange_recorded", reference=ticket.reference)
        return []
