"""What tests found, in the shapes of Rasa's ``/model/test/...``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.ensemble import MEMORIES
from bot.evaluation.metrics import Report, report_of
from bot.evaluation.nlu import EntityResult, LabelResult, NluResults, word_labels
from bot.evaluation.nlu_files import entity_report
from bot.evaluation.stories import StoryResult
from bot.evaluation.story_files import story_report


def nlu_answer(results: NluResults) -> dict[str, Any]:
    """``intent_evaluation``, ``entity_evaluation`` by extractor, ``response_selection_evaluation``.

    A part is ``None`` where the examples have nothing of it.
    """
    entities = {one: _entities(results.entities, one) for one in results.extractors}
    return {
        "intent_evaluation": _labels(results.intents, "intent", "predicted", "intent_prediction"),
        "entity_evaluation": entities or None,
        "response_selection_evaluation": _labels(
            results.responses,
            "intent_response_key_target",
            "intent_response_key_prediction",
            "intent_response_key_prediction",
        ),
    }


def story_answer(results: Sequence[StoryResult], end_to_end: bool) -> dict[str, Any]:
    """The report of actions, and end to end of intents and entities, too; and every action."""
    checks = [check for one in results for check in one.checks if check.what == "action"]
    if end_to_end:
        report = story_report(results)
        del report["conversation_accuracy"]
    else:
        report = report_of([one.expected for one in checks], [one.predicted for one in checks])
    for row in report.values():
        if isinstance(row, dict):
            row.pop("confused_with", None)
    average = report.get("weighted avg", {})
    known = sum(one.by in MEMORIES for one in checks)
    return {
        "report": report,
        "precision": average.get("precision", 0.0),
        "f1": average.get("f1-score", 0.0),
        "accuracy": report.get("accuracy", 0.0),
        "actions": [
            {
                "action": one.expected,
                "predicted": one.predicted,
                "policy": one.by,
                "confidence": one.confidence,
            }
            for one in checks
        ],
        "in_training_data_fraction": known / len(checks) if checks else 0.0,
        "is_end_to_end_evaluation": end_to_end,
    }


def _labels(results: Sequence[LabelResult], target: str, key: str, error_key: str) -> dict[str, Any] | None:
    if not results:
        return None
    predictions = [
        {"text": one.text, target: one.expected, key: one.predicted, "confidence": one.confidence}
        for one in results
    ]
    errors = [
        {
            "text": one.text,
            target: one.expected,
            error_key: {"name": one.predicted, "confidence": one.confidence},
        }
        for one in results
        if not one.is_right
    ]
    report = report_of([one.expected for one in results], [one.predicted for one in results])
    return {"predictions": predictions, **_summary(report), "errors": errors}


def _entities(results: Sequence[EntityResult], extractor: str) -> dict[str, Any]:
    errors = []
    for one in results:
        own = [entity for entity in one.predicted if entity.get("extractor") == extractor]
        if [label for label, _ in word_labels(one)] != [label for label, _ in word_labels(one, extractor)]:
            errors.append({"text": one.text, "entities": list(one.expected), "predicted_entities": own})
    return {**_summary(entity_report(results, extractor)), "errors": errors}


def _summary(report: Report) -> dict[str, Any]:
    average: Mapping[str, Any] = report.get("weighted avg", {})
    return {
        "report": report,
        "precision": average.get("precision", 0.0),
        "f1_score": average.get("f1-score", 0.0),
        "accuracy": report.get("accuracy", 0.0),
    }
