"""Slots and forms of Rasa 1 and 2: mappings move from the forms into the slots.

Facts of the move are those of Rasa's own ``rasa data migrate`` (3.6): a form's mapping gets the condition
``active_loop: form``, and ``requested_slot: slot`` unless it is a ``from_entity`` or a ``from_trigger_intent``; a
slot with an entity's name is filled by it (``auto_fill``); what nothing fills gets ``custom``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain import REQUESTED_SLOT
from bot.errors import Place
from bot.migration.report import Report

_UNCONDITIONAL = ("from_entity", "from_trigger_intent")
"""Mappings that do not wait until their slot is asked for."""
_OLD_CLASSES = {
    "UnfeaturizedSlot": "unfeaturized",
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "CategoricalSlot": "categorical",
    "FloatSlot": "float",
    "ListSlot": "list",
    "AnySlot": "any",
}


@dataclass(slots=True)
class OldForm:
    """A form of any age."""

    name: str
    place: Place
    mappings: dict[str, list[dict[str, Any]]] | None
    """Required slots and what fills them; ``None`` when the form has today's shape."""
    rest: dict[str, Any] = field(default_factory=dict)
    """The form's other settings, or all of it when it has today's shape."""

    def as_rasa3(self) -> dict[str, Any]:
        if self.mappings is None:
            return self.rest
        return {"required_slots": list(self.mappings), **self.rest}


def read_form(name: str, raw: Any, place: Place) -> OldForm:
    """A form as it stands in a domain: nothing, 2.0's mapping of slots, 2.6's ``required_slots``, or today's."""
    if not isinstance(raw, Mapping):
        return OldForm(name, place, {})
    required = raw.get("required_slots", {})
    if isinstance(required, list):
        return OldForm(name, place, None, dict(raw))
    if "required_slots" in raw:
        rest = {key: one for key, one in raw.items() if key != "required_slots"}
        listed = required
    else:
        rest = {key: one for key, one in raw.items() if key == "ignored_intents"}
        listed = {key: one for key, one in raw.items() if key != "ignored_intents"}
    return OldForm(
        name, place, {str(slot): _mappings(str(slot), one) for slot, one in (listed or {}).items()}, rest
    )


def _mappings(slot: str, raw: Any) -> list[dict[str, Any]]:
    """A form's mappings of one slot; without any, the entity of the slot's name fills it."""
    entries = raw if isinstance(raw, list) else [raw]
    found = [dict(one) for one in entries if isinstance(one, Mapping)]
    return found or [{"type": "from_entity", "entity": slot}]


def move_mappings(forms: Sequence[OldForm], slots: dict[str, dict[str, Any]], report: Report) -> list[str]:
    """Put the forms' mappings into ``slots``; gives the slots that no file declares."""
    undeclared: list[str] = []
    for form in forms:
        for slot, mappings in (form.mappings or {}).items():
            if slot not in slots:
                undeclared.append(slot)
                slots[slot] = {"type": "text", "influence_conversation": False}
                text = f"The slot '{slot}' of '{form.name}' was nowhere declared: it became a text slot."
                report.by_hand(form.place, f"{text} Choose its type.")
            own = slots[slot].setdefault("mappings", [])
            for mapping in mappings:
                _add_mapping(own, mapping, form.name, slot)
            text = f"The form '{form.name}': the mappings of '{slot}' stand in the slot now."
            report.changed(form.place, text)
    return undeclared


def _add_mapping(own: list[dict[str, Any]], mapping: dict[str, Any], form: str, slot: str) -> None:
    condition = {"active_loop": form}
    if mapping.get("type") not in _UNCONDITIONAL:
        condition[REQUESTED_SLOT] = slot
    for one in own:
        if (
            "conditions" in one
            and {key: value for key, value in one.items() if key != "conditions"} == mapping
        ):
            one["conditions"].append(condition)
            return
    own.append({**mapping, "conditions": [condition]})


def migrate_slot(
    name: str, slot: dict[str, Any], entities: Sequence[str], auto_fill: bool, place: Place, report: Report
) -> dict[str, Any]:
    """Today's shape of a slot: a type that exists, mappings, and no ``auto_fill``.

    Args:
        name: the slot's.
        slot: its content, with the forms' mappings already in it.
        entities: all that the domain declares.
        auto_fill: whether the domain lets entities fill slots (``store_entities_as_slots``).
        place: of the slot.
        report: gets what was changed.
    """
    found = dict(slot)
    _migrate_type(name, found, place, report)
    mappings = list(found.pop("mappings", None) or [])
    wanted = found.pop("auto_fill", True)
    if name in entities and auto_fill and wanted is True:
        by_entity = {"type": "from_entity", "entity": name}
        if by_entity not in mappings:
            mappings.append(by_entity)
            report.changed(place, f"The slot '{name}' is filled by the entity of its name.")
    elif "auto_fill" in slot:
        report.changed(place, f"The slot '{name}' has no auto_fill: only its mappings fill it.")
    if not mappings:
        mappings.append({"type": "custom"})
        text = f"The slot '{name}' got the mapping 'custom': only actions and stories set it."
        report.changed(place, text)
    return {**found, "mappings": mappings}


def _migrate_type(name: str, slot: dict[str, Any], place: Place, report: Report) -> None:
    kind = slot.get("type")
    text = kind if isinstance(kind, str) else ""
    is_class = "." in text
    known = _OLD_CLASSES.get(text.rsplit(".", 1)[-1]) if text.startswith(("rasa.", "rasa_core.")) else None
    if not is_class:
        known = kind
    elif known is None:
        told = f"The slot '{name}' is of a class of its own ({kind}): choose a built-in type, such as 'any'."
        report.by_hand(place, told)
        return
    if known == "unfeaturized":
        slot["type"] = "any"
        slot["influence_conversation"] = False
        report.changed(place, f"The slot '{name}' of type unfeaturized is of type any.")
    elif known is None:
        slot["type"] = "any"
        report.by_hand(place, f"The slot '{name}' had no type: it became 'any'. Choose its type.")
    elif known != kind:
        slot["type"] = known
        report.changed(place, f"The slot '{name}' is of type {known} (it was {kind}).")
