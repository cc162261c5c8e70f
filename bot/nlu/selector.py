"""Which of an intent's answers is meant: ``faq/opening_hours`` among all ``faq/...``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.data import TrainingData
from bot.nlu.linear import LinearModel, features_of, renormalized

DEFAULT = "default"
"""Key of a selector that serves all retrieval intents."""


class ResponseSelector(Component):
    """Chooses among the retrieval keys of one intent, or of all that have any."""

    defaults: ClassVar[Options] = {
        "retrieval_intent": None,
        "ranking_length": 10,
        "renormalize_confidences": False,
    }

    def __init__(
        self, options: Options, model: LinearModel | None, responses: Mapping[str, Any], retrieval: list[str]
    ) -> None:
        self.intent: str | None = options["retrieval_intent"]
        self.length = int(options["ranking_length"])
        self.renormalize = bool(options["renormalize_confidences"])
        self.model, self.responses, self.retrieval = model, dict(responses), retrieval

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        from bot.nlu.linear_training import train

        wanted = options["retrieval_intent"]
        texts, labels = [], []
        for one, draft in zip(corpus.data.examples, corpus.drafts, strict=True):
            if one.intent and "/" in one.intent and wanted in (None, one.base_intent) and draft.tokens:
                texts.append(features_of(draft))
                labels.append(one.intent)
        model = train(texts, labels, seed=corpus.seed) if labels else None
        self = cls(options, model, {}, sorted({label.split("/", 1)[0] for label in labels}))
        self.renew(corpus.data)
        return self

    def renew(self, data: TrainingData) -> None:
        """Say what the responses say now."""
        names = {f"utter_{label}" for label in (self.model.labels if self.model else ())}
        self.responses = {name: said for name, said in data.responses.items() if name in names}

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        document = part.read_json("selector.json")
        model = LinearModel.load(part) if "model.json" in part else None
        return cls(options, model, document["responses"], document["retrieval"])

    def save(self, part: Part) -> None:
        part.write_json("selector.json", {"responses": self.responses, "retrieval": self.retrieval})
        if self.model is not None:
            self.model.save(part)

    def process(self, draft: Draft) -> None:
        if self.model is None or not draft.tokens:
            return
        ranking = self.model.ranking(features_of(draft), self.length)
        if self.renormalize:
            ranking = renormalized(ranking)
        best, confidence = ranking[0]
        action = f"utter_{best}"
        draft.response_selector.setdefault("all_retrieval_intents", [])
        known = draft.response_selector["all_retrieval_intents"]
        known += [name for name in self.retrieval if name not in known]
        draft.response_selector[self.intent or DEFAULT] = {
            "response": {
                "responses": self.responses.get(action) or [{"text": best}],
                "confidence": confidence,
                "intent_response_key": best,
                "utter_action": action,
            },
            "ranking": [{"confidence": chance, "intent_response_key": name} for name, chance in ranking],
        }
