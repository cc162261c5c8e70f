"""How abbreviations and names are said: lists that a designer can read and add to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bot.turkish import lower, title, upper

_HERE = Path(__file__).parent


class LexiconError(ValueError):
    """A line of a lexicon is no pair of written and spoken form; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Written forms and how they are said; the longest written form that fits wins."""

    entries: dict[str, str]
    pattern: re.Pattern[str] = field(repr=False)

    @classmethod
    def of(cls, entries: dict[str, str]) -> Lexicon:
        """A lexicon of ``entries``; what ends in a dot also stands for its forms in other case."""
        known = dict(entries)
        for written, said in entries.items():
            if written.endswith(".") and len(written) > len("x."):
                for form in (lower(written), title(written), upper(written)):
                    known.setdefault(form, said)
        forms = "|".join(re.escape(written) for written in sorted(known, key=len, reverse=True)) or r"(?!)"
        return cls(known, re.compile(rf"(?<![\w'’])(?:{forms})(?![^\W\d_])" if known else r"(?!)"))

    def and_also(self, other: dict[str, str]) -> Lexicon:
        """This lexicon with the entries of ``other``, which win."""
        return Lexicon.of({**self.entries, **other})


def read_entries(path: Path) -> dict[str, str]:
    """Read lines of ``written<TAB>spoken``; empty lines and those that begin with # are passed over.

    Raises:
        LexiconError: a line has not exactly two parts, or what is to be said holds a digit.
        OSError: the file cannot be read.
    """
    entries: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        written, tab, said = line.partition("\t")
        if not tab or not written.strip() or not said.strip() or "\t" in said:
            raise LexiconError(f"{path}:{number}: expected what is written, a tab, and how it is said")
        if any(char.isdigit() for char in said):
            raise LexiconError(f"{path}:{number}: write the numbers of {said!r} in words")
        entries[written.strip()] = said.strip()
    return entries


@cache
def readings() -> Lexicon:
    """Abbreviations and signs as they are read."""
    return Lexicon.of(read_entries(_HERE / "lexicon.tsv"))


@cache
def pronunciations() -> Lexicon:
    """The readings, and foreign names respelt for a Turkish voice."""
    return readings().and_also(read_entries(_HERE / "brands.tsv"))


@cache
def names() -> frozenset[str]:
    """Names that keep their capital at the beginning of a sentence."""
    lines = (_HERE / "names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
