"""Where in the list a customer points: "2", "ikincisi", "sonuncu", "ortadaki", "sondan bir önceki"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.menu.reading import Token

_FIRST = re.compile(r"ilk(?:i|ini|inden|ine|ten)?|bas(?:taki\w*)|ust(?:teki\w*|te)?|yukari(?:daki\w*|da)")
_LAST = re.compile(
    r"son(?:uncu\w*|daki\w*|da|u|unu)?|(?:en )?(?:alt(?:taki\w*|ta)?|asagi(?:daki\w*|da))|en ?son\w*"
)
_MIDDLE = re.compile(r"orta(?:daki\w*|dan|nca\w*|sindaki\w*|da|yi)?")
_FROM_END = frozenset({"sondan", "alttan", "asagidan", "sonuncudan"})
_FROM_START = frozenset({"bastan", "ustten", "yukaridan", "ilkten"})
_BOTH = re.compile(r"(?:ikisi|ucu|dordu|besi)\w*")
_LETTERS = "abcdefghijklmnop"
_LETTER_NOUN = re.compile(r"sik\w*|sec\w*")
NOWHERE = -1
"""A place that no button has."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place that was named; tokens ``start`` to ``end`` (exclusive) name it."""

    start: int
    end: int
    index: int
    """0-based, or :data:`NOWHERE`."""
    cardinal: bool = False
    article: bool = False


def find_positions(tokens: Sequence[Token], count: int) -> list[Position]:
    """The places that a message names, in order."""
    found: list[Position] = []
    at = 0
    while at < len(tokens):
        position = _from_an_end(tokens, at, count) or _number(tokens, at, count) or _word(tokens, at, count)
        if position is not None:
            found.append(position)
            at = position.end
        else:
            at += 1
    return found


def _inside(index: int, count: int) -> int:
    return index if 0 <= index < count else NOWHERE


def _from_an_end(tokens: Sequence[Token], at: int, count: int) -> Position | None:
    word = tokens[at].word
    from_end, from_start = word in _FROM_END, word in _FROM_START
    if (from_end or from_start or word == "son") and at + 1 < len(tokens):
        following = tokens[at + 1]
        if following.number is None:
            return None
        before = at + 2 < len(tokens) and tokens[at + 2].word.startswith("onceki")
        if before and not from_start:
            return Position(at, at + 3, _inside(count - 1 - following.number, count))
        if from_end or from_start:
            index = count - following.number if from_end else following.number - 1
            return Position(at, at + 2, _inside(index, count))
    return None


def _number(tokens: Sequence[Token], at: int, count: int) -> Position | None:
    token = tokens[at]
    if token.number is None:
        return None
    following = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if _BOTH.fullmatch(token.ending) and (token.ending.startswith("ikisi") or following in ("de", "da")):
        return Position(at, at + 1, NOWHERE)
    before = tokens[at - 1].word if at else ""
    if before.startswith("saat") or re.fullmatch(r"[dt][ae]", token.ending):
        return Position(at, at + 1, NOWHERE, cardinal=True)
    index = _inside(token.number - 1, count)
    return Position(at, at + 1, index, not token.ordinal, token.article and not token.ordinal)


def _word(tokens: Sequence[Token], at: int, count: int) -> Position | None:
    word = tokens[at].word
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if word == "en" and after and (ahead := _word(tokens, at + 1, count)) is not None:
        return Position(at, ahead.end, ahead.index)
    if word in ("sik", "secenek") and len(after) == 1 and after in _LETTERS:
        return Position(at, at + 2, _inside(_LETTERS.index(after), count))
    if len(word) == 1 and word in _LETTERS and after and _LETTER_NOUN.fullmatch(after):
        return Position(at, at + 2, _inside(_LETTERS.index(word), count))
    if _FIRST.fullmatch(word):
        return Position(at, at + 1, _inside(0, count))
    if _LAST.fullmatch(word):
        return Position(at, at + 1, _inside(count - 1, count))
    if _MIDDLE.fullmatch(word):
        return Position(at, at + 1, count // 2 if count % 2 else NOWHERE)
    return None
