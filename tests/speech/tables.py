"""The golden tables, and how two readings are compared."""

from __future__ import annotations

import re
from pathlib import Path

from bot.turkish import lower

HERE = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str, str]]:
    """Kind, text and what is expected of ``name``; lines that begin with # are comments."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            kind, text, expected = line.split("\t")
            found.append((kind, text, expected))
    return found


def plain(reading: str) -> str:
    """A reading without what is not heard: signs, apostrophes and capitals."""
    return " ".join(re.sub(r"[^\w\s]", "", lower(re.sub("['’]", "", reading))).split())
