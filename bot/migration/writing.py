"""All files of a change are written, or none of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SantralError

BACKUP = ".bak"
_STAGED = ".santral-new"


class WritingError(SantralError):
    """A file stands in the way; nothing was written."""

    code = "data-write"


@dataclass(slots=True)
class Changes:
    """Files to be written and removed; of each that exists a copy with ``.bak`` stays beside it."""

    contents: dict[Path, bytes] = field(default_factory=dict)
    removed: list[Path] = field(default_factory=list)

    @property
    def backups(self) -> list[Path]:
        """Where the copies will be."""
        return [backup_of(path) for path in [*self.contents, *self.removed] if path.exists()]

    def apply(self) -> None:
        """Write everything.

        Raises:
            WritingError: a backup exists already. Nothing was changed.
            OSError: a file cannot be written. Everything is as before.
        """
        for path in self.backups:
            if path.exists():
                raise WritingError(
                    f"There is a backup already: {path}. It is never overwritten: move it away, or remove it."
                )
        undo: list[tuple[Path, Path | None]] = []
        staged: list[Path] = []
        copies: list[Path] = []
        folders: list[Path] = []
        try:
            for path, content in self.contents.items():
                _make_folders(path.parent, folders)
                new = path.with_name(path.name + _STAGED)
                _write_new(new, content)
                staged.append(new)
                if path.exists():
                    shutil.copymode(path, new)
            for copy in self.backups:
                original = copy.with_name(copy.name.removesuffix(BACKUP))
                copies.append(copy)
                shutil.copy2(original, copy)
            for path, new in zip(self.contents, staged, strict=True):
                undo.append((path, backup_of(path) if path.exists() else None))
                new.replace(path)
            for path in self.removed:
                undo.append((path, backup_of(path)))
                path.unlink()
        except BaseException:  # also Ctrl-C: half a migration would be neither old nor new
            _take_back(undo, staged, copies, folders)
            raise


def backup_of(path: Path) -> Path:
    """``domain.yml`` → ``domain.yml.bak``."""
    return path.with_name(path.name + BACKUP)


def write_new_files(contents: Mapping[Path, bytes]) -> None:
    """Write files that must not exist yet, all or none.

    Raises:
        WritingError: one exists; nothing was written.
        OSError: one cannot be written; none was.
    """
    for path in contents:
        if path.exists():
            raise WritingError(
                f"{path} exists already, and is not overwritten. Name another place with --out."
            )
    Changes(dict(contents)).apply()


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and its parents; those that did not exist go to the front of ``made``, innermost first."""
    for one in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        one.mkdir()
        made.insert(0, one)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist; a part of it does not stay."""
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink()
            raise


def _take_back(
    undo: list[tuple[Path, Path | None]], staged: list[Path], copies: list[Path], folders: list[Path]
) -> None:
    for path, copy in reversed(undo):
        if copy is None:
            path.unlink(missing_ok=True)
        elif copy.exists():
            copy.replace(path)
    for path in [*staged, *copies]:
        path.unlink(missing_ok=True)
    for folder in folders:
        folder.rmdir()
