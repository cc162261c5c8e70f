"""Wishes about the customer's own data: no more messages, and deletion (KVKK)."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.identity import verified_phone
from actions.parts import ShopAction, Slots, confirmation, text_of
from actions.service import PhoneForm
from actions.shop.ports import Request, RequestKind


def phone_of(tracker: Tracker) -> str:
    """The verified phone, otherwise the one that the customer gave."""
    return verified_phone(tracker) or str(tracker.get_slot("phone") or "")


class OptOutForm(PhoneForm):
    form = "opt_out_form"
    starts = "opt_out"


class RecordOptOut(ShopAction):
    """Stops messages at once; no question stands in the way, as the law wants it easy."""

    action = "action_record_opt_out"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        await self.shop.requests.record(
            Request(RequestKind.OPT_OUT, tracker.sender_id, phone=phone_of(tracker), reason=text_of(tracker))
        )
        say.utter_message(response="utter_opt_out_recorded")
        return []


class DeletionForm(PhoneForm):
    form = "deletion_form"
    starts = "delete_my_data"
    slots = ("phone", "confirmed")

    async def extract_confirmed(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return confirmation(tracker)

    async def validate_confirmed(
        self, value: bool, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"confirmed": value}


class RecordDeletion(ShopAction):
    """Keeps the wish for deletion: answered by a person within 30 days (KVKK madde 13)."""

    action = "action_record_deletion"
    clears = ("confirmed",)

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        if not tracker.get_slot("confirmed"):
            say.utter_message(response="utter_deletion_not_wanted")
            return []
        ticket = await self.shop.requests.record(
            Request(RequestKind.DELETION, tracker.sender_id, phone=phone_of(tracker))
        )
        # What links conversations is ours alone and needs nobody's decision: it goes at once.
        await self.shop.proofs.forget(tracker.sender_id, verified_phone(tracker))
        say.utter_message(response="utter_deletion_recorded", reference=ticket.reference)
        return []


class StockAlertForm(PhoneForm):
    form = "stock_alert_form"


class RecordStockAlert(ShopAction):
    """Keeps the wish to hear when an article is back."""

    action = "action_record_stock_alert"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        wanted = ", ".join(
            str(tracker.get_slot(slot))
            for slot in ("product_code", "color", "size")
            if tracker.get_slot(slot)
        )
        await self.shop.requests.record(
            Request(RequestKind.STOCK_ALERT, tracker.sender_id, phone=phone_of(tracker), details=wanted)
        )
        say.utter_message(response="utter_stock_alert_recorded")
        return []
