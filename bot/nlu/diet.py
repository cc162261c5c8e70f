"""What stands for Rasa's DIETClassifier: the linear classifier and the random field, side by side."""

from __future__ import annotations

import logging
from typing import ClassVar, Self

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.crf import CRFEntityExtractor
from bot.nlu.linear import LinearIntentClassifier

log = logging.getLogger(__name__)


class _Entities(CRFEntityExtractor):
    extractor: ClassVar[str] = "DIETClassifier"


class DIETClassifier(Component):
    """Intents and entities in one entry of the pipeline, without a neural network."""

    defaults: ClassVar[Options] = {
        **CRFEntityExtractor.defaults,
        **LinearIntentClassifier.defaults,
        "intent_classification": True,
        "entity_recognition": True,
    }

    def __init__(self, intents: LinearIntentClassifier | None, entities: _Entities | None) -> None:
        self.intents, self.entities = intents, entities

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        log.info("DIETClassifier: LinearIntentClassifier and CRFEntityExtractor stand in for it")
        return cls(
            LinearIntentClassifier.train(options, corpus) if options["intent_classification"] else None,
            _Entities.train(options, corpus) if options["entity_recognition"] else None,
        )

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        intents = LinearIntentClassifier.load(options, part.part("intents"))
        entities = _Entities.load(options, part.part("entities")) if options["entity_recognition"] else None
        return cls(intents if options["intent_classification"] else None, entities)

    def save(self, part: Part) -> None:
        if self.intents is not None:
            self.intents.save(part.part("intents"))
        if self.entities is not None:
            self.entities.save(part.part("entities"))

    def process(self, draft: Draft) -> None:
        if self.intents is not None:
            self.intents.process(draft)
        if self.entities is not None:
            self.entities.process(draft)
