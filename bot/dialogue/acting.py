"""What each action does: the built-in ones here, forms and fallback in their files, the rest on the stage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import domain as names
from bot.dialogue.fallback import ask_affirmation, two_stage_fallback
from bot.dialogue.forms import FormAction
from bot.dialogue.slot_filling import extract_slots
from bot.dialogue.stage import Stage
from bot.domain import ACTION_LISTEN, DEFAULT_ACTIONS, REQUESTED_SLOT, Domain
from bot.errors import ActionError
from bot.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)
from bot.tracker import Tracker


class Actor:
    """Runs the actions of a domain."""

    def __init__(self, domain: Domain, stage: Stage) -> None:
        self.domain = domain
        self.stage = stage

    async def run(self, name: str, tracker: Tracker) -> list[Event]:
        """The events of an action, its messages included, for a conversation as it is in ``tracker``.

        Raises:
            ActionRejected: the action declined to run.
            ActionError: it failed, or there is no such action.
        """
        domain = self.domain
        if name not in domain.action_index:
            raise ActionError(f"The domain has no action '{name}'.")
        own = name in domain.user_actions or name in domain.forms
        if name in DEFAULT_ACTIONS and not own:
            return await self._run_default(name, tracker)
        if name.startswith("utter_") and name.removeprefix("utter_") in domain.retrieval_intents:
            return await self._say_selected(name, tracker)
        if name in domain.action_texts:
            return [BotUttered(name)]
        if name.startswith("utter_"):
            return await self._say(name, tracker)
        if name in domain.forms and name not in domain.user_actions:
            return await FormAction(domain.forms[name], domain, self.stage, self.run).run(tracker)
        return await self.stage.perform(name, tracker)

    async def _say(self, response: str, tracker: Tracker) -> list[Event]:
        said = await self.stage.word(response, tracker)
        return [] if said is None else [said]

    async def _run_default(self, name: str, tracker: Tracker) -> list[Event]:
        match name:
            case names.ACTION_RESTART:
                return [*await self._say("utter_restart", tracker), Restarted()]
            case names.ACTION_SESSION_START:
                return self._start_session(tracker)
            case names.ACTION_DEFAULT_FALLBACK:
                return [*await self._say("utter_default", tracker), UserUtteranceReverted()]
            case names.ACTION_BACK:
                reverted = [UserUtteranceReverted(), UserUtteranceReverted()]
                return [*await self._say("utter_back", tracker), *reverted]
            case names.ACTION_DEACTIVATE_LOOP:
                return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
            case names.ACTION_TWO_STAGE_FALLBACK:
                return await two_stage_fallback(tracker, self.run)
            case names.ACTION_DEFAULT_ASK_AFFIRMATION:
                return ask_affirmation(tracker)
            case names.ACTION_DEFAULT_ASK_REPHRASE:
                return await self._say("utter_ask_rephrase", tracker)
            case names.ACTION_REVERT_FALLBACK_EVENTS:
                return _revert_fallback(tracker)
            case names.ACTION_EXTRACT_SLOTS:
                return await extract_slots(tracker, self.domain, self.stage)
        return []

    def _start_session(self, tracker: Tracker) -> list[Event]:
        carried: list[Event] = []
        if self.domain.carry_over_slots:
            found = (one for one in tracker.applied_events() if isinstance(one, SlotSet))
            carried = [SlotSet(one.name, one.value, metadata=one.metadata) for one in found]
        return [SessionStarted(), *carried, ActionExecuted(ACTION_LISTEN)]

    async def _say_selected(self, name: str, tracker: Tracker) -> list[Event]:
        """Say what the response selector chose."""
        message = tracker.current.message
        selectors: dict[str, Any] = dict(message.parse_data.get("response_selector") or {}) if message else {}
        chosen = selectors.get(name.removeprefix("utter_")) or selectors.get("default")
        if not chosen:
            raise ActionError(f"'{name}' needs a ResponseSelector in the pipeline.")
        said = await self.stage.word(chosen["response"]["utter_action"], tracker)
        return [] if said is None else [said]


def _last_actions(tracker: Tracker, count: int) -> list[str | None]:
    """The latest actions but listens, the latest first."""
    found: list[str | None] = []
    for moment in tracker.history():
        event = moment.event
        if isinstance(event, ActionExecuted) and event.name != ACTION_LISTEN:
            found.append(event.name)
            if len(found) == count:
                break
    return found


def _revert_fallback(tracker: Tracker) -> list[Event]:
    """Undo a fallback that stories spelled out (Rasa 1), and take the clarified message in its place."""
    last = _last_actions(tracker, 2)
    message = tracker.last_user_event()
    rewinds: list[Event] = [UserUtteranceReverted()] * 3
    if message is None or not last:
        return []
    if last[0] == names.ACTION_DEFAULT_ASK_REPHRASE:
        return [*rewinds, ActionExecuted(ACTION_LISTEN), message]
    if last[0] != names.ACTION_DEFAULT_ASK_AFFIRMATION:
        return []
    undone: list[Event] = [*rewinds[:2], ActionExecuted(ACTION_LISTEN)]
    if last[1:] == [names.ACTION_DEFAULT_ASK_REPHRASE]:
        undone += [*rewinds, ActionExecuted(ACTION_LISTEN)]
    parse = {**message.parse_data, "intent": {**message.intent, "confidence": 1.0}}
    return [*undone, replace(message, intent=parse["intent"], parse_data=parse)]
