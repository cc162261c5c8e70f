"""Entities: spans of the original text, without case suffixes, with roles, by patterns and by synonyms."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.archive import Archive
from bot.errors import ProjectError
from bot.nlu.component import Corpus, Draft
from bot.nlu.crf import CRFEntityExtractor, familiar_forms, labels_for
from bot.nlu.crf_features import features, pieces_of
from bot.nlu.crf_spans import spans_of
from bot.nlu.data import EntitySpan, TrainingData
from bot.nlu.interpreter import Interpreter
from bot.nlu.patterns import Patterns
from bot.nlu.regex_extractor import RegexEntityExtractor
from bot.nlu.synonyms import EntitySynonymMapper

from .conftest import example


def found(parsed: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["entity"], parsed["text"][one["start"] : one["end"]]) for one in parsed["entities"]]


@pytest.mark.parametrize(
    "text",
    ["64646'in durumu nedir", "64646’in durumu nedir", "64646'İN DURUMU NEDİR", "64646 numaralı siparişim"],
)
def test_the_suffix_is_not_part_of_the_value(interpreter: Interpreter, text: str) -> None:
    parsed = interpreter.parse(text)
    assert found(parsed) == [("order_no", "64646")]
    entity = parsed["entities"][0]
    assert entity["value"] == "64646"
    assert entity["extractor"] == "CRFEntityExtractor"
    assert 0.0 < entity["confidence_entity"] <= 1.0


@pytest.mark.parametrize(
    "text", ["İzmir'den Van'a gönderin", "izmir'den van'a gonderin", "İZMİR'DEN VAN'A GÖNDERİN"]
)
def test_roles(interpreter: Interpreter, text: str) -> None:
    roles = {one["role"]: text[one["start"] : one["end"]] for one in interpreter.parse(text)["entities"]}
    assert roles == {"from": text[:5], "to": text[10:13]}


def test_groups_are_told_apart() -> None:
    lines = [
        '[büyük]{"entity": "size", "group": "1"} pizza ve [küçük]{"entity": "size", "group": "2"} kola',
        '[küçük]{"entity": "size", "group": "1"} pizza ve [büyük]{"entity": "size", "group": "2"} kola',
        '[orta]{"entity": "size", "group": "1"} pizza ve [orta]{"entity": "size", "group": "2"} kola',
    ]
    data = TrainingData([example("order", line) for line in lines])
    interpreter = Interpreter.train(["WhitespaceTokenizer", "CRFEntityExtractor"], "tr", data)
    groups = [one["group"] for one in interpreter.parse("küçük pizza ve küçük kola")["entities"]]
    assert groups == ["1", "2"]


def test_labels_and_spans() -> None:
    pieces = pieces_of(Draft("S M beden, açık mavi"))
    spans = (
        EntitySpan("size", 0, 1, "S"),
        EntitySpan("size", 2, 3, "M"),
        EntitySpan("color", 11, 20, "açık mavi"),
    )
    labels = labels_for(pieces, spans, {("size", "", ""): 0, ("color", "", ""): 1})
    assert labels == ["I-0", "B-0", "O", "O", "I-1", "I-1"]
    assert spans_of(labels) == [(0, 0, 0), (0, 1, 1), (1, 4, 5)]
    assert spans_of(["B-0", "B-0", "I-1", "O"]) == [(0, 0, 0), (0, 1, 1), (1, 2, 2)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("12345'in", ["12345", "'", "in"]),
        ("1.250,90₺", ["1.250,90", "₺"]),
        ("SN-4829", ["SN", "-", "4829"]),
        ("05.03.2026'da", ["05.03.2026", "'", "da"]),
        ("", []),
    ],
)
def test_pieces(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in pieces_of(Draft(text))] == pieces


def patterns(**tables: list[str]) -> Patterns:
    return Patterns(tables, [], case_sensitive=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISTANBUL'dan IĞDIR'a", ["ISTANBUL", "IĞDIR"]),
        ("istanbul igdir", ["istanbul", "igdir"]),
        ("Istanbullu", []),
        ("afyon  karahisar ve afyon", ["afyon  karahisar", "afyon"]),
        ("yeni afyon", ["afyon"]),
    ],
)
def test_lookups(text: str, expected: list[str]) -> None:
    table = patterns(city=["İstanbul", "Iğdır", "Afyon", "Afyon Karahisar", ""])
    assert [text[one.start : one.end] for one in table.find(text)] == expected


def test_lookups_inside_of_words() -> None:
    table = Patterns({"city": ["Rize"]}, [], case_sensitive=True, word_boundaries=False)
    assert [(one.start, one.end) for one in table.find("Rizeden Rizeye rizeden")] == [(0, 4), (8, 12)]


def test_a_large_table_is_fast() -> None:
    table = patterns(name=[f"Müşteri{number} Soyadı{number % 977}" for number in range(50_000)])
    text = "dün müşteri4711 soyadı803 ile konuştum, siparişim hâlâ gelmedi, ne yapmalıyım acaba"
    times = []
    for _ in range(20):
        began = time.perf_counter()
        assert len(table.find(text)) == 1
        times.append(time.perf_counter() - began)
    assert min(times) < 0.001


def extractor(data: TrainingData, **options: Any) -> RegexEntityExtractor:
    return RegexEntityExtractor.train({**RegexEntityExtractor.defaults, **options}, Corpus(data, []))


def test_regex_entities(data: TrainingData) -> None:
    draft = Draft("482913'ün ve 777777 nolu, ANKARA'ya")
    extractor(data).process(draft)
    said = [(one["entity"], one["value"], one["extractor"]) for one in draft.entities]
    by = "RegexEntityExtractor"
    assert said == [("order_no", "482913", by), ("order_no", "777777", by), ("city", "ANKARA", by)]


def test_a_suffix_that_the_regex_takes_is_cut(data: TrainingData) -> None:
    greedy = TrainingData(data.examples, regexes=[("order_no", r"\S*\d\S*")])
    draft = Draft("482913'ün durumu")
    extractor(greedy).process(draft)
    assert draft.entities[0]["value"] == "482913"
    assert draft.entities[0]["end"] == 6


def test_names_that_are_no_entities_are_left_out(data: TrainingData) -> None:
    other = TrainingData(data.examples, regexes=[("greeting", "merhaba")], lookups={"planet": ["Mars"]})
    draft = Draft("merhaba Mars")
    extractor(other).process(draft)
    assert draft.entities == []


def test_overlaps(data: TrainingData) -> None:
    before = {"entity": "phone", "start": 0, "end": 6, "value": "482913", "extractor": "x"}
    for overlaps, count in ((True, 2), (False, 1)):
        draft = Draft("482913", entities=[dict(before)])
        extractor(data, overlaps=overlaps).process(draft)
        extractor(data, overlaps=overlaps).process(draft)
        assert len(draft.entities) == count


def test_a_broken_regex_is_the_designers() -> None:
    with pytest.raises(ProjectError, match="order_no"):
        Patterns({}, [("order_no", "([0-9")], case_sensitive=True)


@pytest.mark.parametrize("text", ["payitaht", "PAYİTAHT", "payıtaht", "ANKARA", "ankara"])
def test_synonyms(data: TrainingData, text: str) -> None:
    mapper = EntitySynonymMapper.train({}, Corpus(data, []))
    archive = Archive()
    mapper.save(archive.root)
    draft = Draft(text, entities=[{"entity": "city", "value": text}])
    EntitySynonymMapper.load({}, archive.root).process(draft)
    assert draft.entities == [{"entity": "city", "value": "Ankara", "processors": ["EntitySynonymMapper"]}]


def test_values_without_a_synonym_stay() -> None:
    mapper = EntitySynonymMapper({"su": "SU", "şu": "ŞU"})
    draft = Draft("", entities=[{"value": value} for value in ("şu", "su", "başka", 5, None)])
    mapper.process(draft)
    assert [one["value"] for one in draft.entities] == ["ŞU", "SU", "başka", 5, None]


def test_words_that_few_examples_have_are_strange() -> None:
    drafts = [Draft("nerede benim kargom"), Draft("nerede o kargom"), Draft("nerede bu, kargom 12")]
    familiar = familiar_forms([pieces_of(draft) for draft in drafts])
    assert familiar == {"nerede", "kargom"}
    rows = features(pieces_of(Draft("nerede benim 12")), Draft("nerede benim 12"), familiar)
    assert ["strange" in row for row in rows] == [False, True, False]
    assert "1strange" in rows[0] and "-1strange" in rows[2]
    assert not any("strange" in row for row in features(pieces_of(drafts[0]), drafts[0]))


def test_an_extractor_without_entities_finds_none() -> None:
    corpus = Corpus(TrainingData([example("greet", "merhaba")]), [Draft("merhaba")])
    draft = Draft("merhaba")
    CRFEntityExtractor.train(CRFEntityExtractor.defaults, corpus).process(draft)
    assert draft.entities == []
