"""Who is asking: an order is told to its verified sender, or for its number with the phone's last four digits.

Whether an order exists is never said before that. The shop's port counts wrong tries; the third ends the form
and passes the customer to a person. ``proven_number`` is the order for which the proof was given in this
conversation.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import (
    does_not_know,
    last_four_in,
    numbers_only,
    order_no_in,
)
from actions.earlier import PHONE, WHATSAPP, earlier_in
from actions.parts import (
    LOCKED,
    ShopAction,
    ShopForm,
    ShopParts,
    Slots,
    confirmation,
    entity,
    text_of,
)
from actions.shop.ownership import order_number
from actions.shop.phone import e164
from actions.shop.ports import NotShown, Order, OrderState, Proof
from actions.shop.rules import cancel_refusal, return_verdict
from actions.wording import articles

NOT_SENT = (OrderState.PENDING_PAYMENT, OrderState.PAYMENT_FAILED, OrderState.PREPARING)
"""States in which the goods are still in the shop."""

VOUCHING = WHATSAPP | PHONE
"""Channels that know their sender's phone. A web page or the REST channel hands on what its client wrote."""

UNKNOWN = "?"
"""What is kept for a number that the customer does not have at hand; it is no valid number."""

_LATEST, _OFFERED = 10, 3
"""How many orders of a verified sender are looked at, and offered to choose from."""


def verified_phone(tracker: Tracker) -> str:
    """The sender's phone (E.164) if the channel vouches for it: ``verified_phone`` of the message's metadata.

    Channels set it, never customers; from a channel that is not in :data:`VOUCHING` it proves nothing.
    """
    if tracker.get_latest_input_channel() not in VOUCHING:
        return ""
    latest = tracker.latest_message.get("metadata") or {}
    session = tracker.get_slot("session_started_metadata") or {}
    return e164(str(latest.get("verified_phone") or session.get("verified_phone") or ""))


def proof_of(tracker: Tracker, last_four: str | None = None) -> Proof:
    """What this conversation can show: the verified phone, and the last four digits that were given."""
    given = last_four if last_four is not None else str(tracker.get_slot("phone_last_four") or "")
    return Proof(tracker.sender_id, last_four=given, verified_phone=verified_phone(tracker))


async def proven_order(parts: ShopParts, tracker: Tracker) -> Order | None:
    """The order that this conversation has proven to be the customer's; None without one."""
    number = str(tracker.get_slot("order_no") or "")
    if not number or tracker.get_slot("proven_number") != number:
        return None
    found = await parts.shop.orders.find(number, proof_of(tracker))
    return None if isinstance(found, NotShown) else found


async def earlier_order(parts: ShopParts, tracker: Tracker) -> Order | None:
    """The order that was asked about in the conversation that the message points to ("webde sorduğum sipariş").

    Only for a sender whose phone the channel vouches for: number and last four digits of one order, which stand
    on a parcel's label, must not open another one.
    """
    channels, phone = earlier_in(text_of(tracker)), verified_phone(tracker)
    if channels is None or not phone:
        return None
    return await parts.shop.proofs.latest(phone, channels)


def fits(form: str, order: Order, today: date) -> bool:
    """Whether a verified sender may mean this order without naming it."""
    match form:
        case "cancel_form":
            return cancel_refusal(order.state) is None
        case "address_form":
            return order.state in NOT_SENT
        case "return_form" | "exchange_form":
            return return_verdict(order, today).allowed
        case "invoice_form":
            return bool(order.invoice_no)
        case "cargo_form" | "delay_form":
            return order.open and bool(order.shipments)
    return order.open


class OrderAction(ShopAction):
    """An action about one order, after its form has established whose it is."""

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        order = await proven_order(self, tracker)
        if order is None:
            say.utter_message(response="utter_order_not_found")
            return [SlotSet("proven_number")]
        return await self.answer_order(order, say, tracker)

    @abstractmethod
    async def answer_order(
        self, order: Order, say: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Answer about an order that is the customer's own."""


class OrderForm(ShopForm):
    """Asks for an order's number and the phone's last four digits, as far as they are needed."""

    also: ClassVar[tuple[str, ...]] = ()
    """Slots to be asked once the order is known and what is wished is possible."""

    async def after_proof(self, order: Order, tracker: Tracker) -> Slots:
        """Slots to set once the order is known; ``{"possible": False}`` ends the form."""
        return {}

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        number = tracker.get_slot("order_no")
        if number is not None and tracker.get_slot("proven_number") == number:
            more = self.also if tracker.get_slot("possible") is not False else ()
            return ["order_no", *more]
        return ["order_no", "phone_last_four"]

    async def extract_order_no(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "order_no", "phone_last_four"):
            return {}
        named = order_number(entity(tracker, "order_no")) or order_no_in(text_of(tracker))
        if not named:
            earlier = await self._earlier(say, tracker)
            if earlier is not None:
                return {"order_no": earlier.number}
        if asked == "phone_last_four":
            # A number that was mistyped may be told anew where only the digits of the phone are asked for.
            return {"order_no": named} if named and named != tracker.get_slot("order_no") else {}
        if named:
            return {"order_no": named}
        if asked == "order_no":
            text = text_of(tracker)
            if does_not_know(text):
                return {"order_no": UNKNOWN}
            return {"order_no": text} if numbers_only(text) else {}
        return await self._only_order(tracker)

    async def _earlier(self, say: CollectingDispatcher, tracker: Tracker) -> Order | None:
        """The order of the conversation that is pointed to; says so when that one cannot be gone on with."""
        if earlier_in(text_of(tracker)) is None:
            return None
        found = await earlier_order(self, tracker)
        if found is None and tracker.get_slot("order_no") is None:
            known = verified_phone(tracker)
            say.utter_message(response="utter_earlier_not_found" if known else "utter_earlier_needs_number")
        return found

    async def remember(self, order: Order, tracker: Tracker) -> None:
        """Keep that this conversation was told about the order, so that another one can go on with it."""
        channel = str(tracker.get_latest_input_channel() or "")
        await self.shop.proofs.remember(order, tracker.sender_id, channel)

    async def _only_order(self, tracker: Tracker) -> Slots:
        """A verified sender's only order that fits, when none was named."""
        phone = verified_phone(tracker)
        if not phone or tracker.get_slot("order_no") is not None:
            return {}
        fitting = [
            order
            for order in await self.shop.orders.latest(phone, _LATEST)
            if fits(str(self.form), order, self.now.date())
        ]
        return {"order_no": fitting[0].number} if len(fitting) == 1 else {}

    async def extract_phone_last_four(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        text = text_of(tracker)
        if tracker.get_slot("requested_slot") != "phone_last_four":
            return {}
        digits = last_four_in(text)
        if digits:
            return {"phone_last_four": digits}
        if order_no_in(text):
            return {}
        return {"phone_last_four": text} if numbers_only(text) or does_not_know(text) else {}

    async def extract_confirmed(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return confirmation(tracker)

    async def validate_order_no(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        number = order_number(str(value))
        if not number:
            say.utter_message(response="utter_order_no_hint")
            return {"order_no": None, "proven_number": None}
        proof = proof_of(tracker)
        # Answers that were given about another order are not about this one.
        fresh: Slots = {} if tracker.get_slot("proven_number") == number else dict.fromkeys(self.also)
        if proof.verified_phone or tracker.get_slot("proven_number") == number:
            found = await self.shop.orders.find(number, Proof(proof.conversation, "", proof.verified_phone))
            if isinstance(found, NotShown) and tracker.get_slot("proven_number") == number:
                found = await self.shop.orders.find(number, proof)
            if not isinstance(found, NotShown):
                await self.remember(found, tracker)
                known = {"order_no": number, "proven_number": number}
                return {**fresh, **known, **await self.after_proof(found, tracker)}
        return {**fresh, "order_no": number, "proven_number": None, "phone_last_four": None}

    async def validate_phone_last_four(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        number = tracker.get_slot("order_no") or tracker.get_slot("tracking_no")
        if number is None or tracker.get_slot("proven_number") == number:
            return {"phone_last_four": value}
        if tracker.get_slot("requested_slot") != "phone_last_four":
            # They were given for an earlier order: trying them here would cost a try.
            return {"phone_last_four": None}
        if not last_four_in(str(value)):
            say.utter_message(response="utter_last_four_hint")
            return {"phone_last_four": None}
        found = await self.find(str(number), proof_of(tracker, str(value)))
        if not isinstance(found, NotShown):
            await self.remember(found, tracker)
            known = {"order_no": found.number, "phone_last_four": value, "proven_number": found.number}
            return {**known, **await self.after_proof(found, tracker)}
        tries = float(tracker.get_slot("wrong_tries") or 0) + 1
        again: Slots = {"phone_last_four": None, "proven_number": None}
        if not found.tries_left:
            gone = {"order_no": None, "tracking_no": None}
            return {**again, **gone, "wrong_tries": tries, "outcome": LOCKED}
        say.utter_message(response="utter_order_not_found")
        return {**again, "wrong_tries": tries}

    async def find(self, number: str, proof: Proof) -> Order | NotShown:
        """The order that a number names."""
        return await self.shop.orders.find(number, proof)

    async def validate_confirmed(
        self, value: bool, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"confirmed": value}


class AskOrderNo(ShopAction):
    """Asks for the order; a verified sender chooses from the latest ones."""

    action = "action_ask_order_no"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        phone = verified_phone(tracker)
        form = str(tracker.active_loop_name)
        latest = await self.shop.orders.latest(phone, _LATEST) if phone else ()
        orders = [one for one in latest if fits(form, one, self.now.date())] or latest
        if orders:
            buttons = [
                {"title": articles(one), "payload": f'/order_status{{"order_no": "{one.number}"}}'}
                for one in orders[:_OFFERED]
            ]
            say.utter_message(response="utter_ask_which_order", buttons=buttons)
            return []
        say.utter_message(response=_QUESTIONS.get(form, "utter_ask_for_order_no"))
        return []


class AskTrackingNo(AskOrderNo):
    """Asks for the parcel in the same way: a verified sender chooses the order that it belongs to."""

    action = "action_ask_tracking_no"


_QUESTIONS = {
    "cargo_form": "utter_ask_for_tracking_no",
    "cancel_form": "utter_ask_order_no_to_cancel",
    "return_form": "utter_ask_order_no_to_return",
    "exchange_form": "utter_ask_order_no_to_exchange",
    "invoice_form": "utter_ask_order_no_for_invoice",
    "address_form": "utter_ask_order_no_for_address",
    "delay_form": "utter_ask_order_no_for_delay",
    "payment_form": "utter_ask_order_no_for_payment",
}
