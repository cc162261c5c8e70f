"""Examples in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import Complaints
from bot.json_file import read_json
from bot.nlu.data import EntitySpan, TrainingData
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.yaml_file import Map


def read(text: str) -> tuple[TrainingData, list[str]]:
    complaints = Complaints()
    content = read_json(text, "old.json", complaints)
    documents = [Document("old.json", content)] if isinstance(content, Map) else []
    data = read_training_data(documents, complaints)
    return data, [f"{one.code} {one.place and one.place.line}" for one in complaints]


def lines(key: str, *entries: Any) -> str:
    """A file whose first entry stands in line 2, the second in line 3."""
    listed = ",\n".join(json.dumps(one, ensure_ascii=False) for one in entries)
    return f'{{"rasa_nlu_data": {{"{key}": [\n{listed}\n]}}}}'


def test_everything_that_rasa_reads() -> None:
    data, mistakes = read(
        json.dumps(
            {
                "rasa_nlu_data": {
                    "common_examples": [
                        {
                            "text": "İzmir'e 😀 iki",
                            "intent": "cargo",
                            "entities": [
                                {
                                    "start": 0,
                                    "end": 5,
                                    "entity": "city",
                                    "value": "35",
                                    "role": "to",
                                    "group": "a",
                                },
                                {"start": 10, "end": 13, "entity": "number", "value": 2},
                            ],
                        },
                        {"text": "selam", "intent": "greet", "metadata": {"example": 1}},
                    ],
                    "entity_synonyms": [{"value": "kargo", "synonyms": ["paket", "koli"]}],
                    "regex_features": [{"name": "no", "pattern": "\\d+"}],
                    "lookup_tables": [{"name": "city", "elements": ["İzmir"]}],
                }
            }
        )
    )
    assert mistakes == []
    assert data.examples[0].text == "İzmir'e 😀 iki"
    assert data.examples[0].entities == (
        EntitySpan("city", 0, 5, "35", "to", "a"),
        EntitySpan("number", 10, 13, "2"),
    )
    assert data.examples[1].metadata == {"example": 1}
    assert data.synonyms == {"İzmir": "35", "iki": "2", "paket": "kargo", "koli": "kargo"}
    assert data.regexes == [("no", "\\d+")]
    assert data.lookups == {"city": ["İzmir"]}


def test_the_same_example_twice_counts_once() -> None:
    one = {"text": "a", "intent": "x"}
    data, _ = read(lines("common_examples", one, one))
    assert len(data.examples) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"rasa_nlu_data": {\n"common_examples": [}}', ["json-syntax 2"]),
        ("", ["json-syntax 1"]),
        ('{"rasa_nlu_data": []}', ["nlu-type 1"]),
        ('{"rasa_nlu_data": {\n"examples": []}}', ["nlu-key 2"]),
        (lines("common_examples", {"text": "a"}, "b"), ["nlu-type 3"]),
        (lines("common_examples", {"intent": "x"}), ["nlu-json 2"]),
        (lines("common_examples", {"text": 5, "intent": "x"}), ["nlu-type 2"]),
        (lines("common_examples", {"text": "a", "intent": ["x"]}), ["nlu-type 2"]),
        (lines("common_examples", {"text": "a", "entities": {}}), ["nlu-type 2"]),
        (
            lines("common_examples", {"text": "a", "entities": [{"start": 0, "end": 2, "entity": "e"}]}),
            ["nlu-json-span 2"],
        ),
        (lines("common_examples", {"text": "a", "entities": [{"entity": "e"}]}), ["nlu-json-span 2"]),
        (lines("common_examples", {"text": "a", "entities": [{"start": 0, "end": 1}]}), ["nlu-json 2"]),
        (lines("entity_synonyms", {"synonyms": ["a"]}), ["nlu-json 2"]),
        (lines("entity_synonyms", {"value": "a", "synonyms": "b"}), ["nlu-type 2"]),
        (lines("regex_features", {"name": "a", "pattern": "("}), ["regex-invalid 2"]),
        (lines("lookup_tables", {"name": "a", "elements": "nowhere.txt"}), ["lookup-file 2"]),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, expected: list[str]) -> None:
    assert read(text)[1] == expected


def test_nested_without_end() -> None:
    assert read("[" * 200_000)[1] == ["json-depth None"]


def test_tabs_and_escaped_pairs_cost_lines_but_nothing_else() -> None:
    text = '{\n\t"rasa_nlu_data": {"common_examples": [\n{"text": "ş \\ud83d\\ude00", "intent": "x"}]}}'
    data, mistakes = read(text)
    assert (data.examples[0].text, mistakes) == ("ş 😀", [])
