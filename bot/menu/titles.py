"""Which words of a message name which title: inflected, misspelt, clipped, glued together."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bot.menu.beside import is_refused, lacks, tells
from bot.menu.reading import Token, exact_key_of, key_of, plain_text, read, signs_of
from bot.menu.words import ASKING, CONCEPTS, JOINING, KNOWN, NEUTRAL_NOUNS, ROOTS, is_silent
from bot.turkish import fold, stems, yes_no

EXACT, INFLECTED, RELATED, MISSPELT = 4, 3, 2, 1
"""How well a word fits, the better the higher."""
_OWN_NUMBER = re.compile(r"^\s*(\d{1,2})\s*[.)\-:]\s*(?=\D)")
_BETWEEN = re.compile(r"\s+[-–|]\s+|\s*/\s*")
_BRACKETS = re.compile(r"\([^()]*\)")
_PERSON = re.compile(r"[dt][ae]y[iu](?:m|z|n)$")
_SPELT_OUT = re.compile(r"[^aeiou]+")
_SUFFIX = re.compile(r"y?[iuea]|n[iu]n|[dt][ae]n?|y?l[ae]|[iu]n|l[iu]")
_VERBAL = re.compile(
    r"[aeiu]?(?:l[iu]m|y[iu]m|yor\w*|m[ea]k|r|r[iu]m|n|n[iu]z|y?[ae]c[ae][gk]\w*|s[iu]n\w*|[dt][iu]m?)"
)
_VERB = re.compile(
    r"(\w{2,})(?:y?[iuae]?c[ae]m|y?[ae]c[ae][gk]\w*|y?[ae]y[iu]m|y?[ae]l[iu]m|[iu]yor\w*|m[ae]k|y?[iu]n(?:[iu]z)?"
    r"|s[iu]n\w*|m[ae](?:s[iu])?|[aeiu]r[iu]m)"
)
_TOLD = re.compile(r"(\w{3,}?)(?:m[ae]?|[aeiu])?(?:[iu]yor|[dt][iu]|m[iu]s)\w*")
_DERIVED = re.compile(r"(?<=\w{3})l[iu]k$")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b|\b[sS]aat ([01]?\d|2[0-3])\b")
_OF_DAYS = frozenset(("leyin", "ustu", "lari", "leri"))
"""Endings of parts of the day: sabahleyin, akşamüstü."""
_FOREIGN = str.maketrans({"x": "ks", "w": "v", "q": "k"})
_SHORT = 3
_LEAST_SHARED = 6
_LEAST_STEM = 5
_REFUSING = re.compile(r"iptal\w*|vazgec\w*|redde\w*|re[td]|kapat\w*")
_AGREEING = re.compile(r"onay(?:la\w*)?|kabul|gonder")


@dataclass(frozen=True, slots=True)
class Title:
    """A button's title, taken apart."""

    exact: str
    keys: frozenset[str]
    words: tuple[str, ...]
    needed: frozenset[int]
    """Which words make the whole title: all but joining ones and those in brackets."""
    glued: tuple[str, ...]
    """Two words of it written as one, by the first one's place; empty for the last."""
    stems: tuple[frozenset[str], ...]
    numbers: frozenset[int]
    """Which words are numbers."""
    initials: str
    concepts: tuple[re.Pattern[str], ...]
    signs: str
    answer: bool | None
    """The yes or no that the title is."""
    tells: bool
    """Whether it tells what happened: "Geç geldi"."""
    minutes: int | None
    """The one time of day that it is, from midnight."""
    parts: tuple[frozenset[int], ...]
    """Names that stand side by side in it, each enough by itself: "Ev - Kadıköy"."""

    def is_whole(self, named: Set[int]) -> bool:
        """Whether the words that are ``named`` make the title, or one of its names."""
        return self.needed <= named or any(part <= named for part in self.parts)


@dataclass(slots=True)
class Evidence:
    """What of a message speaks for one title: token → quality, and which words of the title are named."""

    fits: dict[int, int] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    places: dict[int, int] = field(default_factory=dict)

    def forget(self, at: int) -> None:
        """Let a word of the message speak for nothing."""
        self.fits.pop(at, None)
        self.named.discard(self.places.pop(at, -1))


@lru_cache(maxsize=4096)
def title_of(text: str) -> Title:
    """Take a title apart; titles are few and come again."""
    bare = _OWN_NUMBER.sub("", text)
    core = _BRACKETS.sub(" ", bare)
    tokens, main = read(plain_text(bare)), read(plain_text(core))
    if stars := text.count("⭐") if not tokens else 0:
        tokens = main = [Token(str(stars), stars), Token("yildiz")]
    words = tuple(one.word for one in tokens)
    needed = {i for i, one in enumerate(tokens) if one in main and one.word not in JOINING}
    needed = needed or set(range(len(tokens)))
    keys = {key_of(one) for one in (text, bare, core)} - {""}
    if tokens and (digits := key_of(" ".join(words))):
        keys.add(digits)
    plain = fold(plain_text(bare))
    return Title(
        exact_key_of(text),
        frozenset(keys),
        words,
        frozenset(needed),
        tuple(a + b for a, b in pairwise(words)) + ("",) * bool(words),
        tuple(frozenset(stems(word)) for word in words),
        frozenset(i for i, one in enumerate(tokens) if one.number is not None),
        "".join(word[0] for word in words) if len(words) > 2 else "",
        tuple(word for title, word in CONCEPTS if title.search(plain)),
        signs_of(text),
        _answer(text, words),
        bool(words) and tells(words[-1]),
        _minutes(core),
        _parts(core, words),
    )


def _minutes(core: str) -> int | None:
    found = _CLOCK.findall(core)
    if len(found) != 1:
        return None
    hour, minute, bare = found[0]
    return int(hour or bare) * 60 + int(minute or 0)


def _parts(core: str, words: Sequence[str]) -> tuple[frozenset[int], ...]:
    """The places of the words of each name, where a title has several."""
    found: list[frozenset[int]] = []
    at = 0
    for part in _BETWEEN.split(core):
        count = len(read(plain_text(part)))
        if any(char.isalpha() for char in part):
            found.append(frozenset(range(at, at + count)))
        at += count
    return tuple(found) if len(found) > 1 and at == len(words) else ()


def _answer(text: str, words: Sequence[str]) -> bool | None:
    found = yes_no(text)
    if found is None and words:
        if _REFUSING.fullmatch(words[0]):
            return False
        if _AGREEING.fullmatch(words[0]):
            return True
    return found


def gather(tokens: Sequence[Token], titles: Sequence[Title]) -> list[Evidence]:
    """The evidence for each title."""
    found = [Evidence() for _ in titles]
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        best = [_fit(token, title) for title in titles]
        if not any(quality > MISSPELT for quality, _ in best) and token.number is None:
            misspelt = _misspelt(token.word, titles)
            best = [max(one, other) for one, other in zip(best, misspelt, strict=True)]
        for evidence, title, (quality, place) in zip(found, titles, best, strict=True):
            if quality:
                evidence.fits[at] = max(quality, evidence.fits.get(at, 0))
                evidence.named.add(place)
                evidence.places[at] = place
                if title.glued[place] and token.word.startswith(title.glued[place]):
                    evidence.named.add(place + 1)
            if following is not None and (place := _split(token.word, following.word, title)) >= 0:
                evidence.fits[at] = evidence.fits[at + 1] = EXACT
                evidence.named.add(place)
    return found


def _split(first: str, second: str, title: Title) -> int:
    """Which word of a title was written in two: "yurt içi" for "yurtiçi"."""
    joined = first + second
    for place, word in enumerate(title.words):
        if len(first) < len(word) and joined.startswith(word) and (word == joined or word in stems(joined)):
            return place
    return -1


def _fit(token: Token, title: Title) -> tuple[int, int]:
    """How well a word fits its best place in a title, and which place that is."""
    best, where = 0, 0
    word = token.word
    for place, other in enumerate(title.words):
        if (token.number is not None) or place in title.numbers:
            quality = EXACT if word == other else 0
        else:
            quality = _alike(word, other, title.stems[place])
            if quality < INFLECTED and title.glued[place] and len(word) > _SHORT:
                quality = max(quality, _glued(word, title.glued[place]))
        if quality > best:
            best, where = quality, place
    if best >= INFLECTED or token.number is not None:
        return best, where
    said_otherwise = word == title.initials or any(one.fullmatch(word) for one in title.concepts)
    return (INFLECTED, where) if said_otherwise else (best, where)


def _glued(word: str, glued: str) -> int:
    return EXACT if word == glued else INFLECTED if word.startswith(glued) and glued in stems(word) else 0


@lru_cache(maxsize=8192)
def _alike(word: str, other: str, other_stems: frozenset[str]) -> int:
    if word == other:
        return EXACT
    if is_silent(word) and not is_silent(other):
        return 0
    if is_refused(other) and other.startswith(word) and word[-2:] in ("ma", "me"):
        return EXACT
    if bool(lacks(word)) != bool(lacks(other)) or is_refused(word) != is_refused(other):
        return 0
    if tells(word) != tells(other) and (tells(other) or not ROOTS.match(word)):
        return 0
    own = _stems(word)
    if _SPELT_OUT.fullmatch(other) and word.startswith(other):
        rest = word[len(other) :]
        return INFLECTED if _SUFFIX.fullmatch(rest) and (len(other) > 1 or rest[0] == "y") else 0
    if (
        other in own
        or (word in other_stems and word not in KNOWN)
        or any(len(one) > _SHORT and one in other_stems for one in own)
    ):
        return INFLECTED
    if word.startswith(other) and word[len(other) :] in _OF_DAYS:
        return INFLECTED
    if (own_root := _verb_root(word)) and own_root == _verb_root(other):
        return INFLECTED
    if tells(word) and tells(other) and (own_root := _told_root(word)) and own_root == _told_root(other):
        return INFLECTED
    if len(other) > _SHORT and word.startswith(other) and _VERBAL.fullmatch(word[len(other) :]):
        return INFLECTED
    if (root := ROOTS.match(word)) is not None and other.startswith(root[0][:5]):
        return INFLECTED
    if (
        len(word) > _SHORT
        and other.startswith(word)
        and not ASKING.fullmatch(word)
        and (word not in KNOWN or len(other) > len(word) + 2)
    ):
        return RELATED
    if word in KNOWN:
        return 0
    shared = _shared(word, other)
    shorter = min(min(map(len, other_stems)), len(word))
    if shared >= _LEAST_SHARED and shared >= 0.7 * shorter and not any(one in KNOWN for one in own):
        return RELATED
    return 0


def _verb_root(word: str) -> str:
    """What two forms of a verb share, without its last vowel: "ekl" of "ekleme" and of "eklicem"."""
    found = _VERB.fullmatch(word)
    root = found[1].rstrip("aeiu") if found else ""
    return root if len(root) >= _SHORT else ""


def _told_root(word: str) -> str:
    """What two tenses of a verb share: "calis" of "çalışmadı" and of "çalışmıyor"."""
    found = _TOLD.fullmatch(word)
    return found[1].rstrip("aeiu") if found else ""


def _stems(word: str) -> tuple[str, ...]:
    found = stems(word)
    bare = _PERSON.sub("", _DERIVED.sub("", word))
    return found if bare == word else (*found, bare)


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _misspelt(word: str, titles: Sequence[Title]) -> list[tuple[int, int]]:
    """The titles that a word is nearest to, if it may be a slip of the keys."""
    found = [(0, 0)] * len(titles)
    if len(word) < _SHORT or word in KNOWN or word in NEUTRAL_NOUNS or is_silent(word):
        return found
    own = _stems(word)
    if any(one in KNOWN for one in own) or len(lacks(word)) >= _SHORT:
        return found
    forms = [word, *(one for one in own if _LEAST_STEM <= len(one) < len(word) < len(one) + 6)]
    nearest = 3
    for index, title in enumerate(titles):
        for place, other in enumerate(title.words):
            if place in title.numbers or len(other) <= _SHORT:
                continue
            glued = [title.glued[place]] if title.glued[place] else []
            bare = [
                other,
                *glued,
                *(one for one in title.stems[place] if _LEAST_STEM <= len(one) < len(other)),
            ]
            distance = min(_distance(one, whole) for one in forms for whole in bare)
            if distance < nearest:
                nearest, found = distance, [(0, 0)] * len(titles)
            if distance == nearest and distance < 3:
                found[index] = (MISSPELT, place)
    return found


@lru_cache(maxsize=8192)
def _distance(word: str, other: str) -> int:
    """Insertions, deletions, exchanged and swapped letters; 3 when there are more than are likely slips."""
    word, other = word.translate(_FOREIGN), other.translate(_FOREIGN)
    most = 1 if len(other) < 8 else 2
    if abs(len(word) - len(other)) > most:
        return 3
    if word[0] != other[0] and (len(other) < 6 or word[1:2] != other[1:2]) and word[:2] != other[1::-1]:
        return 3
    previous: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        older, previous, row = previous, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= most else 3
