"""Values that programs can use, from the words that customers use; spans stay as they are."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from bot.archive import Part
from bot.clock import Clock, SystemClock
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.patterns import Patterns
from bot.nlu.values import READERS, read_value

log = logging.getLogger(__name__)


class TurkishEntityNormalizer(Component):
    """Gives entities a value of their kind (``bot.nlu.values``), or the spelling of their lookup table.

    "istanbuldan" becomes "İstanbul" and "kulaklığımı" "kulaklık" when the tables ``city`` and ``product``
    have these entries; words before the entry stay: "deri ceketimi" is "deri ceket". Stands behind the
    extractors and before ``EntitySynonymMapper``.
    """

    defaults: ClassVar[Options] = {
        "kinds": {kind: kind for kind in READERS},
        "lookups": True,
        "timezone": "Europe/Istanbul",
    }
    """``kinds``: entity → kind of value; ``timezone``: where "today" is."""

    clock: Clock = SystemClock()

    def __init__(self, options: Options, patterns: Patterns) -> None:
        self.kinds = {
            str(entity): str(kind) for entity, kind in options["kinds"].items() if str(kind) in READERS
        }
        for entity in options["kinds"].keys() - self.kinds.keys():
            log.warning("TurkishEntityNormalizer: %r has no such kind; there are %s", entity, list(READERS))
        self.zone = ZoneInfo(str(options["timezone"]))
        self.patterns = patterns

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> TurkishEntityNormalizer:
        names = set(corpus.data.entity_names) if options["lookups"] else set()
        tables = {name: entries for name, entries in corpus.data.lookups.items() if name in names}
        return cls(options, Patterns(tables, [], case_sensitive=False))

    @classmethod
    def load(cls, options: Options, part: Part) -> TurkishEntityNormalizer:
        return cls(options, Patterns.load(part))

    def save(self, part: Part) -> None:
        self.patterns.save(part)

    def process(self, draft: Draft) -> None:
        for entity in draft.entities:
            if not isinstance(entity.get("start"), int) or entity["value"] != _words(draft, entity):
                continue  # another component has given it a value
            value = self._value(draft, entity)
            if value is not None and value != entity["value"]:
                entity["value"] = value
                entity["processors"] = [*entity.get("processors", ()), "TurkishEntityNormalizer"]

    def _value(self, draft: Draft, entity: dict[str, Any]) -> str | int | None:
        words = _words(draft, entity)
        if kind := self.kinds.get(entity["entity"]):
            today = datetime.fromtimestamp(self.clock.now(), self.zone).date()
            return read_value(kind, words, today)
        return self._entry(draft, entity)

    def _entry(self, draft: Draft, entity: dict[str, Any]) -> str | None:
        """The entity with the lookup entry at its end as the table spells it."""
        table = next((one for one in self.patterns.lookups if one.name == entity["entity"]), None)
        if table is None:
            return None
        start, end = entity["start"], entity["end"]
        inside = [
            piece
            for piece in self.patterns.pieces(draft.text, draft.tokens)
            if start <= piece.start and piece.end <= end
        ]
        found = table.last_entry(inside)
        return None if found is None else draft.text[start : found[0]] + found[1]


def _words(draft: Draft, entity: dict[str, Any]) -> str:
    return draft.text[entity["start"] : entity["end"]]
