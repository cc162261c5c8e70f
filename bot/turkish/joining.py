"""A suffix as somebody wrote it, joined to the word that is said: "4'ü" is *dördü*, "80,25 TL'ye" ends in *kuruşa*.

What is written before the apostrophe is often not what is said, so vowels and consonants of the suffix are
chosen anew; its shape alone tells which suffix it is.
"""

from __future__ import annotations

import re

from bot.turkish.casing import lower
from bot.turkish.suffixes import FRONT_VOWELS, ROUND_VOWELS, VOWELS, last_vowel, stem_before

_HARD = frozenset("fstkçşhp")
_HIGH = "[ıiuü]"
_LOW = "[ae]"
_SHAPES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(shape), after_consonant, after_vowel)
    for shape, after_consonant, after_vowel in (
        # What is written at the beginning → what stands there after a consonant, and after a vowel.
        # Capitals are chosen by harmony: E is a or e, I one of ı i u ü, D is d or t, C is c or ç.
        (rf"ş?(?={_LOW}r(?:l|$|{_LOW}|d))", "", "ş"),
        (rf"y(?={_LOW}|{_HIGH})", "", "y"),
        (rf"y[dt](?={_HIGH})", "D", "yD"),
        (r"y(?=l[ae]|m[ıiuü]ş|s[ae]|ken)", "", "y"),
        (rf"s(?={_HIGH}(?!z))", "", "s"),
        (rf"n(?={_HIGH}n(?:ki\w*|$))", "", "n"),
        (rf"n(?=c{_HIGH})", "In", "n"),
        (rf"{_HIGH}n(?=c{_HIGH})", "In", "n"),
        (rf"{_HIGH}(?=n(?:$|ki))", "I", "nI"),
        (rf"{_HIGH}(?=m(?:$|{_HIGH}z)|n{_HIGH}z)", "I", ""),
        (rf"{_HIGH}(?=n[aedt]|n{_HIGH}(?:n|$)|yl)", "I", "sI"),
        (rf"{_HIGH}(?=$)", "I", "yI"),
        (rf"{_LOW}(?=$)", "E", "yE"),
        (rf"{_LOW}(?=\w)", "E", "yE"),
        (rf"{_HIGH}(?=\w)", "I", "yI"),
        (r"l(?=[ae]$)", "l", "yl"),
        (rf"m(?={_HIGH}ş)", "m", "ym"),
        (rf"m(?=$|{_HIGH}z)", "Im", "m"),
        (rf"n(?={_HIGH}z)", "In", "n"),
        (rf"[dt](?={_HIGH}(?!r))", "D", "yD"),
        (r"[dt]", "D", "D"),
        (r"[cç]", "C", "C"),
    )
)
_UNCHANGED = re.compile(r"ki|ken|kin")
_WRITTEN = re.compile(
    r"(?:ş?[ae]r(?=$|l|[ae]))?"
    r"(?:[ıiuü]?nc[ıiuü])?"
    r"(?:l[ıiuü](?:k|ğ)?|s[ıiuü]z)?"
    r"(?:l[ae]r)?"
    r"(?:[ıiuü]?m[ıiuü]z|[ıiuü]?n[ıiuü]z|[ıiuü]m|s[ıiuü]|[ıiuü])?"
    r"(?:n?[dt][ae]n|n?[dt][ae]ki(?:l[ae]r)?n?[ıiuüae]?|n?[dt][ae]|[ny]?[ıiuüae]|n?[ıiuü]n(?:ki)?|y?l[ae]|n?[cç][ae]|ki)?"
    r"(?:[dt][ıiuü]r|y?m[ıiuü]ş|y?[dt][ıiuü](?:[mkn]|n[ıiuü]z)?|y?s[ae]|y?ken|[ıiuü]m|[ıiuü]z)?"
)


def is_suffix(letters: str) -> bool:
    """Whether ``letters`` can be a Turkish suffix behind an apostrophe: "nin", "ye", "deki"; not "s"."""
    return bool(letters) and _WRITTEN.fullmatch(lower(letters)) is not None


def join(said: str, suffix: str) -> str:
    """Return ``said``, whose last word is spoken as written, with ``suffix`` as somebody wrote it.

    >>> join("dört", "ü"), join("kuruş", "ye"), join("lira", "si"), join("se me se", "le"), join("altı", "ar")
    ('dördü', 'kuruşa', 'lirası', 'se me seyle', 'altışar')
    """
    written = lower(suffix)
    if not said or not written or not said[-1].isalpha():
        return said + written
    word = lower(said.split()[-1])
    after_vowel = word[-1] in VOWELS
    pattern = written
    for shape, after_consonant, after_vowels in _SHAPES:
        if begin := shape.match(written):
            pattern = (after_vowels if after_vowel else after_consonant) + written[begin.end() :]
            break
    ending = _harmonise(word, pattern)
    return stem_before(said, word, ending) + ending if ending else said


def _harmonise(word: str, pattern: str) -> str:
    vowel, last = last_vowel(word), word[-1]
    ending, position = "", 0
    while position < len(pattern):
        if ending and (fixed := _UNCHANGED.match(pattern, position)):
            ending += fixed[0]
            vowel, last, position = "i", ending[-1], fixed.end()
            continue
        char = pattern[position]
        front = vowel in FRONT_VOWELS
        if char in "Eae":
            char = vowel = "e" if front else "a"
        elif char in "Iıiuü":
            rounded = vowel in ROUND_VOWELS
            char = vowel = ("ü" if front else "u") if rounded else ("i" if front else "ı")
        elif char in "DC":
            soft, hard = ("d", "t") if char == "D" else ("c", "ç")
            char = hard if last in _HARD else soft
        ending, last, position = ending + char, char, position + 1
    return ending
