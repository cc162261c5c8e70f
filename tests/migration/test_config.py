"""Pipelines and policies of Rasa 1 and 2, one matter a test."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from bot.errors import Complaints, Place
from bot.migration.config import NewConfig, is_old_config, migrate_config
from bot.migration.domain import Trigger
from bot.migration.report import Report
from bot.yaml_file import Map, read_yaml

TRIGGER = Trigger("hours", "utter_hours", Place("domain.yml", 3))


def migrated(text: str, *triggers: Trigger, forms: tuple[str, ...] = ()) -> tuple[NewConfig, Report]:
    content = read_yaml(dedent(text), "config.yml", Complaints())
    assert isinstance(content, Map)
    report = Report()
    return migrate_config(content, "the shop", triggers, forms, report), report


def pipeline_of(text: str) -> list[dict[str, Any]]:
    found, _ = migrated(text)
    listed = found.content["pipeline"]
    assert isinstance(listed, list)
    return listed


def names_of(listed: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in listed]


def test_a_ready_pipeline_is_written_out() -> None:
    found = pipeline_of("pipeline: supervised_embeddings")
    assert names_of(found)[0] == "WhitespaceTokenizer"
    assert found[-1] == {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False}
    assert pipeline_of("pipeline: tensorflow_embedding") == found


def test_an_unknown_ready_pipeline_is_left_for_a_person() -> None:
    found, report = migrated("pipeline: my_own")
    assert found.content["pipeline"] is None
    assert "my_own" in report.left[0].text


def test_spacy_must_name_its_model() -> None:
    found, report = migrated("language: tr\npipeline: pretrained_embeddings_spacy")
    assert found.content["pipeline"][0] == {"name": "SpacyNLP", "model": "tr_core_news_md"}
    assert "SpacyNLP" in report.left[0].text


def test_a_language_model_with_its_tokenizer_is_one_featurizer_after_a_tokenizer() -> None:
    found = pipeline_of(
        """
        pipeline:
        - name: HFTransformersNLP
          model_name: bert
        - name: LanguageModelTokenizer
        - name: LanguageModelFeaturizer
        """
    )
    assert found == [
        {"name": "WhitespaceTokenizer"},
        {"name": "LanguageModelFeaturizer", "model_name": "bert"},
    ]


def test_two_featurizers_of_one_kind_both_stay() -> None:
    found = pipeline_of(
        "pipeline:\n- name: tokenizer_whitespace\n- name: CountVectorsFeaturizer\n"
        "- name: CountVectorsFeaturizer\n  analyzer: char_wb"
    )
    assert names_of(found) == ["WhitespaceTokenizer", "CountVectorsFeaturizer", "CountVectorsFeaturizer"]


def test_policies_that_are_gone() -> None:
    found, _ = migrated(
        """
        policies:
        - name: rasa.core.policies.memoization.MemoizationPolicy
          max_history: 3
        - name: KerasPolicy
          featurizer:
          - name: MaxHistoryTrackerFeaturizer
            max_history: 7
        - name: EmbeddingPolicy
        - name: FormPolicy
        - name: MappingPolicy
        """
    )
    assert found.content["policies"] == [
        {"name": "MemoizationPolicy", "max_history": 3},
        {"name": "TEDPolicy", "max_history": 7},
        {"name": "RulePolicy"},
    ]


def test_a_fallback_policy_becomes_a_classifier_a_rule_and_a_threshold() -> None:
    found, _ = migrated(
        """
        pipeline: [{name: WhitespaceTokenizer}, {name: KeywordIntentClassifier}]
        policies:
        - name: FallbackPolicy
          nlu_threshold: 0.5
          core_threshold: 0.2
          fallback_action_name: utter_default
        """
    )
    assert found.content["pipeline"][-1] == {
        "name": "FallbackClassifier",
        "threshold": 0.5,
        "ambiguity_threshold": 0.1,
    }
    assert found.content["policies"][0]["core_fallback_threshold"] == 0.2
    assert found.rules[0]["steps"] == [{"intent": "nlu_fallback"}, {"action": "utter_default"}]


def test_two_stages_are_a_loop_and_what_they_lack_is_told() -> None:
    found, report = migrated(
        """
        policies:
        - name: TwoStageFallbackPolicy
          fallback_nlu_action_name: action_call_person
          deny_suggestion_intent_name: no
        """
    )
    assert found.rules[0]["steps"][-1] == {"active_loop": "action_two_stage_fallback"}
    assert ["action_call_person" in report.left[0].text, "'no'" in report.left[1].text] == [True, True]


def test_triggers_are_rules_and_need_a_rule_policy() -> None:
    built_in = Trigger("restart", "action_restart", Place("domain.yml", 4))
    form = Trigger("order", "order_form", Place("domain.yml", 5))
    found, _ = migrated("policies: [{name: TEDPolicy}]", TRIGGER, built_in, form, forms=("order_form",))
    assert [one["steps"] for one in found.rules] == [
        [{"intent": "hours"}, {"action": "utter_hours"}],
        [{"intent": "order"}, {"action": "order_form"}, {"active_loop": "order_form"}],
    ]
    assert names_of(found.content["policies"]) == ["TEDPolicy", "RulePolicy"]


def test_defaults_stay_defaults() -> None:
    found, _ = migrated("language: tr\npipeline:\npolicies:", TRIGGER)
    assert found.content == {
        "recipe": "default.v1",
        "assistant_id": "the_shop",
        "language": "tr",
        "pipeline": None,
        "policies": None,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pipeline: [{name: WhitespaceTokenizer}]\npolicies: [{name: RulePolicy}]", False),
        ("policies: [{name: shop.policies.MyPolicy}]", False),
        ("pipeline: supervised_embeddings", True),
        ("pipeline: [{name: ner_crf}]", True),
        ("policies: [{name: FormPolicy}]", True),
    ],
)
def test_which_configs_are_old(text: str, expected: bool) -> None:
    content = read_yaml(text, "config.yml", Complaints())
    assert isinstance(content, Map)
    assert is_old_config(content) is expected
