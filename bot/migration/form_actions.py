"""The form classes of Rasa 1, found in the project's actions.

Rasa 1 kept a form's slots and what fills them in Python (``FormAction.required_slots``, ``slot_mappings``). The files
are parsed, never run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Place

_ARGUMENTS = {
    "from_entity": ("entity", "intent", "not_intent", "role", "group"),
    "from_text": ("intent", "not_intent"),
    "from_intent": ("value", "intent", "not_intent"),
    "from_trigger_intent": ("value", "intent", "not_intent"),
}
"""Kinds of mappings → their arguments, in rasa_sdk's order."""


@dataclass(frozen=True, slots=True)
class FormClass:
    """A ``FormAction``."""

    name: str
    """Of the form."""
    mappings: dict[str, list[dict[str, Any]]]
    """Required slots and what fills them; empty where the code does not say it plainly."""
    place: Place
    is_plain: bool
    """False when slots depend on what the code finds, and a person must look."""


def find_form_classes(root: Path) -> dict[str, FormClass]:
    """Form classes of ``actions.py`` and ``actions/`` by the form's name; what does not parse is passed over."""
    found: dict[str, FormClass] = {}
    for path in [root / "actions.py", *sorted((root / "actions").rglob("*.py"))]:
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        for one in _classes(tree, path.relative_to(root).as_posix()):
            found.setdefault(one.name, one)
    return found


def _classes(tree: ast.AST, file: str) -> Iterator[FormClass]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef) or "FormAction" not in map(_last_name, node.bases):
            continue
        methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        names = _returned(methods.get("name"))
        slots = _returned(methods.get("required_slots"))
        if len(names) != 1 or not isinstance(name := _constant(names[0]), str):
            continue
        listed = [_constant(one) for one in slots]
        plain = len(listed) == 1 and isinstance(listed[0], list)
        required = listed[0] if plain else []
        given = _slot_mappings(_returned(methods.get("slot_mappings")))
        mappings = {
            str(slot): given.get(str(slot)) or [{"type": "from_entity", "entity": str(slot)}]
            for slot in required or ()
        }
        yield FormClass(name, mappings, Place(file, node.lineno), plain)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _returned(method: ast.FunctionDef | None) -> list[ast.expr]:
    nodes = ast.walk(method) if method else ()
    return [one.value for one in nodes if isinstance(one, ast.Return) and one.value is not None]


def _constant(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _slot_mappings(returned: Iterable[ast.expr]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for node in returned:
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            name = _constant(key) if key is not None else None
            calls = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            mappings = [one for one in map(_mapping, calls) if one]
            if isinstance(name, str) and mappings:
                found[name] = mappings
    return found


def _mapping(node: ast.expr) -> dict[str, Any] | None:
    """``self.from_entity(entity="size", intent=["inform"])`` as the domain says it."""
    if not isinstance(node, ast.Call) or (kind := _last_name(node.func)) not in _ARGUMENTS:
        return None
    given = dict(zip(_ARGUMENTS[kind], map(_constant, node.args), strict=False))
    given.update({one.arg: _constant(one.value) for one in node.keywords if one.arg})
    return {"type": kind, **{key: one for key, one in given.items() if one is not None}}
