"""Plain content → YAML that Rasa and Santral read back as the same content."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import yaml

from bot.yaml_file import resolve_plain_scalars

VERSION = "3.1"
"""The format that is written."""


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks; quotes wherever YAML 1.1 or 1.2 would read something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Without this, entries of a list stand below their key without an indent.
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


class _Quoted(str):
    """A text that is always written between double quotes."""


def _quoted(dumper: yaml.SafeDumper, value: _Quoted) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Quoted, _quoted)
# PyYAML writes 1.1, and would leave what only 1.2 takes for a number without quotes.
resolve_plain_scalars(_Dumper)


def to_yaml(content: Mapping[str, Any]) -> str:
    """A file's content: keys in their order, an empty line between the parts."""
    parts = []
    for key, value in content.items():
        if key == "version":
            value = _Quoted(value)
        parts.append(
            yaml.dump({key: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
        )
    if not parts:
        return ""
    text = parts[0]
    for before, part in itertools.pairwise(parts):
        # Short settings stay together; lists and mappings stand apart.
        text += part if before.count("\n") == part.count("\n") == 1 else "\n" + part
    return text
