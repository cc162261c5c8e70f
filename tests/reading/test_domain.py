"""``domain.yml``: what is read, what is complained of, and how files are merged."""

from __future__ import annotations

import pytest

from bot.domain import DEFAULT_ACTIONS
from bot.domain_reader import read_domain
from bot.errors import Complaints
from tests.reading.reading import assert_told, documents, domain_of

WRONG = [
    # intents
    ("intents: greet", "error domain-type 1", "Begin each of its entries with '- '"),
    ("intents:", "error domain-empty-key 1", "Remove 'intents:'"),
    ("intents:\n- greet\n- 5", "error domain-type 3", 'Put it between quotes: "5"'),
    ("intents:\n- greet\n-", "warning intent-no-name 3", "remove the dash"),
    ("intents:\n- greet:", "error intent-properties 2", "Remove the ':' after 'greet'"),
    ("intents:\n- greet\n- bye\n- greet", "error intent-duplicate 4", "Remove one"),
    ("intents:\n- greet:\n    triggers: action_x", "error intent-triggers 3", "Write a rule: intent greet"),
    ("intents:\n- greet:\n    use_entites: []", "warning domain-key 3", "Did you mean 'use_entities'?"),
    ("intents:\n- greet:\n    use_entities: city", "warning domain-type 3", "- "),
    # entities and actions
    ("entities:\n- city:", "error entity-properties 2", "Remove the ':' after 'city'"),
    ("entities:\n- city\n- city", "error entity-duplicate 3", "Remove one"),
    ("entities:\n- city:\n    role: [from]", "warning domain-key 3", "Did you mean 'roles'?"),
    ("actions:\n- action_x\n- action_x", "error action-duplicate 3", "Remove one"),
    ("actions:\n- action_x:\n    send_domain: maybe", "error domain-type 3", "Write true or false"),
    ("actions:\n- action_listen\n- action_listen", "warning action-duplicate 3", "Remove one"),
    # forms
    ("forms:\n- f", "error domain-type 1", "key: value"),
    ("forms:\n  f:\n    required_slot: []", "error form-key 3", "Did you mean 'required_slots'?"),
    ("forms:\n  f:\n    ignored_intents: [a]", "error form-no-slots 2", "Add 'required_slots:'"),
    ("forms:\n  f:\n    required_slots: name", "error domain-type 3", "Begin each"),
    # other keys
    ("slot:\n  a: 1", "warning domain-key 1", "Did you mean 'slots'?"),
    ("session_config:\n  session_expiration_time: -5", "error session-time 2", "Write 0"),
    ("session_config:\n  session_expiration_time: long", "error domain-type 2", "a number without quotes"),
    ("config:\n  store_entities_as_slots: 1", "error domain-type 2", "true or false"),
    # responses
    ("responses:\n  utter_x: Merhaba", "error response-type 2", "Begin each"),
    ("responses:\n  utter_x:\n  - Merhaba", "error response-type 3", "key: value"),
    ("responses:\n  utter_x:\n  - text: 5", "error response-type 3", 'Put it between quotes: "5"'),
    ("responses:\n  utter_x:\n  - text: {name}", "error response-type 3", "Write a text"),
    ("responses:\n  utter_x:\n  - image: a.png", "error response-no-text 3", "Add 'text: ...'"),
    (
        "responses:\n  utter_x:\n  - text: a\n    button: []",
        "error response-key 4",
        "Did you mean 'buttons'?",
    ),
    ("responses:\n  utter_x:\n  - text: a\n    buttons:\n    - Evet", "error response-type 5", "key: value"),
    ("responses:\n  utter_x: []", "warning response-empty 2", "Add '- text"),
]

SLOT_WRONG = [
    ("", "error slot-type 2", "key: value"),
    ("type: text", "error slot-no-mappings 2", "- type: custom"),
    ("type: txt\nmappings: []", "error slot-type 3", "Did you mean 'text'?"),
    ("type: unfeaturized\nmappings: []", "error slot-type 3", "influence_conversation: false"),
    ("mappings: []", "error slot-no-type 2", "Add 'type: text'"),
    ("type: shop.slots.Size\nmappings: []", "warning slot-type-custom 3", "built-in type"),
    ("type: text\nauto_fill: false\nmappings: []", "error slot-key 4", "no auto_fill"),
    ("type: text\nvalues: [a]\nmappings: []", "error slot-key 4", "of type categorical"),
    ("type: text\ninital_value: a\nmappings: []", "error slot-key 4", "Did you mean 'initial_value'?"),
    ("type: any\ninfluence_conversation: true\nmappings: []", "error slot-any-influence 4", "Remove"),
    ("type: categorical\nmappings: []", "warning slot-no-values 2", "Add 'values:'"),
    ("type: categorical\nvalues: [a, ~]\nmappings: []", "warning slot-null-value 4", "quotes"),
    ("type: float\nmin_value: 5\nmappings: []", "error slot-range 2", "less than max_value"),
    ("type: float\nmin_value: five\nmappings: []", "error slot-type 4", "a number"),
    ("type: float\ninitial_value: 7\nmappings: []", "warning slot-initial-value 4", "Widen"),
    ("type: text\nmappings:\n- from_text", "error slot-type 5", "key: value"),
    ("type: text\nmappings:\n- type: from_entitiy", "error mapping-type 5", "Did you mean 'from_entity'?"),
    ("type: text\nmappings:\n- type: from_entity", "error mapping-incomplete 5", "Add 'entity: ...'"),
    ("type: text\nmappings:\n- type: from_intent", "error mapping-incomplete 5", "Add 'value: ...'"),
    ("type: text\nmappings:\n- type: from_text\n  entity: x", "warning mapping-key 6", "Known"),
    (
        "type: text\nmappings:\n- type: from_text\n  conditions:\n  - active_lop: f",
        "error slot-key 7",
        "Did you mean 'active_loop'?",
    ),
]


@pytest.mark.parametrize(("text", "expected", "mend"), WRONG, ids=lambda one: one[:40])
def test_complains(text: str, expected: str, mend: str) -> None:
    complaints = Complaints()
    domain_of(text, complaints)
    assert_told(complaints, expected, mend)


@pytest.mark.parametrize(("slot", "expected", "mend"), SLOT_WRONG, ids=lambda one: one[:40])
def test_complains_of_a_slot(slot: str, expected: str, mend: str) -> None:
    lines = "".join(f"    {line}\n" for line in slot.splitlines())
    complaints = Complaints()
    domain_of(f"slots:\n  size:\n{lines}", complaints)
    assert_told(complaints, expected, mend)


def test_everything_wrong_is_told_at_once() -> None:
    complaints = Complaints()
    domain_of("intents: a\nentities: b\nslots: c\nresponses: d\nactions: e\nforms: f", complaints)
    assert [one.place.line for one in complaints if one.place] == [1, 2, 3, 4, 5, 6]


GOOD = """
version: "3.1"
intents:
- greet
- inform:
    use_entities: []
- ask:
    use_entities: [city]
    ignore_entities: [size]
entities:
- city:
    roles: [from, to]
    groups: ["1"]
- size:
    influence_conversation: false
slots:
  city:
    type: text
    mappings:
    - type: from_entity
      entity: city
      role: to
      conditions:
      - active_loop: order_form
        requested_slot: city
  size:
    type: categorical
    values: [Küçük, 5, true]
    initial_value: 5
    mappings:
    - type: from_intent
      value: 5
      intent: [inform]
  price:
    type: float
    min_value: -1
    max_value: 1.5e3
    mappings:
    - type: custom
      action: action_price
  any_thing:
    type: any
    mappings: []
actions:
- action_price
- action_big:
    send_domain: true
- validate_order_form
forms:
  order_form:
    required_slots: [city, size]
    ignored_intents: greet
responses:
  utter_b:
  - text: "B {city}"
    buttons:
    - title: Evet
      payload: /affirm
    channel: whatsapp
    condition:
    - type: slot
      name: size
      value: 5
  utter_a:
  - custom: {kind: card}
e2e_actions: [Buyurun]
config:
  store_entities_as_slots: false
session_config:
  session_expiration_time: 0
  carry_over_slots_to_new_session: false
"""


def test_reads_every_key() -> None:
    complaints = Complaints()
    domain = domain_of(GOOD, complaints)
    assert not complaints.found
    assert domain.intents["inform"].use_entities == ()
    assert domain.intents["ask"].ignore_entities == ("size",)
    assert domain.entities["city"].roles == ("from", "to")
    assert domain.entities["city"].groups == ("1",)
    assert not domain.entities["size"].influence_conversation
    size = domain.slots["size"]
    assert (size.values, size.initial_value) == (("Küçük", "5", "True"), 5)
    assert (domain.slots["price"].min_value, domain.slots["price"].max_value) == (-1, 1500.0)
    assert not domain.slots["any_thing"].influence_conversation
    assert domain.slots["city"].mappings[0]["conditions"] == [
        {"active_loop": "order_form", "requested_slot": "city"}
    ]
    assert domain.forms["order_form"].required_slots == ("city", "size")
    assert domain.forms["order_form"].ignored_intents == ("greet",)
    assert domain.actions_sending_domain == {"action_big", "validate_order_form"}
    assert (domain.session_expiration_minutes, domain.carry_over_slots) == (0, False)
    assert not domain.store_entities_as_slots
    assert domain.action_names == [
        *DEFAULT_ACTIONS,
        "action_price",
        "action_big",
        "validate_order_form",
        "utter_a",
        "utter_b",
        "order_form",
        "Buyurun",
    ]


def test_raw_has_the_shape_that_action_servers_receive() -> None:
    raw = domain_of("slots: {}\nintents: [b, {a: {use_entities: []}}]\nactions: [x]").raw
    assert raw == {
        "intents": [{"a": {"use_entities": []}}, "b"],
        "actions": ["x"],
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        "version": "3.1",
    }


def test_files_are_merged_the_first_one_counts() -> None:
    complaints = Complaints()
    first = "intents: [a]\nactions: [one]\nresponses:\n  utter_x: [{text: first}]\nforms:\n  f: {required_slots: []}"
    second = "intents: [b]\nactions: [two, f]\nresponses:\n  utter_x: [{text: second}]"
    session = "session_config:\n  session_expiration_time: 5"
    files = [
        documents(text, complaints, f"{name}.yml")[0]
        for name, text in (("1", first), ("2", second), ("3", session))
    ]
    domain = read_domain(files, complaints)
    assert list(domain.intents) == ["b", "a"]
    assert domain.user_actions == ("two", "one")
    assert domain.responses["utter_x"] == [{"text": "first"}]
    assert domain.session_expiration_minutes == 5
    assert [(one.code, one.place.file) for one in complaints if one.place] == [("domain-duplicate", "2.yml")]
