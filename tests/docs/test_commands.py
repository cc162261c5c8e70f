"""The commands in README and docs/ do what the text says: blocks after ``<!-- run -->`` are run, in order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"<!-- run(?:: in (?P<folder>\S+))? -->\n```sh\n(?P<code>.*?)```", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)(?P<target>[^)#]+)")


@dataclass(frozen=True, slots=True)
class Block:
    """Commands, and the folder that they are run in."""

    folder: str
    code: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(found["folder"] or ".", found["code"]) for found in _BLOCK.finditer(text)]


PAGES_WITH_COMMANDS = [page for page in PAGES if blocks(page)]


@pytest.mark.parametrize("page", PAGES_WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_run(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/cli/project", tmp_path / "project")
    programs = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")}
    environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    for block in blocks(page):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.code],
            cwd=tmp_path / block.folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{block.code}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


def test_there_are_commands_that_run() -> None:
    assert {"quickstart.md", "replay.md"} <= {page.name for page in PAGES_WITH_COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [found["target"] for found in _LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [one for one in targets if not (page.parent / one).exists()] == []


def test_the_readme_names_every_verb() -> None:
    from santral.program import program

    app = program()

    names = {one.name for one in [*app.registered_commands, *app.registered_groups]}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(map(str, names)) if f"`santral {name}" not in readme] == []
