"""Domain files of Rasa 1 and 2, one matter a test."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from bot.errors import Complaints
from bot.migration.domain import NewDomain, is_old_domain, migrate_domain
from bot.migration.report import Report
from bot.project import Document
from bot.yaml_file import Map, read_yaml


def content_of(text: str) -> Map:
    found = read_yaml(dedent(text), "domain.yml", Complaints())
    assert isinstance(found, Map)
    return found


def migrated(*texts: str) -> tuple[NewDomain, Report]:
    report = Report()
    documents = [Document(f"{index}.yml", content_of(text)) for index, text in enumerate(texts)]
    return migrate_domain(documents, {}, report), report


def slot_of(text: str, name: str) -> Any:
    found, _ = migrated(text)
    return found.files["0.yml"]["slots"][name]


def test_an_entity_fills_the_slot_of_its_name() -> None:
    slot = slot_of("version: '2.0'\nentities: [city]\nslots: {city: {type: text}}", "city")
    assert slot == {"type": "text", "mappings": [{"type": "from_entity", "entity": "city"}]}


def test_an_entity_with_roles_fills_it_too() -> None:
    slot = slot_of("version: '2.0'\nentities: [{city: {roles: [from]}}]\nslots: {city: {type: text}}", "city")
    assert slot["mappings"] == [{"type": "from_entity", "entity": "city"}]


@pytest.mark.parametrize(
    "text",
    [
        "version: '2.0'\nentities: [city]\nslots: {city: {type: text, auto_fill: false}}",
        "version: '2.0'\nentities: [city]\nconfig: {store_entities_as_slots: false}\nslots: {city: {type: text}}",
        "version: '2.0'\nentities: [town]\nslots: {city: {type: text}}",
    ],
)
def test_without_auto_fill_only_actions_set_it(text: str) -> None:
    assert slot_of(text, "city") == {"type": "text", "mappings": [{"type": "custom"}]}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("unfeaturized", {"type": "any", "influence_conversation": False}),
        ("rasa.core.slots.UnfeaturizedSlot", {"type": "any", "influence_conversation": False}),
        ("rasa.shared.core.slots.BooleanSlot", {"type": "bool"}),
        ("shop.slots.BasketSlot", {"type": "shop.slots.BasketSlot"}),
    ],
)
def test_types_of_slots(kind: str, expected: dict[str, Any]) -> None:
    slot = slot_of(f"version: '2.0'\nslots: {{basket: {{type: {kind}}}}}", "basket")
    assert slot == {**expected, "mappings": [{"type": "custom"}]}


def test_a_class_of_ones_own_is_left_for_a_person() -> None:
    _, report = migrated("version: '2.0'\nslots: {basket: {type: shop.slots.BasketSlot}}")
    assert ["shop.slots.BasketSlot" in one.text for one in report.left] == [True]


def test_mappings_of_two_forms_that_are_equal_become_one_with_two_conditions() -> None:
    mapping = "[{type: from_text}]"
    slot = slot_of(
        f"version: '2.0'\nslots: {{note: {{type: text}}}}\nforms: {{a: {{note: {mapping}}}, b: {{note: {mapping}}}}}",
        "note",
    )
    conditions = [
        {"active_loop": "a", "requested_slot": "note"},
        {"active_loop": "b", "requested_slot": "note"},
    ]
    assert slot["mappings"] == [{"type": "from_text", "conditions": conditions}]


@pytest.mark.parametrize("kind", ["from_entity", "from_trigger_intent"])
def test_these_mappings_do_not_wait_for_their_question(kind: str) -> None:
    slot = slot_of(
        f"version: '2.0'\nslots: {{x: {{type: text}}}}\nforms: {{f: {{x: [{{type: {kind}}}]}}}}", "x"
    )
    assert slot["mappings"] == [{"type": kind, "conditions": [{"active_loop": "f"}]}]


def test_a_slot_without_a_mapping_in_its_form_is_filled_by_its_entity() -> None:
    slot = slot_of("version: '2.0'\nslots: {x: {type: text}}\nforms: {f: {required_slots: {x: }}}", "x")
    assert slot["mappings"][0]["entity"] == "x"


def test_a_slot_that_only_a_form_names_is_declared_and_told() -> None:
    found, report = migrated(
        "version: '2.0'\nforms: {f: {x: [{type: from_text}]}}", "version: '2.0'\nslots: {}"
    )
    assert found.files["0.yml"]["slots"]["x"]["type"] == "text"
    assert "'x'" in report.left[0].text


def test_forms_slots_and_entities_may_stand_in_different_files() -> None:
    found, _ = migrated(
        "version: '2.0'\nforms: {f: {required_slots: {x: [{type: from_text}]}, ignored_intents: [bye]}}",
        "version: '2.0'\nslots: {x: {type: text}}",
        "version: '2.0'\nentities: [x]",
    )
    assert found.files["0.yml"]["forms"] == {"f": {"required_slots": ["x"], "ignored_intents": ["bye"]}}
    assert [one["type"] for one in found.files["1.yml"]["slots"]["x"]["mappings"]] == [
        "from_text",
        "from_entity",
    ]


def test_rasa_1_has_templates_texts_and_no_end_of_sessions() -> None:
    found, _ = migrated("templates: {utter_hi: [Hi, {text: Hello}], utter_bye: Bye}")
    new = found.files["0.yml"]
    assert new["responses"] == {
        "utter_hi": [{"text": "Hi"}, {"text": "Hello"}],
        "utter_bye": [{"text": "Bye"}],
    }
    assert new["session_config"]["session_expiration_time"] == 0
    assert next(iter(new)) == "version"


def test_rasa_2_without_a_version_keeps_the_sessions_default() -> None:
    found, _ = migrated("responses: {utter_hi: [{text: Hi}]}\nslots: {x: {type: text}}")
    assert "session_config" not in found.files["0.yml"]


def test_triggers_leave_the_intents() -> None:
    found, _ = migrated(
        "version: '2.0'\nintents: [{hours: {triggers: respond_faq}}, {a: {use_entities: [], triggers: b}}, c]"
    )
    assert found.files["0.yml"]["intents"] == ["hours", {"a": {"use_entities": []}}, "c"]
    assert [(one.intent, one.action) for one in found.triggers] == [("hours", "utter_faq"), ("a", "b")]


def test_the_order_of_the_file_stays() -> None:
    found, _ = migrated(
        "version: '2.0'\nzebra: 1\nactions: [a]\nintents: [b]\nresponses: {utter_c: [{text: c}]}"
    )
    assert list(found.files["0.yml"]) == ["version", "zebra", "actions", "intents", "responses"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("intents: [greet]", False),
        ("slots: {x: {type: text, mappings: [{type: custom}]}}", False),
        ("forms: {f: {required_slots: [x]}}", False),
        ("forms: {f: }", False),
        ("slots: {x: {type: text}}", True),
        ("templates: {}", True),
        ("forms: [f]", True),
        ("forms: {f: {required_slots: {x: [{type: from_text}]}}}", True),
        ("intents: [{a: {triggers: b}}]", True),
    ],
)
def test_which_domains_without_a_version_are_old(text: str, expected: bool) -> None:
    assert is_old_domain(content_of(text), None) is expected
