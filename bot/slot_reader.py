"""``slots:`` of a domain file: types, values and mappings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.domain import SESSION_STARTED_METADATA
from bot.errors import Complaints, Place
from bot.slots import MAPPING_TYPES, SLOT_TYPES, Slot
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, did_you_mean, kind_of, plain

_CLASSES = {
    "TextSlot": "text",
    "BooleanSlot": "bool",
    "CategoricalSlot": "categorical",
    "FloatSlot": "float",
    "ListSlot": "list",
    "AnySlot": "any",
}
"""Rasa's own classes, which a domain may name by their module path."""
HAS_LETTER = re.compile(r"[A-Za-z]")
"""Rasa's schema wants one in names of slots, forms and of actions with settings."""
_KEYS = ("type", "mappings", "initial_value", "influence_conversation", "value_reset_delay")
_TYPE_KEYS = {"categorical": ("values",), "float": ("min_value", "max_value")}
_MAPPING_KEYS = {
    "from_entity": ("entity", "role", "group", "intent", "not_intent"),
    "from_text": ("intent", "not_intent"),
    "from_intent": ("value", "intent", "not_intent"),
    "from_trigger_intent": ("value", "intent", "not_intent"),
    "custom": ("action",),
}
_NEEDED = {"from_entity": "entity", "from_intent": "value", "from_trigger_intent": "value"}


def check_slots(slots: Any, place: Place, complaints: Complaints) -> dict[str, Any]:
    """The slots of one file that are well formed, in Rasa's shape."""
    shape = Shape(complaints, "slot")
    found = shape.mapping(slots, place, "'slots'")
    if found is None:
        return {}
    return {
        name: plain(one)
        for name, one in found.items()
        if _SlotCheck(name, found.place_of(name), shape).is_good(one)
    }


def slot_from_dict(name: str, raw: Mapping[str, Any]) -> Slot:
    """A slot of its checked description."""
    kind = slot_type(raw["type"]) or "any"
    return Slot(
        name=name,
        type=kind,
        initial_value=raw.get("initial_value"),
        influence_conversation=raw.get("influence_conversation", kind != "any") and kind != "any",
        values=tuple(str(one) for one in raw.get("values") or () if one is not None),
        min_value=raw.get("min_value", 0.0),
        max_value=raw.get("max_value", 1.0),
        mappings=tuple(raw.get("mappings") or ()),
    )


def slot_type(name: Any) -> str | None:
    """The built-in type that is meant, also by a module path of Rasa's."""
    if not isinstance(name, str):
        return None
    if name in SLOT_TYPES:
        return name
    if name.startswith("rasa."):
        return _CLASSES.get(name.rsplit(".", 1)[-1])
    return None


class _SlotCheck:
    """Judges one slot."""

    def __init__(self, name: str, place: Place, shape: Shape) -> None:
        self.name = name
        self.place = place
        self.shape = shape

    def error(self, code: str, message: str, mend: str, place: Place | None = None) -> None:
        self.shape.complaints.error(code, message, mend, place or self.place)

    def warn(self, code: str, message: str, mend: str, place: Place | None = None) -> None:
        self.shape.complaints.warn(code, message, mend, place or self.place)

    def _place_of(self, slot: Map, key: str) -> Place:
        return slot.place_of(key) if key in slot else self.place

    def is_good(self, raw: Any) -> bool:
        """Complain of everything; true when the slot can be used."""
        before = len(self.shape.complaints.errors)
        self._name()
        slot = self.shape.mapping(raw, self.place, f"The slot '{self.name}'")
        if slot is None:
            return False
        kind = self._type(slot)
        if kind:
            self._keys(slot, kind)
            self._values(slot, kind)
        self._mappings(slot)
        return len(self.shape.complaints.errors) == before

    def _name(self) -> None:
        if self.name == SESSION_STARTED_METADATA:
            message = f"The slot '{self.name}' is declared, but belongs to the sessions."
            self.error("slot-reserved", message, "Remove it: it is always there.")
        if not HAS_LETTER.search(self.name):
            message = f"The slot's name '{self.name}' has no letter from A to Z."
            self.error("slot-name", message, "Rename it, such as 'slot_1'.")

    def _type(self, slot: Map) -> str | None:
        if "type" not in slot:
            self.error(
                "slot-no-type",
                f"The slot '{self.name}' has no type.",
                f"Add 'type: text', or another of: {', '.join(SLOT_TYPES)}.",
            )
            return None
        given, place = slot["type"], slot.place_of("type")
        known = slot_type(given)
        if known:
            return known
        if given == "unfeaturized":
            message = f"The slot '{self.name}' has the type 'unfeaturized' of Rasa 2."
            mend = "Write 'type: any', or 'type: text' with 'influence_conversation: false'."
            self.error("slot-type", message, mend, place)
            return None
        if isinstance(given, str) and "." in given:
            message = f"The slot '{self.name}' has a class of its own ({given}), which is not loaded."
            mend = "It is kept as type 'any', which policies do not see; write a built-in type."
            self.warn("slot-type-custom", message, mend, place)
            return "any"
        message = f"The slot '{self.name}' has an unknown type: {kind_of(given)}."
        self.error("slot-type", message, did_you_mean(str(given), SLOT_TYPES, _choices(SLOT_TYPES)), place)
        return None

    def _keys(self, slot: Map, kind: str) -> None:
        if slot_type(slot["type"]) is None:
            return
        known = (*_KEYS, *_TYPE_KEYS.get(kind, ()))
        for key in slot:
            if key in known:
                continue
            owner = next((one for one, keys in _TYPE_KEYS.items() if key in keys), None)
            mend = f"'{key}' is of type {owner}." if owner else did_you_mean(key, known, _choices(known))
            if key == "auto_fill":
                mend = "Rasa 3 has no auto_fill: write mappings in its place."
            message = f"The slot '{self.name}' of type {kind} has no key '{key}'."
            self.error("slot-key", message, mend, slot.place_of(key))

    def _values(self, slot: Map, kind: str) -> None:
        influence = slot.get("influence_conversation")
        if influence is not None:
            place = slot.place_of("influence_conversation")
            self.shape.truth(influence, place, "'influence_conversation'")
        if kind == "any" and influence is True:
            message = f"The slot '{self.name}' of type any cannot influence the conversation."
            mend = "Remove influence_conversation, or choose another type."
            self.error("slot-any-influence", message, mend, slot.place_of("influence_conversation"))
        if kind == "categorical":
            self._categories(slot)
        if kind == "float":
            self._range(slot)

    def _categories(self, slot: Map) -> None:
        if not slot.get("values"):
            message = f"The categorical slot '{self.name}' lists no values."
            self.warn("slot-no-values", message, "Add 'values:' with a list.", self._place_of(slot, "values"))
            return
        values = self.shape.sequence(slot["values"], slot.place_of("values"), "'values'")
        for index, value in enumerate(values or ()):
            if value is None:
                message = f"The slot '{self.name}' lists null, which means that it is not set."
                mend = 'Leave it out, or write "null" in quotes.'
                self.warn("slot-null-value", message, mend, values.place_of(index) if values else None)

    def _range(self, slot: Map) -> None:
        limits = []
        for key, default in (("min_value", 0.0), ("max_value", 1.0)):
            value = slot.get(key, default)
            limits.append(self.shape.number(value, slot.place_of(key), f"'{key}'"))
        low, high = limits
        if low is None or high is None:
            return
        if low >= high:
            message = f"The slot '{self.name}' goes from {low} to {high}."
            mend = "min_value (0 when absent) must be less than max_value (1 when absent)."
            self.error("slot-range", message, mend, self._place_of(slot, "max_value"))
        initial = slot.get("initial_value")
        if initial is None:
            return
        place = slot.place_of("initial_value")
        number = self.shape.number(initial, place, "'initial_value'")
        if number is not None and not low <= number <= high:
            message = f"The slot '{self.name}' begins with {number}, outside of {low} to {high}."
            self.warn("slot-initial-value", message, "Widen the range, or change initial_value.", place)

    def _mappings(self, slot: Map) -> None:
        if "mappings" not in slot:
            message = f"The slot '{self.name}' has no mappings."
            mend = "Add 'mappings:'; with '- type: custom' only actions set the slot."
            self.error("slot-no-mappings", message, mend)
            return
        mappings = self.shape.sequence(
            slot["mappings"], slot.place_of("mappings"), f"mappings of '{self.name}'"
        )
        for index, mapping in enumerate(mappings or ()):
            assert mappings is not None
            self._mapping(mapping, mappings.place_of(index))

    def _mapping(self, raw: Any, place: Place) -> None:
        mapping = self.shape.mapping(raw, place, f"A mapping of the slot '{self.name}'")
        if mapping is None:
            return
        kind = mapping.get("type")
        if kind not in MAPPING_TYPES:
            message = f"The slot '{self.name}' has a mapping of an unknown type: {kind_of(kind)}."
            mend = did_you_mean(str(kind), MAPPING_TYPES, _choices(MAPPING_TYPES))
            self.error("mapping-type", message, mend, mapping.place_of("type"))
            return
        needed = _NEEDED.get(kind)
        if needed and mapping.get(needed) is None:
            message = f"A {kind} mapping of the slot '{self.name}' has no '{needed}'."
            self.error("mapping-incomplete", message, f"Add '{needed}: ...'.", place)
        for key in ("entity", "role", "group", "action"):
            if mapping.get(key) is not None:
                self.shape.text(mapping[key], mapping.place_of(key), f"'{key}'")
        known = ("type", "conditions", *_MAPPING_KEYS[kind])
        for key in mapping:
            if key not in known:
                message = f"A {kind} mapping knows no '{key}'; it has no effect."
                self.warn(
                    "mapping-key", message, did_you_mean(key, known, _choices(known)), mapping.place_of(key)
                )
        if mapping.get("conditions") is not None:
            self._conditions(mapping)

    def _conditions(self, mapping: Map) -> None:
        place = mapping.place_of("conditions")
        conditions = self.shape.sequence(mapping["conditions"], place, "'conditions'") or Seq()
        for index, raw in enumerate(conditions):
            where = conditions.place_of(index)
            condition = self.shape.mapping(raw, where, "A condition")
            if condition is None:
                continue
            self.shape.keys(condition, ("active_loop", "requested_slot"), "A condition")
            for key in ("active_loop", "requested_slot"):
                if condition.get(key) is not None:
                    self.shape.text(condition[key], condition.place_of(key), f"'{key}'")


def _choices(known: tuple[str, ...]) -> str:
    return f"Known: {', '.join(known)}."
