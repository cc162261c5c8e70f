"""``rasa_nlu_data`` of JSON files → what the ``nlu:`` of YAML files becomes.

The shape: ``{"rasa_nlu_data": {"common_examples": [{"text", "intent", "entities": [{"start", "end", "entity",
"value", "role", "group"}]}], "entity_synonyms": [{"value", "synonyms": []}], "regex_features": [{"name",
"pattern"}], "lookup_tables": [{"name", "elements": [] or a file's path}]}}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.errors import Complaints, Place
from bot.nlu.data import EntitySpan, Example
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, kind_of, plain, shortened

KEY = "rasa_nlu_data"
_EXAMPLES = ("common_examples", "intent_examples", "entity_examples")
"""The last two are of Rasa NLU 0.x; what they hold is the same."""
_KEYS = (*_EXAMPLES, "entity_synonyms", "regex_features", "lookup_tables")


class JsonReader:
    """Reads one file's ``rasa_nlu_data``; what is wrong is complained of and left out."""

    def __init__(self, content: Any, place: Place, complaints: Complaints) -> None:
        self.shape = Shape(complaints, "nlu")
        self.complaints = complaints
        self.data = self.shape.mapping(content, place, f"'{KEY}'") or Map()
        self.shape.keys(self.data, _KEYS, f"'{KEY}'")

    def examples(self) -> Iterator[Example]:
        """The examples, in file order."""
        for key in _EXAMPLES:
            for entry, place in self._entries(key, "An example"):
                text = self._text(entry, "text", "An example", place)
                if text is None:
                    continue
                intent = entry.get("intent")
                if intent is not None:
                    intent = self.shape.text(intent, entry.place_of("intent"), "The intent of an example")
                    if intent is None:
                        continue
                metadata = entry.get("metadata")
                if metadata is not None:
                    self.shape.mapping(metadata, entry.place_of("metadata"), "'metadata'")
                known = plain(metadata) if isinstance(metadata, Map) else None
                yield Example(text, intent or None, tuple(self._spans(text, entry)), known, place)

    def synonyms(self) -> Iterator[tuple[str, str, Place]]:
        """What is written, the value it stands for, and where."""
        for entry, place in self._entries("entity_synonyms", "An entry of 'entity_synonyms'"):
            value = self._text(entry, "value", "An entry of 'entity_synonyms'", place)
            if value is None:
                continue
            for written in self.shape.texts(entry.get("synonyms"), place, f"synonyms of '{value}'"):
                yield written, value, place

    def regexes(self) -> Iterator[tuple[str, str, Place]]:
        """Name, pattern, and where."""
        for entry, place in self._entries("regex_features", "An entry of 'regex_features'"):
            name = self._text(entry, "name", "A regex", place)
            pattern = self._text(entry, "pattern", "A regex", place)
            if name is not None and pattern is not None:
                yield name, pattern, place

    def lookups(self) -> Iterator[tuple[str, str | list[str], Place]]:
        """Name, its entries or the path of a file that has them, and where."""
        for entry, place in self._entries("lookup_tables", "An entry of 'lookup_tables'"):
            name = self._text(entry, "name", "A lookup table", place)
            if name is None:
                continue
            elements = entry.get("elements")
            if isinstance(elements, str):
                yield name, elements, place
            else:
                yield name, self.shape.texts(elements, place, f"elements of '{name}'"), place

    def _entries(self, key: str, what: str) -> Iterator[tuple[Map, Place]]:
        if self.data.get(key) is None:
            return
        listed = self.shape.sequence(self.data[key], self.data.place_of(key), f"'{key}'") or Seq()
        for index, raw in enumerate(listed):
            place = listed.place_of(index)
            entry = self.shape.mapping(raw, place, what)
            if entry is not None:
                yield entry, place

    def _text(self, entry: Map, key: str, what: str, place: Place) -> str | None:
        if entry.get(key) in (None, ""):
            self.complaints.error("nlu-json", f"{what} has no '{key}'.", f'Add "{key}": "...".', place)
            return None
        return self.shape.text(entry[key], entry.place_of(key), f"'{key}'")

    def _spans(self, text: str, entry: Map) -> Iterator[EntitySpan]:
        if entry.get("entities") is None:
            return
        listed = self.shape.sequence(entry["entities"], entry.place_of("entities"), "'entities'") or Seq()
        for index, raw in enumerate(listed):
            place = listed.place_of(index)
            entity = self.shape.mapping(raw, place, "An entity")
            if entity is None:
                continue
            span = self._span(text, entity, place)
            if span is not None:
                yield span

    def _span(self, text: str, entity: Map, place: Place) -> EntitySpan | None:
        name = self._text(entity, "entity", "An entity", place)
        if name is None:
            return None
        start, end = (_number(entity.get(key)) for key in ("start", "end"))
        if not 0 <= start < end <= len(text):
            told = f"{entity.get('start')} to {entity.get('end')}"
            message = f"The entity '{name}' does not lie within '{shortened(text)}' ({told})."
            mend = f'Write "start" and "end" as places of characters, from 0 to {len(text)}.'
            self.complaints.error("nlu-json-span", message, mend, place)
            return None
        given = entity.get("value")
        value = text[start:end] if given is None else given
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            message = f"The value of '{name}' must be a text or a number, but is {kind_of(given)}."
            self.complaints.error("nlu-json", message, 'Write "value": "..."', place)
            return None
        role, group = self._role(entity, "role"), self._role(entity, "group")
        return EntitySpan(name, start, end, str(value), role, group)

    def _role(self, entity: Map, key: str) -> str | None:
        if entity.get(key) is None:
            return None
        return self.shape.text(entity[key], entity.place_of(key), f"'{key}'")


def _number(value: Any) -> int:
    """A place in a text; -1 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def is_rasa_json(text: str) -> bool:
    """Whether a JSON file's text looks like examples."""
    return re.search(rf'"{KEY}"\s*:', text) is not None
