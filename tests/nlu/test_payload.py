"""``/intent{...}`` messages, as Rasa takes them (conformance notes 1-7)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu.payload import Known, read_payload

KNOWN = Known({"greet", "inform", "selamlaş"}, {"city", "count"})


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("/greet", "greet", 1.0),
        ("  / greet  ", "greet", 1.0),
        ("/selamlaş", "selamlaş", 1.0),
        ("/greet@0.3", "greet", 0.3),
        ("/greet@0", "greet", 0.0),
        ("/greet@1.5", "greet", 1.5),
        ("/greet@", "greet", 1.0),
        ("/greet@abc", "greet", 1.0),
        ("/greet@0.7.1", "greet", 0.0),
        ("/restart", "restart", 1.0),
        ("/nlu_fallback", "nlu_fallback", 1.0),
    ],
)
def test_intent_and_confidence(text: str, intent: str, confidence: float) -> None:
    draft = read_payload(text, KNOWN)
    assert draft is not None
    assert draft.intent == {"name": intent, "confidence": confidence}
    assert draft.ranking == [draft.intent]
    assert draft.text == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "greet",
        "/",
        "/unknown",
        '/inform["city"]',
        "/greet/sub",
        "/greet greet",
        "/Greet",
        "//greet",
        "/{}",
        "",
    ],
)
def test_ordinary_text(text: str) -> None:
    assert read_payload(text, KNOWN) is None


@pytest.mark.parametrize(
    ("json", "entities"),
    [
        ('{"city": "Rize"}', [("city", "Rize")]),
        (' {"city": "Rize"} what follows', [("city", "Rize")]),
        ('{"city": ["Rize", "Van"], "count": 2}', [("city", "Rize"), ("city", "Van"), ("count", 2)]),
        ('{"city": []}', []),
        ('{"city": [null]}', [("city", None)]),
        ('{"city": null}', [("city", None)]),
        ('{"city": {"a": 1}}', [("city", {"a": 1})]),
        ('{"planet": "Mars", "city": "Van"}', [("city", "Van")]),
        ("{broken}", []),
        ("{" * 5000 + "}" * 5000, []),
    ],
)
def test_entities(json: str, entities: list[tuple[str, Any]]) -> None:
    draft = read_payload(f"/inform{json}", KNOWN)
    assert draft is not None
    assert draft.intent["name"] == "inform"
    assert [(one["entity"], one["value"]) for one in draft.entities] == entities
    for one in draft.entities:
        assert draft.text[one["start"]] == "{"
        assert draft.text[one["end"] - 1] == "}"
        assert one["extractor"] == "RegexMessageHandler"


def test_without_a_domain_every_name_is_known() -> None:
    draft = read_payload('/anything{"thing": 1}', Known())
    assert draft is not None
    assert draft.entities[0]["value"] == 1
