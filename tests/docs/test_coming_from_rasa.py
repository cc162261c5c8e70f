"""The page for those who come from Rasa names every component and policy that is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.ensemble import DECLINED, MEMORIES
from bot.dialogue.learned import LearnedPolicy
from bot.dialogue.rules import RulePolicy
from bot.nlu.registry import COMPONENTS, PASSED_OVER

PAGE = (Path(__file__).parents[2] / "docs" / "coming-from-rasa.md").read_text(encoding="utf-8")
OURS = {
    "ConsonantFeaturizer",
    "EntityAugmenter",
    "EntityMasker",
    "LinearIntentClassifier",
    "SentenceSplitter",
    "SpellingCorrector",
    "TurkishEntityNormalizer",
    "TurkishFeaturizer",
    "TurkishNormalizer",
    "TypoAugmenter",
}
"""Components that Rasa does not have."""


@pytest.mark.parametrize("name", sorted({*COMPONENTS, *PASSED_OVER} - OURS))
def test_every_component_of_rasa_is_told_of(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", sorted({*MEMORIES, *DECLINED, RulePolicy.name, LearnedPolicy.name}))
def test_every_policy_is_told_of(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_what_is_passed_over_stands_under_what_is_declined() -> None:
    declined = PAGE.split("## What is declined")[1].split("\n## ")[0]
    assert all(
        f"`{name}`" in declined for name, reason in PASSED_OVER.items() if reason and name != "MitieNLP"
    )
