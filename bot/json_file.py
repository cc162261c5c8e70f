"""JSON read with the line of everything, as :mod:`bot.yaml_file` reads YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.errors import Complaints, Place
from bot.yaml_file import Map, Seq, read_text_file, read_yaml


def read_json(text: str, file: str, complaints: Complaints) -> Any:
    """Read a JSON document.

    Args:
        text: the file's content.
        file: its name, for complaints.
        complaints: gets what is wrong with it.

    Returns:
        :class:`Map`, :class:`Seq`, a scalar, or ``None`` for an unreadable text.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"This is not valid JSON: {error.msg} (column {error.colno})."
        mend = "Look at the end of the line before, too: entries are divided by commas."
        complaints.error("json-syntax", message, mend, Place(file, error.lineno))
        return None
    except RecursionError:
        complaints.error("json-depth", "The file is nested too deeply.", "Flatten it.", Place(file))
        return None
    # JSON is YAML but for a few corners (escaped surrogate pairs, tabs), where the lines are not worth more.
    placed = read_yaml(text, file, Complaints())
    return placed if placed == content else _without_lines(content, file)


def read_json_file(path: Path, complaints: Complaints, name: str | None = None) -> Any:
    """:func:`read_json` of a file in UTF-8 (a byte order mark is passed over)."""
    file = name or str(path)
    text = read_text_file(path, file, complaints)
    return None if text is None else read_json(text, file, complaints)


def _without_lines(value: Any, file: str) -> Any:
    if isinstance(value, dict):
        found = Map()
        found.file, found.line = file, 1
        for key, one in value.items():
            found[key] = _without_lines(one, file)
        return found
    if isinstance(value, list):
        entries = Seq()
        entries.file, entries.line = file, 1
        entries.extend(_without_lines(one, file) for one in value)
        return entries
    return value
