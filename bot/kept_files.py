"""Customers' files on disk: for how long they are kept, and that they go with the conversation that they came in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from bot.events import Event, UserUttered

DAY = 24 * 3600.0


class KeptFiles(Protocol):
    """Where a channel keeps what its customers send. All methods block."""

    def sweep(self, before: float) -> int:
        """Delete what came before a time, in seconds since the epoch; how many files that were."""

    def keep_only(self, owner: str, events: Sequence[Event]) -> int:
        """Delete a conversation's files that its events name no more; how many."""


def media_in(events: Sequence[Event], key: str) -> Iterator[Mapping[str, Any]]:
    """The entries of ``media`` in the customer's messages, and in slots that hold one, which have this key."""
    for event in events:
        held = event.metadata if isinstance(event, UserUttered) else getattr(event, "value", None)
        found = held.get("media") if isinstance(held, Mapping) else None
        for one in found if isinstance(found, list | tuple) else ():
            if isinstance(one, Mapping) and isinstance(one.get(key), str):
                yield one


def sweep_folder(folder: Path, before: float) -> int:
    """Delete the files below a folder that were written before a time, and folders that are empty then."""
    count = 0
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        # Whoever reads or writes there at the same time does not mind, and neither does this.
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()  # says no to one with files
            elif path.stat().st_mtime < before:
                path.unlink()
                count += 1
    return count


def keep_named(folder: Path, names: Collection[str]) -> int:
    """Delete the files of a folder that have other names, and the folder when it is empty then."""
    count = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in names and path.is_file():
            path.unlink(missing_ok=True)
            count += 1
    with suppress(OSError):
        folder.rmdir()
    return count
