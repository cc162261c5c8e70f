"""A project's old files, read but not judged."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Complaints, Place

YAML_ENDINGS = (".yml", ".yaml")
CURRENT = (3, 0)
"""Files of this version or a newer one are left alone."""
_VERSION = re.compile(r"""^version[ \t]*:[ \t]*["']?(\d+)(?:\.(\d+))?""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file of the project."""

    path: Path
    name: str
    """Relative to the project's folder."""
    text: str

    @property
    def is_yaml(self) -> bool:
        return self.path.suffix in YAML_ENDINGS

    @property
    def version(self) -> tuple[int, int] | None:
        """What the file says of itself."""
        found = _VERSION.search(self.text)
        return (int(found[1]), int(found[2] or 0)) if found else None

    @property
    def is_outdated(self) -> bool:
        """It names a version before Rasa 3's."""
        return self.version is not None and self.version < CURRENT

    def place(self, line: int | None = None) -> Place:
        return Place(self.name, line)


def read_source(path: Path, root: Path, complaints: Complaints) -> SourceFile | None:
    """One file in UTF-8; ``None`` after a complaint."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        mend = "Check the path and its permissions."
        complaints.error("file-unreadable", f"Cannot read it: {error.strerror}.", mend, Place(name))
        return None
    try:
        return SourceFile(path, name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        mend = "Save the file as UTF-8; then try again."
        complaints.error("file-encoding", "The file is not UTF-8 text.", mend, Place(name, line))
        return None


def read_sources(
    root: Path, paths: Iterable[str | Path], endings: Sequence[str], complaints: Complaints
) -> list[SourceFile]:
    """Files and, in folders, everything with one of the endings, by path; a missing path is complained of."""
    found: dict[Path, None] = {}
    for one in paths:
        path = root / one
        if path.is_dir():
            found.update(dict.fromkeys(files_below(path, tuple(endings))))
        elif path.is_file():
            found[path] = None
        else:
            mend = "Name the right one, or create it."
            complaints.error("file-missing", f"There is no {one}.", mend, Place(str(one)))
    read = (read_source(path, root, complaints) for path in found)
    return [one for one in read if one is not None]


def files_below(folder: Path, endings: tuple[str, ...] = ("",)) -> list[Path]:
    """Files with one of the endings in a folder and its folders, by path; hidden ones do not count."""
    found = []
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        found += [Path(parent, one) for one in sorted(files) if one.endswith(endings) and one[0] != "."]
    return found
