"""Does the domain fit together: slots, mappings, forms and responses?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.domain import DEFAULT_INTENTS, REQUESTED_SLOT, Domain
from bot.errors import Complaints, Place
from bot.project import Document
from bot.yaml_file import Map, Seq
from bot.yaml_shape import did_you_mean

_PLACEHOLDER = re.compile(r"(?<!\{)\{([^\s{}]+)\}(?!\})")
_UTTER = "utter_"


class DomainChecks:
    """Walks the domain's files, for the lines, and asks the merged domain."""

    def __init__(
        self, domain: Domain, documents: Iterable[Document], said: Collection[str], complaints: Complaints
    ) -> None:
        """``said``: responses that are said without the project's code, which could fill their placeholders."""
        self.domain = domain
        self.said = said
        self.documents = list(documents)
        self.complaints = complaints
        self.intents = {*domain.intents, *DEFAULT_INTENTS}

    def check(self) -> None:
        for document in self.documents:
            for _, intent in _maps(document.content.get("intents")):
                self._intent(intent)
            for name, slot in _entries(document.content.get("slots")):
                for mapping in _only_maps(slot.get("mappings")):
                    self._mapping(name, mapping)
            for name, form in _entries(document.content.get("forms")):
                self._form(name, form)
            responses = document.content.get("responses")
            if isinstance(responses, Map):
                for name, variations in responses.items():
                    self._response(name, variations, responses.place_of(name))

    def unknown(
        self, what: str, name: Any, known: Collection[str], place: Place, where: str, *, error: bool = False
    ) -> bool:
        """Complain when the name is not among the known ones."""
        if not isinstance(name, str) or name in known:
            return False
        message = f"{where} names the {what} '{name}', which the domain does not declare."
        mend = did_you_mean(name, known, f"Add '{name}' to the domain's {_SECTIONS[what]}.")
        say = self.complaints.error if error else self.complaints.warn
        say(f"{what}-undeclared", message, mend, place)
        return True

    def _intent(self, intent: Map) -> None:
        for name, properties in _entries(intent):
            for key in ("use_entities", "ignore_entities"):
                for one, place in _texts(properties, key):
                    self.unknown("entity", one, self.domain.entities, place, f"'{key}' of '{name}'")
            used = properties.get("use_entities")
            ignored = properties.get("ignore_entities")
            if isinstance(used, list) and isinstance(ignored, list):
                both = sorted({str(one) for one in used} & {str(one) for one in ignored})
                if both:
                    message = f"The intent '{name}' both uses and ignores {', '.join(both)}; ignoring counts."
                    place = properties.place_of("ignore_entities")
                    self.complaints.warn("intent-ambiguous", message, "Remove one of the two.", place)

    def _mapping(self, slot: str, mapping: Map) -> None:
        where = f"A mapping of the slot '{slot}'"
        self.unknown("entity", mapping.get("entity"), self.domain.entities, mapping.place_of("entity"), where)
        entity = self.domain.entities.get(str(mapping.get("entity")))
        if entity:
            for key, labels in (("role", entity.roles), ("group", entity.groups)):
                label = mapping.get(key)
                if isinstance(label, str) and label not in labels:
                    message = f"{where} names the {key} '{label}', which '{entity.name}' does not have."
                    mend = did_you_mean(label, labels, f"Add it to '{key}s:' of '{entity.name}'.")
                    self.complaints.warn(f"{key}-undeclared", message, mend, mapping.place_of(key))
        for key in ("intent", "not_intent"):
            for one, place in _texts(mapping, key):
                self.unknown("intent", one, self.intents, place, where)
        if mapping.get("type") == "custom":
            place = mapping.place_of("action")
            self.unknown("action", mapping.get("action"), self.domain.action_index, place, where)
        for condition in _only_maps(mapping.get("conditions")):
            self._condition(slot, mapping, condition)

    def _condition(self, slot: str, mapping: Map, condition: Map) -> None:
        where = f"A condition of the slot '{slot}'"
        requested = condition.get("requested_slot")
        self.unknown("slot", requested, self.domain.slots, condition.place_of("requested_slot"), where)
        form = condition.get("active_loop")
        if not isinstance(form, str):
            return
        place = condition.place_of("active_loop")
        if self.unknown("form", form, self.domain.forms, place, where, error=True):
            return
        required = self.domain.forms[form].required_slots
        if required and slot not in required and mapping.get("type") != "from_trigger_intent":
            message = f"{where} names the form '{form}', which does not require it."
            mend = f"Add '{slot}' to required_slots of '{form}', or remove the condition."
            self.complaints.warn("mapping-form", message, mend, place)

    def _form(self, name: str, form: Map) -> None:
        for one, place in _texts(form, "ignored_intents"):
            self.unknown("intent", one, self.intents, place, f"The form '{name}'")
        for slot, place in _texts(form, "required_slots"):
            if self.unknown("slot", slot, self.domain.slots, place, f"The form '{name}'", error=True):
                continue
            asking = [
                f"{start}_{one}" for start in ("utter_ask", "action_ask") for one in (f"{name}_{slot}", slot)
            ]
            if not any(one in self.domain.action_index for one in asking):
                message = f"Nothing asks for '{slot}' of the form '{name}'."
                self.complaints.warn("form-no-question", message, f"Add the response '{asking[1]}'.", place)

    def _response(self, name: str, variations: Any, place: Place) -> None:
        if not name.startswith(_UTTER):
            message = f"The response '{name}' does not begin with '{_UTTER}', so no action says it."
            self.complaints.warn("response-prefix", message, f"Call it '{_UTTER}{name}'.", place)
        for variation in _only_maps(variations):
            for text, where in _said(variation):
                for slot in _PLACEHOLDER.findall(text):
                    self._placeholder(name, slot, where)
            for condition in _only_maps(variation.get("condition")):
                slot_place = condition.place_of("name")
                where_name = f"A condition of '{name}'"
                self.unknown("slot", condition.get("name"), self.domain.slots, slot_place, where_name)

    def _placeholder(self, response: str, slot: str, place: Place) -> None:
        name = slot.split(".", 1)[0].split("[", 1)[0]
        if name in self.domain.slots or name == REQUESTED_SLOT:
            return
        if response not in self.said:
            return
        message = f"'{{{slot}}}' in '{response}' is no slot; only an action can fill it."
        mend = did_you_mean(name, self.domain.slots, f"Declare the slot '{name}', or pass it in the action.")
        self.complaints.warn("placeholder-undeclared", message, mend, place)


_SECTIONS: Mapping[str, str] = {
    "entity": "entities",
    "intent": "intents",
    "action": "actions",
    "slot": "slots",
    "form": "forms",
}


def _entries(value: Any) -> Iterator[tuple[str, Map]]:
    """Keys of a mapping whose values are mappings."""
    if isinstance(value, Map):
        yield from ((name, one) for name, one in value.items() if isinstance(one, Map))


def _only_maps(value: Any) -> Iterator[Map]:
    return (one for _, one in _maps(value))


def _maps(value: Any) -> Iterator[tuple[Place, Map]]:
    if isinstance(value, Seq):
        for index, one in enumerate(value):
            if isinstance(one, Map):
                yield value.place_of(index), one


def _texts(value: Map, key: str) -> Iterator[tuple[str, Place]]:
    """The texts of a list, or the only text, with their places."""
    found = value.get(key)
    if isinstance(found, str):
        yield found, value.place_of(key)
    elif isinstance(found, Seq):
        for index, one in enumerate(found):
            if isinstance(one, str):
                yield one, found.place_of(index)


def _said(variation: Map) -> Iterator[tuple[str, Place]]:
    for key in ("text", "image"):
        if isinstance(variation.get(key), str):
            yield variation[key], variation.place_of(key)
    for button in _only_maps(variation.get("buttons")):
        if isinstance(button.get("title"), str):
            yield button["title"], button.place_of("title")
