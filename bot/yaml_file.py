"""YAML read as Rasa reads it (version 1.2: ``yes`` and ``on`` are texts), with the line of everything.

A mapping is a :class:`Map`, a sequence a :class:`Seq`: ordinary dicts and lists that also know where they
stand.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

from bot.errors import Complaints, Place, ProjectError
from bot.yaml_mends import mend_of

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_MOST_VALUES = 5_000_000
"""A file of more is taken for aliases gone wild; real ones stay far below."""
_DEEPEST = 200
"""Levels of nesting; a project's files have about ten."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ESCAPES = re.compile(r"(?<!\\)((?:\\\\)*)((?:\\u[0-9a-fA-F]{4})+)")


class Map(dict[str, Any]):
    """A mapping; ``line_of(key)`` tells where a key stands, ``place`` where the mapping begins."""

    file: str = ""
    line: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.blocks: set[str] = set()
        """Keys whose text begins in the line below them (``key: |``)."""

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


PLAIN_SCALARS = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
    ("merge", r"^<<$", "<"),
)
"""What is no text without quotes: its tag, its pattern, the characters that it may begin with."""


def resolve_plain_scalars(reader_or_writer: Any) -> None:
    """Make a class of PyYAML take :data:`PLAIN_SCALARS` for what they are: a writer quotes texts that look so."""
    for tag, pattern, first in PLAIN_SCALARS:
        reader_or_writer.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


resolve_plain_scalars(_Loader)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def _float(value: str) -> float:
    return float(value.replace(".", "", 1)) if value[-1:] in ("f", "F", "n", "N") else float(value)


def _scalar(node: yaml.ScalarNode) -> Any:
    value: str = node.value
    match node.tag.rsplit(":", 1)[-1]:
        case "null":
            return None
        case "bool":
            return value[:1] in ("t", "T")
        case "int":
            return _number(value, lambda text: int(text, 0 if text.startswith(("0o", "0x")) else 10))
        case "float":
            return _number(value, _float)
    return value


def _number(value: str, read: Callable[[str], float]) -> Any:
    """The number; the text itself where an explicit tag (``!!int x``) calls something else a number."""
    try:
        return read(value)
    except ValueError:
        return value


class _AliasError(Exception):
    """An alias that holds itself, or aliases that multiply beyond :data:`_MOST_VALUES`."""


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node comes to, with aliases written out; asked before anything is built.

    Raises:
        _AliasError: more than :data:`_MOST_VALUES`, or without end.
    """
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) not in known:
        known[id(node)] = _MOST_VALUES  # while it is counted: a node that holds itself has no end
        children = node.value if isinstance(node, yaml.SequenceNode) else itertools.chain(*node.value)
        known[id(node)] = 1 + sum(_count(child, known) for child in children)
    if known[id(node)] >= _MOST_VALUES:
        raise _AliasError(node.start_mark.line + 1)
    return known[id(node)]


class _Builder:
    """Turns the parser's nodes into :class:`Map`, :class:`Seq` and plain scalars."""

    def __init__(self, file: str, complaints: Complaints, variables: Mapping[str, str] | None) -> None:
        self.file = file
        self.complaints = complaints
        self.variables = variables

    def build(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            if not node.style and self.variables is not None and "${" in node.value:
                return fill_text(node.value, self.variables, self.complaints, self._place(node))
            return _scalar(node)
        assert isinstance(node, yaml.SequenceNode | yaml.MappingNode)
        return self._sequence(node) if isinstance(node, yaml.SequenceNode) else self._mapping(node)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)

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
            if isinstance(value_node, yaml.ScalarNode) and value_node.style in ("|", ">"):
                found.blocks.add(key)
            found[key] = self.build(value_node)
        for source in merged:
            for one in source if isinstance(source, Seq) else [source]:
                for key, value in one.items():
                    found.setdefault(key, value)
        return found


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the reader met a character that YAML does not have."""

    line: int
    column: int = 0


def _syntax_error(error: yaml.YAMLError, text: str, file: str, complaints: Complaints) -> None:
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if isinstance(error, yaml.reader.ReaderError):
        mark = _Mark(text.count("\n", 0, error.position))
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    lines = text.splitlines() or [""]
    line = min(mark.line, len(lines) - 1) if mark else None
    at = lines[line][mark.column : mark.column + 1] if mark and line is not None else ""
    where = f" (in what begins in line {begun.line + 1})" if begun and line and begun.line < line else ""
    place = Place(file, None if line is None else line + 1)
    message = f"This is not valid YAML: {problem}{where}."
    complaints.error("yaml-syntax", message, mend_of(problem, at), place)


def fill_text(text: str, variables: Mapping[str, str], complaints: Complaints, place: Place) -> str:
    """The text with every ``${NAME}`` replaced; an unknown name is complained of and stays."""

    def replace(found: re.Match[str]) -> str:
        name = found[1]
        if name in variables:
            return variables[name]
        message = f"The environment variable {name} is not set."
        complaints.error("variable-unset", message, f"Set it: export {name}=...", place)
        return found[0]

    return _VARIABLE.sub(replace, text)


def _unescaped(text: str) -> str:
    r"""Text of ASCII with its ``\u00e7`` replaced, surrogate pairs too: Rasa reads such files so."""
    if "\\u" not in text or not text.isascii():
        return text
    return _ESCAPES.sub(lambda found: found[1] + json.loads(f'"{found[2]}"'), text)


def _depth(text: str) -> int:
    """How deep the document is nested; asked first, for libyaml's composer has no limit of its own."""
    depth = deepest = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _DEEPEST:
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return deepest


def read_yaml(
    text: str, file: str, complaints: Complaints, variables: Mapping[str, str] | None = None
) -> Any:
    """Read one YAML document.

    Args:
        text: the file's content.
        file: its name, for complaints.
        complaints: gets what is wrong with it.
        variables: for ``${NAME}`` in texts without quotes, as in Rasa; ``None`` leaves them.

    Returns:
        :class:`Map`, :class:`Seq`, a scalar, or ``None`` for an empty or unreadable text.
    """
    try:
        text = _unescaped(text)
        if _depth(text) > _DEEPEST:
            raise RecursionError
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            return None
        _count(node, {})
        return _Builder(file, complaints, variables).build(node)
    except _AliasError as error:
        message = "An alias (*name) holds itself, or aliases multiply without end."
        complaints.error("yaml-alias", message, "Write the content out.", Place(file, error.args[0]))
        return None
    except yaml.YAMLError as error:
        if "nesting depth" in str(error):  # PyYAML has a bound of its own from 6.0.4 on
            _too_deep(file, complaints)
        else:
            _syntax_error(error, text, file, complaints)
        return None
    except UnicodeEncodeError:
        message = "It has half a character (an escape like \\ud83d without its other half)."
        complaints.error("yaml-character", message, "Write the character itself.", Place(file))
        return None
    except RecursionError:
        _too_deep(file, complaints)
        return None


def _too_deep(file: str, complaints: Complaints) -> None:
    complaints.error("yaml-depth", "The file is nested too deeply.", "Flatten it.", Place(file))


def read_text_file(path: Path, file: str, complaints: Complaints) -> str | None:
    """A file's text, which is UTF-8 (a byte order mark is passed over); ``None`` after a complaint.

    Args:
        file: its name, for complaints.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        mend = "Save the file as UTF-8."
        complaints.error("file-encoding", "The file is not UTF-8 text.", mend, Place(file, line))
    except OSError as error:
        mend = "Check the path and its permissions."
        complaints.error("file-unreadable", f"Cannot read it: {error.strerror}.", mend, Place(file))
    return None


def read_yaml_file(
    path: Path,
    complaints: Complaints,
    name: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Any:
    """:func:`read_yaml` of a file in UTF-8 (a byte order mark is passed over)."""
    file = name or str(path)
    text = read_text_file(path, file, complaints)
    return None if text is None else read_yaml(text, file, complaints, variables)


def read_plain_yaml(path: Path) -> Any:
    """Ordinary YAML 1.1 (``yes`` is true, keys of any type), for files that are not Rasa's.

    Raises:
        ProjectError: it is no YAML.
    """
    complaints = Complaints()
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Base)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mend = "Compare it with the description in docs/replay.md."
        complaints.error("yaml-syntax", f"This is not valid YAML: {error}.", mend, Place(str(path)))
        raise ProjectError(complaints) from error
