"""The conversation itself: the menu, saying it again, giving up, and not understanding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

_OF_FORMS = (
    "confirmed",
    "possible",
    "return_item",
    "return_reason",
    "exchange_wish",
    "photos",
    "new_address",
    "callback_time",
    "without_order",
    "department",
    "outcome",
)
"""Slots that hold a form's half-given answers."""


def leave_form(tracker: Tracker) -> list[EventType]:
    """End the form that is active, if any, and forget its answers."""
    if not tracker.active_loop_name:
        return []
    given = [SlotSet(slot) for slot in _OF_FORMS if tracker.get_slot(slot) is not None]
    return [ActiveLoop(None), SlotSet("requested_slot"), *given]


class Menu(Action):  # type: ignore[misc]
    """Shows the main menu; whatever was being asked is dropped."""

    def name(self) -> str:
        return "action_menu"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_menu")
        return leave_form(tracker)


class Goodbye(Action):  # type: ignore[misc]
    """Says goodbye; nothing is asked any more."""

    def name(self) -> str:
        return "action_goodbye"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        dispatcher.utter_message(response="utter_goodbye")
        return leave_form(tracker)


class Deny(Action):  # type: ignore[misc]
    """A no that is no answer to a yes/no question: inside a form it gives the form up."""

    def name(self) -> str:
        return "action_deny"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        dispatcher.utter_message(
            response="utter_stopped" if tracker.active_loop_name else "utter_anything_else"
        )
        return leave_form(tracker)


class Repeat(Action):  # type: ignore[misc]
    """Says the latest answer again. A form asks its own question again, so that one is left to it."""

    def name(self) -> str:
        return "action_repeat"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        said = latest_answer(tracker.events)
        if tracker.active_loop_name:
            said = said[:-1]
        elif not said:
            dispatcher.utter_message(response="utter_menu")
        for event in said:
            buttons = (event.get("data") or {}).get("buttons")
            dispatcher.utter_message(text=event.get("text"), buttons=buttons)
        return []


def latest_answer(events: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The bot's messages of the latest turn in which it said anything, oldest first."""
    said: list[Mapping[str, Any]] = []
    for event in reversed(events):
        if event.get("event") == "user" and said:
            break
        if event.get("event") == "bot":
            said.append(event)
    return said[::-1]


class Fallback(Action):  # type: ignore[misc]
    """Not understood: once, please say it differently; twice, the menu; three times, a person."""

    def name(self) -> str:
        return "action_fallback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        times = misunderstood(tracker.events)
        in_form = tracker.active_loop_name is not None
        if times >= 3:
            dispatcher.utter_message(response="utter_lost")
            return [*leave_form(tracker), FollowupAction("utter_offer_person")]
        if times == 2 and not in_form:
            dispatcher.utter_message(response="utter_fallback_menu")
            return []
        dispatcher.utter_message(response="utter_fallback_in_form" if in_form else "utter_rephrase")
        return []


def misunderstood(events: list[Mapping[str, Any]]) -> int:
    """How many of the customer's latest messages in a row were not understood."""
    times = 0
    for event in reversed(events):
        if event.get("event") != "user":
            continue
        if ((event.get("parse_data") or {}).get("intent") or {}).get("name") != "nlu_fallback":
            break
        times += 1
    return times
