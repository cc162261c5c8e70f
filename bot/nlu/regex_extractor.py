"""Entities that a regex or a lookup table names."""

from __future__ import annotations

import logging
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.patterns import Patterns, without_suffix

log = logging.getLogger(__name__)


class RegexEntityExtractor(Component):
    """Takes every match of a pattern that is named like an annotated entity."""

    defaults: ClassVar[Options] = {
        "case_sensitive": False,
        "use_lookup_tables": True,
        "use_regexes": True,
        "use_word_boundaries": True,
        "overlaps": True,
    }
    """``overlaps: false`` leaves out matches that overlap an entity found before; Rasa keeps them."""

    def __init__(self, options: Options, patterns: Patterns) -> None:
        self.overlaps = bool(options["overlaps"])
        self.patterns = patterns

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> RegexEntityExtractor:
        patterns = Patterns.from_data(corpus.data, options, only_entities=True)
        if not patterns.tables and not patterns.sources:
            log.warning("RegexEntityExtractor: no regex or lookup table is named like an annotated entity")
        return cls(options, patterns)

    @classmethod
    def load(cls, options: Options, part: Part) -> RegexEntityExtractor:
        return cls(options, Patterns.load(part))

    def save(self, part: Part) -> None:
        self.patterns.save(part)

    def process(self, draft: Draft) -> None:
        taken = {(one["entity"], one["start"], one["end"]) for one in draft.entities}
        for match in self.patterns.find(draft.text):
            end = without_suffix(draft.text, match.start, match.end)
            key = (match.name, match.start, end)
            if key in taken or (not self.overlaps and _overlaps(draft, match.start, end)):
                continue
            taken.add(key)
            draft.entities.append(
                {
                    "entity": match.name,
                    "start": match.start,
                    "end": end,
                    "value": draft.text[match.start : end],
                    "extractor": "RegexEntityExtractor",
                }
            )


def _overlaps(draft: Draft, start: int, end: int) -> bool:
    return any(
        isinstance(one.get("start"), int) and one["start"] < end and start < one["end"]
        for one in draft.entities
    )
