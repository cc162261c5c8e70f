"""Stems that a word may have when its suffixes are written without an apostrophe.

Customers write "istanbuldan", "kargomu", "siparişimi" and, without Turkish letters, "siparisimi". This
is no morphological analyser: it takes off what could be a nominal suffix and lists what could be left,
for look-ups in a list of names and as features of words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.turkish.casing import lower
from bot.turkish.lexicon import CHANGED_BEFORE_VOWEL, FRONT_IN_SPITE_OF_SPELLING, SOFT_MONOSYLLABLES
from bot.turkish.suffixes import VOWELS, strip_case

_LAYERS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(f"(?:{forms})$")
    for forms in (
        # said of something: it is, it was; the question's particle written together
        r"y?m[ıiuü]ş|y?[dt][ıiuü]|[dt][ıiuü]r|m[ıiuü]",
        # case, the one in, with, without
        r"n?[dt][ae]n|n?[dt][ae]ki(?:n?[ıiuü])?|n?[dt][ae]|[ny][ıiuüae]|[ıiuüae]|[ıiuü]n|n[ıiuü]n|y?l[ae]"
        r"|l[ıiuü]|s[ıiuü]z|n?c[ae]",
        # my, your, his, our, their
        r"[ıiuü]m[ıiuü]z|m[ıiuü]z|[ıiuü]n[ıiuü]z|n[ıiuü]z|[ıiuü]m|[ıiuü]n|m|n|s[ıiuü]|[ıiuü]|l[ae]r[ıiuü]",
        # plural
        r"l[ae]r",
    )
)
_BACK = frozenset("aıouâ")
_FRONT = frozenset("eiöüî")
_HARDENED = {"b": "p", "c": "ç", "d": "t", "ğ": "k", "g": "k"}
_RESTORED = {changed: stem for stem, changed in (CHANGED_BEFORE_VOWEL | SOFT_MONOSYLLABLES).items()}
_MIN_STEM = 2
_LONGEST = 64
"""No longer word is taken apart."""


@lru_cache(maxsize=8192)
def stems(word: str) -> tuple[str, ...]:
    """Return ``word`` in lower case and every stem it may have, the longest first.

    A final consonant that softened is also given hard ("kitabı": "kitab", "kitap"), a vowel that was
    lost is restored where the word is known ("şehre": "şehir"). Without Turkish letters the harmony of
    i, o and u cannot be known and is not asked for.

    >>> stems("istanbuldan")
    ('istanbuldan', 'istanbulda', 'istanbul')
    """
    whole = lower(word)
    bare = strip_case(whole)
    found = {whole: None, bare: None}
    if len(whole) > _LONGEST:
        return tuple(found)
    frontier = {bare}
    for layer in _LAYERS:
        frontier |= {stem for text in frontier for stem in _without(text, layer, whole.isascii())}
    for stem in frontier:
        found[stem] = None
    for stem in frontier - {bare}:
        for restored in _restored(stem, bare[len(stem) :]):
            found[restored] = None
    return tuple(sorted(found, key=lambda stem: (-len(stem), not whole.startswith(stem), stem)))


def _without(text: str, layer: re.Pattern[str], plain: bool) -> list[str]:
    """``text`` without each ending of ``layer`` that may follow what is left."""
    left = []
    for length in range(1, min(6, len(text) - _MIN_STEM) + 1):
        stem, ending = text[:-length], text[-length:]
        if layer.fullmatch(ending) and _may_follow(stem, ending, plain):
            left.append(stem)
    return left


def _may_follow(stem: str, ending: str, plain: bool) -> bool:
    last = next((char for char in reversed(stem) if char in VOWELS), None)
    first = next((char for char in ending if char in VOWELS), None)
    if last is None or not stem[-1].isalpha():
        return False
    if ending[0] in VOWELS and stem[-1] in VOWELS:
        return False
    if (ending[0] == "y" or ending in {"m", "n", "sı", "si", "su", "sü"}) and stem[-1] not in VOWELS:
        return False
    if first is None or stem in FRONT_IN_SPITE_OF_SPELLING:
        return True
    if plain and (last in "iou" or first in "iou"):
        return last not in "ae" or first not in "ae" or (last == first)
    return (last in _BACK) == (first in _BACK)


def _restored(stem: str, ending: str) -> list[str]:
    """How the stem is written on its own, if the vowel behind it changed its end."""
    if ending[:1] not in VOWELS:
        return []
    restored = [_RESTORED[stem]] if stem in _RESTORED else []
    if stem[-1] in _HARDENED and sum(char in VOWELS for char in stem) > 1:
        restored.append(stem[:-1] + _HARDENED[stem[-1]])
    return restored
