"""``responses:`` of a domain or training file."""

from __future__ import annotations

from typing import Any

from bot.errors import Complaints, Place
from bot.yaml_file import Map
from bot.yaml_shape import Shape, did_you_mean, plain

_TEXTS = ("id", "text", "image", "button_type", "channel")
_LISTS = ("buttons", "quick_replies", "elements", "condition")
KNOWN_KEYS = (*_TEXTS, *_LISTS, "custom", "attachment", "metadata")
_CONDITION_KEYS = ("type", "name", "value")


def check_responses(responses: Any, place: Place, complaints: Complaints) -> dict[str, list[dict[str, Any]]]:
    """Name → well-formed variations, in Rasa's shape."""
    shape = Shape(complaints, "response")
    found = shape.mapping(responses, place, "'responses'")
    if found is None:
        return {}
    good = {}
    for name, raw in found.items():
        if not name:
            message = "A response has an empty name."
            complaints.error("response-name", message, "Write 'utter_' and a name.", found.place_of(name))
        variations = shape.sequence(raw, found.place_of(name), f"The response '{name}'")
        if variations is None:
            continue
        if not variations:
            message, mend = f"The response '{name}' says nothing.", "Add '- text: ...'."
            complaints.warn("response-empty", message, mend, found.place_of(name))
        good[name] = [
            plain(one)
            for index, one in enumerate(variations)
            if _variation_is_good(name, one, variations.place_of(index), shape)
        ]
    return good


def _variation_is_good(name: str, raw: Any, place: Place, shape: Shape) -> bool:
    before = len(shape.complaints.errors)
    variation = shape.mapping(raw, place, f"A variation of '{name}'")
    if variation is None:
        return False
    shape.keys(variation, KNOWN_KEYS, f"A variation of '{name}'")
    if variation.get("text") is None and not variation.get("custom"):
        message = f"A variation of '{name}' has neither text nor custom."
        shape.complaints.error("response-no-text", message, "Add 'text: ...'.", place)
    for key in _TEXTS:
        if variation.get(key) is not None:
            shape.text(variation[key], variation.place_of(key), f"'{key}' of '{name}'")
    for key in ("custom", "attachment"):
        if variation.get(key) is not None:
            shape.mapping(variation[key], variation.place_of(key), f"'{key}' of '{name}'")
    for key in _LISTS:
        if variation.get(key) is not None:
            _check_list(name, key, variation, shape)
    return len(shape.complaints.errors) == before


def _check_list(name: str, key: str, variation: Map, shape: Shape) -> None:
    entries = shape.sequence(variation[key], variation.place_of(key), f"'{key}' of '{name}'")
    for index, raw in enumerate(entries or ()):
        assert entries is not None
        entry = shape.mapping(raw, entries.place_of(index), f"An entry of '{key}' of '{name}'")
        if entry is None:
            continue
        if key == "condition":
            _check_condition(name, entry, shape)
        elif key in ("buttons", "quick_replies"):
            for one in ("title", "payload"):
                if entry.get(one) is not None:
                    shape.text(entry[one], entry.place_of(one), f"'{one}' of a button of '{name}'")


def _check_condition(name: str, condition: Map, shape: Shape) -> None:
    shape.keys(condition, _CONDITION_KEYS, f"A condition of '{name}'")
    if condition.get("type") != "slot" or not isinstance(condition.get("name"), str):
        message = f"A condition of '{name}' does not name a slot."
        mend = "Write 'type: slot', 'name: ' and the slot, 'value: ' and what it must be."
        if isinstance(condition.get("type"), str) and condition["type"] != "slot":
            mend = did_you_mean(condition["type"], ("slot",), mend)
        shape.complaints.warn("response-condition", message, mend, condition.place)
