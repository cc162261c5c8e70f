"""``nlu:`` (and JSON's ``rasa_nlu_data``) of the training files → :class:`bot.nlu.data.TrainingData`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from bot.entity_markup import MarkupError, read_markup
from bot.errors import Complaints, Place
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.json_reader import KEY as JSON_KEY
from bot.nlu.json_reader import JsonReader
from bot.response_reader import check_responses
from bot.yaml_file import Map, Seq
from bot.yaml_shape import Shape, did_you_mean, kind_of, plain, shortened

_KINDS = ("intent", "synonym", "regex", "lookup")
_BLANKS = "\n\r "


class Readable(Protocol):
    """A parsed file."""

    @property
    def content(self) -> Map: ...


def read_training_data(
    documents: Iterable[Readable],
    complaints: Complaints,
    *,
    domain_responses: Mapping[str, Any] | None = None,
    root: Path | None = None,
) -> TrainingData:
    """Read examples, synonyms, regexes and lookups of all files, in file order.

    Args:
        documents: parsed training files.
        complaints: gets what is wrong; a wrong example is left out.
        domain_responses: the domain's; those of retrieval intents (``utter_intent/key``) are kept.
        root: where a lookup's file is looked for.
    """
    reader = _Reader(complaints, root)
    for document in documents:
        reader.read(document.content)
    found = reader.found
    domain = {name: one for name, one in (domain_responses or {}).items() if "/" in name}
    found.responses = {**domain, **found.responses}
    return found


class _Reader:
    def __init__(self, complaints: Complaints, root: Path | None) -> None:
        self.complaints = complaints
        self.shape = Shape(complaints, "nlu")
        self.root = root
        self.found = TrainingData()
        self.seen: set[tuple[str, str | None, tuple[EntitySpan, ...], str]] = set()
        """Rasa counts an example that is repeated word for word only once."""

    def read(self, content: Map) -> None:
        if content.get("responses") is not None:
            own = check_responses(content["responses"], content.place_of("responses"), self.complaints)
            self.found.responses = {**self.found.responses, **own}
        if JSON_KEY in content:
            self._json(JsonReader(content[JSON_KEY], content.place_of(JSON_KEY), self.complaints))
        if content.get("nlu") is None:
            return
        items = self.shape.sequence(content["nlu"], content.place_of("nlu"), "'nlu'") or Seq()
        for index, item in enumerate(items):
            place = items.place_of(index)
            entry = self.shape.mapping(item, place, "An entry of 'nlu'")
            if entry is not None:
                self._entry(entry, place)

    def _json(self, reader: JsonReader) -> None:
        for example in reader.examples():
            self._add(example)
        for written, value, place in reader.synonyms():
            self._synonym(written, value, place)
        for name, pattern, place in reader.regexes():
            self._regex(name, pattern, place)
        for name, entries, place in reader.lookups():
            if isinstance(entries, str):
                self._lookup_file(name, entries, place)
            else:
                self.found.lookups.setdefault(name, []).extend(entries)

    def _entry(self, entry: Map, place: Place) -> None:
        kind = next((key for key in _KINDS if key in entry), None)
        if not entry:
            self.complaints.warn("nlu-empty", "An entry of 'nlu' is empty.", "Remove the dash.", place)
            return
        if kind is None:
            key = next(iter(entry), "")
            message = f"An entry of 'nlu' has no key '{key}'."
            mend = did_you_mean(key, _KINDS, f"Begin it with one of: {', '.join(_KINDS)}.")
            self.complaints.error("nlu-key", message, mend, place)
            return
        self.shape.keys(entry, (kind, "examples", *(("metadata",) if kind == "intent" else ())), f"A {kind}")
        if not entry[kind]:
            message = f"A {kind} has an empty name; it is skipped."
            self.complaints.warn("nlu-no-name", message, f"Write '{kind}: ' and a name.", place)
            return
        name = self.shape.text(entry[kind], entry.place_of(kind), f"The name of a {kind}")
        if name is None:
            return
        if not isinstance(entry.get("examples", ""), str | Seq):
            mend = "Write 'examples: |', and below it lines that begin with '- '."
            message = f"'examples' of '{name}' must be lines of text, but is {kind_of(entry['examples'])}."
            say = self.complaints.warn if entry["examples"] is None else self.complaints.error
            say("nlu-type", message, mend, entry.place_of("examples"))
        elif not entry.get("examples"):
            message = f"The {kind} '{name}' has no examples."
            mend = "Write 'examples: |', and below it lines that begin with '- '."
            self.complaints.warn("nlu-no-examples", message, mend, place)
        elif kind == "intent":
            self._intent(name.strip(), entry)
        else:
            self._list(kind, name, entry)

    def _intent(self, intent: str, entry: Map) -> None:
        examples, about = entry["examples"], entry.get("metadata")
        if isinstance(examples, Seq):
            texts = self._listed(intent, examples)
        else:
            block = self.shape.text(examples, entry.place_of("examples"), f"'examples' of '{intent}'")
            texts = ((one, None, place) for one, place in self._lines(intent, block or "", entry))
        if intent.count("/") > 1:
            message = f"The intent '{intent}' has more than one slash."
            self.complaints.error("intent-slashes", message, "Write 'intent/key'.", entry.place_of("intent"))
        for text, own, place in texts:
            metadata = {
                key: plain(one) for key, one in (("intent", about), ("example", own)) if one is not None
            }
            self._example(text, intent, metadata or None, place)

    def _listed(self, intent: str, examples: Seq) -> Iterator[tuple[str, Any, Place]]:
        """Examples with metadata of their own."""
        for index, raw in enumerate(examples):
            place = examples.place_of(index)
            if isinstance(raw, str):
                message = f"An example of '{intent}' in a list must be a mapping, but is {kind_of(raw)}."
                mend = "Write 'examples: |' above the list, or '- text: ...' for each."
                self.complaints.error("nlu-example-type", message, mend, place)
                continue
            item = self.shape.mapping(raw, place, f"An example of '{intent}'")
            if item is None:
                continue
            self.shape.keys(item, ("text", "metadata"), "An example")
            if not item.get("text", "") and item.get("text", "") == "":
                message = f"An example of '{intent}' has no text; it is skipped."
                self.complaints.warn("nlu-example-empty", message, "Add 'text: ...'.", place)
                continue
            text = self.shape.text(item["text"], place, f"The text of an example of '{intent}'")
            if text is not None:
                yield text.strip(_BLANKS), item.get("metadata"), place

    def _lines(self, name: str, block: str, entry: Map) -> Iterator[tuple[str, Place]]:
        """Lines that begin with a dash, with their places."""
        line = entry.lines.get("examples", entry.line)
        file = entry.file
        below = "examples" in entry.blocks
        for offset, text in enumerate(block.splitlines(), start=1):
            place = Place(file, line + offset if below else line)
            if text.startswith("-"):
                example = text[1:].strip(_BLANKS)
                if example:
                    yield example, place
                    continue
                message, mend = f"An example of '{name}' is empty.", "Remove the line."
                self.complaints.warn("nlu-example-empty", message, mend, place)
            elif text.strip():
                message = f"A line of '{name}' is skipped, for it does not begin with '-': {shortened(text)}."
                mend = "Begin it with '- ', with the same indent as its neighbours."
                self.complaints.warn("nlu-line-without-dash", message, mend, place)

    def _example(self, text: str, intent: str, metadata: Mapping[str, Any] | None, place: Place) -> None:
        try:
            said, marked = read_markup(text)
        except MarkupError as error:
            self.complaints.error("entity-markup", str(error), error.mend, place)
            return
        spans = tuple(EntitySpan(*one) for one in marked)
        self._add(Example(said, intent, spans, metadata, place))

    def _add(self, example: Example) -> None:
        for span in example.entities:
            written = example.text[span.start : span.end]
            if written != span.value:
                self._synonym(written, span.value, example.place)
        key = (example.text, example.intent, example.entities, repr(example.metadata))
        if key not in self.seen:
            self.seen.add(key)
            self.found.examples.append(example)

    def _synonym(self, written: str, value: str, place: Place | None) -> None:
        before = self.found.synonyms.get(written)
        if before is not None and before != value:
            message = (
                f"'{written}' stands for '{value}' here, and for '{before}' before; the last one counts."
            )
            self.complaints.warn("synonym-conflict", message, "Keep one of them.", place)
        self.found.synonyms[written] = value

    def _list(self, kind: str, name: str, entry: Map) -> None:
        block = self.shape.text(entry["examples"], entry.place_of("examples"), f"'examples' of '{name}'")
        if block is None:
            return
        if kind == "lookup" and not block.lstrip().startswith("-") and "\n" not in block.strip():
            self._lookup_file(name, block.strip(), entry.place_of("examples"))
            return
        for text, place in self._lines(name, block, entry):
            if kind == "synonym":
                self._synonym(text, name, place)
            elif kind == "regex":
                self._regex(name, text, place)
            else:
                self.found.lookups.setdefault(name, []).append(text)

    def _regex(self, name: str, pattern: str, place: Place) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            message = f"The regex '{name}' is not valid: {error}."
            mend = "Mend the pattern; a literal ( [ . * + ? is written with a backslash before it."
            self.complaints.error("regex-invalid", message, mend, place)
        else:
            self.found.regexes.append((name, pattern))

    def _lookup_file(self, name: str, path: str, place: Place) -> None:
        file = (self.root or Path()) / path
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):
            message = f"The lookup '{name}' names a file that cannot be read: {shortened(path)}."
            mend = "Give a path relative to the project, or list the entries with '- '."
            self.complaints.warn("lookup-file", message, mend, place)
            return
        self.found.lookups.setdefault(name, []).extend(one.strip() for one in lines if one.strip())
