"""Says so when the intent is not clear."""

from __future__ import annotations

from typing import ClassVar

from bot.nlu.component import Draft, Options, Untrained

FALLBACK_INTENT = "nlu_fallback"


class FallbackClassifier(Untrained):
    """Puts ``nlu_fallback`` in front when the best intent is weak, or hardly better than the next."""

    defaults: ClassVar[Options] = {"threshold": 0.3, "ambiguity_threshold": 0.1}

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.threshold = float(options["threshold"])
        self.ambiguity_threshold = float(options["ambiguity_threshold"])

    def process(self, draft: Draft) -> None:
        if draft.intent["confidence"] >= self.threshold and not self._ambiguous(draft):
            return
        draft.intent = {"name": FALLBACK_INTENT, "confidence": self.threshold}
        draft.ranking.insert(0, dict(draft.intent))

    def _ambiguous(self, draft: Draft) -> bool:
        if len(draft.ranking) < 2:
            return False
        first, second = (one["confidence"] for one in draft.ranking[:2])
        return bool(first - second < self.ambiguity_threshold)
