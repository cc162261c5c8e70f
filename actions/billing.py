"""Payments, invoices and warranties."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.identity import OrderAction, OrderForm, proven_order
from actions.parts import ShopAction, Slots, entity, intent, text_of
from actions.shop.ports import Order, OrderState, Request, RequestKind
from bot.turkish import yes_no


class PaymentForm(OrderForm):
    """Asks for the order, if there is one: money may have left without an order."""

    form = "payment_form"
    starts = "payment_problem"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        if tracker.get_slot("without_order"):
            return ["without_order"]
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)

    async def extract_order_no(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        found = await super().extract_order_no(say, tracker, domain)
        asked = tracker.get_slot("requested_slot") == "order_no"
        no = intent(tracker) == "deny" or yes_no(text_of(tracker)) is False
        return {"without_order": True} if asked and no and "order_no" not in found else found

    async def validate_without_order(
        self, value: bool, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"without_order": value}


class RecordPaymentProblem(ShopAction):
    """Says what a failed payment waits for; everything else is checked by a person."""

    action = "action_record_payment_problem"
    clears = ("without_order",)

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        order = None if tracker.get_slot("without_order") else await proven_order(self, tracker)
        if order is not None and order.state is OrderState.PAYMENT_FAILED:
            why = f" Nedeni: {order.payment_problem}." if order.payment_problem else ""
            say.utter_message(response="utter_payment_failed", order_no=order.number, why=why)
            return []
        ticket = await self.shop.requests.record(
            Request(
                RequestKind.PAYMENT_PROBLEM,
                tracker.sender_id,
                order=order,
                reason=_complaint(tracker, "payment_problem"),
            )
        )
        say.utter_message(response="utter_payment_recorded", reference=ticket.reference)
        return []


def _complaint(tracker: Tracker, name: str) -> str:
    """The customer's latest words with this intent; empty for a pressed button."""
    for event in reversed(tracker.events):
        if (
            event.get("event") == "user"
            and ((event.get("parse_data") or {}).get("intent") or {}).get("name") == name
        ):
            text = str(event.get("text") or "")
            return "" if text.startswith("/") else text
    return ""


class InvoiceForm(OrderForm):
    form = "invoice_form"
    starts = "invoice_request"


class SendInvoice(OrderAction):
    """Has the invoice sent again, once it is written."""

    action = "action_send_invoice"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        if not order.invoice_no:
            say.utter_message(response="utter_invoice_not_yet", order_no=order.number)
            return []
        request = Request(
            RequestKind.INVOICE_COPY,
            tracker.sender_id,
            order=order,
            reason=_complaint(tracker, "invoice_request"),
        )
        ticket = await self.shop.requests.record(request)
        say.utter_message(response="utter_invoice_sent", order_no=order.number, reference=ticket.reference)
        return []


class TellWarranty(ShopAction):
    """The warranty of the product that is named, or how warranties are in general."""

    action = "action_tell_warranty"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        words = entity(tracker, "product")
        found = await self.shop.stock.find(words, limit=1) if words else ()
        if found and found[0].warranty_months:
            months = found[0].warranty_months
            period = f"{months // 12} yıl" if months % 12 == 0 else f"{months} ay"
            say.utter_message(response="utter_warranty_of_product", product=found[0].name, period=period)
        else:
            say.utter_message(response="utter_warranty")
        return []
