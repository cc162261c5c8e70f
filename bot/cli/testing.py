"""``santral test``: conversations and understanding, and whether they are as they should be."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

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
from bot.cli.testing_stories import TESTS, StoryOrder, find_stories, play_conversations
from bot.cli.verb import verb
from bot.evaluation.files import Wanted


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

    Every difference from a story is told with file and line. Actions do not run, unless --live is given.
    Reports and pictures are written to results/. Exit code 1 when a conversation fails.

    \b
    Examples:
        santral test
        santral test --cross-validation                    understanding of what was not learned
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
    wanted = Wanted(not no_errors, successes, not no_warnings, not no_plot)
    passed = play_conversations(
        StoryOrder(model, stories, out, wanted, e2e, strict_entities, max_stories, fail_on_prediction_errors)
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
            wanted=wanted,
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
    wanted = Wanted(not no_errors, successes, not no_warnings, not no_plot)
    if not play_conversations(
        StoryOrder(model, stories, out, wanted, e2e, strict_entities, max_stories, fail_on_prediction_errors)
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
            wanted=Wanted(not no_errors, successes, plot=not no_plot),
        )
    )
