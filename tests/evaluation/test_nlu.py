"""Understanding of labelled examples, and the files that tell of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import Place
from bot.evaluation.files import Wanted
from bot.evaluation.nlu import NO_ENTITY, EntityResult, LabelResult, NluResults, evaluate, word_labels
from bot.evaluation.nlu_files import entity_report, nlu_reports, write_nlu_files
from bot.evaluation.understood import Parse, full_intent
from bot.model import Model
from bot.nlu.data import EntitySpan, Example

PLACE = Place("data/nlu.yml", 3)


def example(text: str, intent: str | None, *spans: EntitySpan) -> Example:
    return Example(text, intent, spans, place=PLACE)


def found(entity: str, start: int, end: int, extractor: str = "Numbers", **more: Any) -> Mapping[str, Any]:
    return {"entity": entity, "start": start, "end": end, "value": "x", "extractor": extractor, **more}


def test_examples_are_set_beside_what_is_understood(model: Model) -> None:
    results = evaluate(
        model.interpreter,
        [
            example("merhaba", "greet"),
            example("hoşça kal", "greet"),
            example("numaram 1001", None, EntitySpan("order_no", 8, 12, "1001")),
        ],
    )
    assert [(one.expected, one.predicted) for one in results.intents] == [
        ("greet", "greet"),
        ("greet", "goodbye"),
    ]
    assert results.intents[0].place == PLACE
    assert len(results.entities) == 3
    assert results.extractors == ["Numbers"]


def test_progress_is_told(model: Model) -> None:
    told: list[float] = []
    evaluate(model.interpreter, [example("merhaba", "greet"), example("selam", "greet")], told.append)
    assert told == [0.5, 1.0]


def test_the_fallback_does_not_hide_what_an_intent_was_mistaken_for() -> None:
    ranking = [{"name": "nlu_fallback", "confidence": 0.4}, {"name": "deny", "confidence": 0.3}]
    parse = Parse({"intent": ranking[0], "intent_ranking": ranking})
    assert parse.without_fallback().intent == "deny"
    assert (
        Parse({"intent": ranking[0], "intent_ranking": ranking[:1]}).without_fallback().intent
        == "nlu_fallback"
    )


def test_a_retrieval_intent_is_told_with_its_key() -> None:
    chosen = {"response": {"intent_response_key": "faq/hours", "confidence": 0.9}}
    selectors = {"all_retrieval_intents": ["faq"], "default": chosen}
    assert full_intent({"intent": {"name": "faq"}, "response_selector": selectors}) == "faq/hours"
    assert full_intent({"intent": {"name": "greet"}, "response_selector": selectors}) == "greet"
    assert full_intent({"intent": {"name": None}}) == ""


def test_words_are_labelled_by_the_entity_that_holds_most_of_them() -> None:
    words = ((0, 4), (5, 10), (11, 14))
    result = EntityResult("", (), (found("city", 0, 6), found("product", 6, 10, role="gift")), words)
    assert [label for label, _ in word_labels(result, "Numbers")] == ["city", "product.gift", NO_ENTITY]
    assert [label for label, _ in word_labels(result)] == [NO_ENTITY] * 3
    assert [label for label, _ in word_labels(result, "Other")] == [NO_ENTITY] * 3


def test_every_extractor_is_judged_by_itself() -> None:
    expected = ({"entity": "city", "start": 0, "end": 6},)
    result = EntityResult(
        "Ankara 5", expected, (found("city", 0, 6, "CRF"), found("no", 7, 8)), ((0, 6), (7, 8))
    )
    assert entity_report([result], "CRF")["city"]["f1-score"] == 1.0
    assert entity_report([result], "Numbers")["city"]["recall"] == 0.0


def test_one_intent_alone_makes_no_report() -> None:
    results = NluResults([LabelResult("a", "greet", "greet", 1.0), LabelResult("b", "greet", "deny", 1.0)])
    assert nlu_reports(results).intents == {}


def some_results() -> NluResults:
    labels = [
        LabelResult("merhaba", "greet", "greet", 0.9, PLACE),
        LabelResult("yok", "deny", "greet", 0.6, PLACE),
        LabelResult("olmaz", "deny", "", 0.0, PLACE),
    ]
    keys = [
        LabelResult("kaçta", "faq/hours", "faq/hours", 0.9),
        LabelResult("nerede", "faq/place", "faq/hours", 0.8),
    ]
    expected = ({"entity": "city", "start": 0, "end": 6, "value": "Ankara"},)
    entities = [
        EntityResult("Ankara", expected, (found("city", 0, 6, "CRF", confidence_entity=0.7),), ((0, 6),)),
        EntityResult("Sivas", (), (found("city", 0, 5, "CRF", confidence_entity=0.4),), ((0, 5),)),
    ]
    return NluResults(labels, keys, entities)


def test_the_files_are_rasas(tmp_path: Path) -> None:
    written = write_nlu_files(some_results(), tmp_path, Wanted(successes=True))
    kinds = ("report.json", "errors.json", "successes.json", "confusion_matrix.png", "histogram.png")
    names = {f"{name}_{kind}" for name in ("intent", "response_selection", "CRF") for kind in kinds}
    assert {one.name for one in written} == {one.name for one in tmp_path.iterdir()} == names
    errors = json.loads((tmp_path / "intent_errors.json").read_text(encoding="utf-8"))
    assert errors[0] == {
        "text": "yok",
        "intent": "deny",
        "intent_prediction": {"name": "greet", "confidence": 0.6},
    }
    assert errors[1]["intent_prediction"]["name"] is None
    wrong = json.loads((tmp_path / "CRF_errors.json").read_text(encoding="utf-8"))
    assert [one["text"] for one in wrong] == ["Sivas"]
    keys = json.loads((tmp_path / "response_selection_errors.json").read_text(encoding="utf-8"))
    assert keys[0]["intent_response_key_target"] == "faq/place"


def test_what_is_not_wanted_is_not_written_and_does_not_stay(tmp_path: Path) -> None:
    write_nlu_files(some_results(), tmp_path, Wanted(successes=True))
    write_nlu_files(some_results(), tmp_path, Wanted(errors=False, plot=False))
    names = {"intent_report.json", "response_selection_report.json", "CRF_report.json"}
    assert {one.name for one in tmp_path.iterdir()} == names


def test_nothing_understood_writes_nothing(tmp_path: Path) -> None:
    assert write_nlu_files(NluResults(), tmp_path, Wanted()) == []
