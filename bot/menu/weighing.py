"""What a message says for each button, and against it: its places, its titles, what is taken back.

What remains of the message must ask for nothing else. In doubt it is no button: a wrong one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.menu.beside import MATTER, QUESTION, asks_more, is_light, tells, wishes
from bot.menu.leading import best_title
from bot.menu.plainly import plainly_named
from bot.menu.positions import NOWHERE, Position, find_positions
from bot.menu.reading import Token
from bot.menu.titles import INFLECTED, Title, gather
from bot.menu.words import (
    ARTICLE_WITH,
    ASKING,
    CORRECTING,
    JOINING,
    LIGHT,
    NEGATING,
    NEUTRAL_NOUNS,
    NO_PLACE_NOUN,
    ORDERING,
    POSITION_NOUNS,
    SILENT,
    VALUES,
    is_choosing,
    is_particle,
    is_silent,
    is_wish,
)

_ALMOST_ALL = 0.6
_SOME, _MANY = 2, 8
"""How many words of no weight may stand beside a choice: by itself, and with a word that asks for it."""
_NO_PLACE = 100
"""From here on a number is no place that somebody counted."""
_FORMERLY, _NOW = frozenset({"eskiden", "onceden", "normalde"}), frozenset({"simdi", "artik"})
_NOT = frozenset({"degil", "deil", "degl"})
_POLITE = frozenset({"pardon", "affedersiniz"})
_SHORT_PARTICLE = 2
"""The bare particle asks; with a person it is polite: "gönderir misiniz"."""
_SLIGHT = 3
"""Up to this length a word may be many others: "isim" is no form of "İş"."""


class Reading:
    """One message held against the buttons.

    Args:
        corrects: "hayır" and "yok" take back what was said; on yes/no buttons they are answers.
    """

    def __init__(self, buttons: Sequence[Title], tokens: list[Token], corrects: bool) -> None:
        self.buttons = buttons
        self.tokens = tokens
        self.corrects = corrects
        self.told = LIGHT if any(one.tells for one in buttons) else frozenset()
        self.evidence = gather(tokens, buttons)
        for at, token in enumerate(tokens):
            if token.article and not self._counts(at):
                for one in self.evidence:
                    one.forget(at)
        self.positions = find_positions(tokens, len(buttons))

    def _counts(self, at: int) -> bool:
        """Whether a "bir" is a number: alone, with what asks for it, or with its unit in a title."""
        if at + 1 == len(self.tokens):
            return all(is_silent(one.word) for one in self.tokens[:at])
        word = self.tokens[at + 1].word
        if word in POSITION_NOUNS or ARTICLE_WITH.fullmatch(word):
            return True
        return any({at, at + 1} <= one.fits.keys() for one in self.evidence)

    def choice(self) -> int | None:
        """What is meant, after corrections."""
        end = len(self.tokens)
        words = [one.word for one in self.tokens]
        if any(word in _FORMERLY for word in words) and (
            now := [at for at in range(end) if words[at] in _NOW]
        ):
            return self._decide(now[-1] + 1, end)
        if self.corrects:
            for start, after in self._corrections():
                if not self._may_be_corrected(start):
                    continue
                if self._says_something(after, end):
                    return self._decide(after, end)
                if self._says_something(0, start):
                    polite = self.tokens[start].word in _POLITE
                    return self._decide(0, start) if polite else None
        found = self._decide(0, end)
        if found is None and all(one.cardinal for one in self.positions):
            taken_back = self._taken_back(0, end)
            here = [at for at in range(end) if at not in taken_back]
            found = plainly_named(self.buttons, self.evidence, self.tokens, here)
        return found

    def points_nowhere(self) -> bool:
        """Whether nothing but a place was named, and one that no single button has."""
        placed = {at for one in self.positions for at in range(one.start, one.end)}
        numbers = [self.tokens[at].number or 0 for at in placed]
        beside = [self.tokens[at].word for at in range(len(self.tokens)) if at not in placed]
        return (
            bool(placed)
            and max(numbers) < _NO_PLACE
            and not any(one.numbers for one in self.buttons)
            and not any(one.article for one in self.positions)
            and all(is_silent(word) or word in POSITION_NOUNS for word in beside)
        )

    def says_only_time(self) -> bool:
        """Whether beside numbers nothing was said that asks for something else."""
        words = [one.word for one in self.tokens if one.number is None and not is_silent(one.word)]
        return len(words) <= _MANY and not any(
            word in NEGATING or (asks_more(word) and word != "once") for word in words
        )

    def names_several(self) -> bool:
        """Whether words of titles were said, and nothing else."""
        named = [at for at in range(len(self.tokens)) if self._is_named_at_all(at)]
        strong = [at for at in named if not self._is_weak(at)]
        return bool(strong) and not any(
            self._counts_as_unknown(at)
            and self.tokens[at].word not in JOINING
            and not is_particle(self.tokens[at].word)
            for at in range(len(self.tokens))
            if at not in named and not self._is_placed(at)
        )

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
            if (self.tokens[at].word,) not in CORRECTING  # "yok pardon"
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
        if len(positions) == 1 and self._is_plain_place(positions[0], named):
            return positions[0].index
        found = self._by_title(here)
        if found is None and len(positions) == 1 and not positions[0].cardinal:
            return self._among_alike(positions[0], named, words)
        if found is not None and positions:
            other = [
                one
                for one in positions
                if not one.article
                and not all(at in self.evidence[found].fits for at in range(one.start, one.end))
            ]
            if any(one.index != found for one in other):
                return None
        return found

    def _is_plain_place(self, position: Position, named: Sequence[int]) -> bool:
        """Whether all that is said beside a place is what is there: "üçüncü kampanya", "ilk saat aralığı"."""
        nouns = [at for at in named if not wishes(self.tokens[at].word)]
        if position.cardinal or position.index == NOWHERE or len(nouns) != 1 or self._is_named(nouns[0]):
            return False
        token = self.tokens[nouns[0]]
        if token.number is not None or tells(token.word) or QUESTION.fullmatch(token.word):
            return False
        between = [self.tokens[at].word for at in range(position.end, nouns[0])]
        return (
            nouns[0] >= position.end
            and not NO_PLACE_NOUN.fullmatch(token.word)
            and all(word in NEUTRAL_NOUNS for word in between)
        )

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
        if self.positions and word in POSITION_NOUNS:
            return False
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
            while (
                before >= start
                and self._is_weak(before)
                and not self._is_named(before)
                and not self._is_placed(before)
            ):
                denied.add(before)
                before -= 1
            place = next((one for one in self.positions if one.start <= before < one.end), None)
            if place is not None and not self._is_named(before):
                denied |= set(range(place.start, place.end))
                continue
            owners = {i for i, one in enumerate(self.evidence) if before in one.fits}
            if not owners and before >= start and self.tokens[at].word in _NOT:
                denied.add(before)
            while before >= start and owners & {
                i for i, one in enumerate(self.evidence) if before in one.fits
            }:
                owners &= {i for i, one in enumerate(self.evidence) if before in one.fits}
                denied.add(before)
                before -= 1
        return denied

    def _by_position(self, positions: Sequence[Position], words: Sequence[int]) -> int | None:
        """The place that was named, if it was the only one."""
        plain = [one for one in positions if not one.article] or list(positions)
        if plain[0].article and not all(
            self.tokens[at].article
            or self.tokens[at].word in POSITION_NOUNS
            or ARTICLE_WITH.fullmatch(self.tokens[at].word)
            for at in words
        ):
            return None
        places = {one.index for one in plain}
        if len(places) != 1:
            return None
        index = places.pop()
        beside = [self.tokens[at].word for at in words if not self.tokens[at].article]
        bare = all(is_silent(word) or word in POSITION_NOUNS for word in beside)
        if index == NOWHERE or (any(one.cardinal for one in plain) and not bare):
            # No place of that number, or a number of something: it may still be part of a title.
            return self._by_title([*(at for one in plain for at in range(one.start, one.end)), *words])
        return index

    def _by_title(self, here: Sequence[int]) -> int | None:
        """The title that the words name better than all others."""
        strong = [at for at in here if self._is_named_at_all(at) and not self._is_weak(at)]
        pool = strong or [at for at in here if self._is_named_at_all(at) and not self.tokens[at].article]
        if not pool:
            return None
        found = best_title(self.buttons, self.evidence, pool)
        if found is None:
            return None
        evidence = self.evidence[found]
        unknown = [
            at
            for at in here
            if at not in evidence.fits and not self.tokens[at].article and self._counts_as_unknown(at)
            if not (
                strong and any(one.start <= at < one.end and one.index == found for one in self.positions)
            )
        ]
        if len(unknown) == 1 and self._asks_for_any(unknown[0], found):
            return found
        if self._asks_more(here, found, strong=bool(strong), pool=pool):
            return None
        return found if self._tolerates(unknown, found, bool(strong)) else None

    def _asks_more(self, here: Sequence[int], found: int, strong: bool, pool: Sequence[int]) -> bool:
        """Whether what is named of the title is too little for what is wanted: "sipariş vermek istiyorum"."""
        evidence, title = self.evidence[found], self.buttons[found]
        wishes = [
            self.tokens[at].word for at in here if at not in evidence.fits and is_wish(self.tokens[at].word)
        ]
        wants = not all(map(is_choosing, wishes))
        if not strong:
            if 2 * len(evidence.named & title.needed) < len(title.needed):
                return True
            return wants and not any(is_wish(self.tokens[at].word) for at in pool)
        return wants and any(ASKING.fullmatch(title.words[i]) for i in title.needed - evidence.named)

    def _tolerates(self, unknown: Sequence[int], found: int, strong: bool) -> bool:
        """Whether the words that belong to no title may stand beside this one."""
        if not unknown:
            return True
        evidence, title = self.evidence[found], self.buttons[found]
        whole = title.is_whole(evidence.named)
        if not whole and ORDERING.search(" ".join(one.word for one in self.tokens)):
            return False
        almost = len(evidence.named & title.needed) >= _ALMOST_ALL * len(title.needed)
        sure = almost and len(evidence.named) > 1
        if not (strong or whole) or any(self._asks_more_by(at, whole, sure) for at in unknown):
            return False
        said = [self.tokens[at].word for at in evidence.fits]
        if all(map(QUESTION.fullmatch, said)):
            return False
        if max(evidence.fits.values()) < INFLECTED and not all(
            wishes(self.tokens[at].word) for at in unknown
        ):
            return False
        wished = any(wishes(one.word) for at, one in enumerate(self.tokens) if at not in evidence.fits)
        if whole:
            slight = len(title.needed) == len(title.numbers) or max(map(len, said)) <= _SLIGHT
            return len(unknown) <= (1 if slight else _MANY if wished and not title.parts else _SOME)
        if any(self._takes_the_place(at, found) for at in unknown):
            return False
        return len(unknown) <= (_SOME if almost or wished else 1)

    def _takes_the_place(self, at: int, found: int) -> bool:
        """Whether a word stands where the title has another one: "sohbeti kapat" is not "hesabı kapat"."""
        if wishes(self.tokens[at].word):
            return False
        evidence, title = self.evidence[found], self.buttons[found]
        missing = title.needed - evidence.named
        first, last = min(evidence.named), max(evidence.named)
        before, after = any(i < first for i in missing), any(i > last for i in missing)
        return (before and at + 1 in evidence.fits) or (after and at - 1 in evidence.fits)

    def _asks_for_any(self, at: int, found: int) -> bool:
        """Whether it is only asked whether there are such: "kampanya var mı" for "Kampanyalar"."""
        title = self.buttons[found]
        return (
            is_particle(self.tokens[at].word)
            and self.tokens[at - 1].word == "var"
            and at - 2 in self.evidence[found].fits
            and title.is_whole(self.evidence[found].named)
            and title.words[-1].endswith(("lar", "ler"))
        )

    def _asks_more_by(self, at: int, whole: bool, sure: bool) -> bool:
        """Whether a word beside a title is a matter of its own."""
        token = self.tokens[at]
        if token.number is not None or token.word[0].isdigit():
            return True
        if token.word in VALUES and not whole:
            return True
        if ORDERING.match(" ".join(one.word for one in self.tokens[at : at + 2])):
            return True
        if not (whole or sure) and wishes(token.word) and not is_light(token.word):
            return True
        scale = all(len(one.words) == len(one.numbers) for one in self.buttons)
        if (sure or scale) and MATTER.fullmatch(token.word):
            return False
        return token.word not in self.told and asks_more(token.word)

    def _is_named_at_all(self, at: int) -> bool:
        return any(at in one.fits for one in self.evidence)

    def _is_weak(self, at: int) -> bool:
        word = self.tokens[at].word
        return is_silent(word) or word in NEUTRAL_NOUNS or word in NEGATING or word in self.told

    def _counts_as_unknown(self, at: int) -> bool:
        word = self.tokens[at].word
        if is_particle(word):
            before = self.tokens[at - 1].word if at else ""
            return before != "olur" and not (len(word) > _SHORT_PARTICLE and re.search(r"[aeiu]r$", before))
        if is_silent(word):
            return False
        return word not in NEUTRAL_NOUNS and word not in self.told
