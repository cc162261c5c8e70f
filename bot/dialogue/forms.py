"""Forms: ask for one slot after the other, until all are there (Rasa's FormAction)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.dialogue.slot_filling import extract_slots
from bot.dialogue.stage import Stage
from bot.domain import ACTION_LISTEN, REQUESTED_SLOT, Domain, Form
from bot.errors import ActionRejected
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from bot.tracker import Tracker

RunAction = Callable[[str, Tracker], Awaitable[list[Event]]]


class FormAction:
    """One run of a form."""

    def __init__(self, form: Form, domain: Domain, stage: Stage, run: RunAction) -> None:
        self.form = form
        self.domain = domain
        self.stage = stage
        self.run_action = run
        self.validation = f"validate_{form.name}"

    async def run(self, tracker: Tracker) -> list[Event]:
        """Activate, validate, ask, or end.

        Raises:
            ActionRejected: the message did not answer the question.
        """
        events: list[Event] = []
        if tracker.current.loop_name != self.form.name:
            events += await self._activate(tracker)
        if not _is_done(events):
            events += await self._go_on(tracker, events)
        if _is_done(events):
            events.append(ActiveLoop(None))
        return events

    @property
    def _validates(self) -> bool:
        return self.validation in self.domain.action_index

    async def _activate(self, tracker: Tracker) -> list[Event]:
        started = ActiveLoop(self.form.name)
        trial = tracker.copy()
        trial.update(started)
        extracted = await extract_slots(trial, self.domain, self.stage)
        trial.update_all(extracted)
        slots: list[Event] = [one for one in extracted if isinstance(one, SlotSet)]
        if not self._validates:
            return [started, *slots]
        prefilled = {
            name: trial.slot(name) for name in self.form.required_slots if trial.slot(name) is not None
        }
        validated = await self._validate_slots(prefilled, trial)
        told = {one.name for one in validated if isinstance(one, SlotSet)}
        return [started, *validated, *(one for one in slots if getattr(one, "name", None) not in told)]

    async def _go_on(self, tracker: Tracker, so_far: Sequence[Event]) -> list[Event]:
        events: list[Event] = []
        if all(isinstance(one, ActiveLoop) for one in so_far):
            events = await self._validate_if_needed(tracker)
        if not any(isinstance(one, ActionExecutionRejected) for one in events):
            events += await self._ask_next(tracker, [*so_far, *events])
        return events

    async def _validate_if_needed(self, tracker: Tracker) -> list[Event]:
        loop = tracker.current.loop
        # Without a loop the form is being activated.
        if loop is None or (tracker.current.action == ACTION_LISTEN and not loop.interrupted):
            return await self._validate(tracker)
        # Dynamic forms tell their next slot even if there is nothing to validate.
        return await self._validate_slots({}, tracker)

    async def _validate(self, tracker: Tracker) -> list[Event]:
        extracted = self._extracted(tracker)
        events = await self._validate_slots(extracted, tracker)
        some_validated = any(isinstance(e, SlotSet) and e.name != REQUESTED_SLOT for e in events)
        rejected_by_hand = any(isinstance(e, ActionExecutionRejected) for e in events)
        slot = self._slot_to_fill(tracker)
        if slot and not extracted and not some_validated and not rejected_by_hand:
            raise ActionRejected(f"Nothing in the message fills the slot '{slot}' of '{self.form.name}'.")
        return events

    def _slot_to_fill(self, tracker: Tracker) -> Any:
        """The requested slot, if it is this form's (not one left over from another form)."""
        return tracker.slot(REQUESTED_SLOT) if tracker.current.loop_name == self.form.name else None

    def _extracted(self, tracker: Tracker) -> dict[str, Any]:
        wanted = {*self.form.required_slots, self._slot_to_fill(tracker)}
        since = _events_since_message(tracker)
        return {one.name: one.value for one in since if isinstance(one, SlotSet) and one.name in wanted}

    async def _validate_slots(self, candidates: Mapping[str, Any], tracker: Tracker) -> list[Event]:
        if not self._validates:
            return []
        slots = [SlotSet(name, value) for name, value in candidates.items()]
        return await self.stage.perform(self.validation, self._trial(tracker, slots))

    def _trial(self, tracker: Tracker, events: Sequence[Event]) -> Tracker:
        """The conversation as it would be with these events, told apart by a run of the form before them."""
        trial = tracker.copy()
        trial.update(SlotSet(REQUESTED_SLOT, self._slot_to_fill(tracker)))
        trial.update(ActionExecuted(self.form.name))
        trial.update_all(events)
        return trial

    async def _ask_next(self, tracker: Tracker, so_far: Sequence[Event]) -> list[Event]:
        if _is_done(so_far):
            return [SlotSet(REQUESTED_SLOT, None)]
        asked = [one.value for one in so_far if isinstance(one, SlotSet) and one.name == REQUESTED_SLOT]
        slot = asked[0] if asked else None
        trial = self._trial(tracker, so_far)
        events: list[Event] = []
        if not slot:
            missing = (one for one in self.form.required_slots if trial.slot(one) is None)
            slot = next(missing, None)
            events.append(SlotSet(REQUESTED_SLOT, slot))
        return [*events, *await self._ask(slot, trial)] if slot else events

    async def _ask(self, slot: str, tracker: Tracker) -> list[Event]:
        form = self.form.name
        ways = (
            f"action_ask_{form}_{slot}",
            f"utter_ask_{form}_{slot}",
            f"action_ask_{slot}",
            f"utter_ask_{slot}",
        )
        known = (one for one in ways if one in self.domain.action_index)
        question = next(known, None)
        return await self.run_action(question, tracker) if question else []


def _is_done(events: Sequence[Event]) -> bool:
    """Whether the last that was said of it ends the loop."""
    if any(isinstance(one, ActionExecutionRejected) for one in events):
        return False
    for event in reversed(events):
        if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT:
            if event.value is None:
                return True
            break
    loops = [one for one in events if isinstance(one, ActiveLoop)]
    return bool(loops) and loops[-1].name is None


def _events_since_message(tracker: Tracker) -> Sequence[Event]:
    message = tracker.current.message
    for index in range(len(tracker.events) - 1, -1, -1):
        event = tracker.events[index]
        if isinstance(event, Restarted) or (
            isinstance(event, UserUttered)
            and message is not None
            and (event.text, event.intent_name) == (message.text, message.intent_name)
            and list(event.entities) == list(message.entities)
        ):
            return tracker.events[index:]
    return tracker.events
