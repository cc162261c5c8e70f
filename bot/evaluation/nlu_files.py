"""The files of an NLU test: reports, errors, successes and pictures, named and shaped as Rasa's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.evaluation.files import Wanted, write_json
from bot.evaluation.metrics import Report, confusion_of, report_of
from bot.evaluation.nlu import (
    NO_ENTITY,
    EntityResult,
    LabelResult,
    NluResults,
    entity_confidence,
    word_labels,
)


@dataclass(frozen=True, slots=True)
class NluReports:
    """The reports; empty where there is nothing to tell apart."""

    intents: Report
    responses: Report
    entities: dict[str, Report]
    """By extractor."""


def nlu_reports(results: NluResults) -> NluReports:
    """Reports of intents and retrieval keys when there are two or more, and of every extractor's entities."""
    return NluReports(
        _label_report(results.intents),
        _label_report(results.responses),
        {one: entity_report(results.entities, one) for one in results.extractors},
    )


def _label_report(results: Sequence[LabelResult]) -> Report:
    if len({one.expected for one in results}) < 2:
        return {}
    return report_of([one.expected for one in results], [one.predicted for one in results])


def entity_report(results: Sequence[EntityResult], extractor: str) -> Report:
    """The report of words: which are part of which entity."""
    expected, predicted = _merged(results, extractor)
    return report_of([one for one, _ in expected], [one for one, _ in predicted], without=NO_ENTITY)


def _merged(results: Sequence[EntityResult], extractor: str) -> tuple[list[Any], list[Any]]:
    expected = [label for one in results for label in word_labels(one)]
    predicted = [label for one in results for label in word_labels(one, extractor)]
    return expected, predicted


def write_nlu_files(results: NluResults, folder: Path, wanted: Wanted) -> list[Path]:
    """Write the files into ``folder``; return their paths. What an earlier test left there is replaced.

    Raises:
        OSError: they cannot be written.
    """
    reports = nlu_reports(results)
    written: list[Path] = []
    if reports.intents:
        intents = _Labels("intent", "Intents", results.intents, reports.intents, _intent_entry)
        written += intents.write(folder, wanted)
    if reports.responses:
        responses = _Labels(
            "response_selection", "Responses", results.responses, reports.responses, _response_entry
        )
        written += responses.write(folder, wanted)
    for extractor, report in reports.entities.items():
        written += _write_entities(results.entities, extractor, report, folder, wanted)
    return written


def _intent_entry(one: LabelResult) -> dict[str, Any]:
    predicted = {"name": one.predicted or None, "confidence": one.confidence}
    return {"text": one.text, "intent": one.expected, "intent_prediction": predicted}


def _response_entry(one: LabelResult) -> dict[str, Any]:
    predicted = {"name": one.predicted or None, "confidence": one.confidence}
    return {
        "text": one.text,
        "intent_response_key_target": one.expected,
        "intent_response_key_prediction": predicted,
    }


@dataclass(frozen=True, slots=True)
class _Labels:
    """Intents or retrieval keys: one label for each example."""

    name: str
    """How the files begin."""
    title: str
    results: Sequence[LabelResult]
    report: Report
    entry: Callable[[LabelResult], dict[str, Any]]

    def write(self, folder: Path, wanted: Wanted) -> list[Path]:
        wrong = [self.entry(one) for one in self.results if not one.is_right]
        right = [self.entry(one) for one in self.results if one.is_right]
        written = [write_json(folder / f"{self.name}_report.json", self.report)]
        written += _listed(folder / f"{self.name}_errors.json", wrong, wanted.errors)
        written += _listed(folder / f"{self.name}_successes.json", right, wanted.successes)
        matrix, histogram = (
            folder / f"{self.name}_confusion_matrix.png",
            folder / f"{self.name}_histogram.png",
        )
        if not wanted.plot:
            matrix.unlink(missing_ok=True)
            histogram.unlink(missing_ok=True)
            return written
        from bot.evaluation.pictures import draw_confusion, draw_histogram

        expected, predicted = zip(*((one.expected, one.predicted) for one in self.results), strict=True)
        draw_confusion(confusion_of(expected, predicted), self.title, matrix)
        sure = [one.confidence for one in self.results if one.is_right]
        mistaken = [one.confidence for one in self.results if not one.is_right]
        draw_histogram(sure, mistaken, f"{self.title}: confidence", histogram)
        return [*written, matrix, histogram]


def _listed(path: Path, entries: Sequence[dict[str, Any]], is_wanted: bool) -> list[Path]:
    """Write a list that is not empty; a file that an earlier test left must not say otherwise."""
    if is_wanted and entries:
        return [write_json(path, entries)]
    path.unlink(missing_ok=True)
    return []


def _write_entities(
    results: Sequence[EntityResult], extractor: str, report: Report, folder: Path, wanted: Wanted
) -> list[Path]:
    wrong: list[dict[str, Any]] = []
    right: list[dict[str, Any]] = []
    for one in results:
        pairs = [(e, p) for (e, _), (p, _) in zip(word_labels(one), word_labels(one, extractor), strict=True)]
        entry = {
            "text": one.text,
            "entities": [dict(entity) for entity in one.expected],
            "predicted_entities": [dict(entity) for entity in one.predicted],
        }
        if any(expected != predicted for expected, predicted in pairs):
            wrong.append(entry)
        if any(expected == predicted != NO_ENTITY for expected, predicted in pairs):
            right.append(entry)
    written = [write_json(folder / f"{extractor}_report.json", report)]
    written += _listed(folder / f"{extractor}_errors.json", wrong, wanted.errors)
    written += _listed(folder / f"{extractor}_successes.json", right, wanted.successes)
    matrix, histogram = folder / f"{extractor}_confusion_matrix.png", folder / f"{extractor}_histogram.png"
    matrix.unlink(missing_ok=True)
    histogram.unlink(missing_ok=True)
    if not wanted.plot:
        return written
    from bot.evaluation.pictures import draw_confusion, draw_histogram

    expected, predicted = _merged(results, extractor)
    # Words that are rightly no entity are most of them, and would outshine everything.
    counted = [(e, p) for (e, _), (p, _) in zip(expected, predicted, strict=True) if {e, p} != {NO_ENTITY}]
    draw_confusion(
        confusion_of([e for e, _ in counted], [p for _, p in counted]), f"Entities: {extractor}", matrix
    )
    written.append(matrix)
    found = [
        (e == p, entity_confidence(entity))
        for (e, _), (p, entity) in zip(expected, predicted, strict=True)
        if entity
    ]
    if any(confidence for _, confidence in found):
        sure, mistaken = ([c for is_right, c in found if is_right is side] for side in (True, False))
        draw_histogram(sure, mistaken, f"Entities: {extractor}: confidence", histogram)
        written.append(histogram)
    return written
