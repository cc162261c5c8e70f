"""Entities marked in an example: ``[Ankara](city)``, ``[Ankara](city:TR-06)``, ``[Ankara]{"entity": ...}``.

A text may stand for several entities: ``[Ankara][{"entity": "city"}, {"entity": "place"}]``.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_MARK = re.compile(
    r"""
    \[ (?P<text>[^\]]+) \]
    (?: \( (?P<name>[^:)]+) (?: : (?P<value>[^)]+) )? \)
      | \{ (?P<one>[^}]+) \}
      | \[ (?P<many>.*?) \]
    )""",
    re.VERBOSE,
)
_OBJECT = re.compile(r"\{[^}]+\}")
_KEYS = ("entity", "value", "role", "group")


class MarkedEntity(NamedTuple):
    """``plain_text[start:end]`` is an entity of this name, and stands for ``value``."""

    entity: str
    start: int
    end: int
    value: str
    role: str | None = None
    group: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """In the shape that messages have."""
        return {key: one for key, one in self._asdict().items() if one is not None}


class MarkupError(ValueError):
    """A mark whose braces hold no valid entity; ``mend`` says what to write."""

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


def read_markup(text: str) -> tuple[str, list[MarkedEntity]]:
    """The plain text and its entities, from left to right.

    Raises:
        MarkupError: braces do not hold a JSON object that names an entity.
    """
    if "](" not in text and "]{" not in text and "][" not in text:
        return text, []
    pieces: list[str] = []
    found: list[MarkedEntity] = []
    done = length = 0
    for mark in _MARK.finditer(text):
        before, marked = text[done : mark.start()], mark["text"]
        start = length + len(before)
        length = start + len(marked)
        pieces += (before, marked)
        done = mark.end()
        if mark["name"] is not None:
            found.append(MarkedEntity(mark["name"], start, length, mark["value"] or marked))
        else:
            objects = ["{" + mark["one"] + "}"] if mark["one"] else _OBJECT.findall(mark["many"])
            found += [_entity(one, marked, start, length) for one in objects]
    pieces.append(text[done:])
    return "".join(pieces), found


def _entity(source: str, marked: str, start: int, end: int) -> MarkedEntity:
    example = f'[{marked}]{{"entity": "name", "role": "role"}}'
    try:
        fields = json.loads(source)
    except ValueError as error:
        raise MarkupError(f"{source} is not valid JSON ({error}).", f"Write it like {example}.") from error
    if "entity" not in fields:
        raise MarkupError(f"{source} names no entity.", f"Write it like {example}.")
    for key in _KEYS:
        one = fields.get(key, "")
        number = key == "value" and isinstance(one, int | float) and not isinstance(one, bool)
        if not isinstance(one, str) and not number:
            raise MarkupError(f"'{key}' in {source} must be a text.", "Put it between double quotes.")
    value = fields.get("value", marked)
    return MarkedEntity(fields["entity"], start, end, str(value), fields.get("role"), fields.get("group"))
