"""Parcels: where, at which branch, when, to whom, paid by whom."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import does_not_know, numbers_only, order_no_in, tracking_no_in
from actions.identity import UNKNOWN, OrderAction, OrderForm, proof_of
from actions.orders import say_status
from actions.parts import Slots, entity, text_of
from actions.shop.ownership import order_number, tracking_number
from actions.shop.ports import NotShown, Order, OrderState, PaymentMethod, Proof, Shipment, ShipmentState
from actions.wording import day, expected, money


class CargoForm(OrderForm):
    """Asks for the tracking number, takes an order's number as well, then for the last four digits."""

    form = "cargo_form"
    starts = "cargo_tracking"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        number = tracker.get_slot("order_no")
        if number is None:
            return ["tracking_no", "phone_last_four"]
        proven = tracker.get_slot("proven_number") == number
        return ["order_no"] if proven else ["order_no", "phone_last_four"]

    async def extract_order_no(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return await self.extract_tracking_no(say, tracker, domain)

    async def extract_tracking_no(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        asked = tracker.get_slot("requested_slot")
        text = text_of(tracker)
        if asked not in (None, "tracking_no", "order_no"):
            return {}
        tracked = entity(tracker, "tracking_no") or tracking_no_in(text)
        if tracked:
            return {"tracking_no": tracked, "order_no": None, "proven_number": None}
        named = order_number(entity(tracker, "order_no")) or order_no_in(text)
        if named:
            return {"order_no": named, "tracking_no": None}
        earlier = await self._earlier(say, tracker)
        if earlier is not None:
            return {"order_no": earlier.number, "tracking_no": None}
        if asked is None:
            return await self._only_order(tracker)
        if does_not_know(text):
            return {"tracking_no": UNKNOWN}
        return {"tracking_no": text} if numbers_only(text) else {}

    async def validate_tracking_no(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        if value is None:
            return {"tracking_no": None}
        number = tracking_number(str(value))
        if len(number) < 8:
            say.utter_message(response="utter_tracking_no_hint")
            return {"tracking_no": None}
        proof = proof_of(tracker)
        if proof.verified_phone:
            found = await self.find(number, Proof(proof.conversation, "", proof.verified_phone))
            if not isinstance(found, NotShown):
                await self.remember(found, tracker)
                return {"tracking_no": number, "order_no": found.number, "proven_number": found.number}
        unproven: Slots = dict.fromkeys(("order_no", "proven_number", "phone_last_four"))
        return {**unproven, "tracking_no": number}

    async def validate_order_no(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {**await super().validate_order_no(value, say, tracker, domain), **_unless_tracked(tracker)}

    async def find(self, number: str, proof: Proof) -> Order | NotShown:
        if order_number(number):
            return await self.shop.orders.find(number, proof)
        found = await self.shop.cargo.track(number, proof)
        return found if isinstance(found, NotShown) else found[0]


def _unless_tracked(tracker: Tracker) -> Slots:
    """An order named now is asked for as a whole, not for the parcel that was named before."""
    named = order_no_in(text_of(tracker)) or entity(tracker, "order_no")
    return {"tracking_no": None} if named and not tracking_no_in(text_of(tracker)) else {}


class TellCargo(OrderAction):
    """Says where each parcel of the order is; before there is one, where the order stands."""

    action = "action_tell_cargo"
    clears = ("tracking_no",)

    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        shipments = await self.shop.cargo.shipments(order)
        asked = tracking_number(str(tracker.get_slot("tracking_no") or ""))
        named = [one for one in shipments if tracking_number(one.tracking_no) == asked]
        if not shipments or order.state is OrderState.CANCELLED:
            say_status(order, say)
            return []
        for shipment in named or shipments:
            say_shipment(shipment, order, say)
        late = order.state is OrderState.LATE
        if late:
            say.utter_message(response="utter_delay_apology")
        return [FollowupAction("utter_offer_person")] if late else []


def say_shipment(shipment: Shipment, order: Order, say: CollectingDispatcher) -> None:
    """One answer for each state of a parcel: ``utter_parcel_STATE``."""
    last = shipment.last
    done = shipment.state in (ShipmentState.DELIVERED, ShipmentState.RETURNED)
    say.utter_message(
        response=f"utter_parcel_{shipment.state}",
        carrier=shipment.carrier.label,
        tracking_no=shipment.tracking_no,
        branch=shipment.branch,
        movement=f" Son hareket: {day(last.at)}, {last.text}." if last else "",
        expected="" if done else expected(shipment.estimated),
        delivered=day(shipment.delivered_at) if shipment.delivered_at else "",
        receiver=f" Teslim alan: {shipment.delivered_to}." if shipment.delivered_to else "",
        fee=_fee(order),
    )


def _fee(order: Order) -> str:
    """Who pays for the parcel, as a sentence."""
    if order.free_shipping:
        return "Kargo ücretsiz."
    when = "teslim alırken ödenir" if order.payment is PaymentMethod.ON_DELIVERY else "ödendi"
    return f"Kargo ücreti {money(order.shipping_kurus)}, {when}."
