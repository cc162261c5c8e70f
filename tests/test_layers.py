"""The rules of the house, each a test: who imports whom, who changes case, how long files may get."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import events

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for name in ("bot", "actions", "voice", "santral") for path in (ROOT / name).rglob("*.py")
)
LONGEST_FILE = 400
NAMELESS = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}
"""File names that say nothing about what is inside."""
CHANGES_CASE = {"lower", "upper", "casefold", "swapcase", "capitalize", "title"}
MAY_CHANGE_CASE = {
    "bot/settings.py": "values of endpoints.yml: ASCII names that Rasa compares without case",
    "bot/server/": "HTTP headers and parameters: ASCII names",
    "bot/nlu/duckling.py": "codes of languages",
    "bot/nlu/patterns.py": "a project's own regular expressions, read as Rasa reads them",
    "bot/turkish/": "that is its business",
}
"""Files and folders, and why: none of them changes what a customer wrote."""
HEAVY = ("sklearn", "scipy", "spacy", "redis", "psycopg", "torch", "tensorflow")
"""Libraries that no running bot imports unless its configuration asks for them."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_import_goes_down_the_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def _case_changes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        # What is called, and what is handed on: map(str.lower, words)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CHANGES_CASE:
                yield node.lineno, f".{node.func.attr}()"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "str" and node.attr in CHANGES_CASE:
                yield node.lineno, f"str.{node.attr}"
            elif node.value.id == "re" and node.attr in ("I", "IGNORECASE"):
                yield node.lineno, f"re.{node.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "(?i" in node.value:
            yield node.lineno, "(?i)"


def test_only_the_turkish_package_changes_case() -> None:
    """``"İ".lower()`` has two characters, ``"ISI".lower()`` is not ``"ısı"``: see bot/turkish."""
    found = [
        f"{_name(path)}:{line} {what}"
        for path in SOURCES
        if not _name(path).startswith(tuple(MAY_CHANGE_CASE))
        for line, what in _case_changes(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "use lower, upper or fold of bot.turkish: " + ", ".join(found)


@pytest.mark.parametrize("name", sorted(MAY_CHANGE_CASE))
def test_exceptions_are_still_needed(name: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SOURCES if _name(path).startswith(name)]
    assert any(list(_case_changes(ast.parse(text))) for text in texts)


@pytest.mark.parametrize("code", ["x.lower()", "map(str.upper, x)", "re.compile(p, re.I)", "p = '(?i)a'"])
def test_changes_of_case_are_found(code: str) -> None:
    assert list(_case_changes(ast.parse(code)))


def test_a_running_bot_imports_nothing_heavy() -> None:
    code = (
        "import sys, bot.app, bot.server, bot.cli.models, bot.nlu.registry, bot.dialogue.ensemble; "
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_files_are_named_by_what_they_hold() -> None:
    assert [_name(path) for path in SOURCES if path.stem in NAMELESS] == []


def test_files_hold_one_idea() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_event_is_documented() -> None:
    classes = [
        one for _, one in inspect.getmembers(events, inspect.isclass) if one.__module__ == "bot.events"
    ]
    assert len(classes) > 20
    undocumented = [one.__name__ for one in classes if not one.__doc__ or _is_generated(one)]
    assert undocumented == []


def _is_generated(one: type) -> bool:
    """Dataclasses without a docstring get their signature for one."""
    return (one.__doc__ or "").startswith(f"{one.__name__}(")
