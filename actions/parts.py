"""What every action of the shop has: the shop, a clock, and an apology for when the shop cannot be reached.

A form that cannot go on (the customer gave up, the identity check failed, the database is away) ends with a
word in the slot ``outcome``; the action that follows the form looks there first. So a form has one way out,
in the stories too.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answers import wants_to_stop
from actions.shop.errors import ShopError
from actions.shop.opening import open_shop
from actions.shop.ports import ISTANBUL, Shop
from bot.clock import Clock, SystemClock
from bot.turkish import yes_no

log = logging.getLogger(__name__)

Slots = dict[str, Any]

STOPPED, LOCKED, BROKEN, LOST, UNCLEAR = "stopped", "locked", "broken", "lost", "unclear"
"""Values of ``outcome``: given up; three wrong tries; the shop is away; three questions without an answer; begun by
words that say nothing."""

INTERRUPTING = frozenset(
    {
        "bank_transfer_query",
        "bot_challenge",
        "callback_request",
        "campaign_query",
        "cargo_tracking",
        "delete_my_data",
        "deny",
        "goodbye",
        "help",
        "human_handoff",
        "installment_query",
        "invoice_request",
        "opt_out",
        "out_of_scope",
        "payment_problem",
        "privacy_info",
        "repeat",
        "return_policy",
        "warranty_query",
        "working_hours",
    }
)
"""Intents that, when they are clear, are never the answer to an open question ("iade nedeniniz nedir?")."""

_CLEAR = 0.7
_MOST_ASKED = 3


@cache
def _the_shop() -> Shop:
    """One shop, with one pool of connections, for all actions of the process."""
    return open_shop()


class ShopParts:
    """The shop and the clock; the shop is opened at first use, so that an import opens no database."""

    def __init__(self, shop: Shop | None = None, clock: Clock | None = None) -> None:
        self._shop = shop
        self._clock = clock or SystemClock()

    @property
    def shop(self) -> Shop:
        if self._shop is None:
            self._shop = _the_shop()
        return self._shop

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), ISTANBUL)


class ShopAction(ShopParts, Action, ABC):  # type: ignore[misc]
    """An action that asks the shop: subclasses write ``answer``; ``run`` sees to early ends and errors."""

    @property
    @abstractmethod
    def action(self) -> str:
        """Its name in the domain; a class that leaves it out is no action of its own."""

    clears: ClassVar[tuple[str, ...]] = ()
    """Slots that are no use after this action, however it ends."""

    def name(self) -> str:
        return self.action

    @abstractmethod
    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Answer the customer.

        Raises:
            ShopError: turned into an apology and the offer of a person.
        """

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        cleared = [SlotSet(slot) for slot in (*self.clears, "outcome") if tracker.get_slot(slot) is not None]
        outcome = tracker.get_slot("outcome")
        if outcome is not None:
            return [*cleared, *say_outcome(str(outcome), dispatcher)]
        try:
            return [*cleared, *await self.answer(dispatcher, tracker)]
        except ShopError as error:
            log.warning("%s: the shop is away (%s)", self.action, error.code)
            return [*cleared, *say_outcome(BROKEN, dispatcher)]


def say_outcome(outcome: str, say: CollectingDispatcher) -> list[EventType]:
    """Say why a form ended early, and what follows."""
    if outcome == STOPPED:
        say.utter_message(response="utter_stopped")
        return []
    if outcome == UNCLEAR:
        say.utter_message(response="utter_rephrase")
        return []
    if outcome == LOCKED:
        say.utter_message(response="utter_identity_locked")
        return [SlotSet("department", "sipariş"), FollowupAction("handoff_form")]
    say.utter_message(response="utter_shop_away" if outcome == BROKEN else "utter_lost")
    return [FollowupAction("utter_offer_person")]


class ShopForm(ShopParts, FormValidationAction):  # type: ignore[misc]
    """A form's reader of answers: for each slot one ``extract_SLOT`` and one ``validate_SLOT``."""

    @property
    @abstractmethod
    def form(self) -> str:
        """The form's name in the domain; a class that leaves it out is no form of its own."""

    starts: ClassVar[str] = ""
    """The intent that starts this form: said again, it only has the question asked again."""

    def name(self) -> str:
        return f"validate_{self.form}"

    @abstractmethod
    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """The slots that are needed, of those that the domain lists, for what is known by now."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        if just_begun(tracker, self.form):
            # What is requested still is what the form before asked for.
            tracker.slots["requested_slot"] = None
        asked = tracker.get_slot("requested_slot")
        if asked and self.gives_up(tracker, asked):
            return ended(STOPPED)
        try:
            events: list[EventType] = await super().run(dispatcher, tracker, domain)
        except ShopError as error:
            log.warning("%s: the shop is away (%s)", self.form, error.code)
            return ended(BROKEN)
        outcome = next((one["value"] for one in events if one.get("name") == "outcome"), None)
        if outcome is not None:
            return [
                *(one for one in events if one.get("name") != "requested_slot"),
                SlotSet("requested_slot"),
            ]
        if asked and intent(tracker) == self.starts and not _filled(events):
            events.append(SlotSet(asked))
        if asked and _answered_wrongly(events, asked) and _times_asked(tracker, asked) >= _MOST_ASKED:
            return ended(LOST)
        if asked and not _filled(events) and off_topic(tracker) >= _MOST_ASKED:
            return ended(LOST)
        return events

    def gives_up(self, tracker: Tracker, asked: str) -> bool:
        """Whether this message gives the form up; to a yes/no question, "iptal" may be the answer."""
        return asked != "confirmed" and wants_to_stop(text_of(tracker))


def just_begun(tracker: Tracker, form: str) -> bool:
    """Whether the latest message is the one that began the form."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "active_loop":
            return bool(event.get("name") == form)
    return False


def ended(outcome: str) -> list[EventType]:
    return [SlotSet("outcome", outcome), SlotSet("requested_slot")]


def off_topic(tracker: Tracker) -> int:
    """How many of the customer's latest messages in a row had nothing to do with the shop."""
    times = 0
    for event in reversed(tracker.events):
        if event.get("event") != "user":
            continue
        found = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
        if found != "out_of_scope":
            break
        times += 1
    return times


def _filled(events: list[EventType]) -> bool:
    return any(one.get("event") == "slot" and one["name"] != "requested_slot" for one in events)


def _answered_wrongly(events: list[EventType], asked: str) -> bool:
    values = [one["value"] for one in events if one.get("event") == "slot" and one["name"] == asked]
    return bool(values) and values[-1] is None


def _times_asked(tracker: Tracker, slot: str) -> int:
    """How often this slot was asked for, no other between; Rasa sets it once more before it validates."""
    asked = [one.get("value") for one in tracker.events if one.get("name") == "requested_slot"]
    times = 0
    while times < len(asked) and asked[-1 - times] == slot:
        times += 1
    return times - 1


def text_of(tracker: Tracker) -> str:
    """The customer's latest words; empty for a pressed button, which carries its entities instead."""
    text = str(tracker.latest_message.get("text") or "")
    return "" if text.startswith("/") else text


def entity(tracker: Tracker, name: str) -> str:
    """The latest value of this entity in the latest message; empty when it has none."""
    values = [
        str(one.get("value") or "")
        for one in tracker.latest_message.get("entities") or ()
        if one.get("entity") == name
    ]
    return values[-1] if values else ""


def intent(tracker: Tracker) -> str:
    """The intent of the latest message."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def confirmation(tracker: Tracker) -> Slots:
    """``confirmed``, as the latest message answers the question for it; empty when it does not."""
    if tracker.get_slot("requested_slot") != "confirmed":
        return {}
    answer = {"affirm": True, "deny": False}.get(intent(tracker), yes_no(text_of(tracker)))
    return {} if answer is None else {"confirmed": answer}


def is_clear(tracker: Tracker) -> bool:
    """Whether there is hardly a doubt about the latest message's intent."""
    found: Mapping[str, Any] = tracker.latest_message.get("intent") or {}
    return float(found.get("confidence") or 0.0) >= _CLEAR


def is_answer(tracker: Tracker) -> bool:
    """Whether the words may answer an open question: all but a clear request for something else."""
    found: Mapping[str, Any] = tracker.latest_message.get("intent") or {}
    clear = is_clear(tracker)
    return bool(text_of(tracker)) and not (clear and found.get("name") in INTERRUPTING)


def may_name(tracker: Tracker, *about: str) -> bool:
    """Whether words that name nothing known may still be meant as a name: no other clear wish is in them."""
    found: Mapping[str, Any] = tracker.latest_message.get("intent") or {}
    clear = is_clear(tracker)
    return bool(text_of(tracker)) and (not clear or found.get("name") in (*about, "nlu_fallback"))
