"""Which button a customer means.

A full title wins; then, on yes/no buttons, any yes or no; then a place in the list, and the titles in part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.menu.reading import exact_key_of, is_too_long, key_of, plain_text, read, signs_of
from bot.menu.titles import Title, title_of
from bot.menu.weighing import Reading
from bot.menu.words import COURTESY, UNDECIDED
from bot.turkish import fold, yes_no

_OTHER_MATTER = re.compile(
    r"\b(?:ner(?:e|de)\w*|ne zaman|ne kadar|kac\w*|nasil\w*|hangi\w*|fiyat\w*|ne(?:den|ye)(?! olmasin)\w*)\b"
)
_MINUS = re.compile(r"(?<![\w)])-\s?\d")

Unclear = Literal["no_such_place", "several", "undecided"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a message was taken that came after a menu."""

    index: int | None
    """0-based, of the button that was chosen."""
    unclear: Unclear | None = None
    """Why none was, though the message is about the menu; ``None``: chosen, or about something else."""


def choose(titles: Sequence[str], text: str) -> int | None:
    """The 0-based index of the button that ``text`` chooses, or ``None``.

    >>> choose(["Kargo takibi", "İade"], "ikincisi"), choose(["Kargo takibi", "İade"], "hava güzel")
    (1, None)
    """
    return read_answer(titles, text).index


def read_answer(titles: Sequence[str], text: str) -> Answer:
    """As :func:`choose`, and whether a message that chooses nothing was meant to."""
    if not titles or is_too_long(text):
        return Answer(None)
    buttons = [title_of(title) for title in titles]
    full = _full_titles(buttons, text)
    if full:
        return Answer(full[0]) if len(full) == 1 else Answer(None, "several")
    plain = _without_courtesy(plain_text(text))
    tokens = read(plain)
    if not tokens and (index := _by_sign(buttons, text)) is not None:
        return Answer(index)
    if (index := _yes_or_no(buttons, text, plain)) is not None:
        return Answer(index)
    if not tokens or _MINUS.search(plain):
        return Answer(None)
    reading = Reading(buttons, tokens, corrects=not _asks_yes_or_no(buttons))
    if (index := reading.choice()) is not None:
        return Answer(index)
    if reading.points_nowhere():
        return Answer(None, "no_such_place")
    if UNDECIDED.fullmatch(" ".join(one.word for one in tokens)):
        return Answer(None, "undecided")
    return Answer(None, "several" if reading.names_several() else None)


def _full_titles(buttons: Sequence[Title], text: str) -> list[int]:
    """The buttons whose whole title was written."""
    exact = exact_key_of(text)
    if not exact:
        return []
    found = [i for i, one in enumerate(buttons) if one.exact == exact]
    if not found:
        key = key_of(text)
        found = [i for i, one in enumerate(buttons) if key in one.keys]
    return found


def _without_courtesy(plain: str) -> str:
    """The text without phrases of greeting; blanks stand in their place."""
    found = list(COURTESY.finditer(fold(plain)))
    for one in found:
        plain = plain[: one.start()] + " " * (one.end() - one.start()) + plain[one.end() :]
    return plain


def _by_sign(buttons: Sequence[Title], text: str) -> int | None:
    """The only button with the emoji that was sent."""
    signs = signs_of(text)
    found = [i for i, one in enumerate(buttons) if signs and signs == one.signs]
    return found[0] if len(found) == 1 else None


def _asks_yes_or_no(buttons: Sequence[Title]) -> bool:
    answers = [one.answer for one in buttons]
    return answers.count(True) == 1 and answers.count(False) == 1


def _yes_or_no(buttons: Sequence[Title], text: str, plain: str) -> int | None:
    answers = [one.answer for one in buttons]
    if not _asks_yes_or_no(buttons) and answers != [True]:
        return None
    said = yes_no(text)
    if said is None or _OTHER_MATTER.search(fold(plain)) or said not in answers:
        return None
    return answers.index(said)
