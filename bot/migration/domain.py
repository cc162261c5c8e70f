"""Domain files of Rasa 1 and 2 → today's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain import REQUESTED_SLOT
from bot.errors import Place
from bot.migration.form_actions import FormClass
from bot.migration.report import Report
from bot.migration.slots import OldForm, migrate_slot, move_mappings, read_form
from bot.migration.yaml_text import VERSION
from bot.project import Document
from bot.yaml_file import Map, Seq
from bot.yaml_shape import plain

_DEACTIVATE = "action_deactivate_form"
RENAMED_ACTIONS = {_DEACTIVATE: "action_deactivate_loop"}
_RETRIEVAL = "respond_"
"""How Rasa 1 named the action that answers a retrieval intent; today it is ``utter_``."""
_NO_SESSIONS = {"session_expiration_time": 0, "carry_over_slots_to_new_session": True}
"""What Rasa 1 took where the domain says nothing; Rasa 2 and 3 take 60 minutes."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """An intent that runs an action, whatever was said before (Rasa 1's MappingPolicy)."""

    intent: str
    action: str
    place: Place


@dataclass(slots=True)
class NewDomain:
    """What became of the domain."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """File → its new content."""
    triggers: list[Trigger] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)


def new_action_name(name: str) -> str:
    """An action's name today."""
    if name.startswith(_RETRIEVAL):
        return "utter_" + name.removeprefix(_RETRIEVAL)
    return RENAMED_ACTIONS.get(name, name)


def is_old_domain(content: Map, version: tuple[int, int] | None) -> bool:
    """Whether a domain file is of Rasa 1 or 2."""
    if version is not None:
        return version < (3, 0)
    slots = [one for one in _mapping(content.get("slots")).values() if isinstance(one, Mapping)]
    forms = content.get("forms")
    intents = content.get("intents") or []
    triggers = [one for one in intents if isinstance(one, Mapping) and "triggers" in str(one)]
    return bool(
        "templates" in content
        or triggers
        or any("mappings" not in one or "auto_fill" in one for one in slots)
        or isinstance(forms, list)
        or any(
            read_form(name, raw, content.place).mappings
            for name, raw in _mapping(forms).items()
            if isinstance(raw, Mapping)
        )
    )


def migrate_domain(
    documents: Sequence[Document], classes: Mapping[str, FormClass], report: Report
) -> NewDomain:
    """Migrate all files of a domain together, for what one declares another uses.

    Args:
        documents: the domain's files.
        classes: the form classes of Rasa 1 that the project's actions have, by the form's name.
        report: gets what was changed, and what needs a person.
    """
    return _Migration(documents, classes, report).run()


class _Migration:
    def __init__(
        self, documents: Sequence[Document], classes: Mapping[str, FormClass], report: Report
    ) -> None:
        self.documents = documents
        self.classes = classes
        self.report = report
        self.forms: dict[str, OldForm] = {}
        self.slots: dict[str, dict[str, Any]] = {}
        self.entities: list[str] = []
        self.auto_fill = True
        self.found = NewDomain()

    def run(self) -> NewDomain:
        for document in self.documents:
            self._gather(document.content)
        undeclared = move_mappings(list(self.forms.values()), self.slots, self.report)
        self.found.forms = list(self.forms)
        holder = next((one.file for one in self.documents if _mapping(one.content.get("slots"))), None)
        first = not any("session_config" in one.content for one in self.documents)
        rasa1 = any("templates" in one.content for one in self.documents)
        for document in self.documents:
            new = self._file(document.content)
            if undeclared and (holder or self.documents[0].file) == document.file:
                added = {name: self._slot(name, document.place) for name in undeclared}
                new["slots"] = {**new.get("slots", {}), **added}
            if rasa1 and first:
                new["session_config"] = dict(_NO_SESSIONS)
                text = "Sessions never end, as in Rasa 1 where the domain has no session_config."
                self.report.changed(document.place, text)
                first = False
            self.found.files[document.file] = new
        return self.found

    def _gather(self, content: Map) -> None:
        for entry in content.get("entities") or ():
            self.entities += list(entry) if isinstance(entry, Mapping) else [str(entry)]
        slots = _mapping(content.get("slots"))
        for name, one in slots.items():
            self.slots.setdefault(name, plain(one) if isinstance(one, Mapping) else {})
        forms = content.get("forms")
        if isinstance(forms, Seq):
            for index, entry in enumerate(forms):
                names = dict(entry) if isinstance(entry, Mapping) else {str(entry): None}
                for name, raw in names.items():
                    self._form(name, plain(raw), forms.place_of(index))
        elif isinstance(forms, Map):
            for name, raw in forms.items():
                self._form(name, plain(raw), forms.place_of(name))
        if _mapping(content.get("config")).get("store_entities_as_slots") is False:
            self.auto_fill = False

    def _form(self, name: str, raw: Any, place: Place) -> None:
        form = read_form(name, raw, place)
        known = self.classes.get(name)
        if form.mappings == {}:
            if known is not None:
                form.mappings = {slot: [dict(one) for one in each] for slot, each in known.mappings.items()}
            else:
                self.report.by_hand(place, f"The form '{name}' names no slots: list its required_slots.")
        self.forms.setdefault(name, form)

    def _file(self, content: Map) -> dict[str, Any]:
        new: dict[str, Any] = {} if "version" in content else {"version": VERSION}
        for key, value in content.items():
            place = content.place_of(key)
            if key == "version":
                new[key] = VERSION
                if value != VERSION:
                    self.report.changed(place, f"version is {VERSION}.")
            elif key in ("templates", "responses"):
                if key == "templates":
                    self.report.changed(place, "templates are called responses.")
                new["responses"] = {**new.get("responses", {}), **self._responses(value, place)}
            elif key == "intents":
                new[key] = self._intents(value)
            elif key == "actions":
                new[key] = self._actions(value)
            elif key == "slots":
                new[key] = {
                    name: self._slot(name, value.place_of(name))
                    for name in _mapping(value)
                    if not self._is_builtin(name, value.place_of(name))
                }
            elif key == "forms":
                names = [min(one) if isinstance(one, Mapping) else str(one) for one in value or ()]
                new[key] = {name: self.forms[name].as_rasa3() for name in names}
                if isinstance(value, Seq):
                    self.report.changed(place, "The list of forms is a mapping.")
            else:
                new[key] = plain(value)
        # A part whose entries all moved away goes with them.
        return {key: one for key, one in new.items() if one not in ({}, []) or not content.get(key)}

    def _is_builtin(self, name: str, place: Place) -> bool:
        if name != REQUESTED_SLOT or not self.forms:
            return False
        self.report.changed(place, f"The slot '{name}' is not declared: forms bring it along.")
        return True

    def _slot(self, name: str, place: Place) -> dict[str, Any]:
        return migrate_slot(name, self.slots[name], self.entities, self.auto_fill, place, self.report)

    def _responses(self, value: Any, place: Place) -> dict[str, Any]:
        """Rasa 1 also took bare texts for variations."""
        found: dict[str, Any] = {}
        for name, raw in _mapping(value).items():
            entries = raw if isinstance(raw, list) else [raw]
            if any(isinstance(one, str) for one in entries):
                self.report.changed(value.place_of(name), f"The texts of '{name}' stand under 'text:'.")
            found[name] = [{"text": one} if isinstance(one, str) else plain(one) for one in entries if one]
        return found

    def _intents(self, value: Any) -> list[Any]:
        found: list[Any] = []
        for index, entry in enumerate(value or ()):
            settings = plain(entry)
            name = min(settings) if isinstance(settings, dict) and settings else str(settings)
            about = settings[name] if isinstance(settings, dict) else None
            if not isinstance(about, dict) or "triggers" not in about:
                found.append(settings)
                continue
            place = value.place_of(index)
            trigger = Trigger(name, new_action_name(str(about.pop("triggers"))), place)
            self.found.triggers.append(trigger)
            self.report.changed(place, f"'{name}' triggers '{trigger.action}' by RulePolicy.")
            found.append({name: about} if about else name)
        return found

    def _actions(self, value: Any) -> list[Any]:
        found: list[Any] = []
        for index, entry in enumerate(value or ()):
            place = value.place_of(index)
            name = entry if isinstance(entry, str) else ""
            if name in self.forms:
                self.report.changed(place, f"'{name}' stands under forms only.")
            elif name.startswith(_RETRIEVAL) or name in RENAMED_ACTIONS:
                self.report.changed(place, f"'{name}' is called '{new_action_name(name)}', and built in.")
            else:
                found.append(plain(entry))
        return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
