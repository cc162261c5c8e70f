"""A title that stands plainly in a longer message: told whole, or right before the word that asks for it.

Customers tell stories: "kartımın limiti yetmiyor o yüzden havale yapacağım", "açtım baktım paketim eksik gelmiş".
What else they tell is no matter of its own here, as long as it asks nothing and tells no other title whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.menu.beside import MATTER, QUESTION, is_light, is_refused, tells, wishes
from bot.menu.reading import Token
from bot.menu.titles import INFLECTED, MISSPELT, Evidence, Title
from bot.menu.words import ASKING, NEGATING, NEUTRAL_NOUNS, is_particle, is_wish

_QUESTION = re.compile(r"m[iu]$")
_LACK = re.compile(r"yok\w*")
_WAITING = re.compile(r"bekli\w*|gecik\w*")
_COUNTED = re.compile(r"(?:gun|hafta|ay|saat|dakika|kere|kez|defa|kisi|tane|adet|yil|sene)\w*")
"""What may be counted beside a title without being chosen: "iki gündür"."""
_PLACE = re.compile(r"(?:magaza|sube|taraf)\w*|oradan|oraya|orada")
"""What may stand between a title and the word that asks for it: "Kanyon'daki mağazadan alacağım"."""
_QUOTING = re.compile(r"de(?:di|mis|y?ip|rken)\w*|diy\w*")
"""Somebody else's words: "pazartesi gelir demiştiniz"."""
_NEAR = 3
"""Words that may stand between those of a title that is told whole."""
_ALMOST = 3
"""Words of a title from which one may be missing."""
_SHORT = 3
"""Up to this length a word may be many others."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One title, and the words ``here`` of a message held against it."""

    title: Title
    own: Evidence
    telling: frozenset[int]
    """The needed words that other titles don't have, too; all where there are none."""
    tokens: Sequence[Token]
    here: Sequence[int]

    def is_whole(self) -> bool:
        """Whether two or more words make the title, close together; one of four may be missing."""
        needed = self.title.needed
        if len(needed) < 2 or not self.title.numbers <= self.own.named:
            return False
        last = {self.own.places[at]: at for at in self.here if self._fits(at, MISSPELT)}
        named = [last[place] for place in needed if place in last]
        missing = len(needed) - len(named)
        if missing > 1 or len(named) < 2 or (missing and len(needed) <= _ALMOST and not self._tells_it(last)):
            return False
        return max(named) - min(named) < len(needed) + _NEAR

    def _tells_it(self, last: Mapping[int, int]) -> bool:
        """Whether only the verb of a title is another one: "yanlış ürün yollamışsınız" for "Yanlış ürün geldi"."""
        verb = len(self.title.words) - 1
        at = max(last.values()) + 1
        return (
            self.title.tells
            and verb not in last
            and at < len(self.tokens)
            and tells(self.tokens[at].word)
            and is_refused(self.tokens[at].word) == is_refused(self.title.words[verb])
        )

    def is_asked_for(self) -> bool:
        """Whether what tells the title from others, or one of its names, stands before a word that asks for it."""
        places = [
            at
            for at in self.here
            if self._fits(at, INFLECTED - 1) and self.own.places[at] in self.title.needed
            if _may_be_object(self.tokens[at].word)
        ]
        named = {self.own.places[at] for at in places}
        names = self.telling <= named and all(
            place > max(self.telling) for place in self.title.needed - named
        )
        if not places or not (names or self.title.is_whole(named)):
            return False
        following = [
            one for one in self.tokens[places[-1] + 1 :] if one.clause == self.tokens[places[-1]].clause
        ]
        if following and _PLACE.fullmatch(following[0].word):
            del following[0]
        words = [one.word for one in following[:2]]
        return bool(words) and _asks(words[0]) and not (len(words) > 1 and _QUOTING.fullmatch(words[1]))

    def _fits(self, at: int, least: int) -> bool:
        return self.own.fits.get(at, 0) > least and at in self.own.places


def plainly_named(
    buttons: Sequence[Title], evidence: Sequence[Evidence], tokens: Sequence[Token], here: Sequence[int]
) -> int | None:
    """The 0-based index of the only title that stands plainly in the words ``here``, or ``None``."""
    told = [
        _Told(title, own, _telling(buttons, i), tokens, here)
        for i, (title, own) in enumerate(zip(buttons, evidence, strict=True))
    ]
    found = [i for i, one in enumerate(told) if one.is_whole() or one.is_asked_for()]
    if len(found) != 1:
        return None
    title, own = buttons[found[0]], evidence[found[0]]
    if any(
        one.is_whole(other.named) and not other.fits.keys() <= own.fits.keys()
        for one, other in zip(buttons, evidence, strict=True)
        if one is not title
    ):
        return None
    named = {at for one in evidence for at in one.fits}
    beside = [at for at in here if at not in own.fits]
    return None if any(_is_another_matter(tokens, at, title, named) for at in beside) else found[0]


def _telling(buttons: Sequence[Title], index: int) -> frozenset[int]:
    title = buttons[index]
    others = {word for i, one in enumerate(buttons) if i != index for word in one.words}
    return frozenset(i for i in title.needed if title.words[i] not in others) or title.needed


def _may_be_object(word: str) -> bool:
    """Whether a word is neither short, nor a question, nor a verb that has an object of its own."""
    return len(word) > _SHORT and not word.endswith(("mek", "mak")) and not ASKING.fullmatch(word)


def _asks(word: str) -> bool:
    if is_refused(word) or tells(word) or word == "var" or _QUESTION.search(word) or word.startswith("vergi"):
        return False
    return is_wish(word) or (wishes(word) and is_light(word))


def _is_another_matter(tokens: Sequence[Token], at: int, title: Title, named: set[int]) -> bool:
    """Whether a word asks, counts or denies, or belongs to other business."""
    token = tokens[at]
    if token.article or token.word in NEUTRAL_NOUNS:
        return False
    if token.number is not None or token.word[0].isdigit():
        return at + 1 >= len(tokens) or not _COUNTED.fullmatch(tokens[at + 1].word)
    if is_particle(token.word) or token.word in NEGATING:
        return True
    if MATTER.fullmatch(token.word):
        return at not in named
    if _LACK.fullmatch(token.word):
        return at - 1 in named and not title.tells
    if _WAITING.fullmatch(token.word) and any(map(ASKING.fullmatch, title.words)):
        return False
    return QUESTION.fullmatch(token.word) is not None
