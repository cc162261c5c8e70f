"""Turkish to be said: a written text as a voice reads it.

What a value is decides how it is read: 482913 is *dört yüz seksen iki bin ...* as a number, and
*dört yüz seksen iki, dokuz yüz on üç* as an order's. In a sentence, the form of a value and the words around
it tell what it is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from bot.turkish import is_suffix, join, lower, title
from voice.speech import addresses, calendar, identifiers, money, quantities
from voice.speech.figures import cardinal, letter, spelled
from voice.speech.kinds import SAID, UnknownKind
from voice.speech.lexicon import names, readings
from voice.speech.rules import APOSTROPHE, Rule, rule

if TYPE_CHECKING:
    from voice.speech.lexicon import Lexicon

_Found = tuple[int, int, int, str]
"""Start, order of the rule, end, what is said."""
_WORD = re.compile(rf"[^\W\d_]+(?:{APOSTROPHE}[^\W\d_]+)*")
_SILENT = re.compile(r"[*_#|<>\[\](){}\"“”„«»^\\•·→←]|(?<!\w)[-‐‑‒–—/](?!\w)|(?<=\w)[-‐‑‒–—](?=\w)")
_SPACES = re.compile(r"\s+")
_GLUED_SIGN = re.compile(r":(?=[^\W\d_])")
_BEFORE_SIGN = re.compile(r"\s+(?=[.,;:!?…](?:\s|$))")
_SENTENCE_END = re.compile(r"[.!?…]\s*$|\n\s*$")
_TITLES = re.compile(r"\s+(?:Bey|Hanım)\b")
_SIGNS = str.maketrans({"ª": "a", "º": "o", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_VOWELS = frozenset("aeıioöuüâîû")
_LONGEST_SPELT = 4
_LAST = 1000
_ONSET = re.compile(r"[tpbkgdf]r|[pkbfg]l|s[pktlmnv]")
_CODA = re.compile(r"l[kptç]|n[ktçs]|r[kptçsfm]|[sfk]t|[kp]s|[ıiuü]?[mnrlszş]")
_HALVES = {"½": "yarım", "¼": "çeyrek", "¾": "dörtte üç"}


def say(text: str, kind: str = "sentence", lexicon: Lexicon | None = None) -> str:
    """Return ``text`` as it is said: words only, numbers written separately, no digit.

    Args:
        text: a value, or a whole prompt; suffixes behind an apostrophe are joined to what is said.
        kind: what the value is, one of :data:`voice.speech.kinds.SAID`. What stands around the value is read
            as a sentence.
        lexicon: how abbreviations and names are said; the built-in readings when None.

    Raises:
        UnknownKind: there is no such kind.

    >>> say("80,25 TL'ye", "price")
    'seksen lira yirmi beş kuruşa'
    """
    if kind not in SAID:
        raise UnknownKind(kind, SAID)
    words = lexicon or readings()
    plain = _plain(text)
    if kind == "url" and plain.strip() and not _pages(plain):
        return addresses.SITE
    spoken = _read(plain, _rules(kind), words, kind)
    return _without_digits(_tidy(spoken))


def _pages(text: str) -> bool:
    return any(True for one in addresses.ANY_PAGE for _ in one.matches(text))


@cache
def _rules(kind: str) -> tuple[Rule, ...]:
    """Rules by precedence: those of the kind, then those of every sentence."""
    special: dict[str, tuple[Rule, ...]] = {
        "negative": quantities.NEGATIVES_ONLY,
        "price": money.PRICES_ONLY,
        "ordinal": quantities.ORDINALS_ONLY,
        "date": calendar.DAYS_ONLY,
        "time": calendar.TIMES_ONLY,
        "range": (
            *calendar.TIMES_ONLY[:2],
            *calendar.DAYS,
            money.PRICE_RANGE,
            *quantities.RANGES_ONLY,
            *calendar.TIMES,
        ),
        "phone": identifiers.TELEPHONES_ONLY,
        "order_no": identifiers.ORDERS_ONLY,
        "tracking_no": identifiers.PARCELS_ONLY,
        "letters": identifiers.LETTERS_ONLY,
        "version": identifiers.VERSIONS_ONLY,
        "size": (*quantities.RANGES_ONLY, *quantities.MEASURES, *identifiers.SIZES_ONLY),
        "url": addresses.ANY_PAGE,
    }
    numeric = kind in ("integer", "decimal", "negative", "percent")
    plain = (
        *money.PRICES,
        quantities.PERCENT_RANGE,
        *money.PERCENTAGES,
        *quantities.MEASURES,
        *quantities.NUMBERS,
    )
    return (*special.get(kind, ()), *(plain if numeric else ()), *_sentence_rules())


@cache
def _sentence_rules() -> tuple[Rule, ...]:
    return (
        addresses.MAIL,
        *addresses.PAGES,
        identifiers.ACCOUNT,
        *identifiers.TELEPHONES,
        identifiers.ABROAD,
        identifiers.MASKED,
        *calendar.DAYS,
        *calendar.TIMES,
        *money.PRICES,
        quantities.PERCENT_RANGE,
        *money.PERCENTAGES,
        *quantities.MEASURES,
        *identifiers.VERSIONS,
        *quantities.SIGNED,
        *quantities.ORDINALS,
        *identifiers.CODES,
        *quantities.RANGES,
        *quantities.NUMBERS,
        rule(r"(?P<half>[½¼¾])", lambda match: _HALVES[match["half"]], before="", needs="½¼¾"),
        identifiers.DOTTED_LETTERS,
        identifiers.SINGLE_LETTER,
    )


def _plain(text: str) -> str:
    """Digits of every script as 0-9, no control and no picture characters."""
    chars: list[str] = []
    for char in text.translate(_SIGNS):
        if char.isascii() or char.isalpha() or char in "²³½¼¾":
            chars.append(char)
        elif char.isdigit():
            chars.append(str(unicodedata.digit(char)))
        elif (
            unicodedata.category(char) in {"So", "Sk", "Cf", "Cs", "Cn", "Co", "Mn", "Me"}
            and char not in "°℃"
        ):
            chars.append("" if unicodedata.category(char) in {"Cf", "Mn", "Me"} else " ")
        else:
            chars.append(char)
    return unicodedata.normalize("NFC", "".join(chars))


def _read(text: str, rules: tuple[Rule, ...], lexicon: Lexicon, kind: str) -> str:
    found = _find(text, rules, lexicon, kind)
    said: list[str] = []
    position = 0
    for start, _, end, spoken in found:
        said.append(_words(text, position, start, kind))
        said.append(spoken)
        position = end
    said.append(_words(text, position, len(text), kind))
    return "".join(said)


def _find(text: str, rules: tuple[Rule, ...], lexicon: Lexicon, kind: str) -> list[_Found]:
    """What rules and lexicon find, from left to right; of two at one place the rule of higher precedence."""
    found: list[_Found] = []
    known = {} if kind == "letters" else {match.start(): match for match in lexicon.pattern.finditer(text)}
    longest: dict[int, int] = {}
    for order, one in enumerate(rules, start=1):
        for match in one.matches(text):
            if (said := one.reading(match)) is not None:
                start, end = match.span()
                found.append((start, order, end, said))
                longest[start] = max(end, longest.get(start, 0))
                if end - start == len(text) and len(found) == 1 and not known:
                    return found
    for start, match in known.items():
        end, said = _with_suffix(text, match.end(), lexicon.entries[match[0]])
        # A word of the lexicon gives way to a longer form that begins with it: "TL 50".
        found.append((start, 0 if end >= longest.get(start, 0) else _LAST, end, said))
    found.sort()
    chosen: list[_Found] = []
    position = 0
    for one_found in found:
        if one_found[0] >= position and one_found[2] > one_found[0]:
            chosen.append(one_found)
            position = one_found[2]
    return chosen


_SUFFIX = re.compile(rf"{APOSTROPHE}(?P<suffix>[^\W\d_]{{1,14}})(?!\w)")


def _with_suffix(text: str, end: int, said: str) -> tuple[int, str]:
    if (behind := _SUFFIX.match(text, end)) and is_suffix(behind["suffix"]):
        return behind.end(), join(said, behind["suffix"])
    return end, said


def _words(text: str, start: int, end: int, kind: str) -> str:
    """The words between the values, with what is spelt, and in lower case where it is no name."""
    said: list[str] = []
    position = start
    for match in _WORD.finditer(text, start, end):
        said.append(_SILENT.sub(" ", text[position : match.start()]))
        said.append(_word(text, match, kind))
        position = match.end()
    said.append(_SILENT.sub(" ", text[position:end]))
    return "".join(said)


def _word(text: str, match: re.Match[str], kind: str) -> str:
    written = match[0]
    bare, apostrophe, suffix = _parts(written)
    if is_spelt(bare):
        said = " ".join(map(letter, bare))
        return join(said, suffix) if suffix else said
    if len(bare) > 1 and bare.isupper():
        if title(bare) in names():
            return title(bare) + apostrophe + lower(suffix)
        return join(lower(bare), suffix) if suffix else lower(bare)
    if not bare[0].isupper():
        return written
    before = text[: match.start()]
    first = not before.strip(" \"'“(¿*-") or _SENTENCE_END.search(before) is not None
    named = bare in names() or bool(suffix) or _TITLES.match(text, match.end()) is not None
    return lower(written) if first and not named and kind != "email" else written


def _parts(written: str) -> tuple[str, str, str]:
    split = re.match(rf"([^\W\d_]+)({APOSTROPHE})([^\W\d_]+)$", written)
    if split and is_suffix(split[3]):
        return split[1], split[2], split[3]
    return written, "", ""


def is_spelt(word: str) -> bool:
    """Whether a word in capitals is read letter by letter: PTT, KVKK and TSE; not FAST."""
    if not word.isupper() or not 1 < len(word) <= _LONGEST_SPELT + 2:
        return False
    bare = lower(word)
    shape = "".join("v" if char in _VOWELS else "c" for char in bare)
    if "v" not in shape:
        return True
    if len(word) > _LONGEST_SPELT:
        return False
    if shape.startswith("cc") and not _ONSET.match(bare):
        return True
    return "vv" in shape or "ccc" in shape or (shape.endswith("cc") and not _CODA.fullmatch(bare[-2:]))


def _tidy(said: str) -> str:
    return _BEFORE_SIGN.sub("", _GLUED_SIGN.sub(": ", _SPACES.sub(" ", said))).strip()


def _without_digits(said: str) -> str:
    """Digits that no rule read are read one by one: a voice must never meet a figure."""
    if not any(char.isdigit() for char in said):
        return said
    plain = re.sub(r"\d+", lambda match: f" {cardinal(match[0])} ", said)
    rest = "".join(f" {spelled(str(unicodedata.digit(char)))} " if char.isdigit() else char for char in plain)
    return _tidy(rest)
