"""Whether an old domain and config have the shape that a migration relies on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import Complaints
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape

_LISTS = ("intents", "entities", "actions")
_MAPPINGS = ("slots", "templates", "responses", "config", "session_config")


def check_domain_shape(content: Map, complaints: Complaints) -> None:
    """Complain of parts of a domain file that are no lists or mappings where they must be."""
    shape = Shape(complaints, "domain")
    for key in _LISTS:
        entries = _sequence(shape, content, key)
        for index, entry in enumerate(entries):
            _named(shape, entry, entries, index, key)
    for key in _MAPPINGS:
        if content.get(key) is not None:
            shape.mapping(content[key], content.place_of(key), f"'{key}'")
    slots = content.get("slots")
    slots = slots if isinstance(slots, Map) else Map()
    for name, slot in slots.items():
        shape.mapping(slot, slots.place_of(name), f"The slot '{name}'")
        if isinstance(slot, Map) and not _all_mappings(slot.get("mappings") or Seq()):
            message = f"'mappings' of the slot '{name}' must be a list of mappings."
            mend = "Begin each with '- type: '."
            complaints.error("slot-type", message, mend, slot.place_of("mappings"))
    forms = content.get("forms")
    if isinstance(forms, Seq):
        for index, entry in enumerate(forms):
            _named(shape, entry, forms, index, "forms")
    elif forms is not None and shape.mapping(forms, content.place_of("forms"), "'forms'") is not None:
        for name, form in forms.items():
            _check_form(shape, name, form, forms)


def check_config_shape(content: Map, complaints: Complaints) -> None:
    """Complain of a pipeline or policies that are no lists of components."""
    shape = Shape(complaints, "config")
    for key in ("pipeline", "policies"):
        if key == "pipeline" and isinstance(content.get(key), str):
            continue
        entries = _sequence(shape, content, key)
        for index, entry in enumerate(entries):
            place = entries.place_of(index)
            if isinstance(entry, str):
                continue
            component = shape.mapping(entry, place, f"An entry of '{key}'")
            if component is not None:
                shape.text(component.get("name"), place, f"The name of an entry of '{key}'")


def _sequence(shape: Shape, content: Map, key: str) -> Seq:
    if content.get(key) is None:
        return Seq()
    return shape.sequence(content[key], content.place_of(key), f"'{key}'") or Seq()


def _named(shape: Shape, entry: Any, entries: Seq, index: int, key: str) -> None:
    """A name, or a mapping of one name to its settings."""
    if isinstance(entry, str) or (isinstance(entry, Map) and len(entry) == 1):
        return
    shape.text(entry, entries.place_of(index), f"An entry of '{key}'")


def _check_form(shape: Shape, name: str, form: Any, forms: Map) -> None:
    if form is None:
        return
    found = shape.mapping(form, forms.place_of(name), f"The form '{name}'")
    required = found.get("required_slots") if found else None
    if found and required is not None and not isinstance(required, Map | Seq):
        shape.mapping(required, found.place_of("required_slots"), f"The required slots of '{name}'")


def _all_mappings(value: Any) -> bool:
    return isinstance(value, Seq) and all(isinstance(one, Mapping) for one in value)
