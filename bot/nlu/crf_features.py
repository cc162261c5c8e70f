"""What the conditional random field sees of each piece of a message."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.component import Draft
from bot.nlu.turkish_featurizer import NUMBER
from bot.turkish import digits_from_words, fold

_PIECE = re.compile(r"\d+(?:[.,:/-]\d+)+|\w+|[^\w\s]")
_TOLD = re.compile("(-1|0|1):(low|upper|title|digit|BOS|EOS)")
_APOSTROPHES = frozenset("'’‘ʼ`´")

_MANY = 14
"""More digits than any number of a shop has."""


@dataclass(slots=True)
class Piece:
    """A word, a number with its separators, or a single sign."""

    text: str
    start: int
    end: int
    form: str
    glued: bool
    """Whether no white space stands before it."""


def pieces_of(draft: Draft) -> list[Piece]:
    """The message cut finely enough for every entity, whatever the tokenizer keeps together."""
    pieces: list[Piece] = []
    behind = 0
    text = draft.text.encode("utf-8", "replace").decode()  # half a character has no bytes: it becomes "?"
    forms = {(token.start, token.end): token.form for token in draft.tokens}
    for match in _PIECE.finditer(text):
        start, end = match.span()
        form = forms.get((start, end)) or fold(match[0])
        pieces.append(Piece(match[0], start, end, fold(form), bool(start) and start == behind))
        behind = end
    return pieces


def features(pieces: list[Piece], draft: Draft, familiar: Collection[str] | None = None) -> list[list[str]]:
    """Features of each piece: its own, and some of its neighbours'.

    ``familiar``: forms that many examples have; that a word is none of them is a feature, too. The names of
    goods and places that no example has are such words. ``None``: nothing is known of that.
    """
    own = [_own(piece.text, piece.form) for piece in pieces]
    strange = [
        familiar is not None and piece.form not in familiar and piece.form.isalpha() for piece in pieces
    ]
    rows = []
    last = len(pieces) - 1
    for at, piece in enumerate(pieces):
        row = ["b", *own[at]]
        if strange[at]:
            row.append("strange")
        for offset in (-2, -1, 1, 2):
            other = at + offset
            if 0 <= other <= last:
                form = pieces[other].form
                row.append(f"{offset}w={form}")
                if strange[other]:
                    row.append(f"{offset}strange")
                if abs(offset) == 1:
                    row += [
                        f"{offset}s={_shape(pieces[other].text)}",
                        f"{offset}p4={form[:4]}",
                        f"{offset}e3={form[-3:]}",
                    ]
            else:
                row.append(f"{offset}edge")
        if piece.glued:
            row.append("glued")
        if at >= 1 and pieces[at - 1].text in _APOSTROPHES and piece.glued:
            row.append("suffix")
        rows.append(row)
    _add_marks(rows, pieces, draft)
    for match in draft.matches:
        inside = [
            at for at, piece in enumerate(pieces) if match.start <= piece.start and piece.end <= match.end
        ]
        for place, at in enumerate(inside):
            rows[at].append(f"m={match.name}:{'B' if place == 0 else 'I'}")
        if inside and inside[0] > 0:
            rows[inside[0] - 1].append(f"+m={match.name}")
        if inside and inside[-1] < last:
            rows[inside[-1] + 1].append(f"-m={match.name}")
    for run, digits in number_runs(pieces, draft):
        length = min(len(digits), _MANY)
        found = [f"run={length}", f"run^={digits[:2] if digits[:1] == '0' else digits[:1]}{length}"]
        for place, at in enumerate(run):
            rows[at] += [*found, "runB" if place == 0 else "runI"]
        for at, side in ((run[0] - 1, "+"), (run[-1] + 1, "-")):
            if 0 <= at <= last:
                rows[at].append(f"{side}run={length}")
    return rows


def _add_marks(rows: list[list[str]], pieces: list[Piece], draft: Draft) -> None:
    """What a LexicalSyntacticFeaturizer says of the word that a piece is part of, unless it is told above:
    shapes and edges of neighbours are."""
    for token, marks in zip(draft.tokens, draft.marks, strict=False):
        said = [f"l={mark}" for mark in sorted(marks) if not _TOLD.fullmatch(mark)]
        for at, piece in enumerate(pieces):
            if token.start <= piece.start and piece.end <= token.end:
                rows[at] += said


def number_runs(pieces: list[Piece], draft: Draft) -> list[tuple[list[int], str]]:
    """Pieces side by side that are numbers, in digits or words, and all their digits.

    How many digits there are tells an order from a telephone, spoken as well as written.
    """
    spoken = [match for match in draft.matches if match.name == NUMBER]
    runs: list[tuple[list[int], str]] = []
    run: list[int] = []
    worded = False
    for at, piece in enumerate([*pieces, None]):
        numeral = piece is not None and piece.text[0].isdigit()
        word = piece is not None and any(one.start <= piece.start and piece.end <= one.end for one in spoken)
        if piece is not None and (numeral or word):
            run.append(at)
            worded = worded or not numeral
        elif run:
            start, end = pieces[run[0]].start, pieces[run[-1]].end
            text = draft.text[start:end]
            digits = digits_from_words(text) if worded else "".join(filter(str.isdigit, text))
            if digits:
                runs.append((run, digits))
            run, worded = [], False
    return runs


@lru_cache(maxsize=16_384)
def _own(text: str, form: str) -> tuple[str, ...]:
    found = [f"w={form}", f"s={_shape(text)}"]
    found += [f"p{size}={form[:size]}" for size in (1, 2, 3, 4, 5) if len(form) > size]
    found += [f"e{size}={form[-size:]}" for size in (1, 2, 3, 4, 5) if len(form) > size]
    framed = f"^{form}$"
    found += [f"t={framed[at : at + 3]}" for at in range(len(framed) - 2)]
    if any(char.isdigit() for char in form):
        found += ["digit", f"digits={sum(char.isdigit() for char in form)}"]
    return tuple(found)


@lru_cache(maxsize=16_384)
def _shape(text: str) -> str:
    """``TR-12345`` → ``X-d``: kinds of characters, runs shortened, numbers with their length."""
    shape: list[str] = []
    for char in text:
        kind = "d" if char.isdigit() else "X" if char.isupper() else "x" if char.isalpha() else char
        if len(shape) < 2 or shape[-1] != kind or shape[-2] != kind:
            shape.append(kind)
    return "".join(shape)
