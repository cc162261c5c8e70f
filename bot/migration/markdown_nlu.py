"""Rasa 1's examples and response texts in Markdown → the ``nlu:`` and ``responses:`` of YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.entity_markup import MarkupError, read_markup
from bot.errors import Complaints
from bot.migration.markdown import SECTION, Line, lines_of
from bot.migration.source import SourceFile
from bot.yaml_shape import shortened

_ITEM = re.compile(r"^\s*[-*+]\s+(.*\S)\s*$|^\s*[-+](\S.*?)\s*$")


def nlu_from_markdown(source: SourceFile, root: Path, complaints: Complaints) -> list[dict[str, Any]]:
    """The entries of ``nlu:``; marked entities are written in YAML as they are in Markdown.

    Args:
        source: the file.
        root: where a lookup's file is looked for; its lines are written out, for Rasa 3 reads no such file.
        complaints: gets lines that cannot be read; nothing may be written then.
    """
    entries: list[dict[str, Any]] = []
    items: list[str] | None = None
    kind = ""
    for line in lines_of(source, complaints):
        section = SECTION.match(line.text)
        if section:
            kind, name = section[1], section[2]
            if not name:
                mend = f"Write '## {kind}:' and a name."
                complaints.error("markdown-name", f"A {kind} has no name.", mend, source.place(line.number))
            items = []
            entries.append({kind: name, "examples": items})
        elif line.text.startswith("#"):
            if line.text.startswith("##"):
                _foreign_title(source, line, complaints)
                items, kind = None, ""
        elif (item := _ITEM.match(line.text)) and items is not None:
            text = item[1] or item[2]
            if kind == "intent":
                _check_markup(source, line, text, complaints)
            items.append(f"- {text}")
        elif kind == "lookup" and items == []:
            items += _lookup_file(source, line, root, complaints)
            kind = ""
        else:
            message = f"This line belongs to nothing: {shortened(line.text)}."
            mend = "Begin an example with '- ', below a title such as '## intent:greet'."
            complaints.error("markdown-line", message, mend, source.place(line.number))
    return [{**one, "examples": "\n".join(one["examples"]) + "\n"} for one in entries if one["examples"]]


def responses_from_markdown(source: SourceFile, complaints: Complaints) -> dict[str, list[dict[str, str]]]:
    """``* faq/ask_name`` and the texts below it → ``utter_faq/ask_name``."""
    found: dict[str, list[dict[str, str]]] = {}
    texts: list[dict[str, str]] | None = None
    for line in lines_of(source, complaints):
        if line.text.startswith("#"):
            texts = None
        elif line.text.startswith("*"):
            texts = found.setdefault("utter_" + line.text[1:].strip(), [])
        elif (item := _ITEM.match(line.text)) and texts is not None:
            texts.append({"text": item[1] or item[2]})
        else:
            message = f"This line belongs to nothing: {shortened(line.text)}."
            mend = "Write '* intent/key', and below it '  - ' and the text."
            complaints.error("markdown-line", message, mend, source.place(line.number))
    return {name: one for name, one in found.items() if one}


def _lookup_file(source: SourceFile, line: Line, root: Path, complaints: Complaints) -> list[str]:
    path = line.text.strip()
    try:
        lines = (root / path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        message = f"A lookup names a file that cannot be read: {shortened(path)}."
        mend = "Give a path relative to the project, or list the entries with '- '."
        complaints.error("lookup-file", message, mend, source.place(line.number))
        return []
    return [f"- {one.strip()}" for one in lines if one.strip()]


def _foreign_title(source: SourceFile, line: Line, complaints: Complaints) -> None:
    message = f"'{shortened(line.text)}' is no title of examples."
    mend = "Write '## intent:name' (or synonym, regex, lookup); if it is a story, move it into a file of stories."
    complaints.error("markdown-mixed", message, mend, source.place(line.number))


def _check_markup(source: SourceFile, line: Line, text: str, complaints: Complaints) -> None:
    try:
        read_markup(text)
    except MarkupError as error:
        complaints.error("entity-markup", str(error), error.mend, source.place(line.number))
