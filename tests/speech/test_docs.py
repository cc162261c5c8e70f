"""The tables of docs/speech.md are true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from voice.speech.hear import hear
from voice.speech.kinds import HEARD, SAID
from voice.speech.say import say

PAGE = (Path(__file__).parent.parent.parent / "docs" / "speech.md").read_text(encoding="utf-8")
_SAID = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (.+) \|$", PAGE, re.MULTILINE)
_HEARD = re.findall(r"^\| `(\w+)` \| ([^`|]+) \| (\S+) \|$", PAGE, re.MULTILINE)


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in _SAID} == set(SAID)
    assert {kind for kind, _, _ in _HEARD} == set(HEARD)


@pytest.mark.parametrize(("kind", "written", "said"), _SAID)
def test_examples_are_said_so(kind: str, written: str, said: str) -> None:
    assert say(written, kind) == said


@pytest.mark.parametrize(("expected", "heard", "value"), _HEARD)
def test_examples_are_heard_so(expected: str, heard: str, value: str) -> None:
    found = hear(heard, expected, date(2026, 11, 22))
    assert ("EMPTY" if found is None else str(found)) == value
