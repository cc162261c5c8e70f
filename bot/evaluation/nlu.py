"""How well a trained pipeline understands labelled examples: intents, retrieval keys and entities."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Place
from bot.evaluation.understood import Parse, response_key
from bot.nlu.component import Draft
from bot.nlu.data import Example
from bot.nlu.interpreter import Interpreter

NO_ENTITY = "no_entity"
"""Rasa's label of a word that is no part of an entity."""
NOT_LEARNED = frozenset({"DucklingEntityExtractor", "DucklingHTTPExtractor", "SpacyEntityExtractor"})
"""Extractors that nobody trains on the examples: they are not judged by them."""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class LabelResult:
    """One example's intent, or retrieval key."""

    text: str
    expected: str
    predicted: str
    confidence: float
    place: Place | None = None

    @property
    def is_right(self) -> bool:
        return self.expected == self.predicted


@dataclass(frozen=True, slots=True)
class EntityResult:
    """One example's entities."""

    text: str
    expected: tuple[Mapping[str, Any], ...]
    predicted: tuple[Mapping[str, Any], ...]
    words: tuple[tuple[int, int], ...]
    """Start and end of every word of the text."""


@dataclass(slots=True)
class NluResults:
    """What was understood of all examples."""

    intents: list[LabelResult] = field(default_factory=list)
    responses: list[LabelResult] = field(default_factory=list)
    entities: list[EntityResult] = field(default_factory=list)

    def add(self, other: NluResults) -> None:
        self.intents += other.intents
        self.responses += other.responses
        self.entities += other.entities

    @property
    def extractors(self) -> list[str]:
        """Those that found anything."""
        return sorted({str(one["extractor"]) for result in self.entities for one in result.predicted})


def evaluate(
    interpreter: Interpreter, examples: Sequence[Example], told: Callable[[float], None] | None = None
) -> NluResults:
    """Understand every example, and set it beside what is labelled.

    Args:
        told: hears how much is done, from 0 to 1.

    Returns:
        results in the order of the examples; intents and retrieval keys only of those that have one.
    """
    results = NluResults()
    has_entities = any(one.entities for one in examples)
    for done, example in enumerate(examples):
        draft = _draft(interpreter, example.text)
        # The fallback would hide what the intent was mistaken for.
        parse = Parse(draft.as_dict()).without_fallback()
        base = example.base_intent
        if base:
            results.intents.append(
                LabelResult(example.text, base, parse.intent, parse.confidence, example.place)
            )
        if example.intent and "/" in example.intent:
            key, confidence = response_key(parse.raw, str(base))
            results.responses.append(
                LabelResult(example.text, example.intent, key, confidence, example.place)
            )
        if has_entities:
            results.entities.append(_entity_result(example, parse, draft))
        if told is not None:
            told((done + 1) / len(examples))
    return results


def _draft(interpreter: Interpreter, text: str) -> Draft:
    """The draft as the pipeline left it, for its tokens."""
    draft = Draft(text, interpreter.language)
    for _, component in interpreter.steps if text.strip() else ():
        component.process(draft)
    return draft


def _entity_result(example: Example, parse: Parse, draft: Draft) -> EntityResult:
    expected = []
    for span in example.entities:
        names = {"entity": span.entity, "start": span.start, "end": span.end, "value": span.value}
        labels = {key: value for key, value in (("role", span.role), ("group", span.group)) if value}
        expected.append({**names, **labels})
    words = [(one.start, one.end) for one in draft.tokens]
    words = words or [one.span() for one in _WORD.finditer(example.text)]
    predicted = [one for one in parse.entities if one.get("extractor") not in NOT_LEARNED]
    return EntityResult(example.text, tuple(expected), tuple(predicted), tuple(words))


def word_labels(
    result: EntityResult, extractor: str | None = None
) -> list[tuple[str, Mapping[str, Any] | None]]:
    """Of every word the label (``entity.group.role``) and the entity that it belongs to.

    Args:
        extractor: by what this one found; ``None``: by what is labelled.
    """
    entities = result.expected
    if extractor is not None:
        entities = tuple(one for one in result.predicted if one.get("extractor") == extractor)
    return [_label(start, end, entities) for start, end in result.words]


def _label(
    start: int, end: int, entities: Iterable[Mapping[str, Any]]
) -> tuple[str, Mapping[str, Any] | None]:
    best: Mapping[str, Any] | None = None
    most = 0
    for one in entities:
        shared = min(end, one.get("end") or 0) - max(start, one.get("start") or 0)
        if shared > most:
            best, most = one, shared
    if best is None:
        return NO_ENTITY, None
    return ".".join(str(best[key]) for key in ("entity", "group", "role") if best.get(key)), best


def entity_confidence(entity: Mapping[str, Any] | None) -> float:
    """How sure the extractor was of the entity, its role and its group; 0 where it does not tell."""
    if entity is None or "confidence_entity" not in entity:
        return 0.0
    keys = ("confidence_entity", "confidence_role", "confidence_group")
    return min(float(entity.get(key) or 1.0) for key in keys)
