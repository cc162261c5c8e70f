"""Case endings that follow a value in a reply: "Ankara'ya", "14:30'da", "siparişinizi" and "3'üncü".

A suffix follows what is *said*, not what is written: "3" is said *üç*, "100 TL" *te le*, "14:00" *on dört*.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from bot.turkish.casing import APOSTROPHES, lower
from bot.turkish.lexicon import (
    CHANGED_BEFORE_VOWEL,
    FRONT_IN_SPITE_OF_SPELLING,
    LETTER_NAMES,
    SOFT_MONOSYLLABLES,
    SOFT_T,
    SPOKEN,
    UNSOFTENED,
)
from bot.turkish.spelling import LARGEST, spell

VOWELS = frozenset("aeıioöuüâîû")
FRONT_VOWELS = frozenset("eiöüî")
ROUND_VOWELS = frozenset("oöuüû")
_HARD = frozenset("fstkçşhpqx")
_SOFTENED = {"p": "b", "ç": "c", "k": "ğ"}
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_LAST_NUMBER = re.compile(r"\d+(?:\.\d{3})*$")
_FULL_HOUR = re.compile(r"(\d{1,2})[:.]00$")
_CODA = re.compile(r"l[kptç]|n[ktçs]|r[kptçsf]|[sfk]t|[kp]s")


_LONGEST_SPELT = len(str(LARGEST))


class Suffix(StrEnum):
    """A nominal suffix; the value is its name, the comment its forms."""

    DATIVE = "dative"  # -(y)e: to
    ACCUSATIVE = "accusative"  # -(y)i: the definite object
    LOCATIVE = "locative"  # -de: in, at
    ABLATIVE = "ablative"  # -den: from
    GENITIVE = "genitive"  # -(n)in: of
    INSTRUMENTAL = "instrumental"  # -(y)le: with, by
    PLURAL = "plural"  # -ler
    POSSESSIVE = "possessive"  # -(s)i: his, her, its
    ORDINAL = "ordinal"  # -(i)nci, for numbers
    RELATIVE = "relative"  # -deki: the one in, at


_FORMS = {
    "e": Suffix.DATIVE,
    "i": Suffix.ACCUSATIVE,
    "de": Suffix.LOCATIVE,
    "den": Suffix.ABLATIVE,
    "in": Suffix.GENITIVE,
    "le": Suffix.INSTRUMENTAL,
    "ler": Suffix.PLURAL,
    "si": Suffix.POSSESSIVE,
    "inci": Suffix.ORDINAL,
    "deki": Suffix.RELATIVE,
}


def attach(
    word: str, suffix: Suffix | str, *, apostrophe: bool | None = None, possessed: bool = False
) -> str:
    """Return ``word`` with ``suffix``, by vowel harmony and the consonant rules.

    Args:
        word: a word, a name, a number, a time, an amount; of several words the last one counts.
        suffix: a :class:`Suffix`, its name ("dative"), or its dictionary form ("e", "den").
        apostrophe: whether to write one; by default behind numbers, signs, abbreviations and names,
            but no name has one before the plural.
        possessed: the word already ends in a possessive ("kargo ücreti"), so its cases take n
            ("kargo ücretini").

    Raises:
        ValueError: the suffix is unknown, or the word has neither a letter nor a digit.

    >>> attach("Ankara", "e"), attach("14:30", "de"), attach("9", "accusative"), attach("kitap", "i")
    ("Ankara'ya", "14:30'da", "9'u", 'kitabı')
    """
    kind = _FORMS.get(suffix) or _known(suffix)
    said = spoken_form(word)
    separate = _takes_apostrophe(word, said, kind) if apostrophe is None else apostrophe
    ending = _ending(said, kind, possessed)
    if separate:
        return f"{word}'{ending}"
    return stem_before(word, said, ending) + ending


def spoken_form(word: str) -> str:
    """Return the last spoken word of ``word`` in lower case: "14:30" is "otuz", "PTT" is "te".

    Raises:
        ValueError: nothing in it is spoken.
    """
    text = word.rstrip().rstrip(".,;:!?)]}\"”»'’")
    if full_hour := _FULL_HOUR.search(text):
        return spell(int(full_hour[1])).split()[-1]
    if number := _LAST_NUMBER.search(text):
        return _spoken_number(number[0])
    if text and not text[-1].isalpha() and text[-1] in SPOKEN:
        return SPOKEN[text[-1]]
    letters = _LAST_WORD.search(text)
    if not letters:
        raise ValueError(f"{word!r} has no letter or digit that a suffix could follow")
    last = letters[0]
    bare = lower(last)
    if bare not in SPOKEN and last.isascii():
        bare = bare.replace("ı", "i") if bare.replace("ı", "i") in SPOKEN else bare
    if bare in SPOKEN:
        return SPOKEN[bare]
    if _is_spelt_out(last, bare):
        return LETTER_NAMES.get(bare[-1], bare[-1] + "e").split()[-1]
    return bare


def _known(suffix: str) -> Suffix:
    try:
        return Suffix(suffix)
    except ValueError:
        names = ", ".join(member.value for member in Suffix)
        raise ValueError(f"unknown suffix {suffix!r}; known are {names}") from None


def _spoken_number(digits: str) -> str:
    plain = digits.replace(".", "")
    value = int(plain[-_LONGEST_SPELT:])
    if not value and plain.strip("0"):
        return "kentilyon"
    return spell(value).split()[-1]


def _is_spelt_out(word: str, bare: str) -> bool:
    """Whether an abbreviation is read letter by letter: PTT, AVM and tr, but not VAN."""
    vowels = sum(char in VOWELS for char in bare)
    if vowels == 0:
        return True
    if len(word) < 2 or len(word) > 4 or not word.isupper():
        return False
    shape = "".join("v" if char in VOWELS else "c" for char in bare)
    return "vv" in shape or "ccc" in shape or (shape.endswith("cc") and not _CODA.fullmatch(bare[-2:]))


def _takes_apostrophe(word: str, said: str, kind: Suffix) -> bool:
    last = word.split()[-1]
    if not lower(last).endswith(said):
        return True
    return kind is not Suffix.PLURAL and (not last.isalpha() or any(char.isupper() for char in last))


def last_vowel(said: str) -> str:
    vowel = next((char for char in reversed(said) if char in VOWELS), "e")
    if said in FRONT_IN_SPITE_OF_SPELLING:
        return {"a": "e", "o": "ö", "u": "ü", "â": "e"}.get(vowel, vowel)
    return vowel


def _ending(said: str, kind: Suffix, possessed: bool) -> str:
    vowel = last_vowel(said)
    front = vowel in FRONT_VOWELS
    low = "e" if front else "a"
    high = ("ü" if front else "u") if vowel in ROUND_VOWELS else ("i" if front else "ı")
    after_vowel = said[-1] in VOWELS
    hard = said[-1] in _HARD
    pronominal = "n" if possessed else ""
    glide = "n" if possessed else "y" if after_vowel else ""
    match kind:
        case Suffix.DATIVE:
            return glide + low
        case Suffix.ACCUSATIVE:
            return glide + high
        case Suffix.LOCATIVE | Suffix.ABLATIVE | Suffix.RELATIVE:
            tail = {Suffix.LOCATIVE: "", Suffix.ABLATIVE: "n", Suffix.RELATIVE: "ki"}[kind]
            return pronominal + ("t" if hard and not possessed else "d") + low + tail
        case Suffix.GENITIVE:
            water = "y" if said == "su" else "n"
            return (water if after_vowel else "") + high + "n"
        case Suffix.INSTRUMENTAL:
            return ("y" if after_vowel else "") + "l" + low
        case Suffix.PLURAL:
            return "l" + low + "r"
        case Suffix.POSSESSIVE:
            water = "y" if said == "su" else "s"
            return (water if after_vowel else "") + high
        case Suffix.ORDINAL:
            return ("" if after_vowel else high) + "nc" + high


def stem_before(word: str, said: str, ending: str) -> str:
    """``word`` as it is written in front of an ending without an apostrophe."""
    if ending[0] not in VOWELS or not said or lower(word[-1:]) != said[-1]:
        return word
    changed = CHANGED_BEFORE_VOWEL.get(said) or SOFT_MONOSYLLABLES.get(said) or _softened(said)
    if changed == said or not lower(word).endswith(said):
        return word
    shared = len(said)
    while not said.startswith(changed[:shared]) or shared > len(changed):
        shared -= 1
    kept = word[: len(word) - len(said) + shared]
    return kept + changed[shared:]


@lru_cache(maxsize=1024)
def _softened(said: str) -> str:
    last = said[-1]
    if last == "t":
        return said[:-1] + "d" if said in SOFT_T else said
    if last == "g" and said.endswith("log"):
        return said[:-1] + "ğ"
    syllables = sum(char in VOWELS for char in said)
    if last not in _SOFTENED or said in UNSOFTENED or syllables < 2:
        return said
    if last == "k" and said[-2] == "n":
        return said[:-1] + "g"
    return said[:-1] + _SOFTENED[last] if said[-2] in VOWELS or last != "k" else said


_AFTER_APOSTROPHE = re.compile(
    r"(?:l[ae]r)?"
    r"(?:[ıiuü]?m[ıiuü]z|[ıiuü]?n[ıiuü]z|[ıiuü]?n?c[ıiuü]|[ıiuü]m|s[ıiuü]|[ıiuü])?"
    r"(?:n?[dt][ae]n|n?[dt][ae]ki(?:l[ae]r)?n?[ıiuüae]?|n?[dt][ae]|[ny]?[ıiuüae]|[nıiuü]?[ıiuü]?n|y?l[ae]|n?c[ae]|ki)?"
    r"(?:[dt][ıiuü]r|y?m[ıiuü]ş|y?[dt][ıiuü]|l[ıiuü](?:k|ğ[ıiuü])?)?"
)
_TAIL = re.compile(rf"(?<=\w)[{APOSTROPHES}]([^\W\d_]+)$")


def strip_case(text: str) -> str:
    """Return ``text`` without a suffix behind an apostrophe; what is left is a prefix of ``text``.

    What is no Turkish suffix stays ("Levi's", "O'Neill").

    >>> strip_case("12345'in"), strip_case("İstanbul’dan"), strip_case("Levi's")
    ('12345', 'İstanbul', "Levi's")
    """
    tail = _TAIL.search(text)
    if tail and _AFTER_APOSTROPHE.fullmatch(lower(tail[1])):
        return text[: tail.start()]
    return text
