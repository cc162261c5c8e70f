"""Reading and checking in one call, for whoever wants to know everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.errors import Complaints
from bot.sources import Sources, read_sources
from bot.validation.checks import check_project


def read_project(root: Path, complaints: Complaints, **paths: Any) -> Sources:
    """:func:`bot.sources.read_sources`, then all checks; what is wrong goes to ``complaints``."""
    found = read_sources(root, complaints, **paths)
    check_project(found.project, found.domain, found.stories, found.examples, complaints)
    return found
