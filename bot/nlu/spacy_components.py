"""Rasa's components over a pipeline of spaCy's: its words, word vectors and entities."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import numpy as np

from bot.archive import Part
from bot.errors import Complaint, ProjectError
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.linear import DENSE
from bot.nlu.spacy_pipeline import SpacyPipeline, Vectors, load_pipeline

log = logging.getLogger(__name__)


class _WithPipeline(Component):
    """Keeps the language that it was trained for; the pipeline itself is installed, and no part of a model."""

    defaults: ClassVar[Options] = {"model": None}

    def __init__(self, options: Options, language: str) -> None:
        self.options, self.language = options, language
        self.pipeline: SpacyPipeline = load_pipeline(options["model"], language)

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> _WithPipeline:
        return cls(options, corpus.language)

    @classmethod
    def load(cls, options: Options, part: Part) -> _WithPipeline:
        return cls(options, str(part.read_json("pipeline.json")["language"]))

    def save(self, part: Part) -> None:
        part.write_json("pipeline.json", {"language": self.language})


class SpacyNLP(_WithPipeline):
    """Reads the message with a pipeline of spaCy's, for the components behind it.

    ``model`` names an installed pipeline or a folder; without it, spaCy only divides words. Unless
    ``case_sensitive``, the pipeline reads lower case, as in Rasa.
    """

    defaults: ClassVar[Options] = {"model": None, "case_sensitive": False}
    prepares: ClassVar[bool] = True

    def process(self, draft: Draft) -> None:
        text = draft.text if self.options["case_sensitive"] else draft.lowered(draft.text)
        draft.reading = self.pipeline.read(text)


class SpacyFeaturizer(Component):
    """The mean or maximum of the words' vectors, as one more block of features for the classifiers."""

    defaults: ClassVar[Options] = {"pooling": "mean", "alias": None}
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options) -> None:
        self.pooling = options["pooling"]
        if self.pooling not in ("mean", "max"):
            message = f"SpacyFeaturizer has no pooling '{self.pooling}'."
            raise ProjectError(
                [Complaint("pooling-unknown", message, "Write 'pooling: mean' or 'pooling: max'.")]
            )
        self.block = f"{DENSE}{options['alias'] or 'spacy_' + self.pooling}"

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> SpacyFeaturizer:
        readings = (draft.reading for draft in corpus.drafts)
        if corpus.drafts and not any(one is not None and one.vectors is not None for one in readings):
            log.warning(
                "SpacyFeaturizer adds nothing: the pipeline of SpacyNLP has no word vectors "
                "(those whose names end in _md or _lg have)."
            )
        return cls(options)

    @classmethod
    def load(cls, options: Options, part: Part) -> SpacyFeaturizer:
        return cls(options)

    def process(self, draft: Draft) -> None:
        if draft.reading is None or draft.reading.vectors is None:
            return
        known: Vectors = draft.reading.vectors[np.any(draft.reading.vectors != 0, axis=1)]
        if len(known):  # words without a vector say nothing
            pooled = known.mean(axis=0) if self.pooling == "mean" else known.max(axis=0)
            draft.features[self.block] = {str(at): float(value) for at, value in enumerate(pooled)}


class SpacyEntityExtractor(_WithPipeline):
    """The entities that a trained pipeline of spaCy's finds in the message as it was written.

    ``dimensions`` limits them to these labels; ``model`` is that of SpacyNLP unless it is given. spaCy does
    not tell how sure it is.
    """

    defaults: ClassVar[Options] = {"dimensions": None, "model": None}

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> SpacyEntityExtractor:
        self = cls(options, corpus.language)
        if not self.pipeline.finds_entities:
            log.warning("SpacyEntityExtractor finds nothing: its pipeline has no entity recogniser.")
        return self

    def process(self, draft: Draft) -> None:
        wanted = self.options["dimensions"]
        for one in self.pipeline.entities(draft.text):
            if wanted is None or one.label in wanted:
                entity: dict[str, Any] = {
                    "entity": one.label,
                    "value": draft.text[one.start : one.end],
                    "start": one.start,
                    "confidence": None,
                    "end": one.end,
                    "extractor": "SpacyEntityExtractor",
                }
                draft.entities.append(entity)
