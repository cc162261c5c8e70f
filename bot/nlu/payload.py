"""``/intent@0.9{"entity": "value"}``: what a button sends, understood without guessing."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.nlu.component import Draft

log = logging.getLogger(__name__)

_PAYLOAD = re.compile(r"^/(?P<intent>[^{@]+)(?P<confidence>@[0-9.]+)?(?P<entities>\{.+\})?(?P<rest>.*)")
ALWAYS_KNOWN = frozenset({"restart", "back", "out_of_scope", "session_start", "nlu_fallback"})
"""Intents that a domain has without listing them."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a domain declares; ``None`` knows everything."""

    intents: Collection[str] | None = None
    entities: Collection[str] | None = None

    def has_intent(self, name: str) -> bool:
        return self.intents is None or name in self.intents or name in ALWAYS_KNOWN

    def has_entity(self, name: str) -> bool:
        return self.entities is None or name in self.entities


def read_payload(text: str, known: Known) -> Draft | None:
    """The payload as a finished draft, or ``None`` when the text is ordinary text.

    Unknown intents make it ordinary text; unknown entities and broken JSON are left out.
    """
    stripped = text.strip()
    match = _PAYLOAD.match(stripped) if stripped.startswith("/") else None
    if match is None:
        return None
    name = match["intent"].strip()
    if not known.has_intent(name):
        log.info("payload with an intent that the domain does not have: taken as text")
        return None
    if match["rest"]:
        log.info("payload of %s: what follows it is dropped", name)
    confidence = _confidence(match["confidence"])
    draft = Draft(stripped)
    draft.intent = {"name": name, "confidence": confidence}
    draft.ranking = [dict(draft.intent)]
    if match["entities"]:
        start, end = match.span("entities")
        for entity, value in _entities(match["entities"], name):
            if known.has_entity(entity):
                for one in value if isinstance(value, list) else [value]:
                    draft.entities.append(
                        {
                            "entity": entity,
                            "value": one,
                            "start": start,
                            "end": end,
                            "extractor": "RegexMessageHandler",
                        }
                    )
    return draft


def _confidence(written: str | None) -> float:
    if written is None:
        return 1.0
    try:
        return float(written[1:])
    except ValueError:
        return 0.0


def _entities(written: str, intent: str) -> list[tuple[str, Any]]:
    try:
        values = json.loads(written)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        log.info("payload of %s: its entities are not a JSON object, and are left out", intent)
        return []
    return list(values.items())
