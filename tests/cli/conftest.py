"""A small bot, and the program to try with it: a process of its own, as for its users."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = Path(sys.executable).with_name("santral")


@dataclass(frozen=True, slots=True)
class Done:
    """A program's end."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        return self.out + self.err


Santral = Callable[..., Done]


def environment() -> dict[str, str]:
    """Of the process, without what would colour or widen its output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FORCE_", "SHOP_"))}
    return kept | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the small bot."""
    return Path(shutil.copytree(HERE / "project", tmp_path / "project"))


@pytest.fixture
def santral(project: Path) -> Santral:
    """Runs ``santral`` in the small bot's folder."""

    def run(*arguments: str | Path, text: str | bytes = "", cwd: Path | None = None) -> Done:
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            cwd=cwd or project,
            input=text.encode() if isinstance(text, str) else text,
            capture_output=True,
            env=environment(),
            timeout=120,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small bot's model, trained once."""
    folder = Path(shutil.copytree(HERE / "project", tmp_path_factory.mktemp("trained") / "project"))
    command = [PROGRAM, "train", "--fixed-model-name", "small", "--quiet"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    return folder / "models" / "small.tar.gz"
