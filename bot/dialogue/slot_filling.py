"""``action_extract_slots``: which slots a message fills, by the domain's mappings."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.stage import Stage
from bot.domain import (
    ACTION_VALIDATE_SLOT_MAPPINGS,
    REQUESTED_SLOT,
    SESSION_STARTED_METADATA,
    Domain,
    same_entity,
)
from bot.errors import ActionError
from bot.events import BotUttered, Event, SlotSet
from bot.slots import Slot
from bot.tracker import Tracker

logger = logging.getLogger(__name__)

Mapped = Mapping[str, Any]


async def extract_slots(tracker: Tracker, domain: Domain, stage: Stage) -> list[Event]:
    """The events that the latest message leads to: slots, in the domain's order, validated."""
    found: list[Event] = []
    already_run: set[str] = set()
    message = tracker.current.message
    entities = {one.get("entity") for one in message.entities} if message else set()
    for slot in domain.slots.values():
        if slot.name in (REQUESTED_SLOT, SESSION_STARTED_METADATA):
            continue
        for mapping in slot.mappings:
            if mapping.get("type") == "from_entity" and mapping.get("entity") not in entities:
                continue
            if not _applies(mapping, slot, tracker, domain):
                continue
            event = _filled(mapping, slot, tracker)
            if event is not None:
                found.append(event)
                break
            action = mapping.get("action")
            if mapping.get("type") == "custom" and action and action not in already_run:
                already_run.add(action)
                found += await _slots_and_messages(action, tracker, stage)
    return await _validated([one for one in found if isinstance(one, SlotSet)], tracker, domain, stage)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _applies(mapping: Mapped, slot: Slot, tracker: Tracker, domain: Domain) -> bool:
    return (
        _is_known(mapping, domain)
        and _intent_fits(mapping, tracker, domain)
        and (mapping.get("type") == "from_trigger_intent" or _conditions_hold(mapping, slot, tracker))
        and not _is_ambiguous(mapping, slot, tracker, domain)
    )


def _is_known(mapping: Mapped, domain: Domain) -> bool:
    """Mappings of undeclared entities and intents are passed over."""
    if mapping.get("type") == "from_entity":
        return mapping.get("entity") in domain.entities
    if mapping.get("type") == "from_intent":
        return all(not one or one in domain.all_intents for one in _as_list(mapping.get("intent")))
    return True


def _intent_fits(mapping: Mapped, tracker: Tracker, domain: Domain) -> bool:
    wanted = _as_list(mapping.get("intent"))
    unwanted = list(_as_list(mapping.get("not_intent")))
    loop = tracker.current.loop_name
    if loop:
        unwanted += _intents_ignored_by(loop, mapping, domain)
    intent = tracker.current.intent
    return intent in wanted or (not wanted and intent not in unwanted)


def _intents_ignored_by(loop: str, mapping: Mapped, domain: Domain) -> Sequence[str]:
    conditions = mapping.get("conditions")
    if conditions and all(one.get("active_loop") != loop for one in conditions):
        return ()
    form = domain.forms.get(loop)
    return form.ignored_intents if form else ()


def _conditions_hold(mapping: Mapped, slot: Slot, tracker: Tracker) -> bool:
    conditions = mapping.get("conditions")
    if not conditions:
        return True
    now = tracker.current
    requested = tracker.slot(REQUESTED_SLOT)
    if now.loop is not None and now.loop.rejected and requested == slot.name:
        return False
    for condition in conditions:
        loop = condition.get("active_loop")
        if loop is None and now.loop_name is None:
            return True
        if loop and loop == now.loop_name:
            asked = condition.get("requested_slot")
            if not asked or asked == requested:
                return True
    return False


def _is_ambiguous(mapping: Mapped, slot: Slot, tracker: Tracker, domain: Domain) -> bool:
    """Whether the entity could fill another slot of the active form just as well."""
    form = domain.forms.get(tracker.current.loop_name or "")
    if mapping.get("type") != "from_entity" or form is None or slot.name not in form.required_slots:
        return False
    if tracker.slot(REQUESTED_SLOT) == slot.name:
        return False
    key = json.dumps(mapping, sort_keys=True)
    same = sum(
        json.dumps(one, sort_keys=True) == key
        for name in form.required_slots
        if name in domain.slots
        for one in domain.slots[name].mappings
    )
    return same != 1


def _filled(mapping: Mapped, slot: Slot, tracker: Tracker) -> SlotSet | None:
    values = _values(mapping, tracker)
    if not values:
        return None
    value = values if slot.type == "list" else values[-1]
    if value is None and tracker.slot(slot.name) is None:
        return None
    return SlotSet(slot.name, value)


def _values(mapping: Mapped, tracker: Tracker) -> list[Any]:
    message = tracker.current.message
    match mapping.get("type"):
        case "from_entity":
            entities = message.entities if message else ()
            return [one.get("value") for one in entities if same_entity(mapping, one)]
        case "from_intent":
            return [mapping.get("value")]
        case "from_trigger_intent":
            loop = tracker.current.loop_name
            loops = [one.get("active_loop") for one in mapping.get("conditions") or ()]
            return [mapping.get("value")] if loop and (not loops or loop in loops) else []
        case "from_text":
            return [message.meant if message else None]
    return []


async def _slots_and_messages(action: str, tracker: Tracker, stage: Stage) -> list[Event]:
    """Run an action of a ``custom`` mapping; it may set slots and say something, no more."""
    try:
        events = await stage.perform(action, tracker)
    except ActionError as error:
        logger.warning("The action '%s' of a slot mapping failed: %s", action, error)
        return []
    kept: list[Event] = [one for one in events if isinstance(one, SlotSet | BotUttered)]
    for kind in sorted({one.kind for one in events if one not in kept}):
        logger.info("The action '%s' of a slot mapping may not return '%s' events.", action, kind)
    return kept


async def _validated(slots: list[SlotSet], tracker: Tracker, domain: Domain, stage: Stage) -> list[Event]:
    if ACTION_VALIDATE_SLOT_MAPPINGS not in domain.user_actions:
        return list(slots)
    trial = tracker.copy()
    trial.update_all(slots)
    events = await _slots_and_messages(ACTION_VALIDATE_SLOT_MAPPINGS, trial, stage)
    told = {one.name for one in events if isinstance(one, SlotSet)}
    return events + [one for one in slots if one.name not in told]
