"""Asks whether a YAML value has the wanted shape, and complains with its place when not.

Every method gives the value, or ``None`` after a complaint; ``null`` in the file is the caller's to judge.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.errors import Complaints, Place
from bot.yaml_file import Map, Seq


def kind_of(value: Any) -> str:
    """What a value is, in words for a designer."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "the truth value true" if value else "the truth value false"
    return f"the number {value}" if isinstance(value, int | float) else f"the text '{shortened(str(value))}'"


def shortened(text: str, size: int = 60) -> str:
    """The text in one line of at most ``size`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= size else line[: size - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = difflib.get_close_matches(word, [one for one in known if one != word], n=1, cutoff=0.7)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A mend: the nearest known word, or ``otherwise``."""
    meant = nearest(word, known)
    return f"Did you mean '{meant}'?" if meant else otherwise


@dataclass(frozen=True, slots=True)
class Shape:
    """Judges values of one kind of file; its complaints' codes begin with ``prefix``."""

    complaints: Complaints
    prefix: str

    def _wrong(self, wanted: str, value: Any, place: Place | None, what: str, mend: str) -> None:
        message = f"{what} must be {wanted}, but is {kind_of(value)}."
        self.complaints.error(f"{self.prefix}-type", message, mend, place)

    def mapping(self, value: Any, place: Place | None, what: str) -> Map | None:
        if isinstance(value, Map):
            return value
        self._wrong("a mapping", value, place, what, "Write 'key: value' lines, indented below it.")
        return None

    def sequence(self, value: Any, place: Place | None, what: str) -> Seq | None:
        if isinstance(value, Seq):
            return value
        self._wrong("a list", value, place, what, "Begin each of its entries with '- '.")
        return None

    def text(self, value: Any, place: Place | None, what: str) -> str | None:
        if isinstance(value, str):
            return value
        mend = f'Put it between quotes: "{value}".' if isinstance(value, int | float) else "Write a text."
        self._wrong("a text", value, place, what, mend)
        return None

    def number(self, value: Any, place: Place | None, what: str) -> float | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        self._wrong("a number", value, place, what, "Write a number without quotes.")
        return None

    def truth(self, value: Any, place: Place | None, what: str) -> bool | None:
        if isinstance(value, bool):
            return value
        self._wrong("true or false", value, place, what, "Write true or false, without quotes.")
        return None

    def texts(self, value: Any, place: Place | None, what: str) -> list[str]:
        """A list of texts; wrong items are complained of and left out."""
        found = self.sequence(value, place, what)
        if found is None:
            return []
        return [
            one
            for index, one in enumerate(found)
            if self.text(one, found.place_of(index), f"An entry of {what}") is not None
        ]

    def loose_texts(self, value: Any, place: Place | None, what: str) -> list[str]:
        """Like :meth:`texts`, where Rasa takes anything: what is not a list of texts is made one."""
        entries = value if isinstance(value, Seq) else [value]
        if not isinstance(value, Seq) or not all(isinstance(one, str) for one in entries):
            message = f"{what} should be a list of texts, but is {kind_of(value)}."
            self.complaints.warn(f"{self.prefix}-type", message, "Begin each entry with '- '.", place)
        return [str(one) for one in entries if one is not None]

    def keys(self, value: Map, known: Iterable[str], what: str, *, warning: bool = False) -> None:
        """Complain of keys that are not among the known ones."""
        known = list(known)
        for key in value:
            if key in known:
                continue
            mend = did_you_mean(key, known, f"Known here: {', '.join(known)}.")
            say = self.complaints.warn if warning else self.complaints.error
            say(f"{self.prefix}-key", f"{what} has no key '{key}'.", mend, value.place_of(key))


def plain(value: Any) -> Any:
    """The same content as ordinary dictionaries and lists, without places."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
