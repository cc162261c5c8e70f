"""``santral data migrate``, ``convert`` and ``split``: old projects, and training data in other shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DATA, ConfigPath, DataPaths, DomainPath
from bot.cli.verb import verb

if TYPE_CHECKING:
    from bot.migration.report import Note, Report


def register(group: typer.Typer) -> None:
    """Add the verbs to ``santral data``."""
    group.command("migrate")(migrate)


@verb()
def migrate(
    domain: DomainPath = "domain.yml",
    data: DataPaths = DATA,
    config: ConfigPath = "config.yml",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Write the new project there, and leave this one as it is.",
        ),
    ] = None,
) -> None:
    """Bring a project of Rasa 1 or 2 to the files of Rasa 3.1.

    Each file that changes keeps a copy named .bak. When something cannot be read, nothing is changed.
    A project that is current is left alone.

    \b
    Examples:
        santral data migrate
        santral data migrate --out ../shop3       leave this project as it is
    """
    from bot.migration import Request, migrate_project

    root = Path.cwd()
    report = migrate_project(Request(root, domain, data, config, out))
    if not report.notes and not report.written:
        typer.echo("The project is current: nothing was changed.")
        return
    _tell(report, out)


def _tell(report: Report, out: Path | None) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    done = [one for one in report.notes if not one.by_hand]
    console.print(_table("Changed", done))
    if report.left:
        console.print(_table("Left for you", report.left))
    console.print(f"Written: {', '.join(report.written)}", markup=False, soft_wrap=True)
    if out is not None:
        console.print(f"The new project is in {out}; the old one is as it was.", markup=False, soft_wrap=True)
    elif report.backups:
        console.print(f"Kept: {', '.join(report.backups)}", markup=False, soft_wrap=True)
    console.print("Now try: santral data validate", soft_wrap=True)


def _table(title: str, notes: list[Note]) -> object:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{title} ({len(notes)})", title_justify="left", title_style="bold")
    table.add_column("Where", style="cyan", overflow="fold")
    table.add_column("What", overflow="fold")
    for one in sorted(notes, key=lambda note: (note.place.file, note.place.line or 0)):
        table.add_row(Text(str(one.place)), Text(one.text))
    return table
