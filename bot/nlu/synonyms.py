"""One value for the many names of a thing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.turkish import fold
from bot.turkish.untailored import untailored_lower

log = logging.getLogger(__name__)


class EntitySynonymMapper(Component):
    """Replaces an entity's value by what its text stands for; case and diacritics do not matter.

    A synonym that is written exactly so wins over one that only looks the same without diacritics.
    With ``as_rasa`` only Python's own lower case is the same, as in Rasa: for comparisons with it.
    """

    defaults: ClassVar[Options] = {"as_rasa": False}

    def __init__(self, synonyms: Mapping[str, str], as_rasa: bool = False) -> None:
        self.synonyms = dict(synonyms)
        self.fold = untailored_lower if as_rasa else fold
        self.folded: dict[str, str] = {}
        for written, value in self.synonyms.items():
            self.folded.setdefault(self.fold(written), value)

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> EntitySynonymMapper:
        synonyms: dict[str, str] = {}
        pairs = list(corpus.data.synonyms.items())
        for one in corpus.data.examples:
            pairs += [(one.text[span.start : span.end], str(span.value)) for span in one.entities]
        for written, value in pairs:
            if written != value:
                if synonyms.get(written, value) != value:
                    log.warning("The synonym %r stands for %r and for %r", written, synonyms[written], value)
                synonyms[written] = value
        for value in list(synonyms.values()):
            # "AUSTRIA" is Austria too, as soon as anything is a synonym of Austria
            synonyms.setdefault(value, value)
        return cls(synonyms, bool(options.get("as_rasa")))

    @classmethod
    def load(cls, options: Options, part: Part) -> EntitySynonymMapper:
        synonyms = {str(written): str(value) for written, value in part.read_json("synonyms.json")}
        return cls(synonyms, bool(options.get("as_rasa")))

    def save(self, part: Part) -> None:
        part.write_json("synonyms.json", list(self.synonyms.items()))

    def process(self, draft: Draft) -> None:
        for entity in draft.entities:
            if not isinstance(entity["value"], str):
                continue  # a number that another component has read
            written = entity["value"]
            value = self.synonyms.get(written)
            if value is None:
                value = self.folded.get(self.fold(written))
            if value is not None:
                entity["value"] = value
                entity["processors"] = [*entity.get("processors", ()), "EntitySynonymMapper"]
