"""People: a live agent, a call, a complaint, a score, a store."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import bare_number, callback_time, can_be_called, phone_in, score_in
from actions.brought import location_of
from actions.identity import verified_phone
from actions.parts import (
    UNCLEAR,
    ShopAction,
    ShopForm,
    Slots,
    ended,
    entity,
    intent,
    is_answer,
    is_clear,
    just_begun,
    may_name,
    text_of,
)
from actions.shop.phone import e164
from actions.shop.ports import Request, RequestKind, Store
from actions.wording import moment
from bot.turkish import find_numbers, fold

_SCORES = re.compile(r"\b(puan|yildiz|uzeri|ver|not\b)|/\s?(5|10)\b")
"""Words by which a number is a score, asked for or not."""

_OTHERS = "müşteri ilişkileri"
_DEPARTMENTS = {
    "iade": r"\b(iade|degisim)",
    "ödeme": r"\b(odeme|fatura|para\b|kart|taksit)",
    "teknik destek": r"\b(teknik|ariza|bozuk|kurulum|garanti)",
    "sipariş": r"\b(siparis|kargo|teslimat)",
}
_OF_INTENT = {
    "sipariş": "order_status cargo_tracking delivery_time_query delivery_delay cancel_order change_address",
    "iade": "return_request exchange_request return_policy",
    "ödeme": "payment_problem installment_query bank_transfer_query invoice_request",
    "teknik destek": "warranty_query technical_support",
    _OTHERS: "complaint privacy_info delete_my_data opt_out",
}


def department_in(text: str) -> str:
    """The department that the words name; empty for none."""
    folded = fold(text)
    return next((name for name, words in _DEPARTMENTS.items() if re.search(words, folded)), "")


def department_before(tracker: Tracker) -> str:
    """The department of what was last spoken about; empty when nothing tells."""
    for event in reversed(tracker.events):
        found = (
            ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if event.get("event") == "user"
            else None
        )
        for name, intents in _OF_INTENT.items():
            if found in intents.split():
                return name
    return ""


class PhoneForm(ShopForm):
    """A form that may have to ask for the phone: not when the channel has verified it."""

    slots: ClassVar[tuple[str, ...]] = ("phone",)

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return [slot for slot in self.slots if slot != "phone" or not verified_phone(tracker)]

    async def extract_phone(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "phone"):
            return {}
        phone = e164(entity(tracker, "phone")) or phone_in(text_of(tracker))
        if phone:
            return {"phone": phone}
        digits = re.sub(r"\D", "", text_of(tracker))
        wrong = len(digits) >= 4 or bare_number(text_of(tracker))
        return {"phone": digits} if asked and wrong else {}

    async def validate_phone(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        phone = phone_in(str(value))
        if not phone:
            say.utter_message(response="utter_phone_hint")
        return {"phone": phone or None}


class CallbackForm(PhoneForm):
    form = "callback_form"
    starts = "callback_request"
    slots: ClassVar[tuple[str, ...]] = ("phone", "callback_time")

    async def extract_callback_time(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "callback_time"):
            return {}
        when = callback_time(text_of(tracker), self.now)
        if when is not None:
            return {"callback_time": when.isoformat()}
        return {"callback_time": text_of(tracker)} if asked and may_name(tracker, self.starts) else {}

    async def validate_callback_time(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        try:
            when = datetime.fromisoformat(str(value))
        except ValueError:
            say.utter_message(response="utter_callback_time_hint")
            return {"callback_time": None}
        if when < self.now:
            return {"callback_time": None}
        if not can_be_called(when):
            say.utter_message(response="utter_callback_closed")
            return {"callback_time": None}
        return {"callback_time": value}


class HandoffForm(CallbackForm):
    form = "handoff_form"
    starts = "human_handoff"
    slots = ("department", "phone", "callback_time")

    async def extract_department(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "department"):
            return {}
        found = department_in(text_of(tracker))
        if not found and asked is None and intent(tracker) != "human_handoff":
            found = department_before(tracker)
        if not found and asked and (is_answer(tracker) or intent(tracker) == self.starts):
            # Who asks for a person once more does not care which.
            found = department_before(tracker) or _OTHERS if intent(tracker) == self.starts else _OTHERS
        return {"department": found} if found else {}

    async def validate_department(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"department": value}


class RecordCallback(ShopAction):
    """Keeps the wish to be called, and says when that will be."""

    action = "action_record_callback"
    clears = ("callback_time", "department")
    kind = RequestKind.CALLBACK

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        when = datetime.fromisoformat(str(tracker.get_slot("callback_time")))
        department = str(tracker.get_slot("department") or department_before(tracker) or _OTHERS)
        ticket = await self.shop.requests.record(
            Request(
                self.kind,
                tracker.sender_id,
                phone=verified_phone(tracker) or str(tracker.get_slot("phone") or ""),
                department=department,
                callback_at=when,
            )
        )
        say.utter_message(
            response=f"utter_{self.kind}_recorded",
            department=department,
            time=moment(when),
            reference=ticket.reference,
        )
        return []


class RecordHandoff(RecordCallback):
    """Keeps the wish for a person, with the department and the time of the call."""

    action = "action_record_handoff"
    kind = RequestKind.HANDOFF


class RecordComplaint(ShopAction):
    """Keeps the customer's words, and apologises."""

    action = "action_record_complaint"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        ticket = await self.shop.requests.record(
            Request(RequestKind.COMPLAINT, tracker.sender_id, reason=text_of(tracker))
        )
        say.utter_message(response="utter_complaint_recorded", reference=ticket.reference)
        return []


class SurveyForm(ShopForm):
    form = "survey_form"
    starts = "survey_score"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        text = text_of(tracker)
        stray = not is_clear(tracker) or (bare_number(text) and score_in(text) is None)
        if just_begun(tracker, self.form) and stray:
            return ended(UNCLEAR)  # Nobody asked for a score, and this is hardly one.
        return await super().run(dispatcher, tracker, domain)

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return ["survey_score"]

    async def extract_survey_score(
        self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        asked = tracker.get_slot("requested_slot")
        if asked not in (None, "survey_score"):
            return {}
        text = text_of(tracker)
        if asked is None and not _SCORES.search(fold(text)):
            return {}  # "5" out of nowhere may be anything: ask before it is kept.
        score = score_in(text)
        if score is None and not re.search(r"\d", text) and not (asked and find_numbers(text)):
            return {}
        return {"survey_score": float(score if score is not None else -1)}

    async def validate_survey_score(
        self, value: float, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        if 0 <= value <= 10:
            return {"survey_score": value}
        say.utter_message(response="utter_score_hint")
        return {"survey_score": None}


class RecordSurvey(ShopAction):
    """Keeps the score, and answers a low one differently from a high one."""

    action = "action_record_survey"
    clears = ("survey_score",)

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        score = int(tracker.get_slot("survey_score"))
        await self.shop.requests.record(
            Request(RequestKind.SURVEY, tracker.sender_id, score=score, reason=text_of(tracker))
        )
        say.utter_message(response="utter_survey_high" if score >= 7 else "utter_survey_low")
        return []


class StoreForm(ShopForm):
    form = "store_form"
    starts = "store_locator"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return [] if _place_of(tracker) else ["city"]

    async def extract_city(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        if entity(tracker, "city"):
            return {}
        place = entity(tracker, "district")
        text = text_of(tracker)
        if (
            not place
            and tracker.get_slot("requested_slot") == "city"
            and (may_name(tracker, self.starts) or await self.shop.stores.near(text, limit=1))
        ):
            place = text
        return {"city": place} if place else {}

    async def validate_city(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        if await self.shop.stores.near(str(value), limit=1):
            return {"city": value}
        say.utter_message(response="utter_city_unknown")
        return {"city": None}


class TellStores(ShopAction):
    """Names the nearest stores."""

    action = "action_tell_stores"
    clears = ("city", "district")

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        place = _place_of(tracker)
        if place is not None:
            for one in await self.shop.stores.nearest(*place, limit=2):
                far = f"yaklaşık {one.km} kilometre uzakta" if one.km else "bir kilometreden yakın"
                _say_store(one.store, f" Size {far}.", say)
            return []
        city, district = (str(tracker.get_slot(slot) or "") for slot in ("city", "district"))
        near = await self.shop.stores.near(city, district, limit=2)
        if not near:
            say.utter_message(response="utter_city_unknown")
            return []
        if near[0].km is not None:
            say.utter_message(response="utter_store_none_here")
        for one in near if near[0].km is None else near[:1]:
            _say_store(one.store, f" Yaklaşık {one.km} kilometre uzakta." if one.km else "", say)
        return []


def _place_of(tracker: Tracker) -> tuple[float, float] | None:
    """The place that the message brought along; a city that it names counts more."""
    named = entity(tracker, "city") or entity(tracker, "district")
    return None if named else location_of(tracker)


def _say_store(store: Store, distance: str, say: CollectingDispatcher) -> None:
    say.utter_message(
        response="utter_store",
        name=store.name,
        district=store.district,
        city=store.city,
        address=store.address,
        hours=store.hours,
        distance=distance,
    )
