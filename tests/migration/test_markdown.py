"""Rasa 1's Markdown: what it becomes, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from bot.errors import Complaints
from bot.migration.markdown import kind_of_markdown
from bot.migration.markdown_nlu import nlu_from_markdown, responses_from_markdown
from bot.migration.markdown_stories import OldStories, stories_from_markdown
from bot.migration.report import Report
from bot.migration.source import SourceFile


def source(text: str) -> SourceFile:
    return SourceFile(Path("x.md"), "x.md", dedent(text))


def steps_of(text: str) -> list[Any]:
    complaints = Complaints()
    found = stories_from_markdown(source(text), complaints, Report())
    assert list(complaints) == []
    steps = found.stories[0]["steps"]
    assert isinstance(steps, list)
    return steps


def mistakes(text: str, root: Path = Path()) -> list[str]:
    complaints = Complaints()
    if kind_of_markdown(dedent(text)) == "nlu":
        nlu_from_markdown(source(text), root, complaints)
    else:
        stories_from_markdown(source(text), complaints, Report())
    return [f"{one.code} {one.place and one.place.line}" for one in complaints]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("## intent:greet\n- hi\n", "nlu"),
        ("##lookup: city\ncities.txt\n", "nlu"),
        ("## hi\n* greet\n  - utter_greet\n", "stories"),
        ('## hi\n> start\n* greet{"a": "b"}\n - utter_greet\n', "stories"),
        ("## name\n* faq/name\n  - My name is Defne.\n", "responses"),
        ("# The shop\n\n* files\n* more files\n", None),
        ("<!--\n## intent:greet\n-->\n# Readme\n", None),
        ("", None),
    ],
)
def test_which_kind_a_file_is(text: str, kind: str | None) -> None:
    assert kind_of_markdown(text) == kind


def test_examples_keep_their_marks() -> None:
    text = '## intent: cargo\n- to [Ankara](city:06)\n+ [x]{"entity": "y"}\n\n## synonym:06\n* ank\n'
    complaints = Complaints()
    found = nlu_from_markdown(source(text), Path(), complaints)
    assert list(complaints) == []
    assert found == [
        {"intent": "cargo", "examples": '- to [Ankara](city:06)\n- [x]{"entity": "y"}\n'},
        {"synonym": "06", "examples": "- ank\n"},
    ]


def test_a_lookups_file_is_written_out(tmp_path: Path) -> None:
    (tmp_path / "cities.txt").write_text("Ankara\n\n İzmir \n", encoding="utf-8")
    found = nlu_from_markdown(source("## lookup:city\n  cities.txt\n"), tmp_path, Complaints())
    assert found == [{"lookup": "city", "examples": "- Ankara\n- İzmir\n"}]


def test_responses_of_retrieval_intents() -> None:
    text = "## any title\n* faq/name\n  - My name is *Defne*.\n  - Defne: that is me\n"
    found = responses_from_markdown(source(text), Complaints())
    assert found == {"utter_faq/name": [{"text": "My name is *Defne*."}, {"text": "Defne: that is me"}]}


def test_a_choice_of_intents_with_values_that_hold_or() -> None:
    assert steps_of('## s\n* inform{"a": "x OR y"} OR deny\n')[0] == {
        "or": [{"intent": "inform", "entities": [{"a": "x OR y"}]}, {"intent": "deny"}]
    }


def test_values_of_every_kind() -> None:
    assert steps_of('## s\n* inform{"a": null, "b": ["x", "y"], "c": 2}\n')[0]["entities"] == [
        "a",
        {"b": "x"},
        {"b": "y"},
        {"c": 2},
    ]


def test_slots_loops_and_checkpoints() -> None:
    text = """
        ## s
        > a{"vip": true}
        * order
        - order_form
        - form{"name": "order_form"}
        - slot{"x": null}
        - slot{"y": [1]}
        - form{"name": null}
        - respond_faq
        > b
        """
    assert steps_of(text) == [
        {"checkpoint": "a", "slot_was_set": [{"vip": True}]},
        {"intent": "order"},
        {"action": "order_form"},
        {"active_loop": "order_form"},
        {"slot_was_set": [{"x": None}, {"y": [1]}]},
        {"active_loop": None},
        {"action": "utter_faq"},
        {"checkpoint": "b"},
    ]


def test_customers_own_words_make_a_test() -> None:
    found = stories_from_markdown(source("## s\n* inform: to [Ankara](city)\n"), Complaints(), Report())
    steps = [{"user": "to [Ankara](city)\n", "intent": "inform"}]
    assert found == OldStories([{"story": "s", "steps": steps}], is_test=True)


def test_windows_line_ends() -> None:
    assert steps_of("## s\r\n* greet\r\n  - utter_greet\r\n") == [
        {"intent": "greet"},
        {"action": "utter_greet"},
    ]


def test_events_that_are_gone_are_told() -> None:
    report = Report()
    stories_from_markdown(
        source('## s\n* greet\n- utter_greet\n- followup{"name": "a"}\n'), Complaints(), report
    )
    assert [one.place.line for one in report.left] == [4]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## intent:greet\nhello\n", ["markdown-line 2"]),
        ("- hello\n## intent:greet\n- hi\n", ["markdown-line 1"]),
        ("## intent:\n- hi\n", ["markdown-name 1"]),
        ("## intent:greet\n- hi\n## intnt:bye\n", ["markdown-mixed 3"]),
        ("## intent:greet\n- hi\n## a story\n* greet\n", ["markdown-mixed 3", "markdown-line 4"]),
        ('## intent:greet\n- [x]{"entity": }\n', ["entity-markup 2"]),
        ("## intent:greet\n- hi\n<!-- never closed\n- ho\n", ["markdown-comment 3", "markdown-line 3"]),
        ("## lookup:city\nnowhere.txt\n", ["lookup-file 2"]),
        ('## s\n* greet{"a": }\n  - utter_greet\n', ["markdown-json 2"]),
        ('## s\n* greet{"a": "b"\n  - utter_greet\n', ["markdown-json 2"]),
        ("* greet\n  - utter_greet\n## s\n", ["markdown-line 1"]),
        ("## s\n* greet\n  - utter_greet\nand so on\n", ["markdown-line 4"]),
        ("## s\n* greet the customer\n  - utter_greet\n", ["markdown-intent 2"]),
        ("## s\n* greet\n  - utter_greet\n  - say hello\n", ["markdown-action 4"]),
        ("## s\n*\n* greet\n  - utter_greet\n", ["markdown-line 2"]),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected
