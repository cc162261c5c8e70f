"""What was changed, and what is left for a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import Place


@dataclass(frozen=True, slots=True)
class Note:
    """One change, or one thing that a person must look at."""

    place: Place
    """In the file as it was."""
    text: str
    by_hand: bool = False


@dataclass(slots=True)
class Report:
    """Everything that a migration did."""

    notes: list[Note] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    """Files that were written, relative to the project."""
    backups: list[str] = field(default_factory=list)
    """Copies of what was there before."""

    def changed(self, place: Place, text: str) -> None:
        self.notes.append(Note(place, text))

    def by_hand(self, place: Place, text: str) -> None:
        self.notes.append(Note(place, text, by_hand=True))

    @property
    def left(self) -> list[Note]:
        """What needs a person."""
        return [one for one in self.notes if one.by_hand]
