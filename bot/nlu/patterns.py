"""Regexes and lookup tables of a project, found in a message.

A lookup table of any size costs one walk over the message's words; nothing is compiled into one huge
regex, as Rasa does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bot.archive import Part
from bot.errors import Complaint, ProjectError
from bot.nlu.component import Match, Options, Token
from bot.nlu.data import TrainingData
from bot.turkish import fold, stems

_PIECE = re.compile(r"\w+|[^\w\s]")
_SHORTEST_STEM = 3
"""Letters that must be left of a word when its suffixes are off."""
_SUFFIX_MARKS = "'’‘ʼ`´"


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or sign of a message."""

    start: int
    end: int
    forms: tuple[str, ...]
    """What it may be in a lookup table: as written first, then corrected, then without suffixes."""
    corrected: str = ""
    """The form that a spelling corrector gave it, if any."""


@dataclass(slots=True)
class _Node:
    """A place in a lookup table's tree: what may follow, and the entry that ends here, if one does."""

    below: dict[str, _Node] = field(default_factory=dict)
    entry: str | None = None


class Lookup:
    """The entries of one table, found as whole words (the longest entry wins)."""

    def __init__(self, name: str, entries: Iterable[str], *, case_sensitive: bool) -> None:
        self.name, self.case_sensitive = name, case_sensitive
        self.entries = list(entries)
        self.root = _Node()
        for entry in self.entries:
            node = self.root
            for piece in _PIECE.findall(entry if case_sensitive else fold(entry)):
                node = node.below.setdefault(piece, _Node())
            if node is not self.root and node.entry is None:
                node.entry = entry

    def find(self, pieces: list[Piece]) -> list[Match]:
        """Matches in a message that was cut into pieces."""
        found = []
        at = 0
        begins = self.root.below.keys()
        while at < len(pieces):
            if begins.isdisjoint(pieces[at].forms):  # nearly always: no entry begins with this word
                at += 1
                continue
            best = self._longest(pieces, at)
            if best is None:
                at += 1
            else:
                found.append(Match(self.name, pieces[at].start, pieces[best[0] - 1].end))
                at = best[0]
        return found

    def last_entry(self, pieces: list[Piece]) -> tuple[int, str] | None:
        """Where the longest entry begins that the pieces end with, and how the table spells it."""
        begins = self.root.below.keys()
        for at, piece in enumerate(pieces):
            if begins.isdisjoint(piece.forms):
                continue
            best = self._longest(pieces, at)
            if best is not None and best[0] == len(pieces):
                return piece.start, best[1]
        return None

    def _longest(self, pieces: list[Piece], at: int) -> tuple[int, str] | None:
        """The number of the piece behind the longest entry that begins at this one, and the entry."""
        node = self.root
        best = None
        for index in range(at, len(pieces)):
            below, piece = node.below, pieces[index]
            for form in piece.forms:
                last = below.get(form)
                if last is not None and last.entry is not None:
                    best = index + 1, last.entry
                    break
            # only the last word of a name takes suffixes
            further = below.get(piece.forms[0]) or below.get(piece.corrected)
            if further is None:
                break
            node = further
        return best


class Patterns:
    """All regexes and lookup tables that one component uses."""

    def __init__(
        self,
        lookups: Mapping[str, list[str]],
        regexes: Iterable[tuple[str, str]],
        *,
        case_sensitive: bool,
        word_boundaries: bool = True,
    ) -> None:
        self.case_sensitive, self.word_boundaries = case_sensitive, word_boundaries
        self.sources = list(regexes)
        self.tables = {name: list(entries) for name, entries in lookups.items()}
        # Python's own idea of case makes İ, I, ı and i equal here, which is what a search should do.
        flags = re.NOFLAG if case_sensitive else re.IGNORECASE
        self.regexes = [(name, _compiled(name, source, flags)) for name, source in self.sources]
        self.lookups = [
            Lookup(name, entries, case_sensitive=case_sensitive) for name, entries in self.tables.items()
        ]

    @classmethod
    def from_data(cls, data: TrainingData, options: Options, *, only_entities: bool) -> Patterns:
        wanted = set(data.entity_names) if only_entities else None
        lookups = data.lookups if options["use_lookup_tables"] else {}
        regexes = data.regexes if options["use_regexes"] else []
        return cls(
            {name: entries for name, entries in lookups.items() if wanted is None or name in wanted},
            [(name, source) for name, source in regexes if wanted is None or name in wanted],
            case_sensitive=bool(options["case_sensitive"]),
            word_boundaries=bool(options["use_word_boundaries"]),
        )

    def save(self, part: Part) -> None:
        document: dict[str, Any] = {
            "case_sensitive": self.case_sensitive,
            "word_boundaries": self.word_boundaries,
            "regexes": self.sources,
            "lookups": self.tables,
        }
        part.write_json("patterns.json", document)

    @classmethod
    def load(cls, part: Part) -> Patterns:
        document = part.read_json("patterns.json")
        return cls(
            document["lookups"],
            [(name, source) for name, source in document["regexes"]],
            case_sensitive=document["case_sensitive"],
            word_boundaries=document["word_boundaries"],
        )

    def find(self, text: str, tokens: Sequence[Token] = (), *, inflected: bool = False) -> list[Match]:
        """Every match: regexes first, then lookup tables, as in Rasa, each from left to right.

        With ``inflected``, entries of tables also match with case and possessive suffixes, and in the form
        that a token has by a spelling corrector.
        """
        found: list[Match] = []
        for name, regex in self.regexes:
            found += [
                Match(name, match.start(), match.end()) for match in regex.finditer(text) if match[0].strip()
            ]
        if self.lookups:
            seen = text if self.case_sensitive else fold(text)
            if self.word_boundaries:
                pieces = self.pieces(text, tokens) if inflected else _plain(seen)
                for lookup in self.lookups:
                    found += lookup.find(pieces)
            else:
                for lookup in self.lookups:
                    found += _inside_words(lookup, seen)
        return found

    def pieces(self, text: str, tokens: Sequence[Token] = ()) -> list[Piece]:
        """The message cut for :class:`Lookup`, with what each word may be without its suffixes."""
        return _inflected(text, text if self.case_sensitive else fold(text), tokens)


def _plain(seen: str) -> list[Piece]:
    return [Piece(match.start(), match.end(), (match[0],)) for match in _PIECE.finditer(seen)]


def _inflected(text: str, seen: str, tokens: Sequence[Token]) -> list[Piece]:
    read = {(token.start, token.end): token.form for token in tokens}
    pieces = []
    for match in _PIECE.finditer(seen):
        start, end = match.span()
        corrected = read.get((start, end), "")
        if corrected[:1] != match[0][:1]:
            corrected = ""  # "aklıma" is no slip of "klima": a name's first letter is seldom wrong
        forms = _forms(text[start:end], match[0], corrected)
        pieces.append(Piece(start, end, forms, corrected))
    return pieces


@lru_cache(maxsize=16_384)
def _forms(written: str, seen: str, corrected: str) -> tuple[str, ...]:
    """What a word may be in a lookup table. Remembered, as a message, its sentences and its entities ask alike."""
    forms = dict.fromkeys((seen, corrected) if corrected else (seen,))
    for word in {written: None, corrected: None} if len(seen) > _SHORTEST_STEM else ():
        forms.update(dict.fromkeys(_folded_stems(word)))
    return tuple(forms)


@lru_cache(maxsize=16_384)
def _folded_stems(word: str) -> tuple[str, ...]:
    return tuple(fold(stem) for stem in stems(word) if len(stem) >= _SHORTEST_STEM)


def _inside_words(lookup: Lookup, text: str) -> list[Match]:
    """Matches anywhere, also inside of words (``use_word_boundaries: false``)."""
    found = []
    for entry in lookup.entries:
        wanted = entry if lookup.case_sensitive else fold(entry)
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            found.append(Match(lookup.name, at, at + len(wanted)))
            at = text.find(wanted, at + len(wanted))
    return sorted(found, key=lambda match: match.start)


def without_suffix(text: str, start: int, end: int) -> int:
    """Where a match really ends: before an apostrophe and the case suffix behind it."""
    for mark in _SUFFIX_MARKS:
        at = text.find(mark, start + 1, end)
        if at > 0 and text[at + 1 : end].isalpha() and text[at - 1].isalnum():
            return at
    return end


def _compiled(name: str, source: str, flags: re.RegexFlag) -> re.Pattern[str]:
    try:
        return re.compile(source, flags)
    except re.error as error:
        raise ProjectError(
            [
                Complaint(
                    "regex-broken",
                    f"The regex {source!r} of {name!r} is not valid: {error}.",
                    "Correct it; special characters need a backslash.",
                )
            ]
        ) from error
