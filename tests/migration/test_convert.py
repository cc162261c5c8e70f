"""Examples in YAML, JSON and Markdown say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Complaints, ProjectError
from bot.json_file import read_json
from bot.migration import Report
from bot.migration.convert import convert_nlu, convert_stories, read_examples
from bot.migration.nlu_writer import Format, write_nlu
from bot.migration.writing import WritingError
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.yaml_file import Map, read_yaml
from tests.migration.trees import tree, written

EVERYTHING = """
version: "3.1"
nlu:
- intent: cargo
  metadata: {owner: ayşe}
  examples: |
    - [İzmir](city) kargom
    - [Ankara'ya]{"entity": "city", "role": "to", "value": "06"} [iki][{"entity": "a"}, {"entity": "b", "group": "1"}]
- intent: cargo
  examples: |
    - -30 derece
- intent: faq/name
  examples:
  - text: adın ne
    metadata: {tone: [kind, 1]}
  - text: |
      iki
      satır
- synonym: "06"
  examples: |
    - başkent
- regex: order_no
  examples: |
    - \\d{6}
- lookup: city
  examples: |
    - İzmir
    - 34
"""


def content(data: TrainingData) -> Any:
    examples = [(one.text, one.intent, one.entities, one.metadata) for one in data.examples]
    return sorted(examples, key=repr), data.synonyms, data.regexes, data.lookups


def read_back(text: str, format: Format) -> TrainingData:
    complaints = Complaints()
    found = read_json(text, "f", complaints) if format == "json" else read_yaml(text, "f", complaints)
    assert isinstance(found, Map)
    data = read_training_data([Document("f", found)], complaints)
    assert complaints.errors == []
    return data


def converted(data: TrainingData, format: Format) -> TrainingData:
    complaints = Complaints()
    text = write_nlu(data, format, complaints)
    assert list(complaints) == []
    return read_back(text, format)


WORDS = st.text(st.sampled_from("aıİşğ 0-:'\"#{}%&*!|>?@`\\,.😀é"), min_size=1, max_size=12).filter(
    lambda text: text.strip() != ""
)
NAMES = st.text(st.sampled_from("abc_-1"), min_size=1, max_size=5).map(lambda text: "x" + text)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    text, spans = "", []
    for word in draw(st.lists(WORDS, min_size=1, max_size=4)):
        if draw(st.booleans()) and word == word.strip():
            role, group = draw(st.one_of(st.none(), NAMES)), draw(st.one_of(st.none(), NAMES))
            value = word if draw(st.booleans()) else draw(NAMES)
            spans.append(EntitySpan(draw(NAMES), len(text), len(text) + len(word), value, role, group))
        text += word + " "
    shift = len(text) - len(text.lstrip())
    moved = tuple(
        EntitySpan(one.entity, one.start - shift, one.end - shift, one.value, one.role, one.group)
        for one in spans
    )
    return Example(text.strip(), draw(NAMES), moved)


@given(st.lists(examples(), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_examples_and_entities_survive_yaml_json_yaml(listed: list[Example]) -> None:
    marked = [(one.text[e.start : e.end], e.value) for one in listed for e in one.entities]
    synonyms = {written: value for written, value in marked if written != value}
    once = converted(TrainingData(listed, synonyms), "yaml")
    assert {repr(one) for one in content(once)[0]} == {
        repr((one.text, one.intent, one.entities, None)) for one in listed
    }
    again = converted(converted(once, "json"), "yaml")
    assert content(again) == content(once)


def test_everything_survives(tmp_path: Path) -> None:
    first = read_back(EVERYTHING, "yaml")
    assert content(converted(converted(first, "json"), "yaml")) == content(first)
    root = written(tmp_path, data__nlu=EVERYTHING)
    convert_nlu(root, ["data"], Path("out.json"), "json", Complaints())
    path = convert_nlu(root, ["out.json"], Path("again"), "yaml", Complaints())
    assert path == root / "again" / "nlu.yml"
    assert content(read_examples(root, ["again"], Complaints())) == content(first)


def test_markdown_and_its_responses_become_yaml(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        data__nlu="nlu: []\n",
        data__nlu_md="## intent:faq/name\n- adın [ne](what:x)\n",
        data__faq_md="## name\n* faq/name\n  - Defne\n",
    )
    path = convert_nlu(root, ["data"], Path("out.yml"), "yaml", Complaints())
    found = read_examples(root, [path.name], Complaints())
    assert [one.text for one in found.examples] == ["adın ne"]
    assert dict(found.responses) == {"utter_faq/name": [{"text": "Defne"}]}


def test_json_holds_no_responses_and_that_is_told(tmp_path: Path) -> None:
    root = written(tmp_path, data__faq="responses: {utter_faq/name: [{text: Defne}]}\n")
    complaints = Complaints()
    convert_nlu(root, ["data"], Path("out.json"), "json", complaints)
    assert [one.code for one in complaints.warnings] == ["json-responses"]


@pytest.mark.parametrize(
    ("example", "code"),
    [
        (Example("[a](b)", "x"), "example-markup"),
        (Example("a b", "x", (EntitySpan("e", 0, 2, "a "), EntitySpan("e", 1, 3, " b"))), "example-markup"),
        (Example("a", "x", (EntitySpan("e", 0, 1, "a}b"),)), "example-markup"),
        (Example("a", None), "example-no-intent"),
    ],
)
def test_what_yaml_cannot_hold_is_an_error(example: Example, code: str) -> None:
    complaints = Complaints()
    write_nlu(TrainingData([example]), "yaml", complaints)
    assert [one.code for one in complaints.errors] == [code]


def test_what_would_change_unnoticed_is_an_error() -> None:
    complaints = Complaints()
    write_nlu(TrainingData([Example("a", "x")], lookups={"city": [" a"]}), "yaml", complaints)
    assert [one.code for one in complaints.errors] == ["example-changed"]


def test_spaces_at_the_ends_go_and_entities_keep_their_words() -> None:
    found = converted(
        TrainingData([Example("  to İzmir \n", "x", (EntitySpan("city", 5, 10, "İzmir"),))]), "yaml"
    )
    assert found.examples[0].text == "to İzmir"
    assert found.examples[0].entities == (EntitySpan("city", 3, 8, "İzmir"),)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    root = written(tmp_path)
    before = tree(root)
    with pytest.raises(WritingError, match="exists already"):
        convert_nlu(root, ["data"], Path("data/nlu.yml"), "yaml", Complaints())
    assert tree(root) == before


@pytest.mark.parametrize(
    ("files", "data", "expected"),
    [
        ({}, ["nowhere"], "file-missing nowhere"),
        ({"data__nlu": "stories: []\n"}, ["data"], "nlu-missing data"),
        (
            {"data__old_json": '{"rasa_nlu_data": {"common_examples": [}}'},
            ["data"],
            "json-syntax data/old.json:1",
        ),
        ({"data__old_md": "## intent:\n- a\n"}, ["data"], "markdown-name data/old.md:1"),
    ],
)
def test_mistakes_are_told_with_their_place(
    files: dict[str, str], data: list[str], expected: str, tmp_path: Path
) -> None:
    root = written(tmp_path, **files)
    with pytest.raises(ProjectError) as caught:
        convert_nlu(root, data, Path("out.yml"), "yaml", Complaints())
    assert [f"{one.code} {one.place}" for one in caught.value.complaints] == [expected]
    assert not (root / "out.yml").exists()


def test_stories_of_markdown_become_one_file(tmp_path: Path) -> None:
    root = written(
        tmp_path, data__a_md="## a\n* greet\n  - utter_a\n", data__b_md="## b\n* greet\n  - utter_b\n"
    )
    path = convert_stories(root, ["data"], Path("stories.yml"), Complaints(), Report())
    found = read_yaml(path.read_text(encoding="utf-8"), "f", Complaints())
    assert [one["story"] for one in found["stories"]] == ["a", "b"]


def test_stories_in_yaml_need_no_conversion(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no stories in Markdown"):
        convert_stories(written(tmp_path), ["data"], Path("out"), Complaints(), Report())
