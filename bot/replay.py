"""Playing a script of messages against a bot, and telling what the dialogue engine did, step for step.

The form of scripts and traces is that of the conformance pack, so that an engine can be held against recordings
of another one: ``{"conversations": [{"id", "channel"?, "steps": [...]}]}`` in,
``{"bot", "conversations": [{"id", "steps": [{"user", "events"}], "final"}]}`` out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot import events as ev
from bot.clock import ManualClock
from bot.errors import MessageError
from bot.events import Event
from bot.message import Collected, Message
from bot.sources import Sources
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.turn import Bot, take_turn

Script = Mapping[str, Any]

INPUT_CHANNEL = "rest"
OUTPUT_CHANNEL = "collector"
"""What Rasa calls the output of its REST channel; responses choose their variations by it."""


def as_rasa(sources: Sources) -> Sources:
    """The project with what understands Turkish better than Rasa switched off: it is dialogues that are compared."""
    config = sources.project.config
    pipeline = [
        {**one, "as_rasa": True} if str(one["name"]).endswith("EntitySynonymMapper") else one
        for one in config.pipeline
    ]
    project = replace(sources.project, config=replace(config, pipeline=tuple(pipeline)))
    return replace(sources, project=project)


async def play(bots: Callable[[ManualClock], Bot], conversations: Iterable[Script]) -> list[dict[str, Any]]:
    """Play conversations; each begins with an empty store.

    Args:
        bots: makes the bot, with the clock that the script moves.
    """
    clock = ManualClock(tick=1e-3)
    bot = bots(clock)
    return [await _converse(bot, clock, script, f"c{i}") for i, script in enumerate(conversations)]


async def _converse(bot: Bot, clock: ManualClock, script: Script, sender: str) -> dict[str, Any]:
    bot.store = MemoryStore()
    bot.trackers = type(bot.trackers)(bot.store, bot.domain)
    steps: list[dict[str, Any]] = []
    seen = 0
    for step in script["steps"]:
        if isinstance(step, Mapping) and "wait_minutes" in step:
            clock.advance(60 * step["wait_minutes"])
        else:
            message = read_step(step, sender, script.get("channel", OUTPUT_CHANNEL))
            await take_turn(bot, message, Collected())
        events = await bot.store.load(sender, after=seen)
        seen += len(events)
        told = [told_event(one) for one in events if one.kind != "user_featurization"]
        steps.append({"user": step, "events": told})
    found: dict[str, Any] = {"id": script["id"], "steps": steps}
    if "channel" in script:
        found["channel"] = script["channel"]
    found["final"] = _final(Tracker(sender, bot.domain, await bot.store.load(sender)))
    return found


def read_step(step: Any, sender: str, channel: str) -> Message:
    """A script's step as a message.

    Raises:
        MessageError: it is none.
    """
    if isinstance(step, str):
        return Message(step, sender, INPUT_CHANNEL, channel)
    if isinstance(step, Mapping) and "trigger_intent" in step:
        entities = entity_list(step.get("entities"))
        intent = step["trigger_intent"]
        return Message("", sender, INPUT_CHANNEL, channel, trigger_intent=intent, trigger_entities=entities)
    if isinstance(step, Mapping) and "text" in step:
        parse = {"text": step["text"], "intent_ranking": [], **step["parse"]} if "parse" in step else None
        metadata = step.get("metadata") or {}
        return Message(step["text"], sender, INPUT_CHANNEL, channel, metadata=metadata, parse=parse)
    raise MessageError(f"This step of the script is none: {step!r}")


def entity_list(entities: Any) -> list[dict[str, Any]]:
    """Entities given as a list, or short as ``{name: value}``."""
    if isinstance(entities, Mapping):
        return [{"entity": name, "value": value} for name, value in entities.items()]
    return list(entities or [])


def told_event(event: Event) -> dict[str, Any]:
    """An event as a trace tells it: without times, ids, and what engines are free in."""
    found: dict[str, Any] = {"event": event.kind}
    match event:
        case ev.ActionExecuted():
            found["name"] = event.name
            if event.policy:
                found["policy"] = event.policy
        case ev.SlotSet():
            found |= {"name": event.name, "value": event.value}
        case ev.ActiveLoop() | ev.ActionExecutionRejected() | ev.FollowupAction():
            found["name"] = event.name
        case ev.LoopInterrupted():
            found["is_interrupted"] = event.is_interrupted
        case ev.ReminderScheduled():
            found |= {"name": event.name, "intent": event.intent, "entities": event.entities}
        case ev.UserUttered():
            found |= _told_message(event)
        case ev.BotUttered():
            found |= _told_reply(event)
    return found


def _told_message(event: ev.UserUttered) -> dict[str, Any]:
    keys = ("entity", "value", "role", "group")
    found: dict[str, Any] = {
        "text": event.text,
        "intent": event.intent_name,
        "confidence": round(event.confidence, 4),
        "entities": [{k: one[k] for k in keys if one.get(k) is not None} for one in event.entities],
    }
    ranking = event.parse_data.get("intent_ranking") or []
    if len(ranking) > 1:
        ranked = [[one.get("name"), round(float(one.get("confidence") or 0), 4)] for one in ranking]
        found["ranking"] = ranked
    return found


def _told_reply(event: ev.BotUttered) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if event.metadata.get("utter_action"):
        found["utter"] = event.metadata["utter_action"]
    found["text"] = event.text
    data = {key: value for key, value in event.data.items() if value}
    return {**found, "data": data} if data else found


def _final(tracker: Tracker) -> dict[str, Any]:
    now = tracker.current
    return {
        "slots": {name: value for name, value in now.slots.items() if value is not None},
        "active_loop": now.loop.name if now.loop else None,
        "paused": now.paused,
    }
