"""Rasa 1's Markdown: which kind a file is, and its lines without comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from bot.errors import Complaints
from bot.migration.source import SourceFile

Kind = Literal["nlu", "stories", "responses"]

SECTION = re.compile(r"^##[ \t]*(intent|synonym|regex|lookup)[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_STORY = re.compile(r"^(?:\*[ \t]*\S|>[ \t]*\w)", re.MULTILINE)
_TITLE = re.compile(r"^#+[ \t]*\S", re.MULTILINE)
_TURN = re.compile(r"^\*[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_KEYED = re.compile(r"^[^\s:{}/]+/[^\s:{}/]+$")
_ACTION = re.compile(r"^[ \t]+-[ \t]*[\w.]+[ \t]*(?:\{.*\})?[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class Line(NamedTuple):
    """A line that is not empty; ``number`` counts from 1."""

    number: int
    text: str


def kind_of_markdown(text: str) -> Kind | None:
    """What a Markdown file holds; ``None`` when it is none of Rasa's, such as a README."""
    bare = without_comments(text)
    if SECTION.search(bare):
        return "nlu"
    turns = _TURN.findall(bare)
    if not _TITLE.search(bare) or not _STORY.search(bare):
        return None
    if turns and all(_KEYED.match(one) for one in turns):
        return "responses"
    return "stories" if _ACTION.search(bare) else None


def without_comments(text: str) -> str:
    """The text without ``<!-- -->``, every line at its number."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def lines_of(source: SourceFile, complaints: Complaints) -> Iterator[Line]:
    """The lines that say something; a comment without an end is complained of."""
    bare = without_comments(source.text)
    for number, text in enumerate(bare.split("\n"), start=1):
        if "<!--" in text:
            mend = "Close it with '-->'."
            complaints.error("markdown-comment", "A comment has no end.", mend, source.place(number))
        text = text.rstrip("\r").replace("\t", " ")
        if text.strip():
            yield Line(number, text)


def braces(text: str) -> tuple[str, str | None]:
    """``slot{"a": 1}`` → its name and the JSON behind it."""
    name, brace, rest = text.partition("{")
    return name.strip(), brace + rest.strip() if brace else None


def read_braces(source: SourceFile, line: Line, given: str, complaints: Complaints) -> dict[str, Any] | None:
    """JSON between braces; ``None`` after a complaint."""
    try:
        found = json.loads(given)
    except ValueError as error:
        mend = 'Write it like {"name": "value"}, with double quotes.'
        message = f"{given} is not valid JSON ({error})."
        complaints.error("markdown-json", message, mend, source.place(line.number))
        return None
    assert isinstance(found, dict)  # it begins with a brace
    return found
