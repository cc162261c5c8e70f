"""How well understanding does, in the shapes that Rasa's evaluation has."""

from __future__ import annotations

import random
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.interpreter import Interpreter

NO_ENTITY = "no_entity"
SEED = 42
_WORD = re.compile(r"\w+")
_NUMBERS = ("precision", "recall", "f1-score")

Parsed = Sequence[tuple[Example, Mapping[str, Any]]]
"""Examples, each with the parse data of its text."""


class Parser(Protocol):
    """Understands a text: Rasa's parse JSON."""

    def parse(self, text: str) -> dict[str, Any]: ...


def parse_examples(parser: Parser, examples: Iterable[Example]) -> Parsed:
    """Understand every example that has an intent or entities."""
    return [(one, parser.parse(one.text)) for one in examples if one.intent or one.entities]


def cross_validate(
    data: TrainingData,
    pipeline: Sequence[Mapping[str, Any] | str] | None,
    language: str,
    folds: int,
    seed: int = SEED,
) -> Parsed:
    """Understand every example by a pipeline that was trained without its fold.

    The examples of each intent are spread over all folds.

    Raises:
        ProjectError: unknown components, or data that one of them cannot use.
    """
    order = list(data.examples)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda one: one.intent or "")
    found: list[tuple[Example, Mapping[str, Any]]] = []
    for fold in range(folds):
        taught = [one for index, one in enumerate(order) if index % folds != fold]
        held_out = [one for index, one in enumerate(order) if index % folds == fold]
        part = TrainingData(taught, data.synonyms, data.regexes, data.lookups, data.responses)
        interpreter = Interpreter.train(pipeline, language, part, seed=seed)
        found += parse_examples(interpreter, held_out)
    return found


def evaluation(parsed: Parsed) -> dict[str, Any]:
    """Rasa's ``intent_evaluation``, ``entity_evaluation`` and ``response_selection_evaluation``.

    A part is ``None`` where the examples have nothing of it.
    """
    return {
        "intent_evaluation": _intents(parsed),
        "entity_evaluation": _entities(parsed),
        "response_selection_evaluation": _responses(parsed),
    }


def classification_report(
    gold: Sequence[str], predicted: Sequence[str], without: str | None = None
) -> dict[str, Any]:
    """Precision, recall, F1 and support of every label of ``gold``, their averages, and the accuracy.

    What was predicted of labels that ``gold`` never has counts against recall only, as in Rasa.

    Args:
        without: a label that only the accuracy looks at.
    """
    support, told = Counter(gold), Counter(predicted)
    right = Counter(one for one, other in zip(gold, predicted, strict=True) if one == other)
    labels = sorted(one for one in support if one != without)
    if not labels:
        return {}
    rows = {one: _row(right[one], told[one], support[one]) for one in labels}
    total = sum(support[one] for one in labels)
    micro = _row(sum(right[one] for one in labels), sum(told[one] for one in labels), total)
    macro: dict[str, Any] = {key: statistics.fmean(row[key] for row in rows.values()) for key in _NUMBERS}
    weighted: dict[str, Any] = {
        key: sum(row[key] * row["support"] for row in rows.values()) / total for key in _NUMBERS
    }
    return {
        **rows,
        "micro avg": micro,
        "macro avg": {**macro, "support": total},
        "weighted avg": {**weighted, "support": total},
        "accuracy": sum(right.values()) / len(gold),
    }


def summary(gold: Sequence[str], predicted: Sequence[str], without: str | None = None) -> dict[str, Any]:
    """The report with Rasa's keys around it, and with what each label was taken for."""
    report = classification_report(gold, predicted, without)
    confused: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in zip(gold, predicted, strict=True):
        if one != other:
            confused[one][other] += 1
    for label in set(gold) - {without}:
        report[label]["confused_with"] = dict(confused[label].most_common())
    average = report.get("weighted avg", {})
    return {
        "report": report,
        "precision": average.get("precision", 0.0),
        "f1_score": average.get("f1-score", 0.0),
        "accuracy": report.get("accuracy", 0.0),
    }


def _row(right: int, told: int, support: int) -> dict[str, Any]:
    precision = right / told if told else 0.0
    recall = right / support if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": precision, "recall": recall, "f1-score": f1, "support": support}


def _intents(parsed: Parsed) -> dict[str, Any] | None:
    predictions = [
        {
            "text": example.text,
            "intent": example.base_intent,
            "predicted": _name(parse.get("intent")),
            "confidence": _confidence(parse.get("intent")),
        }
        for example, parse in parsed
        if example.intent
    ]
    if not predictions:
        return None
    errors = [
        {
            "text": one["text"],
            "intent": one["intent"],
            "intent_prediction": {"name": one["predicted"], "confidence": one["confidence"]},
        }
        for one in predictions
        if one["intent"] != one["predicted"]
    ]
    found = summary(
        [str(one["intent"]) for one in predictions], [str(one["predicted"]) for one in predictions]
    )
    return {"predictions": predictions, **found, "errors": errors}


def _responses(parsed: Parsed) -> dict[str, Any] | None:
    predictions = []
    for example, parse in parsed:
        if not example.intent or "/" not in example.intent:
            continue
        selected = parse.get("response_selector") or {}
        chosen = selected.get(example.base_intent) or selected.get("default") or {}
        response = chosen.get("response") or {}
        predictions.append(
            {
                "text": example.text,
                "intent_response_key_target": example.intent,
                "intent_response_key_prediction": str(response.get("intent_response_key") or ""),
                "confidence": _confidence(response),
            }
        )
    if not predictions:
        return None
    target, prediction = "intent_response_key_target", "intent_response_key_prediction"
    errors = [
        {**one, prediction: {"name": one[prediction], "confidence": one["confidence"]}}
        for one in predictions
        if one[target] != one[prediction]
    ]
    for one in errors:
        del one["confidence"]
    found = summary([str(one[target]) for one in predictions], [str(one[prediction]) for one in predictions])
    return {"predictions": predictions, **found, "errors": errors}


def _entities(parsed: Parsed) -> dict[str, Any] | None:
    """By extractor; token by token, as Rasa counts."""
    if not any(example.entities or parse.get("entities") for example, parse in parsed):
        return None
    extractors = {str(e.get("extractor")) for _, parse in parsed for e in parse.get("entities") or ()}
    return {name: _extractor(parsed, name) for name in sorted(extractors)}


def _extractor(parsed: Parsed, extractor: str) -> dict[str, Any]:
    gold: list[str] = []
    predicted: list[str] = []
    errors = []
    for example, parse in parsed:
        own = [one for one in parse.get("entities") or () if str(one.get("extractor")) == extractor]
        spans = [(one["start"], one["end"], str(one["entity"])) for one in own]
        tokens = [one.span() for one in _WORD.finditer(example.text)]
        wanted = _labels(tokens, [(one.start, one.end, one.entity) for one in example.entities])
        found = _labels(tokens, spans)
        gold += wanted
        predicted += found
        if wanted != found:
            marked = [_as_dict(one) for one in example.entities]
            errors.append({"text": example.text, "entities": marked, "predicted_entities": own})
    return {**summary(gold, predicted, without=NO_ENTITY), "errors": errors}


def _labels(tokens: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """For each token the entity that it belongs to, if only by a part ("Ankara'ya")."""
    return [
        next((name for start, end, name in spans if start < last and first < end), NO_ENTITY)
        for first, last in tokens
    ]


def _as_dict(span: EntitySpan) -> dict[str, Any]:
    return {"entity": span.entity, "start": span.start, "end": span.end, "value": span.value}


def _name(intent: Any) -> str:
    return str((intent or {}).get("name") or "")


def _confidence(told: Any) -> float:
    return float((told or {}).get("confidence") or 0.0)
