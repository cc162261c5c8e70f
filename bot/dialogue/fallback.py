"""The two-stage fallback: "did you mean ...?", then "please say it in other words", then giving up."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.forms import RunAction
from bot.domain import (
    ACTION_DEFAULT_ASK_AFFIRMATION,
    ACTION_DEFAULT_ASK_REPHRASE,
    ACTION_DEFAULT_FALLBACK,
    ACTION_LISTEN,
    ACTION_TWO_STAGE_FALLBACK,
    NLU_FALLBACK,
)
from bot.events import ActionExecuted, ActiveLoop, BotUttered, Event, UserUtteranceReverted, UserUttered
from bot.tracker import Tracker

OUT_OF_SCOPE = "out_of_scope"


async def two_stage_fallback(tracker: Tracker, run: RunAction) -> list[Event]:
    """One run of the loop (Rasa's TwoStageFallbackAction)."""
    events: list[Event] = []
    activated = tracker.current.loop_name != ACTION_TWO_STAGE_FALLBACK
    if activated:
        events.append(ActiveLoop(ACTION_TWO_STAGE_FALLBACK))
    if not _is_done(tracker):
        affirms = activated or tracker.current.intent == NLU_FALLBACK
        question = ACTION_DEFAULT_ASK_AFFIRMATION if affirms else ACTION_DEFAULT_ASK_REPHRASE
        return events + await run(question, tracker)
    events.append(ActiveLoop(None))
    if _gives_up(tracker):
        return events + await run(ACTION_DEFAULT_FALLBACK, tracker)
    return [*events, UserUtteranceReverted(), *_clarified(tracker)]


def _is_done(tracker: Tracker) -> bool:
    return tracker.current.intent not in (NLU_FALLBACK, OUT_OF_SCOPE) or _gives_up(tracker)


def _gives_up(tracker: Tracker) -> bool:
    return _last_intents(tracker, 2) == [NLU_FALLBACK, NLU_FALLBACK] or _last_intents(tracker, 3) == [
        OUT_OF_SCOPE,
        NLU_FALLBACK,
        OUT_OF_SCOPE,
    ]


def _last_intents(tracker: Tracker, count: int) -> list[str | None]:
    """Intents of the last messages; a rewind among them counts as a message without intent."""
    found: list[str | None] = []
    seen = 0
    for event in reversed(tracker.events_after_latest_restart()):
        if isinstance(event, UserUttered | UserUtteranceReverted):
            seen += 1
            if isinstance(event, UserUttered):
                found.append(event.intent_name)
            if seen == count:
                break
    return found


def _clarified(tracker: Tracker) -> list[Event]:
    message = tracker.current.message
    assert message is not None
    intent = {**message.intent, "confidence": 1.0}
    parse = {**message.parse_data, "intent": intent}
    return [ActionExecuted(ACTION_LISTEN), replace(message, intent=intent, parse_data=parse)]


def ask_affirmation(tracker: Tracker) -> list[Event]:
    """Rasa's own question, for projects that have none: it tells the intent's name."""
    message = tracker.current.message
    intent = message.intent_name if message else None
    ranking = message.parse_data.get("intent_ranking") or [] if message else []
    if intent == NLU_FALLBACK and len(ranking) > 1:
        intent = ranking[1].get("name")
    buttons = [
        {"title": "Yes", "payload": f"/{intent}"},
        {"title": "No", "payload": f"/{OUT_OF_SCOPE}"},
    ]
    return [
        BotUttered(
            f"Did you mean '{intent}'?",
            {"buttons": buttons},
            metadata={"utter_action": ACTION_DEFAULT_ASK_AFFIRMATION},
        )
    ]
