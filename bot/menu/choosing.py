"""Which button a customer means.

A full title wins; then, on yes/no buttons, any yes or no; then a place in the list, and the titles in part. What
remains of the message must ask for nothing else. In doubt it is no button: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.menu.positions import NOWHERE, Position, find_positions
from bot.menu.reading import Token, exact_key_of, is_too_long, key_of, plain_text, read, signs_of
from bot.menu.titles import INFLECTED, Evidence, Title, gather, title_of
from bot.menu.words import (
    ASKING,
    CORRECTING,
    COURTESY,
    LIGHT,
    NEGATING,
    NEUTRAL_NOUNS,
    OTHER_TOPIC,
    POSITION_NOUNS,
    SILENT,
    VALUES,
    is_choosing,
    is_particle,
    is_silent,
    is_wish,
)
from bot.turkish import fold, yes_no

_OTHER_MATTER = re.compile(
    r"\b(?:ner(?:e|de)\w*|ne zaman|ne kadar|kac\w*|nasil\w*|hangi\w*|fiyat\w*|neden(?! olmasin)\w*|niye(?! olmasin))\b"
)
_MINUS = re.compile(r"(?<![\w)])-\s?\d")
_ALMOST_ALL = 0.6
_KIND = 3
_POLITE = frozenset({"pardon", "affedersiniz"})
_ARTICLE_WITH = re.compile(r"sec\w*|tusla\w*|bas\w*|isaretle\w*|tikla\w*|diyorum|dedim|veriyorum|olsun|evet|tamam|lutfen|peki")
_PAST = re.compile(r"\w+(?:[dt][iu][mk]?|yor\w*|m[iu]s\w*|[dt][iu]n[iu]z)")


def choose(titles: Sequence[str], text: str) -> int | None:
    """The 0-based index of the button that ``text`` chooses, or ``None``.

    >>> choose(["Kargo takibi", "İade"], "ikincisi"), choose(["Kargo takibi", "İade"], "hava güzel")
    (1, None)
    """
    if not titles or is_too_long(text):
        return None
    buttons = [title_of(title) for title in titles]
    full, ambiguous = _full_title(buttons, text)
    if full is not None or ambiguous:
        return full
    plain = _without_courtesy(plain_text(text))
    tokens = read(plain)
    if not tokens:
        return _by_sign(buttons, text) if _by_sign(buttons, text) is not None else _yes_or_no(buttons, text, plain)
    if (answer := _yes_or_no(buttons, text, plain)) is not None:
        return answer
    if _MINUS.search(plain):
        return None
    corrects = not _asks_yes_or_no(buttons)
    return _Reading(buttons, tokens, corrects).choice()


def _full_title(buttons: Sequence[Title], text: str) -> tuple[int | None, bool]:
    """The button whose whole title was written; and whether several have it."""
    exact = exact_key_of(text)
    if not exact:
        return None, False
    found = [i for i, one in enumerate(buttons) if one.exact == exact]
    if not found:
        key = key_of(text)
        found = [i for i, one in enumerate(buttons) if key in one.keys]
    if len(found) == 1:
        return found[0], False
    return None, bool(found)


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


class _Reading:
    """One message held against the buttons."""

    def __init__(self, buttons: Sequence[Title], tokens: list[Token], corrects: bool) -> None:
        self.buttons = buttons
        self.tokens = tokens
        self.corrects = corrects
        self.told = LIGHT if any(one.tells for one in buttons) else frozenset()
        self.evidence = gather(tokens, buttons)
        self.positions = find_positions(tokens, len(buttons))

    def choice(self) -> int | None:
        """What is meant, after corrections."""
        end = len(self.tokens)
        if self.corrects:
            for start, after in self._corrections():
                if not self._may_be_corrected(start):
                    continue
                if self._says_something(after, end):
                    return self._decide(after, end)
                if self._says_something(0, start):
                    polite = self.tokens[start].word in _POLITE
                    return self._decide(0, start) if polite else None
        return self._decide(0, end)

    def _corrections(self) -> list[tuple[int, int]]:
        """Where something is corrected, the last first: start and end of the words that say so."""
        words = [one.word for one in self.tokens]
        found: list[tuple[int, int]] = []
        at = len(words)
        while at > 0:
            for phrase in CORRECTING:
                start = at - len(phrase)
                if start >= 0 and tuple(words[start:at]) == phrase and not self._is_named(start):
                    found.append((start, at))
                    at = start + 1
                    break
            at -= 1
        return found

    def _may_be_corrected(self, start: int) -> bool:
        """Whether all that was said before is a choice, or nothing."""
        return not any(
            self._is_content(at) and not self._is_named_at_all(at) and not self._is_placed(at)
            for at in range(start)
        )

    def _is_placed(self, at: int) -> bool:
        return any(one.start <= at < one.end for one in self.positions)

    def _is_named(self, at: int) -> bool:
        return any(one.fits.get(at, 0) >= INFLECTED for one in self.evidence)

    def _says_something(self, start: int, end: int) -> bool:
        if any(start <= one.start and one.end <= end for one in self.positions):
            return True
        return any(
            not is_silent(self.tokens[at].word) and (self.tokens[at].word not in SILENT)
            for at in range(start, end)
            if self.tokens[at].word not in {"pardon", "yok", "hayir"}
        )

    def _decide(self, start: int, end: int) -> int | None:
        """What the words from ``start`` to ``end`` choose."""
        taken_back = self._taken_back(start, end)
        here = [at for at in range(start, end) if at not in taken_back]
        positions = [one for one in self.positions if one.start in here]
        placed = {at for one in positions for at in range(one.start, one.end) if not one.article}
        words = [at for at in here if at not in placed]
        named = [at for at in words if self._is_content(at)]
        if positions and not named:
            return self._by_position(positions, words)
        found = self._by_title(here)
        if found is None and len(positions) == 1 and not positions[0].cardinal:
            return self._among_alike(positions[0], named, words)
        if found is not None and positions:
            other = [
                one for one in positions
                if not one.article
                and not all(at in self.evidence[found].fits for at in range(one.start, one.end))
            ]
            if any(one.index != found for one in other):
                return None
        return found

    def _among_alike(self, position: Position, named: Sequence[int], words: Sequence[int]) -> int | None:
        """A place with a word that this button shares with others: "ilk gömlek"."""
        index = position.index
        if index == NOWHERE or not all(at in self.evidence[index].fits for at in named):
            return None
        beside = (self.tokens[at].word for at in words if at not in named)
        return index if all(is_silent(word) or word in POSITION_NOUNS for word in beside) else None

    def _is_content(self, at: int) -> bool:
        """Whether a word says more than that something is chosen."""
        word = self.tokens[at].word
        if self._is_named(at) or self.tokens[at].number is not None:
            return not (word in SILENT or self.tokens[at].article)
        return not (is_silent(word) or word in NEUTRAL_NOUNS)

    def _taken_back(self, start: int, end: int) -> set[int]:
        """The words that a "değil" behind them denies, with it."""
        denied: set[int] = set()
        for at in range(start, end):
            if self.tokens[at].word not in NEGATING or self._is_named(at):
                continue
            denied.add(at)
            before = at - 1
            while before >= start and self._is_weak(before) and not self._is_named(before) and not self._is_placed(before):
                denied.add(before)
                before -= 1
            place = next((one for one in self.positions if one.start <= before < one.end), None)
            if place is not None and not self._is_named(before):
                denied |= set(range(place.start, place.end))
                continue
            owners = {i for i, one in enumerate(self.evidence) if before in one.fits}
            while before >= start and owners & {i for i, one in enumerate(self.evidence) if before in one.fits}:
                owners &= {i for i, one in enumerate(self.evidence) if before in one.fits}
                denied.add(before)
                before -= 1
        return denied

    def _by_position(self, positions: Sequence[Position], words: Sequence[int]) -> int | None:
        """The place that was named, if it was the only one."""
        plain = [one for one in positions if not one.article] or list(positions)
        if plain[0].article and not all(
            self.tokens[at].article or self.tokens[at].word in POSITION_NOUNS or _ARTICLE_WITH.fullmatch(self.tokens[at].word)
            for at in words
        ):
            return None
        places = {one.index for one in plain}
        if len(places) != 1:
            return None
        index = places.pop()
        if any(one.cardinal for one in plain):
            beside = (self.tokens[at].word for at in words if not self.tokens[at].article)
            if not all(is_silent(word) or word in POSITION_NOUNS for word in beside):
                return self._by_title([at for one in plain for at in range(one.start, one.end)] + list(words))
        if index == NOWHERE:
            return self._by_title([at for one in plain for at in range(one.start, one.end)] + list(words))
        return index

    def _by_title(self, here: Sequence[int]) -> int | None:
        """The title that the words name better than all others."""
        strong = [at for at in here if self._is_named_at_all(at) and not self._is_weak(at)]
        pool = strong or [at for at in here if self._is_named_at_all(at) and not self.tokens[at].article]
        if not pool:
            return None
        found = self._best(pool)
        if found is None:
            return None
        evidence, title = self.evidence[found], self.buttons[found]
        unknown = [
            at
            for at in here
            if at not in evidence.fits and not self.tokens[at].article and self._counts_as_unknown(at)
        ]
        others = [at for at in here if at not in evidence.fits and is_wish(self.tokens[at].word)]
        asks_more = any(not is_choosing(self.tokens[at].word) for at in others)
        if not strong and 2 * len(evidence.named & title.needed) < len(title.needed):
            return None
        if not strong and asks_more and not any(is_wish(self.tokens[at].word) for at in pool):
            return None
        if asks_more and any(ASKING.fullmatch(title.words[i]) for i in title.needed - evidence.named):
            return None
        if not unknown:
            return found
        whole = title.needed <= evidence.named
        if any(ASKING.fullmatch(self.tokens[at].word) or self.tokens[at].number is not None for at in unknown):
            return None
        named = len(evidence.named & title.needed)
        if len(unknown) > 1:
            return None
        if not whole and self.tokens[unknown[0]].word in VALUES:
            return None
        if not self.told and _PAST.fullmatch(self.tokens[unknown[0]].word):
            return None
        if named > 1 and (whole or named >= _ALMOST_ALL * len(title.needed)):
            return found
        return found if whole and self._tells_the_kind(unknown[0], evidence) else None

    def _tells_the_kind(self, at: int, evidence: Evidence) -> bool:
        """Whether a noun behind the title only says what has it: "siyah elbise"."""
        word = self.tokens[at].word
        return at - 1 in evidence.fits and len(word) >= _KIND and not OTHER_TOPIC.fullmatch(word)

    def _is_named_at_all(self, at: int) -> bool:
        return any(at in one.fits for one in self.evidence)

    def _is_weak(self, at: int) -> bool:
        word = self.tokens[at].word
        return is_silent(word) or word in NEUTRAL_NOUNS or word in self.told

    def _counts_as_unknown(self, at: int) -> bool:
        word = self.tokens[at].word
        if is_particle(word):
            before = self.tokens[at - 1].word if at else "var"
            return before == "var" or not re.search(r"[aeiu]r$", before)
        if is_silent(word):
            return False
        return word not in NEUTRAL_NOUNS and word not in self.told

    def _best(self, pool: Sequence[int]) -> int | None:
        """The one title that all named words fit, the whole one or the better spelt one first."""
        fitting = [(i, {at for at in pool if at in one.fits}) for i, one in enumerate(self.evidence)]
        most = max((len(fit) for _, fit in fitting), default=0)
        leaders = [(i, fit) for i, fit in fitting if len(fit) == most]
        every = set().union(*(fit for _, fit in fitting))
        leading = [i for i, fit in leaders if fit == every]
        if len(leading) <= 1:
            return leading[0] if leading else None
        for better in (self._quality(pool), self._wholeness(leading)):
            top = max(better(i) for i in leading)
            leading = [i for i in leading if better(i) == top]
            if len(leading) == 1:
                return leading[0]
        return None

    def _quality(self, pool: Sequence[int]):  # type: ignore[no-untyped-def]
        return lambda i: sum(self.evidence[i].fits.get(at, 0) >= INFLECTED for at in pool)

    def _wholeness(self, leading: Sequence[int]):  # type: ignore[no-untyped-def]
        return lambda i: self.buttons[i].needed <= self.evidence[i].named
