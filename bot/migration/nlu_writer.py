"""Examples → YAML or JSON. What is written is read back and compared, so that nothing is lost unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from bot.entity_markup import MarkupError, read_markup
from bot.errors import Complaints, Place
from bot.json_file import read_json
from bot.migration.yaml_text import VERSION, to_yaml
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.json_reader import KEY as JSON_KEY
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.yaml_file import Map, read_yaml
from bot.yaml_shape import plain, shortened

Format = Literal["yaml", "json"]
_BLANKS = "\n\r "
"""What a YAML file's reader strips from an example."""
_PLAIN_NAME = frozenset("():[]{}")


def write_nlu(data: TrainingData, format: Format, complaints: Complaints) -> str:
    """Examples, synonyms, regexes and lookups as a file's text; not the responses.

    Args:
        data: what is to be written.
        format: ``yaml`` or ``json``.
        complaints: gets what the format cannot hold; the text must not be used then.
    """
    if format == "json":
        text = _to_json(data)
        read = read_json(text, "", complaints)
    else:
        data = replace(data, examples=[stripped(one) for one in data.examples])
        text = to_yaml({"version": VERSION, "nlu": _entries(data, complaints)})
        read = read_yaml(text, "", complaints)
    if not complaints.errors:
        _compare(data, read, complaints)
    return text


def stripped(example: Example) -> Example:
    """The example without spaces at its ends; entities keep their words."""
    text = example.text.strip(_BLANKS)
    if text == example.text or not text:
        return example
    offset = len(example.text) - len(example.text.lstrip(_BLANKS))
    spans = tuple(
        replace(one, start=max(0, one.start - offset), end=min(len(text), one.end - offset))
        for one in example.entities
    )
    return replace(example, text=text, entities=spans)


def mark_up(example: Example) -> str:
    """The text with its entities marked.

    Raises:
        MarkupError: marks cannot say it (entities that overlap, brackets in the text).
    """
    text, done = "", 0
    spans: dict[tuple[int, int], list[EntitySpan]] = {}
    for one in example.entities:
        spans.setdefault((one.start, one.end), []).append(one)
    for (start, end), here in sorted(spans.items()):
        if start < done:
            raise MarkupError("Entities overlap.", "Keep one of them.")
        text += example.text[done:start] + _mark(example.text[start:end], here)
        done = end
    text += example.text[done:]
    said, found = read_markup(text)
    wanted = sorted(example.entities, key=lambda one: (one.start, one.end))
    if said != example.text or [EntitySpan(*one) for one in found] != wanted:
        raise MarkupError("Brackets in it would be read as an entity.", "Change the text.")
    return text


def _mark(text: str, spans: Sequence[EntitySpan]) -> str:
    one = spans[0]
    bare = one.value == text and one.role is None and one.group is None
    if len(spans) == 1 and bare and not _PLAIN_NAME & set(one.entity):
        return f"[{text}]({one.entity})"
    marks = [json.dumps(_fields(one, text), ensure_ascii=False) for one in spans]
    return f"[{text}]{marks[0]}" if len(marks) == 1 else f"[{text}][{', '.join(marks)}]"


def _fields(span: EntitySpan, text: str) -> dict[str, str]:
    value = None if span.value == text else span.value
    given = {"entity": span.entity, "role": span.role, "group": span.group, "value": value}
    return {key: one for key, one in given.items() if one is not None}


def _entries(data: TrainingData, complaints: Complaints) -> list[dict[str, Any]]:
    """The entries of ``nlu:``."""
    groups: dict[tuple[str, str], list[tuple[str, Example]]] = {}
    for example in data.examples:
        if example.intent is None:
            message = f"An example without an intent cannot be written in YAML: {shortened(example.text)}."
            complaints.error("example-no-intent", message, "Give it an intent, or remove it.", example.place)
            continue
        try:
            text = mark_up(example)
        except MarkupError as error:
            message = f"This example cannot be written in YAML: {shortened(example.text)}. {error}"
            complaints.error("example-markup", message, error.mend, example.place)
            continue
        about = (example.metadata or {}).get("intent")
        groups.setdefault((example.intent, repr(about)), []).append((text, example))
    entries = [_intent(intent, listed) for (intent, _), listed in groups.items()]
    implied: dict[str, set[str]] = {}
    for one in data.examples:
        for span in one.entities:
            implied.setdefault(one.text[span.start : span.end], set()).add(span.value)
    synonyms: dict[str, list[str]] = {}
    for written, value in data.synonyms.items():
        # What the examples' own marks say need not be said again, unless they contradict each other.
        if implied.get(written) != {value}:
            synonyms.setdefault(value, []).append(written)
    regexes: dict[str, list[str]] = {}
    for name, pattern in data.regexes:
        regexes.setdefault(name, []).append(pattern)
    for kind, lists in (("synonym", synonyms), ("regex", regexes), ("lookup", data.lookups)):
        entries += [{kind: name, "examples": _block(listed)} for name, listed in lists.items() if listed]
    return entries


def _block(lines: Iterable[str]) -> str:
    return "".join(f"- {one}\n" for one in lines)


def _intent(intent: str, listed: list[tuple[str, Example]]) -> dict[str, Any]:
    entry: dict[str, Any] = {"intent": intent}
    metadata = [example.metadata or {} for _, example in listed]
    if "intent" in metadata[0]:
        entry["metadata"] = plain(metadata[0]["intent"])
    own = any("example" in one for one in metadata)
    if not own and all(len(text.splitlines()) == 1 for text, _ in listed):
        return {**entry, "examples": _block(text for text, _ in listed)}
    entry["examples"] = [
        {"text": text, **({"metadata": plain(one["example"])} if "example" in one else {})}
        for (text, _), one in zip(listed, metadata, strict=True)
    ]
    return entry


def _to_json(data: TrainingData) -> str:
    examples = []
    for one in data.examples:
        example: dict[str, Any] = {"text": one.text}
        if one.intent is not None:
            example["intent"] = one.intent
        if one.entities:
            example["entities"] = [_json_span(span) for span in one.entities]
        if one.metadata is not None:
            example["metadata"] = plain(one.metadata)
        examples.append(example)
    synonyms: dict[str, list[str]] = {}
    for written, value in data.synonyms.items():
        synonyms.setdefault(value, []).append(written)
    content = {
        "common_examples": examples,
        "regex_features": [{"name": name, "pattern": pattern} for name, pattern in data.regexes],
        "lookup_tables": [{"name": name, "elements": listed} for name, listed in data.lookups.items()],
        "entity_synonyms": [{"value": value, "synonyms": listed} for value, listed in synonyms.items()],
    }
    return json.dumps({JSON_KEY: content}, ensure_ascii=False, indent=2) + "\n"


def _json_span(span: EntitySpan) -> dict[str, Any]:
    found = {"start": span.start, "end": span.end, "value": span.value, "entity": span.entity}
    found.update({key: one for key, one in (("role", span.role), ("group", span.group)) if one is not None})
    return found


def _compare(data: TrainingData, read: Any, complaints: Complaints) -> None:
    """Complain of whatever would be read back otherwise than it is."""
    own = Complaints()
    again = read_training_data([Document("", read)] if isinstance(read, Map) else [], own)
    kept = {_content(one) for one in again.examples}
    for example in data.examples:
        if _content(example) not in kept:
            message = f"This example would change: {shortened(example.text)}."
            complaints.error("example-changed", message, "Remove unusual characters from it.", example.place)
    if len(again.examples) > len({_content(one) for one in data.examples}):
        complaints.error("example-changed", "Examples would be doubled.", "Remove line breaks from them.")
    for name in ("synonyms", "regexes", "lookups"):
        if not _same(getattr(data, name), getattr(again, name)):
            message = f"The {name} would change: one has a line break, or spaces at its ends."
            complaints.error("example-changed", message, "Mend that one.", _first_place(data))


def _content(example: Example) -> tuple[Any, ...]:
    spans = tuple(sorted(example.entities, key=lambda one: (one.start, one.end)))
    return example.text, example.intent, spans, repr(plain(example.metadata) if example.metadata else None)


def _same(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, list):
        return sorted(mine) == sorted(theirs)
    return {key: one for key, one in mine.items() if one} == {key: one for key, one in theirs.items() if one}


def _first_place(data: TrainingData) -> Place | None:
    return data.examples[0].place if data.examples else None
