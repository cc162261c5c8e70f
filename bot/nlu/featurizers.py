"""Features of a message, as text → count; each classifier weighs them for itself."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options, Token, Untrained
from bot.nlu.patterns import Patterns
from bot.nlu.word_forms import WordForms, check_options

log = logging.getLogger(__name__)

_NUMBER = "__NUMBER__"
VOWELS = frozenset("aeiou")
"""Of folded words."""
PATTERNS = "patterns"
"""The block that says which patterns a message matches."""


class CountVectorsFeaturizer(Component):
    """Counts n-grams: of words (``analyzer: word``), of characters within words (``char_wb``), or of all (``char``).

    ``OOV_token`` stands for words that no example has, and in examples for ``OOV_words``: it is only learnt
    from if an example has it, as itself or as one of these words.
    """

    defaults: ClassVar[Options] = {
        "alias": None,
        "analyzer": "word",
        "min_ngram": 1,
        "max_ngram": 1,
        "min_df": 1,
        "max_df": 1.0,
        "max_features": None,
        "stop_words": None,
        "strip_accents": None,
        "lowercase": True,
        "OOV_token": None,
        "OOV_words": [],
        "use_lemma": True,
    }
    prepares: ClassVar[bool] = True

    def __init__(
        self, options: Options, kept: frozenset[str] | None, words: frozenset[str] | None = None
    ) -> None:
        self.analyzer = str(options["analyzer"])
        self.shortest, self.longest = int(options["min_ngram"]), int(options["max_ngram"])
        self.forms = WordForms(options)
        self.kept = kept
        """The vocabulary when an option limits it, otherwise ``None``."""
        self.words = words
        """The words that are known, when there is a token for others."""
        self.unknown = str(options["OOV_token"]) if options["OOV_token"] is not None else None
        self.block = str(options["alias"] or f"{self.analyzer}_{self.shortest}_{self.longest}")

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> CountVectorsFeaturizer:
        check_options(options)
        self = cls(options, None)
        if _is_limiting(options):
            self.kept = self._limited(options, corpus)
        if self.unknown is not None and self.analyzer == "word":
            self._learn_unknown(self.unknown, corpus)
        return self

    @classmethod
    def load(cls, options: Options, part: Part) -> CountVectorsFeaturizer:
        kept, words = (
            frozenset(part.read_json(name)) if name in part else None for name in ("kept.json", "words.json")
        )
        return cls(options, kept, words)

    def save(self, part: Part) -> None:
        if self.kept is not None:
            part.write_json("kept.json", sorted(self.kept))
        if self.words is not None:
            part.write_json("words.json", sorted(self.words))

    def process(self, draft: Draft) -> None:
        counts: Counter[str] = Counter(self._grams(draft))
        if self.kept is not None:
            counts = Counter({gram: count for gram, count in counts.items() if gram in self.kept})
        name = self.block
        while name in draft.features:  # the same options twice: both count
            name += "'"
        draft.features[name] = dict(counts)

    def _grams(self, draft: Draft) -> Iterable[str]:
        forms = self._words(draft)
        if self.analyzer == "word":
            yield from word_grams(forms, self.shortest, self.longest)
        elif self.analyzer == "char":
            yield from character_grams(" ".join(forms), self.shortest, self.longest)
        else:
            for form in forms:
                yield from character_grams(f" {form} ", self.shortest, self.longest)

    def _words(self, draft: Draft) -> list[str]:
        if self.analyzer != "word":
            return self.forms.of(draft)
        words = [_NUMBER if word.isdigit() else word for word in self.forms.of(draft)]
        if self.unknown is None:
            return words
        words = [self.unknown if word in self.forms.unknown else word for word in words]
        known = self.words
        return words if known is None else [word if word in known else self.unknown for word in words]

    def _learn_unknown(self, token: str, corpus: Corpus) -> None:
        words = {word for draft in corpus.drafts for word in self._words(draft)}
        if self.kept is not None and self.shortest == 1:
            words &= self.kept
        if token in words:
            self.words = frozenset(words)
        else:
            log.warning(
                "CountVectorsFeaturizer: no example has the OOV_token or one of the OOV_words: "
                "words that no example has are left out."
            )

    def _limited(self, options: Options, corpus: Corpus) -> frozenset[str]:
        documents = [Counter(self._grams(draft)) for draft in corpus.drafts]
        inside = Counter(gram for one in documents for gram in one)
        often: Counter[str] = Counter()
        for one in documents:
            often.update(one)
        least, most = (
            bound * len(documents) if isinstance(bound, float) else bound
            for bound in (options["min_df"], options["max_df"])
        )
        kept = [gram for gram, count in inside.items() if least <= count <= most]
        kept.sort(key=lambda gram: (-often[gram], gram))
        return frozenset(kept[: options["max_features"] or None])


def _is_limiting(options: Options) -> bool:
    """Whether anything may be left out; whole numbers count examples, others are shares of them."""
    least, most = options["min_df"], options["max_df"]
    fewest = least > 0 if isinstance(least, float) else least > 1
    return bool(fewest or not (isinstance(most, float) and most >= 1.0) or options["max_features"])


def word_grams(words: list[str], shortest: int, longest: int) -> list[str]:
    if shortest == longest == 1:
        return words
    return [
        " ".join(words[at : at + size])
        for size in range(shortest, longest + 1)
        for at in range(len(words) - size + 1)
    ]


@lru_cache(maxsize=65_536)
def character_grams(text: str, shortest: int, longest: int) -> tuple[str, ...]:
    """All stretches of ``text`` that long; a text shorter than one counts as a whole, once."""
    grams = [
        text[at : at + size]
        for size in range(shortest, min(longest, len(text)) + 1)
        for at in range(len(text) - size + 1)
    ]
    return tuple(grams) or (text,)


class ConsonantFeaturizer(Untrained):
    """Counts n-grams of words without their vowels, which is how people in a hurry write them.

    "siparişimi", "sprşmi" and "sıparışmı" look alike so. Letters are those of the tokens' forms, and a first
    vowel stays: goes behind ``TurkishNormalizer``.
    """

    defaults: ClassVar[Options] = {"min_ngram": 3, "max_ngram": 4}
    prepares: ClassVar[bool] = True

    def process(self, draft: Draft) -> None:
        shortest, longest = int(self.options["min_ngram"]), int(self.options["max_ngram"])
        counts: Counter[str] = Counter()
        for token in draft.tokens:
            word = f" {consonants(token.form)} "
            # The whole word counts too, apart from the same letters within others.
            counts.update((f"={word}", *character_grams(word, shortest, longest)))
        draft.features["consonants"] = dict(counts)


def consonants(form: str) -> str:
    """A folded word without its vowels, but for the first letter; what is no word stays."""
    return form[:1] + "".join(char for char in form[1:] if char not in VOWELS) if form.isalpha() else form


class RegexFeaturizer(Component):
    """Marks where the project's regexes and lookup tables match."""

    defaults: ClassVar[Options] = {
        "case_sensitive": True,
        "use_lookup_tables": True,
        "use_regexes": True,
        "use_word_boundaries": True,
        "inflected": False,
    }
    """``inflected``: entries of lookup tables match with Turkish suffixes and corrected spelling, too."""
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options, patterns: Patterns) -> None:
        self.inflected = bool(options["inflected"])
        self.patterns = patterns

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> RegexFeaturizer:
        return cls(options, Patterns.from_data(corpus.data, options, only_entities=False))

    @classmethod
    def load(cls, options: Options, part: Part) -> RegexFeaturizer:
        return cls(options, Patterns.load(part))

    def save(self, part: Part) -> None:
        self.patterns.save(part)

    def process(self, draft: Draft) -> None:
        found = self.patterns.find(draft.text, draft.tokens, inflected=self.inflected)
        draft.matches += found
        if found:
            draft.features.setdefault(PATTERNS, {}).update({match.name: 1.0 for match in found})


_SHAPES: dict[str, Callable[[str], bool]] = {
    "low": str.islower,
    "upper": str.isupper,
    "title": str.istitle,
    "digit": str.isdigit,
}
_AFFIX = re.compile(r"(prefix|suffix)(\d+)")


class LexicalSyntacticFeaturizer(Untrained):
    """Marks each word with the shape of itself and of its neighbours, for entity extraction."""

    defaults: ClassVar[Options] = {
        "features": [
            ["low", "title", "upper"],
            ["BOS", "EOS", "low", "upper", "title", "digit"],
            ["low", "title", "upper"],
        ]
    }
    prepares: ClassVar[bool] = True

    def process(self, draft: Draft) -> None:
        rows: list[list[str]] = list(self.options["features"])
        half = len(rows) // 2
        last = len(draft.tokens) - 1
        while len(draft.marks) <= last:
            draft.marks.append(set())
        for at in range(last + 1):
            for offset, names in enumerate(rows, start=-half):
                if 0 <= at + offset <= last:
                    token = draft.tokens[at + offset]
                    found = (_shape(name, token, at + offset, last) for name in names)
                    draft.marks[at].update(f"{offset}:{mark}" for mark in found if mark)


def _shape(name: str, token: Token, at: int, last: int) -> str | None:
    word = token.text
    if name in ("pos", "pos2"):
        return f"{name}={token.tag[:2] if name == 'pos2' else token.tag}" if token.tag else None
    if name in _SHAPES:
        return name if _SHAPES[name](word) else None
    if name == "BOS":
        return name if at == 0 else None
    if name == "EOS":
        return name if at == last else None
    if affix := _AFFIX.fullmatch(name):
        size = int(affix[2])
        return f"{name}={word[:size] if affix[1] == 'prefix' else word[-size:]}"
    return None
