"""Reads a text as one kind of file, and says what was complained of."""

from __future__ import annotations

from textwrap import dedent

from bot.dialogue.stories import StoryData
from bot.dialogue.story_reader import read_stories
from bot.domain import Domain
from bot.domain_reader import read_domain
from bot.errors import Complaints
from bot.nlu.data import TrainingData
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.yaml_file import Map, read_yaml

SHOP = """
version: "3.1"
intents: [greet, bye, faq]
entities:
- city:
    roles: [from, to]
- product
slots:
  name: {type: text, mappings: [{type: custom}]}
  vip: {type: bool, mappings: [{type: custom}]}
  tags: {type: list, mappings: [{type: custom}]}
forms:
  order_form: {required_slots: [name]}
responses:
  utter_greet: [{text: Merhaba}]
"""


def documents(text: str, complaints: Complaints, file: str = "f.yml") -> list[Document]:
    content = read_yaml(dedent(text), file, complaints)
    return [Document(file, content)] if isinstance(content, Map) else []


def domain_of(text: str, complaints: Complaints | None = None) -> Domain:
    complaints = Complaints() if complaints is None else complaints
    return read_domain(documents(text, complaints), complaints)


def stories_of(text: str, complaints: Complaints, *, is_test: bool = False) -> StoryData:
    return read_stories(documents(text, complaints), domain_of(SHOP), complaints, is_test=is_test)


def examples_of(text: str, complaints: Complaints) -> TrainingData:
    return read_training_data(documents(text, complaints), complaints)


def told(complaints: Complaints) -> list[str]:
    """``error|warning code line`` of each complaint."""
    return [
        f"{'warning' if one.warning else 'error'} {one.code} {(one.place and one.place.line) or '-'}"
        for one in complaints
    ]


def assert_told(complaints: Complaints, expected: str, mend: str) -> None:
    """Exactly this was complained of, and the mend has these words."""
    assert told(complaints) == [expected]
    assert mend in complaints.found[0].mend
