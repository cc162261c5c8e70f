"""Names that are used and not declared, or declared and not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Complaints
from bot.validation import read_project
from tests.reading.test_project import CONFIG, DATA, DOMAIN, written

MORE_DOMAIN = """
intents: [greet, inform]
entities:
- city:
    roles: [from]
slots:
  city:
    type: text
    mappings:
    - type: from_entity
      entity: city
      intent: inform
  size:
    type: categorical
    values: [small, big]
    mappings: [{type: custom}]
forms:
  order_form: {required_slots: [city]}
actions: [action_order]
responses:
  utter_greet: [{text: Merhaba}]
  utter_ask_city: [{text: "Hangi şehir?"}]
"""

STORY = """
stories:
- story: it
  steps:
  - intent: greet
{steps}
  - action: utter_greet
"""

IN_STORIES = [
    ("  - action: action_oder", "error action-undeclared", "Did you mean 'action_order'?"),
    ("  - action: utter_gret", "warning response-undeclared", "Did you mean 'utter_greet'?"),
    ("  - action: order_frm", "warning action-undeclared", "Did you mean 'order_form'?"),
    ("  - active_loop: order_frm", "error form-undeclared", "Did you mean 'order_form'?"),
    ("  - slot_was_set:\n    - cty: x", "error slot-undeclared", "Did you mean 'city'?"),
    ("  - slot_was_set:\n    - size: bigg", "warning slot-value", "Did you mean 'big'?"),
    ("  - intent: infrom", "warning intent-undeclared", "Did you mean 'inform'?"),
    ("  - intent: inform\n    entities:\n    - town: x", "warning entity-undeclared", "Add 'town'"),
    (
        "  - intent: inform\n    entities:\n    - city: x\n      role: to",
        "warning role-undeclared",
        "Add 'to' to the domain's roles",
    ),
    ("  - checkpoint: here", "warning checkpoint-alone", "checkpoint: here"),
]


def complaints_of(root: Path, code: str) -> Complaints:
    complaints = Complaints()
    read_project(root, complaints, environment={})
    return Complaints([one for one in complaints if one.code == code])


@pytest.mark.parametrize(("steps", "expected", "mend"), IN_STORIES, ids=lambda one: one[:40])
def test_stories(tmp_path: Path, steps: str, expected: str, mend: str) -> None:
    kind, code = expected.split()
    root = written(tmp_path, domain=MORE_DOMAIN, data__more=STORY.replace("{steps}", steps))
    (found,) = complaints_of(root, code)
    assert (found.warning, found.place and found.place.file) == (kind == "warning", "data/more.yml")
    assert found.place and found.place.line and found.place.line >= 6
    assert mend in found.mend


def test_an_unknown_response_in_a_rule_is_an_error(tmp_path: Path) -> None:
    root = written(tmp_path, data__data=DATA.replace("action: utter_greet", "action: utter_gret"))
    (found,) = complaints_of(root, "response-undeclared")
    assert not found.warning


IN_DOMAIN = [
    ("entity: city\n", "entity: citi\n", "warning entity-undeclared 11", "Did you mean 'city'?"),
    ("intent: inform\n", "intent: infrm\n", "warning intent-undeclared 12", "Did you mean 'inform'?"),
    ("intent: inform\n", "role: to\n", "warning role-undeclared 12", "'roles:' of 'city'"),
    ("required_slots: [city]", "required_slots: [cty]", "error slot-undeclared 18", "Did you mean 'city'?"),
    (
        "required_slots: [city]",
        "required_slots: [city, size]",
        "warning form-no-question 18",
        "utter_ask_size",
    ),
    (
        "intent: inform\n",
        "conditions:\n      - active_loop: ordr_form\n",
        "error form-undeclared 13",
        "Did you mean 'order_form'?",
    ),
    ("Hangi şehir?", "{ctiy} mi?", "warning placeholder-undeclared 22", "Did you mean 'city'?"),
    ("utter_greet:", "greet:", "warning response-prefix 21", "utter_greet"),
    ("[greet, inform]", "[greet, inform, foo]", "warning intent-unused 2", "Write a rule"),
]


@pytest.mark.parametrize(("old", "new", "expected", "mend"), IN_DOMAIN, ids=lambda one: one[:30])
def test_domain(tmp_path: Path, old: str, new: str, expected: str, mend: str) -> None:
    kind, code, line = expected.split()
    assert old in MORE_DOMAIN
    root = written(tmp_path, domain=MORE_DOMAIN.replace(old, new))
    found = complaints_of(root, code).found[0]
    assert (found.warning, str(found.place)) == (kind == "warning", f"domain.yml:{line}")
    assert mend in found.mend


IN_EXAMPLES = [
    ("- intent: greet\n  examples: |\n    - selam\n", "intent-few-examples", "ten or more"),
    ("- intent: gret\n  examples: |\n    - a\n    - b\n", "intent-undeclared", "Did you mean 'greet'?"),
    ("- intent: greet\n  examples: |\n    - [x](city)\n    - b\n", "entity-undeclared", "Add 'city'"),
    ("- intent: greet/a\n  examples: |\n    - a\n", "selector-missing", "ResponseSelector"),
    ("- intent: greet/a\n  examples: |\n    - a\n", "response-missing", "utter_greet/a"),
    (
        "- intent: greet\n  examples: |\n    - a\n- intent: b\n  examples: |\n    - a\n",
        "example-ambiguous",
        "one intent",
    ),
]


@pytest.mark.parametrize(("examples", "code", "mend"), IN_EXAMPLES, ids=lambda one: one[:40])
def test_examples(tmp_path: Path, examples: str, code: str, mend: str) -> None:
    root = written(tmp_path, data__data=f"nlu:\n{examples}")
    found = complaints_of(root, code).found[0]
    assert found.warning
    assert mend in found.mend
    assert found.place and found.place.file == "data/data.yml"


def test_forms_need_the_rule_policy(tmp_path: Path) -> None:
    root = written(tmp_path, domain=MORE_DOMAIN, config=CONFIG.replace(", {name: RulePolicy}", ""))
    (found,) = complaints_of(root, "rule-policy-missing")
    assert not found.warning and "RulePolicy" in found.mend
    assert str(found.place) == "domain.yml:18"


def test_rules_without_the_rule_policy_are_a_warning(tmp_path: Path) -> None:
    root = written(tmp_path, config=CONFIG.replace(", {name: RulePolicy}", ""))
    (found,) = complaints_of(root, "rule-policy-missing")
    assert found.warning and str(found.place) == "data/data.yml:8"


def test_an_empty_domain_is_an_error(tmp_path: Path) -> None:
    root = written(tmp_path, domain="version: '3.1'\n")
    (found,) = complaints_of(root, "domain-empty")
    assert not found.warning


def test_responses_nobody_says(tmp_path: Path) -> None:
    root = written(tmp_path, domain=DOMAIN + "  utter_lost: [{text: a}]\n")
    (found,) = complaints_of(root, "response-unused")
    assert "utter_lost" in found.message and str(found.place) == "domain.yml:5"


def test_a_circle_of_checkpoints_that_nothing_enters(tmp_path: Path) -> None:
    circle = """
stories:
- story: there
  steps:
  - checkpoint: left
  - intent: greet
  - action: utter_greet
  - checkpoint: right
- story: back
  steps:
  - checkpoint: right
  - intent: inform
  - action: utter_greet
  - checkpoint: left
"""
    found = list(complaints_of(written(tmp_path, data__more=circle), "checkpoint-circle"))
    assert [(str(one.place), one.warning) for one in found] == [
        ("data/more.yml:5", True),
        ("data/more.yml:11", True),
    ]
    entered = (
        circle + "- story: in\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - checkpoint: left\n"
    )
    assert not list(complaints_of(written(tmp_path, data__more=entered), "checkpoint-circle"))
