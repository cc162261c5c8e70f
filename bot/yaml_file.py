"""YAML read as Rasa reads it (version 1.2: ``yes`` and ``on`` are texts), with the line of everything.

A mapping is a :class:`Map`, a sequence a :class:`Seq`: ordinary dicts and lists that also know where they
stand.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bot.errors import Complaints, Place

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Map(dict[str, Any]):
    """A mapping; ``line_of(key)`` tells where a key stands, ``place`` where the mapping begins."""

    file: str = ""
    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    @property
    def place(self) -> Place:
        return Place(self.file, self.line)

    def place_of(self, key: str) -> Place:
        return Place(self.file, self.lines.get(key, self.line))


class Seq(list[Any]):
    """A sequence; ``place_of(index)`` tells where an item stands."""

    file: str = ""
    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    @property
    def place(self) -> Place:
        return Place(self.file, self.line)

    def place_of(self, index: int) -> Place:
        return Place(self.file, self.lines[index] if index < len(self.lines) else self.line)


class _Loader(_Base):  # type: ignore[misc]
    """YAML 1.2's core schema in place of 1.1's."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def _float(value: str) -> float:
    plain = value.replace("+", "")
    return float(plain.replace(".", "", 1)) if plain[-1] in "fFnN" else float(plain)


def _scalar(node: yaml.ScalarNode) -> Any:
    value: str = node.value
    match node.tag.rsplit(":", 1)[-1]:
        case "null":
            return None
        case "bool":
            return value[0] in "tT"
        case "int":
            return int(value, 0) if value.startswith(("0o", "0x")) else int(value)
        case "float":
            return _float(value)
    return value


class _Builder:
    """Turns the parser's nodes into :class:`Map`, :class:`Seq` and plain scalars."""

    def __init__(self, file: str, complaints: Complaints) -> None:
        self.file = file
        self.complaints = complaints

    def build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node)
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node)

    def _sequence(self, node: yaml.SequenceNode) -> Seq:
        found = Seq()
        found.file, found.line = self.file, node.start_mark.line + 1
        for child in node.value:
            found.lines.append(child.start_mark.line + 1)
            found.append(self.build(child))
        return found

    def _mapping(self, node: yaml.MappingNode) -> Map:
        found = Map()
        found.file, found.line = self.file, node.start_mark.line + 1
        merged: list[Any] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag.endswith(":merge"):
                merged.append(self.build(value_node))
                continue
            key = str(self.build(key_node)) if key_node.tag[-4:] != "null" else "null"
            if key in found:
                self.complaints.error(
                    "yaml-duplicate-key",
                    f"The key '{key}' stands twice in the same place (first in line {found.lines[key]}).",
                    "Keep one of them, or put both contents under one key.",
                    Place(self.file, line),
                )
                continue
            found.lines[key] = line
            found[key] = self.build(value_node)
        for source in merged:
            for one in source if isinstance(source, Seq) else [source]:
                for key, value in one.items():
                    found.setdefault(key, value)
        return found


def _mend(problem: str) -> str:
    if "\\t" in problem or "tab" in problem:
        return "Indent with spaces; YAML allows no tabs there."
    if "mapping values" in problem:
        return "Put text that holds ': ' between quotes, or mend the indent of this line."
    if "block end" in problem or "indent" in problem:
        return "Give this line the same indent as its neighbours."
    return "Compare this line and the one before with the examples in docs/files.md."


def read_yaml(text: str, file: str, complaints: Complaints) -> Any:
    """Read one YAML document.

    Args:
        text: the file's content.
        file: its name, for complaints.
        complaints: gets what is wrong with it.

    Returns:
        :class:`Map`, :class:`Seq`, a scalar, or ``None`` for an empty or unreadable text.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error)
        place = Place(file, mark.line + 1 if mark else None)
        complaints.error("yaml-syntax", f"This is not valid YAML: {problem}.", _mend(problem), place)
        return None
    except RecursionError:
        complaints.error("yaml-depth", "The file is nested too deeply.", "Flatten it.", Place(file))
        return None
    return None if node is None else _Builder(file, complaints).build(node)


def read_yaml_file(path: Path, complaints: Complaints, name: str | None = None) -> Any:
    """:func:`read_yaml` of a file in UTF-8 (a byte order mark is passed over)."""
    file = name or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        mend = "Save the file as UTF-8."
        complaints.error("file-encoding", "The file is not UTF-8 text.", mend, Place(file, line))
        return None
    except OSError as error:
        mend = "Check the path and its permissions."
        complaints.error("file-unreadable", f"Cannot read it: {error.strerror}.", mend, Place(file))
        return None
    return read_yaml(text, file, complaints)
