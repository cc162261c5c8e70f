"""``santral data``: work with a project's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import data_tools
from bot.cli.options import DATA, ConfigPath, DataPaths, DomainPath
from bot.cli.verb import verb

if TYPE_CHECKING:
    from bot.errors import Complaints

FailOnWarnings = Annotated[
    bool, typer.Option("--fail-on-warnings", help="Exit with 1 also when there are only warnings.")
]
MaxHistory = Annotated[
    int | None,
    typer.Option(
        "--max-history",
        metavar="TURNS",
        min=1,
        help="So much history counts when stories are compared; as your policies' max_history. Else all of it.",
    ),
]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        rich_markup_mode=None, no_args_is_help=True, help="Work with stories, rules, examples and the domain."
    )
    validating = typer.Typer(rich_markup_mode=None)
    validating.callback(invoke_without_command=True)(validate)
    validating.command("stories")(validate_stories)
    group.add_typer(validating, name="validate")
    data_tools.register(group)
    app.add_typer(group, name="data")


@verb()
def validate(
    context: typer.Context,
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: DataPaths = DATA,
    max_history: MaxHistory = None,
    fail_on_warnings: FailOnWarnings = False,
) -> None:
    """Check whether a project's files are right and fit together; nothing is trained.

    Everything that is wrong is told at once, with file and line and how to mend it: names that do not
    exist or are not used, examples with two intents, rules and stories that contradict each other, and more.

    Exit code 1 when there is an error. With --fail-on-warnings warnings count too, but not hints such as
    an intent that no story uses yet.

    \b
    Examples:
        santral data validate
        santral data validate stories --max-history 5
    """
    if context.invoked_subcommand is not None:
        return
    from bot.dialogue.ensemble import check_rules
    from bot.errors import Complaints
    from bot.validation import check_story_structure, read_project

    complaints = Complaints()
    project = read_project(Path.cwd(), complaints, config=config, domain=domain, data=data)
    check_story_structure(project.stories, project.domain, complaints, max_history)
    if all(one.warning for one in complaints):
        check_rules(project.project.config.policies, project.domain, project.stories, complaints)
    _tell(complaints, fail_on_warnings, "The files are right and fit together.")


@verb()
def validate_stories(
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: DataPaths = DATA,
    max_history: MaxHistory = None,
    fail_on_warnings: FailOnWarnings = False,
) -> None:
    """Check only whether stories contradict each other: the same history, but another action."""
    from bot.errors import Complaints
    from bot.validation import check_story_structure, read_project

    reading, complaints = Complaints(), Complaints()
    project = read_project(Path.cwd(), reading, config=config, domain=domain, data=data)
    reading.raise_errors()
    check_story_structure(project.stories, project.domain, complaints, max_history)
    _tell(complaints, fail_on_warnings, "No story contradicts another.")


def _tell(complaints: Complaints, fail_on_warnings: bool, praise: str) -> None:
    from bot.cli.complaints import tell_complaints
    from bot.validation import is_sound

    tell_complaints(complaints, most_warnings=None)
    if not is_sound(complaints, fail_on_warnings):
        raise typer.Exit(1)
    if not complaints.found:
        typer.echo(praise)
