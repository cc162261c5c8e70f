"""The sound project of ``broken_projects.py`` with a pipeline that trains at once and always alike."""

from __future__ import annotations

from pathlib import Path

from bot.errors import Complaints
from bot.model import Model
from bot.nlu.component import Draft, Untrained
from bot.sources import read_sources
from bot.training import train
from tests.evaluation.broken_projects import write_project

PIPELINE = """\
recipe: default.v1
assistant_id: kitapci
language: tr
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
- name: tests.evaluation.small_bot.Numbers
policies:
- name: MemoizationPolicy
- name: RulePolicy
"""

SUBMIT = """\
version: "3.1"
rules:
- rule: the order is known
  condition:
  - active_loop: order_form
  steps:
  - action: order_form
  - active_loop: null
  - action: action_tell_status
"""


class Numbers(Untrained):
    """Takes every number for an order number."""

    def process(self, draft: Draft) -> None:
        draft.entities += [
            {
                "entity": "order_no",
                "start": one.start,
                "end": one.end,
                "value": one.text,
                "confidence_entity": 0.9,
                "extractor": "Numbers",
            }
            for one in draft.tokens
            if one.text.isdigit()
        ]


def write_small_bot(root: Path) -> Path:
    """Write the project's files below ``root``."""
    write_project("sound", root)
    (root / "config.yml").write_text(PIPELINE, encoding="utf-8")
    (root / "data" / "submit.yml").write_text(SUBMIT, encoding="utf-8")
    return root


def train_small_bot(root: Path) -> Model:
    """Write and train it."""
    complaints = Complaints()
    sources = read_sources(write_small_bot(root), complaints)
    complaints.raise_errors()
    return train(sources, complaints)
