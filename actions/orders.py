"""Where an order stands, when it comes, cancelling it, and sending it elsewhere."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import looks_like_address, order_no_in
from actions.identity import (
    NOT_SENT,
    OrderAction,
    OrderForm,
    earlier_order,
    proven_order,
    verified_phone,
)
from actions.parts import ShopAction, Slots, entity, is_answer, text_of
from actions.shop.ownership import order_number
from actions.shop.ports import CancelRefusal, Order, OrderState, Request, RequestKind
from actions.shop.rules import cancel_refusal
from actions.wording import articles, day, expected, money


def expected_day(order: Order) -> str:
    """The sentence about the day of delivery: the carrier's estimate, otherwise the shop's promise."""
    estimates = [one.estimated for one in order.shipments if one.estimated and not one.delivered_at]
    if order.state is OrderState.LATE:
        return expected(max(estimates)) if estimates and estimates != [order.promised] else ""
    return expected(max(estimates) if estimates else order.promised)


def say_status(order: Order, say: CollectingDispatcher) -> None:
    """One answer for each state: ``utter_order_STATE``."""
    shipment = order.shipments[-1] if order.shipments else None
    say.utter_message(
        response=f"utter_order_{order.state}",
        order_no=order.number,
        articles=articles(order),
        total=money(order.total_kurus),
        expected=expected_day(order),
        carrier=shipment.carrier.label if shipment else "kargo",
        branch=shipment.branch if shipment else "",
        delivered=day(order.delivered_at) if order.delivered_at else "",
        receiver=f" Teslim alan: {shipment.delivered_to}." if shipment and shipment.delivered_to else "",
        reason=f" Gecikmenin nedeni: {order.delay_reason}." if order.delay_reason else "",
        refund=f" İade edilen tutar: {money(order.refunded_kurus)}." if order.refunded_kurus else "",
    )


class OrderStatusForm(OrderForm):
    form = "order_status_form"
    starts = "order_status"


class TellOrderStatus(OrderAction):
    """Says where the order stands."""

    action = "action_tell_order_status"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        say_status(order, say)
        return []


class DelayForm(OrderForm):
    form = "delay_form"
    starts = "delivery_delay"


class TellDelay(OrderAction):
    """Why an order is late and when it comes; somebody calls who has been let down."""

    action = "action_tell_delay"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        say_status(order, say)
        return [FollowupAction("utter_offer_person")] if order.state is OrderState.LATE else []


class TellDeliveryTime(ShopAction):
    """When an order comes, if one is proven in this conversation; otherwise how long deliveries take."""

    action = "action_tell_delivery_time"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        named = order_number(entity(tracker, "order_no")) or order_no_in(text_of(tracker))
        if named and named != tracker.get_slot("proven_number"):
            return [SlotSet("order_no", named), FollowupAction("order_status_form")]
        order = (
            await earlier_order(self, tracker)
            or await proven_order(self, tracker)
            or await self._only_open(tracker)
        )
        if order is None or not order.open:
            say.utter_message(response="utter_delivery_time")
            return []
        say_status(order, say)
        return []

    async def _only_open(self, tracker: Tracker) -> Order | None:
        phone = verified_phone(tracker)
        waiting = [one for one in await self.shop.orders.latest(phone) if one.open] if phone else []
        return waiting[0] if len(waiting) == 1 else None


class CancelForm(OrderForm):
    form = "cancel_form"
    starts = "cancel_order"
    also = ("confirmed",)

    async def after_proof(self, order: Order, tracker: Tracker) -> Slots:
        return {"possible": cancel_refusal(order.state) is None}


class AskConfirmedCancel(OrderAction):
    """Asks whether this very order is to be cancelled."""

    action = "action_ask_cancel_form_confirmed"

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        say.utter_message(response="utter_ask_cancel", order_no=order.number, articles=articles(order))
        return []


class CancelOrder(OrderAction):
    """Cancels, or says why that is not possible and what is."""

    action = "action_cancel_order"
    clears = ("confirmed", "possible")

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        if tracker.get_slot("confirmed") is False:
            say.utter_message(response="utter_cancel_not_wanted")
            return []
        refusal = cancel_refusal(order.state)
        if refusal is None:
            done = await self.shop.orders.cancel(order)
            order, refusal = done.order, done.refusal
            if done.refund_kurus:
                say.utter_message(
                    response="utter_cancelled_with_refund",
                    order_no=order.number,
                    refund=money(done.refund_kurus),
                )
                return []
        response = "utter_cancelled" if refusal is None else _CANCEL_ANSWERS[refusal]
        say.utter_message(response=response, order_no=order.number)
        return []


_CANCEL_ANSWERS = {
    CancelRefusal.ALREADY_CANCELLED: "utter_cancel_already",
    CancelRefusal.ON_ITS_WAY: "utter_cancel_on_its_way",
    CancelRefusal.DELIVERED: "utter_cancel_delivered",
    CancelRefusal.RETURNING: "utter_cancel_returning",
}


class AddressForm(OrderForm):
    form = "address_form"
    starts = "change_address"
    also = ("new_address",)

    async def after_proof(self, order: Order, tracker: Tracker) -> Slots:
        return {"possible": order.state in NOT_SENT}

    async def extract_new_address(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        text = text_of(tracker)
        if tracker.get_slot("requested_slot") != "new_address":
            return {}
        return {"new_address": text} if looks_like_address(text) or is_answer(tracker) else {}

    async def validate_new_address(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        if looks_like_address(str(value)):
            return {"new_address": value}
        say.utter_message(response="utter_address_too_short")
        return {"new_address": None}


class ChangeAddress(OrderAction):
    """Records the new address while the goods have not left."""

    action = "action_change_address"
    clears = ("new_address", "possible")

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        address = tracker.get_slot("new_address")
        if order.state not in NOT_SENT or not address:
            say.utter_message(response="utter_address_too_late")
            return [FollowupAction("utter_offer_person")]
        ticket = await self.shop.requests.record(
            Request(RequestKind.ADDRESS_CHANGE, tracker.sender_id, order=order, details=str(address))
        )
        say.utter_message(response="utter_address_recorded", reference=ticket.reference)
        return []
