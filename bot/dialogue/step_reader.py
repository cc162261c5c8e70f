"""One step of a story or rule → its value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.dialogue.stories import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step, UserStep
from bot.domain import RULE_SNIPPET, Domain
from bot.entity_markup import MarkupError, read_markup
from bot.errors import Complaints, Place
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, did_you_mean, kind_of, plain, shortened

FILLED = "filled"
"""Rasa's value for a text slot that is named without one."""

_COMMAND = re.compile(r"^/(?P<intent>[^{@]+)(?:@[0-9.]+)?(?P<entities>\{.+\})?")
_STEP_KEYS: Mapping[str, tuple[str, ...]] = {
    "intent": ("intent", "user", "entities"),
    "user": ("intent", "user", "entities"),
    "or": ("or",),
    "action": ("action",),
    "bot": ("bot",),
    "checkpoint": ("checkpoint", "slot_was_set"),
    "slot_was_set": ("slot_was_set",),
    "active_loop": ("active_loop",),
}
"""The key that tells a step's kind, in the order in which Rasa asks → the keys that it may have."""


class StepReader:
    """Reads steps; one story step may be several values (a list of slots)."""

    def __init__(self, domain: Domain, complaints: Complaints, is_test: bool) -> None:
        self.domain = domain
        self.complaints = complaints
        self.shape = Shape(complaints, "step")
        self.is_test = is_test

    def read(self, raw: Any, place: Place, title: str) -> list[Step]:
        """The step's values; none when it is skipped."""
        if not isinstance(raw, Map):
            message = f"A step must be a mapping, but is {kind_of(raw)}."
            mend = f"Did you mean '- action: {raw}'?" if isinstance(raw, str) else "Write '- intent: ...'."
            mend = "Remove it: rules begin and end with it by themselves." if raw == RULE_SNIPPET else mend
            self.complaints.error("step-type", message, mend, place)
            return []
        if not raw:
            self._empty("step", place)
            return []
        kind = next((key for key in _STEP_KEYS if key in raw), None)
        if kind is None:
            self._unknown(raw, place, title)
            return []
        if title == "rule" and kind in ("bot", "checkpoint"):
            message = f"A rule has no '{kind}' steps."
            self.complaints.error("rule-step", message, "Write a story, or an action's name.", place)
        self.shape.keys(raw, _STEP_KEYS[kind], "This step")
        match kind:
            case "intent" | "user":
                user = self._user(raw, place)
                return [user] if user else []
            case "or":
                return self._or(raw, place)
            case "action":
                return self._action(raw, place)
            case "bot":
                return self._bot(raw, place)
            case "checkpoint":
                return self._checkpoint(raw, place)
            case "slot_was_set":
                return list(self._slots(raw))
            case "active_loop":
                return self._loop(raw, place)
        return []

    def _empty(self, what: str, place: Place) -> None:
        message = f"An empty {what} is skipped."
        mend = "Remove the dash." if what == "step" else f"Write '{what}: ' and what it is."
        self.complaints.warn("step-empty", message, mend, place)

    def _bot(self, raw: Map, place: Place) -> list[Step]:
        if raw["bot"] is None:
            self._empty("bot", place)
            return []
        text = self.shape.text(raw["bot"], place, "'bot'")
        return [ActionStep(text=text, place=place)] if text else []

    def _unknown(self, raw: Map, place: Place, title: str) -> None:
        key = next(iter(raw), "")
        message = f"A step of a {title} has no key '{key}'."
        mend = did_you_mean(key, _STEP_KEYS, f"Known: {', '.join(_STEP_KEYS)}.")
        self.complaints.error("step-key", message, mend, place)

    def _user(self, raw: Map, place: Place) -> UserStep | None:
        intent = self._intent(raw)
        if "user" in raw:
            text = self.shape.text(raw["user"], raw.place_of("user"), "'user'")
            if text is None:
                return None
            return self._spoken(text.strip(), intent, raw.place_of("user"))
        if not intent:
            self._empty("intent", place)
            return None
        return UserStep(intent, tuple(self._entities(raw)), place=place)

    def _intent(self, raw: Map) -> str | None:
        if raw.get("intent") is None:
            return None
        place = raw.place_of("intent")
        intent = (self.shape.text(raw["intent"], place, "'intent'") or "").strip()
        if intent.startswith("/"):
            message = f"The intent '{intent}' begins with a slash."
            self.complaints.warn("intent-slash", message, f"Write 'intent: {intent[1:]}'.", place)
            intent = intent[1:]
        if intent.count("/") > 1:
            message = f"The intent '{intent}' has more than one slash."
            self.complaints.error("intent-slashes", message, "Write 'intent/key'.", place)
        elif "/" in intent and not self.is_test:
            base = intent.split("/", 1)[0]
            message = f"The intent '{intent}' has a response key; stories only see '{base}'."
            self.complaints.warn("intent-full", message, f"Write 'intent: {base}'.", place)
        return intent or None

    def _spoken(self, text: str, intent: str | None, place: Place) -> UserStep:
        try:
            said, marked = read_markup(text)
        except MarkupError as error:
            self.complaints.error("entity-markup", str(error), error.mend, place)
            return UserStep(intent, text=text, place=place)
        entities = [one.as_dict() for one in marked]
        if said.startswith("/"):
            entities = self._command_entities(said, place)
        return UserStep(intent, tuple(entities), text=said, place=place)

    def _command_entities(self, text: str, place: Place) -> list[dict[str, Any]]:
        command = _COMMAND.match(text)
        if command is None or command["entities"] is None:
            return []
        try:
            values = json.loads(command["entities"])
        except ValueError:
            values = None
        if not isinstance(values, dict):
            message = f"The entities of '{shortened(text)}' are not a JSON object."
            self.complaints.warn("command-entities", message, 'Write /intent{"entity": "value"}.', place)
            return []
        start, end = command.span("entities")
        return [
            {"entity": name, "value": one, "start": start, "end": end}
            for name, value in values.items()
            for one in (value if isinstance(value, list) else [value])
        ]

    def _entities(self, raw: Map) -> list[dict[str, Any]]:
        if "entities" not in raw:
            return []
        place = raw.place_of("entities")
        entries = self.shape.sequence(raw["entities"], place, "'entities'") or Seq()
        found: list[dict[str, Any]] = []
        for index, entry in enumerate(entries):
            if isinstance(entry, Map):
                found.append(self._entity(entry))
            elif self.shape.text(entry, entries.place_of(index), "An entity") is not None:
                found.append({"entity": entry, "value": ""})
        return [one for one in found if one]

    def _entity(self, entry: Map) -> dict[str, Any]:
        names = [key for key in entry if key not in ("role", "group")]
        if len(names) != 1:
            message = f"An entity must have one name, but has {len(names)}."
            mend = "Write '- name: value', and role or group below it."
            self.complaints.warn("entity-names", message, mend, entry.place)
            if not names:
                return {}
        name = names[-1]
        fields = {"entity": name, "value": plain(entry[name])}
        for key in ("role", "group"):
            if entry.get(key) is not None:
                fields[key] = self.shape.text(entry[key], entry.place_of(key), f"'{key}'")
        return {key: one for key, one in fields.items() if one is not None}

    def _or(self, raw: Map, place: Place) -> list[Step]:
        items = self.shape.sequence(raw["or"], place, "'or'")
        choices: list[UserStep | SlotStep] = []
        for index, item in enumerate(items or ()):
            assert items is not None
            where = items.place_of(index)
            if isinstance(item, Map) and "intent" in item:
                self.shape.keys(item, _STEP_KEYS["intent"], "A choice of 'or'")
                user = self._user(item, where)
                choices += [user] if user else []
            elif isinstance(item, Map) and "slot_was_set" in item:
                self.shape.keys(item, ("slot_was_set",), "A choice of 'or'")
                choices += self._slots(item)
            else:
                message = "'or' can only choose between intents or slot_was_set; the step is skipped."
                mend = "Write '- intent: ...' below 'or:', or two stories."
                say = (
                    self.complaints.warn
                    if isinstance(item, Map) and "user" in item
                    else self.complaints.error
                )
                say("or-choice", message, mend, where)
                return []
        if len(choices) == 1:
            return list(choices)
        return [OrStep(tuple((one,) for one in choices), place)] if choices else []

    def _action(self, raw: Map, place: Place) -> list[Step]:
        name = raw["action"]
        if not name and not isinstance(name, bool | int | float):
            self._empty("action", place)
            return []
        found = self.shape.text(name, place, "'action'")
        return [ActionStep(found, place=place)] if found else []

    def _checkpoint(self, raw: Map, place: Place) -> list[Step]:
        if raw["checkpoint"] is None:
            self._empty("checkpoint", place)
            return []
        name = self.shape.text(raw["checkpoint"], place, "'checkpoint'")
        slots: dict[str, Any] = {}
        entries: Any = raw.get("slot_was_set") or Seq()
        for index, entry in enumerate(
            self.shape.sequence(entries, raw.place_of("slot_was_set"), "'slot_was_set'") or ()
        ):
            if not isinstance(entry, Map):
                message = f"A checkpoint's slot needs a value, but is {kind_of(entry)}; it is skipped."
                self.complaints.warn(
                    "checkpoint-slot", message, f"Write '- {entry}: value'.", entries.place_of(index)
                )
                return []
            slots.update({key: plain(value) for key, value in entry.items()})
        return [CheckpointStep(name, slots, place)] if name else []

    def _slots(self, raw: Map) -> list[SlotStep]:
        place = raw.place_of("slot_was_set")
        entries = self.shape.sequence(raw["slot_was_set"], place, "'slot_was_set'") or Seq()
        found: list[SlotStep] = []
        for index, entry in enumerate(entries):
            where = entries.place_of(index)
            if isinstance(entry, Map):
                found += [SlotStep(key, plain(value), entry.place_of(key)) for key, value in entry.items()]
            elif not isinstance(entry, str):
                message = (
                    f"A slot must have a name, but is {kind_of(entry)}; it is skipped, and the rest too."
                )
                self.complaints.warn("step-slot", message, "Write '- name: value'.", where)
                break
            else:
                found.append(SlotStep(entry, self._value_of_bare(entry, where), where))
        return found

    def _value_of_bare(self, name: str, place: Place) -> Any:
        """What a slot that is named without a value has: Rasa's default for its type."""
        slot = self.domain.slots.get(name)
        if slot is None:
            mend = did_you_mean(name, self.domain.slots, f"Declare '{name}' under 'slots:' of the domain.")
            self.complaints.error("slot-undeclared", f"The domain has no slot '{name}'.", mend, place)
            return None
        if slot.type in ("text", "list"):
            return FILLED if slot.type == "text" else [FILLED]
        if slot.feature_size:
            message = f"The slot '{name}' of type {slot.type} is named without a value, and counts as empty."
            self.complaints.warn("slot-no-value", message, f"Write '- {name}: value'.", place)
        return None

    def _loop(self, raw: Map, place: Place) -> list[Step]:
        name = raw["active_loop"]
        if name is None:
            return [LoopStep(None, place)]
        found = self.shape.text(name, place, "'active_loop'")
        return [LoopStep(found or None, place)] if found is not None else []
