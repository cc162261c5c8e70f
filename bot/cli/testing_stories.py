"""Conversations of ``santral test``: finding and reading the stories, playing them, telling how they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.evaluation.files import Wanted

if TYPE_CHECKING:
    from bot.dialogue.stories import Story
    from bot.domain import Domain

TESTS = ["tests"]
"""Where test stories are unless somebody says otherwise."""
_HINT = "Write tests/test_stories.yml, or name another file or folder with --stories."


@dataclass(frozen=True, slots=True)
class StoryOrder:
    """What is to be played, and where the reports go."""

    model: Path = Path("models")
    paths: Sequence[str] = field(default_factory=lambda: TESTS)
    out: Path = Path("results")
    wanted: Wanted = field(default_factory=Wanted)
    end_to_end: bool = True
    strict_entities: bool = False
    most: int | None = None
    """How many stories are played at most."""
    fail_fast: bool = False


def find_stories(paths: Sequence[str]) -> list[Path]:
    """Test files; in folders without any, all YAML files.

    Raises:
        ProjectError: there are none.
    """
    from bot.conversation_tests import find_test_files
    from bot.errors import Complaints, Place

    complaints = Complaints()
    found: list[Path] = []
    for path in map(Path, paths):
        if path.exists():
            files = find_test_files([path])
            found += files or sorted(one for one in path.rglob("*") if one.suffix in (".yml", ".yaml"))
        elif list(paths) != TESTS:
            complaints.error("tests-missing", f"There is no {path}.", _HINT, Place(str(path)))
    if not found and not complaints.errors:
        message = "There are no test_*.yml files."
        complaints.error("tests-missing", message, _HINT, Place(", ".join(paths)))
    complaints.raise_errors()
    return list(dict.fromkeys(found))


def read_test_stories(files: Sequence[Path], domain: Domain) -> list[Story]:
    """The stories of these files; rules are for ``santral data validate``.

    Raises:
        ProjectError: a file cannot be read, or there is no story in any of them.
    """
    from bot.cli.complaints import tell_complaints
    from bot.conversation_tests import read_test_files
    from bot.errors import Complaints, Place

    complaints = Complaints()
    found = read_test_files(files, domain, complaints).plain_stories
    if not found and not complaints.errors:
        message = "There are no stories in the test files."
        complaints.error("tests-empty", message, "Write 'stories:' and steps.", Place(str(files[0]), 1))
    complaints.raise_errors()
    tell_complaints(complaints)
    return found


def play_conversations(order: StoryOrder) -> bool:
    """Play test stories, tell what went wrong, and write the files.

    Returns:
        whether all of them passed.
    """
    from bot.cli.models import load_model
    from bot.cli.testing_told import tell_failure, tell_stories
    from bot.errors import ModelError
    from bot.evaluation.stories import StoryResult, play
    from bot.evaluation.story_files import write_story_files

    files = find_stories(order.paths)
    loaded = load_model(order.model, Path.cwd())
    if not loaded.ensemble.policies:
        raise ModelError(f"{loaded.name} has no dialogue. Train all of the bot: santral train")
    end_to_end = order.end_to_end
    if end_to_end and not loaded.interpreter.steps:
        typer.echo(f"{loaded.name} understands no texts: intents are taken from the stories.", err=True)
        end_to_end = False
    stories = read_test_stories(files, loaded.domain)[: order.most]

    def told(result: StoryResult) -> bool:
        if not result.is_right:
            tell_failure(result)
        return order.fail_fast and not result.is_right

    results = play(stories, loaded, end_to_end=end_to_end, strict_entities=order.strict_entities, told=told)
    written = write_story_files(results, order.out, order.wanted)
    tell_stories(results, written, len(stories))
    return all(one.is_right for one in results)
