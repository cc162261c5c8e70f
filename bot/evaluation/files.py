"""Reports are written whole, in UTF-8, with Turkish letters as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_text(path: Path, text: str) -> Path:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_json(path: Path, content: Any) -> Path:
    """Write content as JSON, indented as Rasa does."""
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
