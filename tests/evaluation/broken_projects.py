"""A small sound project, and fifteen ways of breaking it.

``RASA`` is what the ``data validate`` of Rasa 3.6.21 made of them, recorded by running it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Verdict(NamedTuple):
    """Of ``data validate``."""

    passes: bool
    passes_strictly: bool
    """With ``--fail-on-warnings``."""
    conflicts: int
    conflicts_of_two: int
    """With ``--max-history 2``."""


CONFIG = """\
recipe: default.v1
assistant_id: kitapci
language: tr
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: DIETClassifier
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""

DOMAIN = """\
version: "3.1"
intents: [greet, order_status, goodbye, inform]
entities: [order_no]
slots:
  order_no:
    type: text
    mappings:
    - type: from_entity
      entity: order_no
      conditions:
      - active_loop: order_form
forms:
  order_form:
    required_slots: [order_no]
responses:
  utter_greet:
  - text: Merhaba!
  utter_goodbye:
  - text: İyi günler!
  utter_ask_order_no:
  - text: Sipariş numaranız nedir?
actions: [action_tell_status]
"""

NLU = """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - merhaba
    - selam
- intent: order_status
  examples: |
    - siparişim nerede
    - kargom gelmedi
- intent: goodbye
  examples: |
    - hoşça kal
    - görüşürüz
- intent: inform
  examples: |
    - numaram [1001](order_no)
    - [1002](order_no)
"""

RULES = """\
version: "3.1"
rules:
- rule: say goodbye
  steps:
  - intent: goodbye
  - action: utter_goodbye
"""

STORIES = """\
version: "3.1"
stories:
- story: greeting
  steps:
  - intent: greet
  - action: utter_greet
- story: where is it
  steps:
  - intent: order_status
  - action: order_form
  - active_loop: order_form
  - intent: inform
    entities:
    - order_no: '1001'
  - action: order_form
  - active_loop: null
  - slot_was_set:
    - order_no: '1001'
  - action: action_tell_status
"""

SOUND: Mapping[str, str] = {
    "config.yml": CONFIG,
    "domain.yml": DOMAIN,
    "data/nlu.yml": NLU,
    "data/rules.yml": RULES,
    "data/stories.yml": STORIES,
}


def _more(name: str, text: str) -> dict[str, str]:
    return {name: SOUND[name] + text}


def _with(name: str, old: str, new: str) -> dict[str, str]:
    assert old in SOUND[name]
    return {name: SOUND[name].replace(old, new, 1)}


_STORY = """\
- story: {name}
  steps:
  - intent: {intent}
  - action: {action}
"""

BROKEN: Mapping[str, dict[str, str]] = {
    "sound": {},
    "two answers to one history": _more(
        "data/stories.yml", _STORY.format(name="another greeting", intent="greet", action="utter_goodbye")
    ),
    "answers that differ in what came long before": _more(
        "data/stories.yml",
        """\
- story: long one
  steps:
  - intent: greet
  - action: utter_greet
  - intent: order_status
  - action: action_tell_status
  - intent: inform
  - action: utter_greet
- story: long other
  steps:
  - intent: goodbye
  - action: utter_greet
  - intent: order_status
  - action: action_tell_status
  - intent: inform
  - action: utter_goodbye
""",
    ),
    "two answers in one or": _more(
        "data/stories.yml",
        """\
- story: either
  steps:
  - or:
    - intent: greet
    - intent: inform
  - action: action_tell_status
""",
    ),
    "two answers behind a checkpoint": _more(
        "data/stories.yml",
        """\
- story: before
  steps:
  - intent: inform
  - action: utter_greet
  - checkpoint: asked
- story: behind
  steps:
  - checkpoint: asked
  - intent: greet
  - action: utter_greet
- story: behind too
  steps:
  - checkpoint: asked
  - intent: greet
  - action: utter_goodbye
""",
    ),
    "an action that does not exist": _more(
        "data/stories.yml", _STORY.format(name="lost", intent="inform", action="action_find")
    ),
    "a response that does not exist": _more(
        "data/stories.yml", _STORY.format(name="mute", intent="inform", action="utter_nothing")
    ),
    "a form that does not exist": _more(
        "data/rules.yml",
        """\
- rule: a form
  steps:
  - intent: inform
  - action: action_tell_status
  - active_loop: adres_form
""",
    ),
    "an intent that no story may use": _more(
        "data/stories.yml", _STORY.format(name="odd", intent="complain", action="utter_greet")
    ),
    "an intent without examples": _with("domain.yml", "goodbye, inform]", "goodbye, inform, complain]"),
    "examples of an unknown intent": _more(
        "data/nlu.yml", "- intent: complain\n  examples: |\n    - çok kötü\n    - rezalet\n"
    ),
    "one example in two intents": _with("data/nlu.yml", "    - görüşürüz", "    - selam"),
    "a form slot that does not exist": _with(
        "domain.yml", "required_slots: [order_no]", "required_slots: [order_no, city]"
    ),
    "a mapping for a form that does not exist": _with(
        "domain.yml", "active_loop: order_form", "active_loop: orders_form"
    ),
    "a mapping for a form that does not ask it": _with(
        "domain.yml",
        "required_slots: [order_no]",
        "required_slots: [city]\n  other_form:\n    required_slots: [order_no]",
    ),
    "a response that nobody says": _with("domain.yml", "actions:", "  utter_idle:\n  - text: Boş.\nactions:"),
}


RASA: Mapping[str, Verdict] = {
    "sound": Verdict(True, True, 0, 0),
    "two answers to one history": Verdict(True, False, 1, 1),
    "answers that differ in what came long before": Verdict(True, True, 0, 1),
    "two answers in one or": Verdict(True, False, 1, 1),
    "two answers behind a checkpoint": Verdict(True, False, 1, 1),
    "an action that does not exist": Verdict(False, False, 0, 0),
    "a response that does not exist": Verdict(True, False, 0, 0),
    "a form that does not exist": Verdict(False, False, 0, 0),
    "an intent that no story may use": Verdict(True, False, 0, 0),
    "an intent without examples": Verdict(True, True, 0, 0),
    "examples of an unknown intent": Verdict(True, False, 0, 0),
    "one example in two intents": Verdict(True, False, 0, 0),
    "a form slot that does not exist": Verdict(False, False, 0, 0),
    "a mapping for a form that does not exist": Verdict(False, False, 0, 0),
    "a mapping for a form that does not ask it": Verdict(False, False, 0, 0),
    "a response that nobody says": Verdict(True, True, 0, 0),
}


def write_project(name: str, root: Path) -> Path:
    """Write the project below ``root``; return its folder."""
    for file, text in {**SOUND, **BROKEN[name]}.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
