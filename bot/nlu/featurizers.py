"""Features of a message, as text → count; each classifier weighs them for itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options, Untrained
from bot.nlu.patterns import Patterns

_NUMBER = "__NUMBER__"
_LONG_IN_WORDS, _LONG_IN_DIGITS = 3, 4
NUMBER_MATCH = "tr_number"
"""What a match is called that is a number, in digits or words."""
PATTERNS = "patterns"
"""The block that says which patterns a message matches."""


class CountVectorsFeaturizer(Component):
    """Counts n-grams: of words (``analyzer: word``), or of characters within words (``char_wb``)."""

    defaults: ClassVar[Options] = {
        "analyzer": "word",
        "min_ngram": 1,
        "max_ngram": 1,
        "min_df": 1,
        "max_df": 1.0,
        "stop_words": None,
        "max_features": None,
    }
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options, kept: frozenset[str] | None) -> None:
        self.analyzer = str(options["analyzer"])
        self.shortest, self.longest = int(options["min_ngram"]), int(options["max_ngram"])
        stop_words = options["stop_words"]
        self.stop_words = frozenset(stop_words if isinstance(stop_words, list) else ())
        self.kept = kept
        """The vocabulary when an option limits it, otherwise ``None``."""
        self.block = f"{self.analyzer}_{self.shortest}_{self.longest}"

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> CountVectorsFeaturizer:
        self = cls(options, None)
        limited = options["min_df"] not in (1, 0) or options["max_df"] != 1.0 or options["max_features"]
        if limited:
            self.kept = self._limited(options, corpus)
        return self

    @classmethod
    def load(cls, options: Options, part: Part) -> CountVectorsFeaturizer:
        kept = frozenset(part.read_json("kept.json")) if "kept.json" in part else None
        return cls(options, kept)

    def save(self, part: Part) -> None:
        if self.kept is not None:
            part.write_json("kept.json", sorted(self.kept))

    def process(self, draft: Draft) -> None:
        counts: Counter[str] = Counter(self._grams(draft))
        if self.kept is not None:
            counts = Counter({gram: count for gram, count in counts.items() if gram in self.kept})
        name = self.block
        while name in draft.features:  # the same options twice: both count
            name += "'"
        draft.features[name] = dict(counts)

    def _grams(self, draft: Draft) -> Iterable[str]:
        forms = [
            _NUMBER if form.isdigit() and self.analyzer == "word" else form
            for form in forms_of(draft)
            if form not in self.stop_words
        ]
        if self.analyzer == "word":
            yield from word_grams(forms, self.shortest, self.longest)
        elif self.analyzer == "char":
            yield from character_grams(" ".join(forms), self.shortest, self.longest)
        else:
            for form in forms:
                yield from character_grams(f" {form} ", self.shortest, self.longest)

    def _limited(self, options: Options, corpus: Corpus) -> frozenset[str]:
        documents = [set(self._grams(draft)) for draft in corpus.drafts]
        often: Counter[str] = Counter(gram for one in documents for gram in one)
        least, most = (
            bound * len(documents) if isinstance(bound, float) else bound
            for bound in (options["min_df"], options["max_df"])
        )
        kept = [gram for gram, count in often.items() if least <= count <= most]
        kept.sort(key=lambda gram: (-often[gram], gram))
        return frozenset(kept[: options["max_features"] or None])


def forms_of(draft: Draft) -> list[str]:
    """The tokens' forms; a long number is one form, whatever its digits or words are.

    Which order or telephone it is says nothing of what is wanted, but ten words do weigh. Only numbers that
    a featurizer before has marked are known; short ones stay, as scores and sizes are told by them.
    """
    marked = [(one.start, one.end) for one in draft.matches if one.name == NUMBER_MATCH]
    forms: list[str] = []
    run: list[str] = []
    for token in draft.tokens:
        if any(start <= token.start and token.end <= end for start, end in marked):
            run.append(token.form)
            continue
        forms += _shortened(run)
        run = []
        forms.append(token.form)
    return forms + _shortened(run)


def _shortened(run: list[str]) -> list[str]:
    """The words of a number, or what stands for them when it is long."""
    is_long = (
        len(run) >= _LONG_IN_WORDS or sum(len(form) for form in run if form.isdigit()) >= _LONG_IN_DIGITS
    )
    return [_NUMBER] if is_long else run


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
                    word = draft.tokens[at + offset].text
                    found = (_shape(name, word, at + offset, last) for name in names)
                    draft.marks[at].update(f"{offset}:{mark}" for mark in found if mark)


def _shape(name: str, word: str, at: int, last: int) -> str | None:
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
