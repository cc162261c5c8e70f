"""Products from free Turkish text: any case, ASCII letters, suffixes, typos.

Every word of the question is held against every word of the catalogue (name, category), which weighs the more
the rarer it is; products far behind the best one are left out. Words that match nothing do not count, so that
"merhaba keten gömlek var mı acaba" asks for a linen shirt.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from actions.shop.product import Product
from bot.turkish import fold

_LONGEST = 200
_WORD = re.compile(r"[a-z0-9]+")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
"""``monttt``"""

_SUFFIX = re.compile(
    r"(l[ae]r)?"  # plural
    r"([iu]m([iu]z)?|[iu]n([iu]z)?|s?[iu]|m|n|m[iu]z|n[iu]z)?"  # whose
    r"([yn]?[iu]|[yn]?[ae]|n?[dt][ae]n?|n?[iu]n|y?l[ae])?"  # case
    r"(ki)?(l[iu]|s[iu]z|c[ae])?"
)
_SOFTENED = {"k": "g", "p": "b", "t": "d"}

_SYNONYMS = {
    "tshirt": "tisort",
    "kot": "jean",
    "kotu": "jean",
    "blucin": "jean",
    "sneaker": "spor ayakkabi",
    "sneakers": "spor ayakkabi",
    "sivetsort": "sweatshirt",
    "svetsort": "sweatshirt",
    "kapsonlu": "kapusonlu",
    "bokser": "boxer",
    "sarjor": "powerbank",
    "kulaklig": "kulaklik",
    "airpods": "kulaklik",
    "bilgisayar": "laptop",
    "cep": "telefon",
    "bavul": "valiz",
    "puset": "bebek arabasi",
    "kanepe": "koltuk",
    "fritoz": "airfryer",
}
"""How customers call what the catalogue calls otherwise; both sides folded."""

_NO_NAMES = frozenset(
    {
        "var",
        "mi",
        "ve",
        "ile",
        "icin",
        "bir",
        "bu",
        "kac",
        "kadar",
        "lira",
        "beden",
        "numara",
        "stok",
        "fiyat",
    }
)
"""Words of every question that look like articles at most by chance."""

_ENOUGH = 0.6
"""Products with less than this share of the best one's points are left out."""


_SHORTEST = 3
"""Letters of a catalogue word that counts: of "Boxer 3'lü" only the first does."""
_LONG_ENOUGH_ALONE = 4
"""Letters of a name's word that can stand for the product without saying what it is."""
_LONG_ENOUGH_FOR_TYPOS = 5
_SURE = 0.95


def words_of(text: str) -> list[str]:
    """The folded words of a text, synonyms put in place."""
    folded = fold(text[:_LONGEST]).replace("t-shirt", "tshirt").replace("t shirt", "tshirt")
    found: list[str] = []
    for word in _WORD.findall(_DRAWN_OUT.sub(r"\1", folded)):
        found.extend(_SYNONYMS.get(word, word).split())
    return found


def inflects(word: str, stem: str) -> bool:
    """Whether a folded word is the stem with Turkish suffixes: ``gomlegim`` of ``gomlek``."""
    if len(stem) < 2 or len(word) - len(stem) > 12:
        return False
    if word.startswith(stem):
        return _SUFFIX.fullmatch(word, len(stem)) is not None
    soft = _SOFTENED.get(stem[-1])
    if soft is None or not word.startswith(stem[:-1] + soft):
        return False
    return len(word) > len(stem) and _SUFFIX.fullmatch(word, len(stem)) is not None


def distance(one: str, other: str, most: int) -> int:
    """Letters put in, left out, exchanged or swapped with their neighbour; ``most + 1`` when it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, previous, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def likeness(asked: str, word: str) -> float:
    """How well a customer's folded word fits one of the catalogue: 1 the same, 0 not at all."""
    if asked == word:
        return 1.0
    if inflects(asked, word):
        return 0.95
    if len(asked) >= 4 and word.startswith(asked):
        return 0.7
    # Short words have too many neighbours: "kupon" is no "küpe", "kodu" no "koşu".
    if len(word) < _LONG_ENOUGH_FOR_TYPOS or len(asked) < 4 or asked[0] != word[0]:
        return 0.0
    most = 2 if len(word) >= 8 else 1
    if distance(asked, word, most) <= most:
        return 0.6
    # A typo and suffixes: the beginning is like the word, and what follows can be suffixes.
    for length in (len(word), len(word) + 1, len(word) - 1):
        head = asked[:length]
        if len(asked) > length >= 6 and distance(head, word, 1) <= 1 and _SUFFIX.fullmatch(asked, length):
            return 0.5
    return 0.0


class Index:
    """The catalogue, ready to be asked.

    A product is only found by what it is (its category, or its name of one word), or by a longer word of its
    name without typos: "kaşe" alone finds the coat, "bol şans" no wide trousers.
    """

    def __init__(self, products: Iterable[Product]) -> None:
        self._words: dict[str, frozenset[str]] = {}
        self._heads: dict[str, frozenset[str]] = {}
        self._codes: dict[str, str] = {}
        colours: set[str] = set()
        for product in products:
            named, kinds = words_of(product.name), words_of(product.category)
            heads = kinds + (named if len(named) == 1 else [])
            self._words[product.code] = frozenset(word for word in named + kinds if len(word) >= _SHORTEST)
            self._heads[product.code] = frozenset(heads)
            self._codes["".join(_WORD.findall(fold(product.code)))] = product.code
            colours.update(word for colour in product.colours for word in words_of(colour))
        counts = Counter(word for words in self._words.values() for word in words)
        total = len(self._words)
        self._weight = {word: math.log(1 + total / count) for word, count in counts.items()}
        self._by_letter: dict[str, list[str]] = {}
        for word in self._weight:
            self._by_letter.setdefault(word[0], []).append(word)
        self._ignored = _NO_NAMES | (colours - self._weight.keys())

    def find(self, text: str, limit: int = 5) -> list[str]:
        """Codes of the products that the text names, best first; among equals, in the catalogue's order."""
        by_code = self._codes.get("".join(_WORD.findall(fold(text[:_LONGEST]))))
        if by_code is not None:
            return [by_code][: max(0, limit)]
        points: dict[str, float] = {}
        named: set[str] = set()
        for asked in dict.fromkeys(words_of(text)):
            fits = {} if asked in self._ignored else self._fits(asked)
            for code, words in self._words.items():
                found = fits.keys() & words
                if found:
                    points[code] = points.get(code, 0.0) + max(
                        fits[word] * self._weight[word] for word in found
                    )
                    if any(self._tells(word, fits[word], code) for word in found):
                        named.add(code)
        bar = _ENOUGH * max((points[code] for code in named), default=0.0)
        order = {code: position for position, code in enumerate(self._words)}
        kept = [code for code in named if points[code] >= bar]
        return sorted(kept, key=lambda code: (-points[code], order[code]))[: max(0, limit)]

    def _fits(self, asked: str) -> dict[str, float]:
        # What is like a word begins like it: the others need no look.
        alike = self._by_letter.get(asked[0], ())
        fits = {word: fit for word in alike if (fit := likeness(asked, word))}
        return {asked: 1.0} if asked in fits else fits

    def _tells(self, word: str, fit: float, code: str) -> bool:
        return word in self._heads[code] or (fit >= _SURE and len(word) >= _LONG_ENOUGH_ALONE)
