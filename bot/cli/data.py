"""``santral data``: work with a project's files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import data_tools
from bot.cli.options import DATA, ConfigPath, DataPaths, DomainPath
from bot.cli.verb import verb


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        rich_markup_mode=None, no_args_is_help=True, help="Check and change a project's files."
    )
    group.command("validate")(validate)
    data_tools.register(group)
    app.add_typer(group, name="data")


@verb()
def validate(
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: DataPaths = DATA,
    fail_on_warnings: Annotated[
        bool, typer.Option("--fail-on-warnings", help="Exit with 1 also when there are only warnings.")
    ] = False,
) -> None:
    """Check whether a project's files are right and fit together; nothing is trained.

    Everything that is wrong is told at once, with file and line and how to mend it.
    """
    from bot.cli.complaints import tell_complaints
    from bot.errors import Complaints
    from bot.validation import read_project

    complaints = Complaints()
    read_project(Path.cwd(), complaints, config=config, domain=domain, data=data)
    tell_complaints(complaints, most_warnings=None)
    if complaints.errors or (fail_on_warnings and complaints.warnings):
        raise typer.Exit(1)
    if not complaints.found:
        typer.echo("The files are right and fit together.")
