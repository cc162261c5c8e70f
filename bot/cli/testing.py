"""``santral test``: conversations and understanding, and whether they are as they should be."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DATA, DomainPath, Endpoints, ModelPath
from bot.cli.testing_nlu import (
    Configs,
    CrossValidation,
    Folds,
    NluOrder,
    NluPaths,
    Percentages,
    Runs,
    test_understanding,
)
from bot.cli.testing_options import (
    EndToEnd,
    FailFast,
    MaxStories,
    NoErrors,
    NoPlot,
    NoWarnings,
    Out,
    StoryPaths,
    StrictEntities,
    Successes,
)
from bot.cli.verb import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.dialogue.stories import Story
    from bot.domain import Domain
    from bot.evaluation.story_files import Wanted

TESTS = ["tests"]
"""Where test stories are unless somebody says otherwise."""
_HINT = "Write tests/test_stories.yml, or name another file or folder with --stories."


def register(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(test)
    group.command("core")(test_core)
    group.command("nlu")(test_nlu)
    app.add_typer(group, name="test")


@verb(level=logging.ERROR)
def test(
    context: typer.Context,
    model: ModelPath = Path("models"),
    stories: StoryPaths = TESTS,
    nlu: NluPaths = DATA,
    config: Configs = None,
    domain: DomainPath = "domain.yml",
    endpoints: Endpoints = "endpoints.yml",
    cross_validation: CrossValidation = False,
    folds: Folds = 5,
    runs: Runs = 3,
    percentages: Percentages = None,
    e2e: EndToEnd = True,
    live: Annotated[
        bool, typer.Option("--live", help="Run the actions too, as in a real conversation; no NLU test.")
    ] = False,
    strict_entities: StrictEntities = False,
    max_stories: MaxStories = None,
    fail_on_prediction_errors: FailFast = False,
    out: Out = Path("results"),
    successes: Successes = False,
    no_errors: NoErrors = False,
    no_warnings: NoWarnings = False,
    no_plot: NoPlot = False,
) -> None:
    """Play the conversations of tests/**/test_*.yml to the bot, and test how it understands the examples.

    What customers write is understood, the next action is predicted, and every difference from the story
    is told with file and line. Actions do not run, unless --live is given. Reports and pictures are
    written to results/. Exit code 1 when a conversation fails.

    \b
    Examples:
        santral test
        santral test --cross-validation                    understanding of what was not learned
        santral test -s tests/test_orders.yml -m models/20250131-101500.tar.gz
        santral test --live                                actions run: the shop's database is used
        santral test core                                  conversations only
        santral test nlu                                   understanding only
    """
    if context.invoked_subcommand is not None:
        return
    if live:
        from bot.cli.testing_live import test_live

        test_live(model, find_stories(stories), endpoints, out)
        return
    from bot.evaluation.story_files import Wanted

    wanted = Wanted(not no_errors, successes, not no_warnings, not no_plot)
    passed = play_conversations(
        model, stories, out, wanted, e2e, strict_entities, max_stories, fail_on_prediction_errors
    )
    typer.echo()
    test_understanding(
        NluOrder(
            model=model,
            data=tuple(nlu),
            configs=tuple(config or ()),
            domain=domain,
            cross_validation=cross_validation,
            folds=folds,
            runs=runs,
            percentages=tuple(percentages or ()),
            out=out,
            successes=successes,
            errors=not no_errors,
            plot=not no_plot,
        )
    )
    if not passed:
        raise typer.Exit(1)


@verb(level=logging.ERROR)
def test_core(
    model: ModelPath = Path("models"),
    stories: StoryPaths = TESTS,
    e2e: EndToEnd = True,
    strict_entities: StrictEntities = False,
    max_stories: MaxStories = None,
    fail_on_prediction_errors: FailFast = False,
    out: Out = Path("results"),
    successes: Successes = False,
    no_errors: NoErrors = False,
    no_warnings: NoWarnings = False,
    no_plot: NoPlot = False,
) -> None:
    """Play conversations only. Folders without test_*.yml may hold other stories: santral test core -s data

    Exit code 1 when a conversation fails.
    """
    from bot.evaluation.story_files import Wanted

    wanted = Wanted(not no_errors, successes, not no_warnings, not no_plot)
    if not play_conversations(
        model, stories, out, wanted, e2e, strict_entities, max_stories, fail_on_prediction_errors
    ):
        raise typer.Exit(1)


@verb(level=logging.ERROR)
def test_nlu(
    model: ModelPath = Path("models"),
    nlu: NluPaths = DATA,
    config: Configs = None,
    domain: DomainPath = "domain.yml",
    cross_validation: CrossValidation = False,
    folds: Folds = 5,
    runs: Runs = 3,
    percentages: Percentages = None,
    out: Out = Path("results"),
    successes: Successes = False,
    no_errors: NoErrors = False,
    no_plot: NoPlot = False,
) -> None:
    """Test how labelled examples are understood, and say what to do about it.

    With --cross-validation every example is tested by a model that has not learned it: that is what
    customers will find. With several --config they are compared on growing data.

    \b
    Examples:
        santral test nlu --cross-validation
        santral test nlu -u tests/messages.yml           examples that are not in data/
        santral test nlu -c config.yml -c config-new.yml
    """
    test_understanding(
        NluOrder(
            model=model,
            data=tuple(nlu),
            configs=tuple(config or ()),
            domain=domain,
            cross_validation=cross_validation,
            folds=folds,
            runs=runs,
            percentages=tuple(percentages or ()),
            out=out,
            successes=successes,
            errors=not no_errors,
            plot=not no_plot,
        )
    )


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
    from bot.dialogue.story_reader import read_stories
    from bot.errors import Complaints, Place
    from bot.project import Document
    from bot.yaml_file import Map, read_yaml_file

    complaints = Complaints()
    documents = []
    for path in files:
        content = read_yaml_file(path, complaints, str(path))
        if isinstance(content, Map):
            documents.append(Document(str(path), content))
        elif content is not None:
            complaints.error("test-type", "The file is no mapping.", "Write 'stories:'.", Place(str(path), 1))
    found = read_stories(documents, domain, complaints, is_test=True).plain_stories
    if not found and not complaints.errors:
        message = "There are no stories in the test files."
        complaints.error("tests-empty", message, "Write 'stories:' and steps.", Place(str(files[0]), 1))
    complaints.raise_errors()
    tell_complaints(complaints)
    return found


def play_conversations(
    model: Path,
    paths: Sequence[str],
    out: Path,
    wanted: Wanted,
    end_to_end: bool,
    strict_entities: bool,
    most: int | None,
    fail_fast: bool,
) -> bool:
    """Play test stories, tell what went wrong, and write the files.

    Returns:
        whether all of them passed.
    """
    from bot.cli.models import load_model
    from bot.cli.testing_told import tell_failure, tell_stories
    from bot.errors import ModelError
    from bot.evaluation.stories import StoryResult, play
    from bot.evaluation.story_files import write_story_files

    files = find_stories(paths)
    loaded = load_model(model, Path.cwd())
    if not loaded.ensemble.policies:
        raise ModelError(f"{loaded.name} has no dialogue. Train all of the bot: santral train")
    if end_to_end and not loaded.interpreter.steps:
        typer.echo(f"{loaded.name} understands no texts: intents are taken from the stories.", err=True)
        end_to_end = False
    stories = read_test_stories(files, loaded.domain)[:most]

    def told(result: StoryResult) -> bool:
        if not result.is_right:
            tell_failure(result)
        return fail_fast and not result.is_right

    results = play(stories, loaded, end_to_end=end_to_end, strict_entities=strict_entities, told=told)
    written = write_story_files(results, out, wanted)
    tell_stories(results, written, len(stories))
    return all(one.is_right for one in results)
