"""What the pipeline made of one text, as reports ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.fallback import FALLBACK_INTENT
from bot.nlu.selector import DEFAULT


@dataclass(frozen=True, slots=True)
class Parse:
    """Rasa's JSON of a message."""

    raw: Mapping[str, Any]

    @property
    def intent(self) -> str:
        return str((self.raw.get("intent") or {}).get("name") or "")

    @property
    def confidence(self) -> float:
        return float((self.raw.get("intent") or {}).get("confidence") or 0.0)

    @property
    def entities(self) -> Sequence[Mapping[str, Any]]:
        return self.raw.get("entities") or ()

    def without_fallback(self) -> Parse:
        """The same as the classifier said it, before the fallback stepped in."""
        ranking: Sequence[Mapping[str, Any]] = self.raw.get("intent_ranking") or []
        if self.intent != FALLBACK_INTENT or len(ranking) < 2:
            return self
        return Parse({**self.raw, "intent": ranking[1], "intent_ranking": ranking[1:]})


def response_key(raw: Mapping[str, Any], intent: str) -> tuple[str, float]:
    """The retrieval key that the selector of this intent (else the one of all) chose, and how sure it was."""
    selectors = raw.get("response_selector") or {}
    known = selectors.get("all_retrieval_intents") or ()
    chosen = selectors.get(intent if intent in known and intent in selectors else DEFAULT) or {}
    response = chosen.get("response") or {}
    return str(response.get("intent_response_key") or ""), float(response.get("confidence") or 0.0)


def full_intent(raw: Mapping[str, Any]) -> str:
    """``faq/opening_hours`` of a retrieval intent; the intent's name of any other."""
    intent = Parse(raw).intent
    if intent not in ((raw.get("response_selector") or {}).get("all_retrieval_intents") or ()):
        return intent
    return response_key(raw, intent)[0] or intent
