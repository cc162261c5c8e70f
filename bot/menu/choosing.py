"""Which button a customer means.

A full title wins; then, on yes/no buttons, any yes or no; then a place in the list, and the titles in part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.menu.beside import is_refused, lacks
from bot.menu.letters import spelt_out
from bot.menu.reading import Token, exact_key_of, is_too_long, key_of, plain_text, read, signs_of
from bot.menu.titles import Title, title_of
from bot.menu.weighing import Reading
from bot.menu.words import COURTESY, NEGATING, UNDECIDED, is_silent
from bot.turkish import fold, parse_time, part_of_day, stems, yes_no

_OTHER_MATTER = re.compile(
    r"\b(?:ner(?:e|de)\w*|ne zaman|ne kadar|kac\w*|nasil\w*|hangi\w*|fiyat\w*|ne(?:den|ye)(?! olmasin)\w*)\b"
)
_DECLINING = re.compile(r"gerek yok|\bistem\w+|\b\w{2,}s[iu]z$")
_BARE_ANSWERS = frozenset(
    {"hayir", "yok", "yo", "yoo", "gerek", "gerekmez", "gerekmiyor", "aynen", "olmasa", "zahmet"}
)
_HALF_DAY = 12 * 60
_ROOT = 3
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
    tokens = spelt_out(read(plain), {word for one in buttons for word in one.words})
    if not tokens and (index := _by_sign(buttons, text)) is not None:
        return Answer(index)
    if (index := _yes_or_no(buttons, text, plain, tokens)) is not None:
        return Answer(index)
    if _wavers(buttons, text, tokens):
        return Answer(None, "undecided")
    if not tokens or _MINUS.search(plain):
        return Answer(None)
    if (index := _declined(buttons, text, tokens)) is not None:
        return Answer(index)
    reading = Reading(buttons, tokens, corrects=not _asks_yes_or_no(buttons))
    if (index := reading.choice()) is not None:
        return Answer(index)
    if (index := _by_time(buttons, plain)) is not None and reading.says_only_time():
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


def _answers(buttons: Sequence[Title]) -> list[bool | None]:
    """The yes or no that each button is, by itself or as one of two that only a no tells apart."""
    answers = [one.answer for one in buttons]
    if answers.count(True) == 1 and answers.count(False) == 1:
        return answers
    if (pair := _opposites(buttons)) is None:
        return answers
    return [{pair[0]: True, pair[1]: False}.get(i) for i in range(len(buttons))]


def _opposites(buttons: Sequence[Title]) -> tuple[int, int] | None:
    """The only two buttons that say the same with and without a no."""
    refusing = [j for j, one in enumerate(buttons) if one.words and is_refused(one.words[-1])]
    pairs = [
        (i, j) for j in refusing for i, one in enumerate(buttons) if _opposes(one.words, buttons[j].words)
    ]
    return pairs[0] if len(pairs) == 1 else None


def _opposes(words: Sequence[str], refusing: Sequence[str]) -> bool:
    """Whether two titles say the same, the second with a no: "istiyorum", "istemiyorum"."""
    if not words or not refusing or words[:-1] != refusing[:-1]:
        return False
    yes, no = words[-1], refusing[-1]
    root = _ROOT if len(words) == 1 else _ROOT - 1  # "ol" is one, where all the rest is the same
    return is_refused(no) and not is_refused(yes) and yes[:root] == no[:root]


def _asks_yes_or_no(buttons: Sequence[Title]) -> bool:
    answers = _answers(buttons)
    return answers.count(True) == 1 and answers.count(False) == 1


def _yes_or_no(buttons: Sequence[Title], text: str, plain: str, tokens: Sequence[Token]) -> int | None:
    answers = _answers(buttons)
    if not _asks_yes_or_no(buttons) and answers != [True]:
        return None
    said = yes_no(text)
    if said is None or _OTHER_MATTER.search(fold(plain)) or said not in answers:
        return None
    index = answers.index(said)
    if _opposites(buttons) is not None and not _says_no_more(tokens, buttons[index]):
        return None
    return index


def _wavers(buttons: Sequence[Title], text: str, tokens: Sequence[Token]) -> bool:
    """Whether yes and no are both said, and neither is taken back: "evet ya da hayır"."""
    said = {one.word for one in tokens}
    return _asks_yes_or_no(buttons) and {"evet", "hayir"} <= said and yes_no(text) is None


def _declined(buttons: Sequence[Title], text: str, tokens: Sequence[Token]) -> int | None:
    """The only button that does without, when that is all that was said: "sos istemem" for "Sossuz"."""
    found = [i for i, one in enumerate(buttons) if _declines(one)]
    if len(found) != 1 or yes_no(text) is not False or not _says_no_more(tokens, buttons[found[0]]):
        return None
    words = {one.word for one in tokens if one.word not in NEGATING and one.word not in _BARE_ANSWERS}
    others = {word for i, one in enumerate(buttons) if i != found[0] for word in one.words}
    own = set(buttons[found[0]].words).union(*buttons[found[0]].stems)
    return None if words & (others - own) else found[0]


def _says_no_more(tokens: Sequence[Token], title: Title) -> bool:
    """Whether beside a yes or no a message has only words of this title."""
    own = {stem for forms in title.stems for stem in forms} | set(title.words) | set(map(lacks, title.words))
    return all(
        is_silent(one.word) or one.word in NEGATING or one.word in _BARE_ANSWERS or own & set(stems(one.word))
        for one in tokens
    )


def _declines(title: Title) -> bool:
    return _DECLINING.search(" ".join(title.words)) is not None


def _by_time(buttons: Sequence[Title], plain: str) -> int | None:
    """The button of the time that was said; without a part of the day it may be of the evening too."""
    times = [one.minutes for one in buttons]
    told = [one for one in times if one is not None]
    if len(told) < 2 or len(set(told)) < len(told) or (said := parse_time(plain)) is None:
        return None
    exact = said.hour * 60 + said.minute
    meant = {exact} if part_of_day(plain) is not None else {exact, (exact + _HALF_DAY) % (2 * _HALF_DAY)}
    found = [i for i, one in enumerate(times) if one in meant]
    return found[0] if len(found) == 1 else None
