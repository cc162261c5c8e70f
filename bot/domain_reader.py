"""Domain files → :class:`bot.domain.Domain`.

Each file is judged by itself, then the files are merged as Rasa merges them: where two define the same thing,
the earlier one counts, and a later file's new entries stand before the earlier ones'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from bot.domain import Domain, Entity, Form, Intent
from bot.domain_check import check_domain_file
from bot.errors import Complaints
from bot.slot_reader import slot_from_dict
from bot.yaml_file import Map

_LISTS = ("intents", "entities", "actions", "e2e_actions")
_MAPPINGS = ("forms", "responses", "slots")
DEFAULT_SESSION = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}


class Readable(Protocol):
    """A parsed file."""

    @property
    def content(self) -> Map: ...


def read_domain(documents: Iterable[Readable], complaints: Complaints) -> Domain:
    """Read and merge domain files; what is wrong is complained of and left out."""
    merged: dict[str, Any] = {}
    for document in documents:
        content = check_domain_file(document.content, complaints)
        merged = merge(merged, content, complaints, document.content)
    return domain_from_dict(merged)


def merge(first: dict[str, Any], later: dict[str, Any], complaints: Complaints, where: Map) -> dict[str, Any]:
    """Both files' contents as one.

    Unlike Rasa, which loses it, ``config`` also counts when it stands in a later file only.
    """
    if not first or not later:
        return first or later
    found = dict(first)
    for key in (*_LISTS, *_MAPPINGS):
        mine, theirs = first.get(key), later.get(key)
        if not theirs:
            continue
        if not mine:
            found[key] = theirs
            continue
        for name in _names(mine) & _names(theirs):
            message = f"'{name}' stands in {key} of several domain files; the first one counts."
            complaints.warn("domain-duplicate", message, "Keep it in one file.", where.place_of(key))
        found[key] = _merged_lists(mine, theirs) if key in _LISTS else {**theirs, **mine}
    if found.get("forms") and found.get("actions"):
        forms = found["forms"]
        found["actions"] = [one for one in found["actions"] if not isinstance(one, str) or one not in forms]
    if found.get("session_config", DEFAULT_SESSION) == DEFAULT_SESSION and later.get("session_config"):
        found["session_config"] = later["session_config"]
    if "config" not in found and "config" in later:
        found["config"] = later["config"]
    return found


def _name(entry: Any) -> str:
    return min(entry) if isinstance(entry, dict) else str(entry)


def _names(entries: Iterable[Any]) -> set[str]:
    return {_name(one) for one in entries}


def _merged_lists(mine: list[Any], theirs: list[Any]) -> list[Any]:
    by_name = {_name(one): one for one in theirs}
    by_name.update({_name(one): one for one in mine})
    return list(by_name.values())


def domain_from_dict(raw: Mapping[str, Any]) -> Domain:
    """A domain of checked content in Rasa's shape."""
    session = {**DEFAULT_SESSION, **raw.get("session_config", {})}
    settings = raw.get("config", {})
    return Domain(
        intents={one.name: one for one in map(_intent, raw.get("intents", ()))},
        entities={one.name: one for entry in raw.get("entities", ()) for one in _entities(entry)},
        user_slots={name: slot_from_dict(name, one) for name, one in raw.get("slots", {}).items()},
        responses=raw.get("responses", {}),
        user_actions=tuple(name for one in raw.get("actions", ()) for name in _action_names(one)),
        forms={name: _form(name, one) for name, one in raw.get("forms", {}).items()},
        action_texts=tuple(raw.get("e2e_actions", ())),
        retrieval_intents=tuple(_retrieval_intents(raw)),
        actions_sending_domain=frozenset(_sending_domain(raw.get("actions", ()))),
        store_entities_as_slots=settings.get("store_entities_as_slots", True),
        session_expiration_minutes=float(session["session_expiration_time"]),
        carry_over_slots=session["carry_over_slots_to_new_session"],
        raw=_as_rasa(raw, session),
    )


def _as_rasa(raw: Mapping[str, Any], session: Mapping[str, Any]) -> dict[str, Any]:
    """What Rasa's ``Domain.as_dict`` gives: empty parts left out, defaults added, intents sorted."""
    found: dict[str, Any] = {key: one for key, one in raw.items() if one}
    found["session_config"] = dict(session)
    found.setdefault("version", "3.1")
    if "intents" in found:
        found["intents"] = sorted(
            found["intents"], key=lambda one: next(iter(one)) if isinstance(one, dict) else one
        )
    return found


def _intent(entry: Any) -> Intent:
    if not isinstance(entry, dict):
        return Intent(entry)
    name, properties = next(iter(entry.items()))
    used = properties.get("use_entities", True)
    ignored = properties.get("ignore_entities", True)
    return Intent(
        name,
        use_entities=None if used is True else tuple(used or ()),
        ignore_entities=None if ignored is True else tuple(ignored or ()),
    )


def _entities(entry: Any) -> Iterable[Entity]:
    if not isinstance(entry, dict):
        return [Entity(entry)]
    return [
        Entity(
            name,
            roles=tuple(properties.get("roles") or ()),
            groups=tuple(properties.get("groups") or ()),
            influence_conversation=properties.get("influence_conversation") is not False,
        )
        for name, properties in entry.items()
    ]


def _action_names(entry: Any) -> list[str]:
    return list(entry) if isinstance(entry, dict) else [entry]


def _sending_domain(actions: Iterable[Any]) -> Iterable[str]:
    for entry in actions:
        if isinstance(entry, dict):
            yield from (name for name, settings in entry.items() if (settings or {}).get("send_domain"))
        elif entry.startswith("validate_"):
            yield entry


def _retrieval_intents(raw: Mapping[str, Any]) -> Iterable[str]:
    for entry in raw.get("intents", ()):
        if isinstance(entry, dict):
            yield from (name for name, one in entry.items() if one.get("is_retrieval_intent"))


def _form(name: str, raw: Mapping[str, Any] | None) -> Form:
    content = raw or {}
    ignored = content.get("ignored_intents") or ()
    return Form(
        name,
        required_slots=tuple(content.get("required_slots") or ()),
        ignored_intents=(ignored,) if isinstance(ignored, str) else tuple(ignored),
    )
