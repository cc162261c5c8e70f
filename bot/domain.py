"""What a bot knows of: intents, entities, slots, responses, forms and actions.

A :class:`Domain` is a value. ``bot/domain_reader.py`` makes it of ``domain.yml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bot.events import Event, SlotSet
from bot.slots import Slot

ACTION_LISTEN = "action_listen"
ACTION_RESTART = "action_restart"
ACTION_SESSION_START = "action_session_start"
ACTION_DEFAULT_FALLBACK = "action_default_fallback"
ACTION_DEACTIVATE_LOOP = "action_deactivate_loop"
ACTION_REVERT_FALLBACK_EVENTS = "action_revert_fallback_events"
ACTION_DEFAULT_ASK_AFFIRMATION = "action_default_ask_affirmation"
ACTION_DEFAULT_ASK_REPHRASE = "action_default_ask_rephrase"
ACTION_TWO_STAGE_FALLBACK = "action_two_stage_fallback"
ACTION_UNLIKELY_INTENT = "action_unlikely_intent"
ACTION_BACK = "action_back"
RULE_SNIPPET = "..."
ACTION_EXTRACT_SLOTS = "action_extract_slots"
ACTION_VALIDATE_SLOT_MAPPINGS = "action_validate_slot_mappings"

DEFAULT_ACTIONS = (
    ACTION_LISTEN,
    ACTION_RESTART,
    ACTION_SESSION_START,
    ACTION_DEFAULT_FALLBACK,
    ACTION_DEACTIVATE_LOOP,
    ACTION_REVERT_FALLBACK_EVENTS,
    ACTION_DEFAULT_ASK_AFFIRMATION,
    ACTION_DEFAULT_ASK_REPHRASE,
    ACTION_TWO_STAGE_FALLBACK,
    ACTION_UNLIKELY_INTENT,
    ACTION_BACK,
    RULE_SNIPPET,
    ACTION_EXTRACT_SLOTS,
)
"""In Rasa's order: an action's index breaks ties."""

NLU_FALLBACK = "nlu_fallback"
DEFAULT_INTENTS = ("restart", "back", "out_of_scope", "session_start", NLU_FALLBACK)
REQUESTED_SLOT = "requested_slot"
SESSION_STARTED_METADATA = "session_started_metadata"
KNOWLEDGE_BASE_ACTION = "action_query_knowledge_base"
KNOWLEDGE_BASE_SLOTS = (
    "knowledge_base_listed_objects",
    "knowledge_base_last_object",
    "knowledge_base_last_object_type",
)
LABEL_SEPARATOR = "#"
"""Between an entity and its role or group, in features."""


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity type."""

    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influence_conversation: bool = True

    @property
    def labels(self) -> list[str]:
        """``entity#role`` and ``entity#group``."""
        return [f"{self.name}{LABEL_SEPARATOR}{one}" for one in (*self.roles, *self.groups)]


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent, and which entities count when it is meant."""

    name: str
    use_entities: tuple[str, ...] | None = None
    """``None``: all that influence the conversation."""
    ignore_entities: tuple[str, ...] | None = None
    """``None``: those that do not influence the conversation."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: slots to be asked for, one after the other."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """Everything in ``domain.yml``. The dictionaries keep the file's order."""

    intents: Mapping[str, Intent] = field(default_factory=dict)
    """As declared; :attr:`all_intents` adds Rasa's own five."""
    entities: Mapping[str, Entity] = field(default_factory=dict)
    user_slots: Mapping[str, Slot] = field(default_factory=dict)
    """As declared; :attr:`slots` adds those that forms and sessions need."""
    responses: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Name → variations, each in Rasa's shape."""
    user_actions: tuple[str, ...] = ()
    """The list ``actions:``."""
    forms: Mapping[str, Form] = field(default_factory=dict)
    action_texts: tuple[str, ...] = ()
    """End-to-end bot texts."""
    retrieval_intents: tuple[str, ...] = ()
    """Intents with ``intent/key`` examples."""
    actions_sending_domain: frozenset[str] = frozenset()
    store_entities_as_slots: bool = True
    session_expiration_minutes: float = 60.0
    """0: sessions never expire."""
    carry_over_slots: bool = True
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The merged files, in Rasa's shape, for action servers and ``GET /domain``."""

    @cached_property
    def all_intents(self) -> list[str]:
        """Sorted, with Rasa's own."""
        return sorted({*self.intents, *DEFAULT_INTENTS})

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """The declared slots, then those that Rasa adds."""
        found = dict(self.user_slots)
        if self.forms and REQUESTED_SLOT not in found:
            found[REQUESTED_SLOT] = Slot(REQUESTED_SLOT, influence_conversation=False)
        if KNOWLEDGE_BASE_ACTION in self.action_names:
            for name in KNOWLEDGE_BASE_SLOTS:
                found.setdefault(name, Slot(name, influence_conversation=False))
        found[SESSION_STARTED_METADATA] = Slot(SESSION_STARTED_METADATA, "any", influence_conversation=False)
        return found

    @cached_property
    def initial_slots(self) -> dict[str, Any]:
        return {name: slot.initial_value for name, slot in self.slots.items()}

    @cached_property
    def action_names(self) -> list[str]:
        """All actions in Rasa's order: defaults, the user's, responses, forms, end-to-end texts."""
        retrieval = [f"utter_{one}" for one in self.retrieval_intents]
        listed = list(dict.fromkeys([*self.user_actions, *retrieval]))
        listed += [one for one in sorted(self.responses) if one not in listed]
        own = [one for one in listed if one not in DEFAULT_ACTIONS]
        forms = [one for one in self.forms if one not in self.user_actions]
        return list(dict.fromkeys([*DEFAULT_ACTIONS, *own, *forms, *self.action_texts]))

    @cached_property
    def action_index(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.action_names)}

    @cached_property
    def _used_entities(self) -> dict[str, frozenset[str]]:
        names = {*self.intents, *DEFAULT_INTENTS}
        return {name: self._entities_of(self.intents.get(name, Intent(name))) for name in names}

    def _with_labels(self, names: Iterable[str]) -> set[str]:
        found = set(names)
        for name in list(found):
            if name in self.entities:
                found.update(self.entities[name].labels)
        return found

    def _entities_of(self, intent: Intent) -> frozenset[str]:
        silent = [one.name for one in self.entities.values() if not one.influence_conversation]
        if intent.use_entities is None:
            included = {name for name in self.entities if name not in silent}
            for entity in self.entities.values():
                included.update(entity.labels)
        else:
            included = self._with_labels(intent.use_entities)
        ignored = silent if intent.ignore_entities is None else intent.ignore_entities
        return frozenset(included - self._with_labels(ignored))

    def featurized_entities(
        self, intent: str | None, entities: Iterable[Mapping[str, Any]]
    ) -> tuple[str, ...]:
        """Names (and ``name#role``) of the entities that count with this intent, sorted."""
        names: set[str] = set()
        for entity in entities:
            name = entity.get("entity")
            if name is None:
                continue
            names.add(name)
            names.update(
                f"{name}{LABEL_SEPARATOR}{entity[key]}" for key in ("role", "group") if key in entity
            )
        wanted = self._used_entities.get(intent) if intent is not None else None
        return tuple(sorted(names if wanted is None else names & wanted))

    def slots_for_entities(self, entities: Sequence[Mapping[str, Any]]) -> list[Event]:
        """The slots that a story's entities fill without being told (training only)."""
        if not self.store_entities_as_slots:
            return []
        events: list[Event] = []
        for slot in self.slots.values():
            values = [
                entity.get("value")
                for mapping in slot.mappings
                if mapping.get("type") == "from_entity" and not _first_condition_names_loop(mapping)
                for entity in entities
                if same_entity(mapping, entity)
            ]
            if values:
                events.append(SlotSet(slot.name, values if slot.type == "list" else values[-1]))
        return events

    def with_training_data(
        self,
        retrieval_intents: Iterable[str] = (),
        responses: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        action_texts: Iterable[str] = (),
    ) -> Domain:
        """The domain with what only training data tells: retrieval intents, their responses, bot texts."""
        merged = {**self.responses, **(responses or {})}
        raw = (
            {**self.raw, "responses": {name: list(found) for name, found in merged.items()}}
            if merged
            else self.raw
        )
        return replace(
            self,
            retrieval_intents=tuple(dict.fromkeys([*self.retrieval_intents, *retrieval_intents])),
            responses=merged,
            action_texts=tuple(dict.fromkeys([*self.action_texts, *action_texts])),
            raw=raw,
        )


def same_entity(mapping: Mapping[str, Any], entity: Mapping[str, Any]) -> bool:
    """Whether a ``from_entity`` mapping means this entity: name, role and group must all be equal."""
    return all(mapping.get(key) == entity.get(key) for key in ("entity", "role", "group"))


def _first_condition_names_loop(mapping: Mapping[str, Any]) -> bool:
    conditions: Sequence[Mapping[str, Any]] = mapping.get("conditions") or ({},)
    return conditions[0].get("active_loop") is not None
