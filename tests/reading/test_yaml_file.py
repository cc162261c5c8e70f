"""YAML as Rasa reads it: version 1.2, places, aliases, variables, and what is broken."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Complaints, Place
from bot.yaml_file import Map, Seq, read_yaml
from tests.reading.reading import assert_told

SCALARS: list[tuple[str, Any]] = [
    ("yes", "yes"),
    ("on", "on"),
    ("true", True),
    ("False", False),
    ("~", None),
    ("null", None),
    ("", None),
    ("12", 12),
    ("+3", 3),
    ("0o17", 15),
    ("0x1F", 31),
    ("017", 17),
    ("1.5", 1.5),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("-.inf", float("-inf")),
    ("1:30", "1:30"),
    ("1_000", "1_000"),
    ("'12'", "12"),
    ("İstanbul", "İstanbul"),
    ("!!int x", "x"),
    ("!!bool maybe", False),
    ("!!str 5", "5"),
    ("!shop 5", "5"),
    ('"\\u0131"', "ı"),
    ('"\\ud83d\\ude00"', "😀"),
]


@pytest.mark.parametrize(("text", "expected"), SCALARS)
def test_scalars(text: str, expected: Any) -> None:
    complaints = Complaints()
    found = read_yaml(f"a: {text}", "f.yml", complaints)
    assert not complaints.found
    assert found["a"] == expected and type(found["a"]) is type(expected)


def test_places() -> None:
    found = read_yaml("# top\na:\n- x\n-   y: 1\n    z: 2\n", "f.yml", Complaints())
    assert isinstance(found, Map)
    entries = found["a"]
    assert isinstance(entries, Seq)
    assert (found.place, found.place_of("a"), entries.place) == (
        Place("f.yml", 2),
        Place("f.yml", 2),
        Place("f.yml", 3),
    )
    assert [entries.place_of(index).line for index in (0, 1, 9)] == [3, 4, 3]
    assert entries[1].place_of("z").line == 5


def test_anchors_and_merges() -> None:
    found = read_yaml("base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nagain: *b", "f.yml", Complaints())
    assert found["own"] == {"x": 1, "y": 3}
    assert found["again"] == {"x": 1, "y": 2}


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))

WRONG = [
    ("a: b: c", "error yaml-syntax 1", "between quotes"),
    ("a:\n\t- b", "error yaml-syntax 2", "spaces"),
    ("a: [b", "error yaml-syntax 1", "Close"),
    ("a: [1,\nb: 2\n", "error yaml-syntax 2", "Close the '['"),
    ("a: 'x\nb: 1\n", "error yaml-syntax 2", "Close the quote"),
    ("- a\nb: 1", "error yaml-syntax 2", "same indent"),
    ("a: @shop", "error yaml-syntax 1", "begins with '@' needs quotes"),
    ("a: *shop", "error yaml-syntax 1", "begins with '*' needs quotes"),
    ("a:\n- b\n c: d", "error yaml-syntax 3", "indent"),
    ("a: 1\nb: 2\na: 3", "error yaml-duplicate-key 3", "Keep one"),
    ("&a [*a]", "error yaml-alias 1", "Write the content out"),
    (BOMB, "error yaml-alias 8", "Write the content out"),
    ("[" * 3000 + "]" * 3000, "error yaml-depth -", "Flatten"),
    ("{a: " * 300_000, "error yaml-depth -", "Flatten"),
    ("- " * 300_000, "error yaml-depth -", "Flatten"),
    ("a: 1\n---\nb: 2", "error yaml-syntax 2", "Remove the line '---'"),
    ("a: x\x00", "error yaml-syntax 1", "Remove the character"),
]


@pytest.mark.parametrize(("text", "expected", "mend"), WRONG, ids=lambda one: one[:20])
def test_complains(text: str, expected: str, mend: str) -> None:
    complaints = Complaints()
    read_yaml(text, "f.yml", complaints)
    assert_told(complaints, expected, mend)
