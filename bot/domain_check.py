"""Judges one domain file, key by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain import DEFAULT_ACTIONS
from bot.errors import Complaints, Place
from bot.response_reader import check_responses
from bot.slot_reader import HAS_LETTER, check_slots
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, did_you_mean, kind_of, plain, shortened

KNOWN_KEYS = (
    "version",
    "intents",
    "entities",
    "slots",
    "responses",
    "actions",
    "forms",
    "e2e_actions",
    "config",
    "session_config",
)
TRAINING_KEYS = ("nlu", "stories", "rules")
_INTENT_KEYS = ("use_entities", "ignore_entities", "is_retrieval_intent", "used_entities")
_ENTITY_KEYS = ("roles", "groups", "influence_conversation")


def check_domain_file(content: Map, complaints: Complaints) -> dict[str, Any]:
    """What is well formed in one domain file, in Rasa's shape and as ordinary dictionaries."""
    return _FileCheck(content, complaints).checked()


class _FileCheck:
    def __init__(self, content: Map, complaints: Complaints) -> None:
        self.content = content
        self.complaints = complaints
        self.shape = Shape(complaints, "domain")

    def checked(self) -> dict[str, Any]:
        readers: dict[str, Callable[[Any, Place], Any]] = {
            "intents": self._intents,
            "entities": self._entities,
            "actions": self._actions,
            "e2e_actions": self._texts,
            "forms": self._forms,
            "slots": lambda value, place: check_slots(value, place, self.complaints),
            "responses": lambda value, place: check_responses(value, place, self.complaints),
            "config": self._config,
            "session_config": self._session,
        }
        found: dict[str, Any] = {}
        for key, value in self.content.items():
            if key in readers and value is None:
                message = f"Nothing stands below '{key}:'."
                mend = f"Remove '{key}:', or write its content."
                self.complaints.error("domain-empty-key", message, mend, self.content.place_of(key))
            elif key in readers:
                found[key] = readers[key](value, self.content.place_of(key))
            elif key == "version":
                found[key] = value
            elif key not in (*KNOWN_KEYS, *TRAINING_KEYS):
                message = f"A domain has no key '{key}'; it is passed over."
                mend = did_you_mean(key, KNOWN_KEYS, f"Known: {', '.join(KNOWN_KEYS)}.")
                self.complaints.warn("domain-key", message, mend, self.content.place_of(key))
        return found

    def _named(self, value: Any, place: Place, what: str) -> list[tuple[str, Any, Place]]:
        """Entries of a list of names, or of mappings with one name: name, properties or ``...``, place."""
        found = []
        entries = self.shape.sequence(value, place, f"'{what}s'") or Seq()
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            where = entries.place_of(index)
            if entry is None and what == "intent":
                message = "An intent has an empty name; it is skipped."
                self.complaints.warn("intent-no-name", message, "Write its name, or remove the dash.", where)
                continue
            if isinstance(entry, Map) and entry:
                pairs: list[tuple[str, Any]] = list(entry.items())
            else:
                name = self.shape.text(entry, where, f"An entry of '{what}s'")
                pairs = [] if name is None else [(name, ...)]
            for name, properties in pairs:
                if name in seen and name in DEFAULT_ACTIONS and what == "action":
                    message = f"The action '{name}' is listed twice."
                    self.complaints.warn("action-duplicate", message, "Remove one of them.", where)
                    continue
                if name in seen:
                    message = f"The {what} '{name}' is listed twice."
                    self.complaints.error(f"{what}-duplicate", message, "Remove one of them.", where)
                    continue
                seen.add(name)
                found.append((name, properties, where))
        return found

    def _properties(self, what: str, name: str, value: Any, place: Place) -> Map | None:
        if isinstance(value, Map) and value:
            return value
        message = f"The {what} '{name}' is followed by ':' and {kind_of(value)}."
        mend = f"Remove the ':' after '{name}', or indent its properties below it."
        self.complaints.error(f"{what}-properties", message, mend, place)
        return None

    def _intents(self, value: Any, place: Place) -> list[Any]:
        found: list[Any] = []
        for name, raw, where in self._named(value, place, "intent"):
            if raw is ...:
                found.append(name)
                continue
            properties = self._properties("intent", name, raw, where)
            if properties is None:
                continue
            if "triggers" in properties:
                message = f"The intent '{name}' uses 'triggers', which Rasa 3 no longer has."
                mend = f"Write a rule: intent {name}, then the action."
                self.complaints.error("intent-triggers", message, mend, properties.place_of("triggers"))
            else:
                self.shape.keys(properties, _INTENT_KEYS, f"The intent '{name}'", warning=True)
            kept: dict[str, Any] = plain(properties)
            for key in ("use_entities", "ignore_entities"):
                one = properties.get(key)
                if key in kept and not one:
                    kept[key] = []
                elif one and one is not True:
                    kept[key] = self.shape.loose_texts(one, properties.place_of(key), f"'{key}' of '{name}'")
            if "ignore_entities" in properties and properties["ignore_entities"] is None:
                message = f"Nothing stands below 'ignore_entities:' of '{name}'."
                mend = "Write 'ignore_entities: []', or remove it."
                self.complaints.error("intent-ignored", message, mend, properties.place_of("ignore_entities"))
            found.append({name: kept})
        return found

    def _entities(self, value: Any, place: Place) -> list[Any]:
        found: list[Any] = []
        for name, raw, where in self._named(value, place, "entity"):
            if raw is ...:
                found.append(name)
                continue
            if raw and not isinstance(raw, Map):
                message = f"The entity '{name}' is followed by ':' and {kind_of(raw)}, which has no effect."
                mend = f"Remove the ':' after '{name}', or indent its properties below it."
                self.complaints.warn("entity-properties", message, mend, where)
                found.append(name)
                continue
            properties = self._properties("entity", name, raw, where)
            if properties is None:
                continue
            self.shape.keys(properties, _ENTITY_KEYS, f"The entity '{name}'", warning=True)
            kept: dict[str, Any] = plain(properties)
            for key in ("roles", "groups"):
                if key not in properties:
                    continue
                place_of_key = properties.place_of(key)
                if properties[key] is None:
                    message = f"Nothing stands below '{key}:' of '{name}'."
                    self.complaints.error("entity-labels", message, f"Remove '{key}:'.", place_of_key)
                else:
                    kept[key] = self.shape.loose_texts(properties[key], place_of_key, f"'{key}' of '{name}'")
            found.append({name: kept})
        return found

    def _actions(self, value: Any, place: Place) -> list[Any]:
        found: list[Any] = []
        for name, raw, where in self._named(value, place, "action"):
            if raw is ...:
                found.append(name)
                continue
            settings = raw if isinstance(raw, Map) else self._properties("action", name, raw, where)
            if settings is not None:
                self._letter("action", name, where)
                self.shape.keys(settings, ("send_domain",), f"The action '{name}'")
                if "send_domain" in settings:
                    self.shape.truth(
                        settings["send_domain"], settings.place_of("send_domain"), "'send_domain'"
                    )
                found.append({name: plain(settings)})
        return found

    def _letter(self, what: str, name: str, place: Place) -> None:
        if not HAS_LETTER.search(name):
            message = f"The name '{name}' of a {what} has no letter from A to Z."
            self.complaints.error(f"{what}-name", message, f"Rename it, such as '{what}_1'.", place)

    def _texts(self, value: Any, place: Place) -> list[str]:
        texts = self.shape.texts(value, place, "'e2e_actions'")
        for text in {one for one in texts if texts.count(one) > 1}:
            message = f"The text '{shortened(text)}' stands twice in e2e_actions."
            self.complaints.error("action-duplicate", message, "Remove one of them.", place)
        return texts

    def _forms(self, value: Any, place: Place) -> dict[str, Any]:
        forms = self.shape.mapping(value, place, "'forms'") or Map()
        return {name: self._form(name, raw, forms.place_of(name)) for name, raw in forms.items()}

    def _form(self, name: str, raw: Any, place: Place) -> dict[str, Any]:
        self._letter("form", name, place)
        form = self.shape.mapping(raw, place, f"The form '{name}'")
        if form is None:
            return {"required_slots": []}
        for key in form:
            if key not in ("required_slots", "ignored_intents"):
                message = f"The form '{name}' has no key '{key}'."
                mend = did_you_mean(
                    key,
                    ("required_slots", "ignored_intents"),
                    "List slots under 'required_slots:'; mappings go to 'slots:'.",
                )
                self.complaints.error("form-key", message, mend, form.place_of(key))
        if "required_slots" not in form and "ignored_intents" in form:
            message = f"The form '{name}' ignores intents but requires no slots."
            self.complaints.error("form-no-slots", message, "Add 'required_slots:' with a list.", place)
        required: list[str] = []
        if form.get("required_slots") is not None:
            required = self.shape.texts(
                form["required_slots"], form.place_of("required_slots"), "'required_slots'"
            )
        found: dict[str, Any] = {"required_slots": required}
        ignored = form.get("ignored_intents")
        if isinstance(ignored, str):
            found["ignored_intents"] = ignored
        elif ignored is not None:
            found["ignored_intents"] = self.shape.loose_texts(
                ignored, form.place_of("ignored_intents"), "'ignored_intents'"
            )
        return found

    def _config(self, value: Any, place: Place) -> dict[str, Any]:
        config = self.shape.mapping(value, place, "'config'") or Map()
        key = "store_entities_as_slots"
        self.shape.keys(config, (key,), "'config'", warning=True)
        if key in config and self.shape.truth(config[key], config.place_of(key), f"'{key}'") is not None:
            return {key: config[key]}
        return {}

    def _session(self, value: Any, place: Place) -> dict[str, Any]:
        session = self.shape.mapping(value, place, "'session_config'") or Map()
        time_key, carry_key = "session_expiration_time", "carry_over_slots_to_new_session"
        self.shape.keys(session, (time_key, carry_key), "'session_config'", warning=True)
        found: dict[str, Any] = {}
        if session.get(time_key) is not None:
            minutes = self.shape.number(session[time_key], session.place_of(time_key), f"'{time_key}'")
            if minutes is not None and minutes < 0:
                message = f"The session_expiration_time is {minutes} minutes."
                mend = "Write 0 for sessions that never expire, or a positive number."
                self.complaints.error("session-time", message, mend, session.place_of(time_key))
            elif minutes is not None:
                found[time_key] = minutes
        if session.get(carry_key) is not None:
            carry = self.shape.truth(session[carry_key], session.place_of(carry_key), f"'{carry_key}'")
            if carry is not None:
                found[carry_key] = carry
        return found
