"""Words that no example has, read as the known words that they are a slip away from."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options, Token
from bot.nlu.featurizers import VOWELS, consonants
from bot.turkish import fold

_SHORTEST = 4
"""Letters that a word needs before it is corrected: short words are a slip away from everything."""
_LONGEST = 24
_MOST = 20_000
"""Words that others are corrected to, at most: the index takes a kilobyte for each."""
_SELDOM, _COMMON = 2, 20
"""A word that comes so seldom may be a word that comes so often, clipped."""
_WORD = re.compile(r"[^\W\d_]+")
_LOOK_UP = re.compile(r"[^\W\d_]{3,}")


class SpellingCorrector(Component):
    """Gives an unknown word the form of a known one; spans stay, only tokens' forms change.

    Known are the words of the examples and of the lookup tables. An unknown one is read, in this order, as the
    word that one slip leads to (a letter too many, too few, wrong, or two exchanged), as two words run together,
    or as the word that it is without its vowels ("acba", "nrd"); so is a word that hardly any example has, if
    that word is common. The more frequent word wins. Goes behind ``TurkishNormalizer``.
    """

    defaults: ClassVar[Options] = {"least": 1, "split": True, "consonants": True}
    """``least``: how often a word must come in the examples to be what others are corrected to."""
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options, words: dict[str, int]) -> None:
        self.options = options
        self.words = words
        """Form → how often it comes in the examples; 0 for one of a lookup table."""
        self.by_deletion: dict[str, list[str]] = {}
        self.by_consonants: dict[str, list[str]] = {}
        """Consonants → the words that have them, the most frequent first."""
        least = int(options["least"])
        rare = {word for word, count in words.items() if 0 < count < least}
        fit = [word for word in words.keys() - rare if len(word) <= _LONGEST]
        for word in sorted(fit, key=lambda one: (-words[one], one))[:_MOST]:
            self.by_consonants.setdefault(consonants(word), []).append(word)
            for key in _deletions(word) if len(word) >= _SHORTEST else ():
                self.by_deletion.setdefault(key, []).append(word)
        self.corrected = lru_cache(maxsize=16_384)(self._corrected)

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> SpellingCorrector:
        words: Counter[str] = Counter()
        for draft in corpus.drafts:
            words.update(token.form for token in draft.tokens if _WORD.fullmatch(token.form))
        for entries in corpus.data.lookups.values():
            for entry in entries:
                words.update({word: 0 for word in _LOOK_UP.findall(fold(entry)) if word not in words})
        return cls(options, dict(words))

    @classmethod
    def load(cls, options: Options, part: Part) -> SpellingCorrector:
        return cls(options, {str(word): int(count) for word, count in part.read_json("words.json").items()})

    def save(self, part: Part) -> None:
        part.write_json("words.json", self.words)

    def process(self, draft: Draft) -> None:
        tokens: list[Token] = []
        for token in draft.tokens:
            found = self.corrected(token.form)
            if len(found) == 1:
                token.form = found[0]
                tokens.append(token)
            else:
                tokens += _parted(token, found)
        draft.tokens = tokens

    def _corrected(self, form: str) -> tuple[str, ...]:
        """The known word or words that ``form`` stands for; itself when there are none."""
        if not _WORD.fullmatch(form) or len(form) > _LONGEST or len(form) < 2:
            return (form,)
        if (count := self.words.get(form)) is not None:
            clipped = self.options["consonants"] and count <= _SELDOM
            return ((self._with_vowels(form) if clipped else None) or form,)
        if len(form) >= _SHORTEST:
            near = self._near(form)
            if near is not None:
                return (near,)
            if self.options["split"] and (parts := self._split(form)):
                return parts
        if self.options["consonants"]:
            return (self._with_vowels(form) or form,)
        return (form,)

    def _with_vowels(self, form: str) -> str | None:
        """The most frequent word that ``form`` is when vowels are left out.

        It must be common when ``form`` is a word, too, or so short that it may be anything.
        """
        vowels = sum(char in VOWELS for char in form)
        bare = vowels * 4 <= len(form)
        strict = form in self.words or len(form) < (3 if bare else _SHORTEST)
        for word in self.by_consonants.get(consonants(form), ()):
            if strict and self.words[word] < _COMMON:
                break
            if word != form and (_within(form, word) or (bare and not strict)):
                return word
        return None

    def _near(self, form: str) -> str | None:
        best, rank = None, (0, 0, "")
        for key in sorted(_deletions(form)):
            for word in self.by_deletion.get(key, ()):
                if not self.words[word] and (word[0] != form[0] or len(form) <= _SHORTEST):
                    continue  # "dersin" is no slip of the Mersin in a lookup table
                if abs(len(word) - len(form)) <= 1 and _one_slip(form, word):
                    new = (self.words[word] * (2 if word[0] == form[0] else 1), _alike(form, word), word)
                    if best is None or new > rank:
                        best, rank = word, new
        return best

    def _split(self, form: str) -> tuple[str, str] | None:
        best, rank = None, 0
        for at in range(2, len(form) - 1):
            first, second = self.words.get(form[:at], 0), self.words.get(form[at:], 0)
            common = min(first, second)
            if common > rank and (at > 2 or first > 9) and (len(form) - at > 2 or second > 9):
                best, rank = (form[:at], form[at:]), common
        return best


def _deletions(word: str) -> set[str]:
    """The word, and what is left of it when one letter is."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter more, less, other, or an exchange of neighbours makes one word of the other."""
    if len(one) > len(other):
        one, other = other, one
    at = next((at for at, char in enumerate(one) if char != other[at]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def _alike(one: str, other: str) -> int:
    """How many letters two words begin and end with alike."""
    shorter = min(len(one), len(other))
    first = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    return first + (one[-1] == other[-1])


def _within(shorter: str, longer: str) -> bool:
    """Whether letters can be left out of ``longer`` so that ``shorter`` is left."""
    left = iter(longer)
    return len(shorter) < len(longer) and all(char in left for char in shorter)


def _parted(token: Token, forms: tuple[str, ...]) -> list[Token]:
    """The token cut into words run together; the cut is proportional where form and text differ in length."""
    first = len(forms[0]) if sum(map(len, forms)) <= len(token.text) else len(token.text) // 2
    middle = token.start + first
    return [
        Token(token.text[:first], token.start, middle, forms[0]),
        Token(token.text[first:], middle, token.end, forms[1]),
    ]
