"""Reports are written whole, in UTF-8, with Turkish letters as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are written beside the reports."""

    errors: bool = True
    successes: bool = False
    warnings: bool = True
    """Of stories; examples have none."""
    plot: bool = True


def write_text(path: Path, text: str) -> Path:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_json(path: Path, content: Any) -> Path:
    """Write content as JSON, indented as Rasa does."""
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
