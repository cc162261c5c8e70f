"""Examples, synonyms, regexes, lookups; and entities marked inside examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.entity_markup import MarkedEntity, MarkupError, read_markup
from bot.errors import Complaints
from bot.nlu.reader import read_training_data
from tests.reading.reading import assert_told, documents, examples_of

MARKUP = [
    ("düz metin", "düz metin", []),
    ("[Ankara](city)", "Ankara", [MarkedEntity("city", 0, 6, "Ankara")]),
    ("bir [Ankara](city:TR-06)!", "bir Ankara!", [MarkedEntity("city", 4, 10, "TR-06")]),
    (
        "[İzmir](city)[Van](city)",
        "İzmirVan",
        [MarkedEntity("city", 0, 5, "İzmir"), MarkedEntity("city", 5, 8, "Van")],
    ),
    (
        '[x]{"entity": "a", "role": "r", "group": "g", "value": "v"} y',
        "x y",
        [MarkedEntity("a", 0, 1, "v", "r", "g")],
    ),
    ('[iki]{"entity": "n", "value": 2}', "iki", [MarkedEntity("n", 0, 3, "2")]),
    (
        '[x][{"entity": "a"}, {"entity": "b", "role": "r"}]',
        "x",
        [MarkedEntity("a", 0, 1, "x"), MarkedEntity("b", 0, 1, "x", "r")],
    ),
    ("[boş]() [x] (y) [z](", "[boş]() [x] (y) [z](", []),
    ("emoji 😀 [Van](city)", "emoji 😀 Van", [MarkedEntity("city", 8, 11, "Van")]),
]


@pytest.mark.parametrize(("text", "said", "entities"), MARKUP, ids=lambda one: str(one)[:30])
def test_reads_markup(text: str, said: str, entities: list[MarkedEntity]) -> None:
    assert read_markup(text) == (said, entities)


@pytest.mark.parametrize(
    "braces", ['{"entity": }', '{"role": "x"}', '{"entity": 5}', '{"entity": "a", "role": 5}']
)
def test_markup_that_is_wrong_raises_with_a_mend(braces: str) -> None:
    with pytest.raises(MarkupError) as caught:
        read_markup(f"[x]{braces}")
    assert caught.value.mend


GOOD = """
version: "3.1"
nlu:
- intent: greet
  metadata: {tone: kind}
  examples: |
    - merhaba
    - selam

    - merhaba
- intent: faq/hours
  examples: |
    - [yarın](date:tomorrow) açık mısınız
- intent: inform
  examples:
  - text: |
      [Ankara](city)
    metadata: {source: call}
- synonym: İstanbul
  examples: |
    - ist
    - isdanbul
- regex: order_no
  examples: |
    - \\d{6}
- lookup: city
  examples: |
    - Ankara
    - Van
responses:
  utter_faq/hours:
  - text: Her gün
"""


def test_reads_every_kind() -> None:
    complaints = Complaints()
    found = examples_of(GOOD, complaints)
    assert not complaints.found
    assert [(one.text, one.intent) for one in found.examples] == [
        ("merhaba", "greet"),
        ("selam", "greet"),
        ("yarın açık mısınız", "faq/hours"),
        ("Ankara", "inform"),
    ]
    assert found.examples[0].metadata == {"intent": {"tone": "kind"}}
    assert found.examples[3].metadata == {"example": {"source": "call"}}
    assert found.synonyms == {"yarın": "tomorrow", "ist": "İstanbul", "isdanbul": "İstanbul"}
    assert found.regexes == [("order_no", r"\d{6}")]
    assert found.lookups == {"city": ["Ankara", "Van"]}
    assert found.responses == {"utter_faq/hours": [{"text": "Her gün"}]}


def test_an_example_knows_its_line() -> None:
    found = examples_of(GOOD, Complaints())
    assert [one.place.line for one in found.examples if one.place] == [7, 8, 13, 16]


WRONG = [
    ("nlu: x", "error nlu-type 1", "Begin each"),
    ("nlu:\n- intnt: a\n  examples: |\n    - x", "error nlu-key 2", "Did you mean 'intent'?"),
    ("nlu:\n- intent: 5\n  examples: |\n    - x", "error nlu-type 2", 'quotes: "5"'),
    ("nlu:\n- intent:\n  examples: |\n    - x", "warning nlu-no-name 2", "intent: "),
    ("nlu:\n- intent: a", "warning nlu-no-examples 2", "examples: |"),
    ("nlu:\n- intent: a\n  examples:\n  - x", "error nlu-example-type 4", "examples: |"),
    (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    y",
        "warning nlu-line-without-dash 5",
        "Begin it with '- '",
    ),
    ("nlu:\n- intent: a\n  examples: |\n    - x\n    -", "warning nlu-example-empty 5", "Remove"),
    (
        "nlu:\n- intent: a\n  exmples: |\n    - x\n  examples: |\n    - y",
        "error nlu-key 3",
        "Did you mean 'examples'?",
    ),
    ('nlu:\n- intent: a\n  examples: |\n    - [x]{"entity"}', "error entity-markup 4", '"entity": "name"'),
    ("nlu:\n- regex: a\n  examples: |\n    - (", "error regex-invalid 4", "backslash"),
    ("nlu:\n- lookup: a\n  examples: no.txt", "warning lookup-file 3", "relative to the project"),
    (
        "nlu:\n- synonym: a\n  examples: |\n    - x\n- synonym: b\n  examples: |\n    - x",
        "warning synonym-conflict 7",
        "Keep one",
    ),
    ("nlu:\n- intent: a/b/c\n  examples: |\n    - x", "error intent-slashes 2", "intent/key"),
]


@pytest.mark.parametrize(("text", "expected", "mend"), WRONG, ids=lambda one: one[:40])
def test_complains(text: str, expected: str, mend: str) -> None:
    complaints = Complaints()
    examples_of(text, complaints)
    assert_told(complaints, expected, mend)


def test_a_lookup_may_name_a_file(tmp_path: Path) -> None:
    (tmp_path / "cities.txt").write_text("Ankara\nVan\n\n", encoding="utf-8")
    complaints = Complaints()
    text = "nlu:\n- lookup: city\n  examples: cities.txt"
    found = read_training_data(documents(text, complaints), complaints, root=tmp_path)
    assert found.lookups == {"city": ["Ankara", "Van"]}
    assert not complaints.found


def test_the_domains_retrieval_responses_are_kept() -> None:
    found = read_training_data([], Complaints(), domain_responses={"utter_faq/a": [1], "utter_x": [2]})
    assert found.responses == {"utter_faq/a": [1]}
