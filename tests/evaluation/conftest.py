"""A small trained bot, and test stories for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.dialogue.stories import Story
from bot.dialogue.story_reader import read_stories
from bot.errors import Complaints
from bot.model import Model
from bot.project import Document
from bot.yaml_file import Map, read_yaml_file
from tests.evaluation.small_bot import train_small_bot

StoriesOf = Callable[[str], list[Story]]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Understands keywords and order numbers; trained once."""
    return train_small_bot(tmp_path_factory.mktemp("small"))


@pytest.fixture
def stories_of(tmp_path: Path, model: Model) -> StoriesOf:
    """Reads test stories from text, as they would stand in ``test_stories.yml``."""

    def read(text: str) -> list[Story]:
        path = tmp_path / "test_stories.yml"
        path.write_text(text, encoding="utf-8")
        complaints = Complaints()
        content = read_yaml_file(path, complaints, path.name)
        assert isinstance(content, Map)
        found = read_stories([Document(path.name, content)], model.domain, complaints, is_test=True)
        complaints.raise_errors()
        return found.stories

    return read
