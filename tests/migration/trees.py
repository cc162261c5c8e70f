"""Folders as values, so that before and after can be compared."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent

PROJECTS = Path(__file__).parent / "projects"
PROJECT_NAME = "fig_tree"
"""The assistant_id of the expected projects is made of it."""


def tree(folder: Path) -> dict[str, bytes]:
    """Every file's path and content."""
    files = (one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in files}


def old_project(name: str, folder: Path) -> Path:
    """A copy of an old project."""
    root = folder / PROJECT_NAME
    shutil.copytree(PROJECTS / name / "old", root)
    return root


def written(root: Path, **files: str) -> Path:
    """A project of a few files: ``domain="..."`` is ``domain.yml``, ``data__nlu_md="..."`` is ``data/nlu.md``."""
    defaults = {
        "config": "recipe: default.v1\nassistant_id: shop\nlanguage: tr\n",
        "domain": 'version: "3.1"\nintents: [greet]\n',
        "data__nlu": "nlu:\n- intent: greet\n  examples: |\n    - selam\n    - merhaba\n",
    }
    for name, text in (defaults | files).items():
        path, ending = name.replace("__", "/"), ".yml"
        for other in ("md", "json", "txt"):
            if path.endswith(f"_{other}"):
                path, ending = path.removesuffix(f"_{other}"), f".{other}"
        file = root / f"{path}{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return root
