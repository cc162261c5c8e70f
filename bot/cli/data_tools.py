"""``santral data migrate``, ``convert`` and ``split``: old projects, and training data in other shapes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import DATA, ConfigPath, DataPaths, DomainPath
from bot.cli.verb import verb

if TYPE_CHECKING:
    from bot.migration.report import Note, Report
    from bot.migration.split import Split


_Converted = Annotated[
    Path, typer.Option("--out", metavar="PATH", help="A new file; without an ending, a folder for it.")
]
_Divided = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for the files.")]
_SplitData = Annotated[
    list[str], typer.Option("--nlu", "-u", "--data", metavar="PATH", help="Files and folders; repeatable.")
]
_Fraction = Annotated[
    float, typer.Option("--training-fraction", metavar="SHARE", help="How much is for training, 0 to 1.")
]
_Seed = Annotated[
    int | None, typer.Option("--random-seed", metavar="NUMBER", help="Equal seeds give equal parts.")
]


class Format(StrEnum):
    """What examples are written in."""

    YAML = "yaml"
    JSON = "json"


def register(group: typer.Typer) -> None:
    """Add the verbs to ``santral data``."""
    group.command("migrate")(migrate)
    converting = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    converting.command("nlu")(convert_nlu)
    converting.command("stories")(convert_stories)
    group.add_typer(converting, name="convert", help="Write training data in another format.")
    splitting = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    splitting.command("nlu")(split_nlu)
    splitting.command("stories")(split_stories)
    group.add_typer(splitting, name="split", help="Divide training data into training and test.")


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


@verb()
def convert_nlu(
    data: DataPaths = DATA,
    out: _Converted = Path("converted_data"),
    format: Annotated[
        Format, typer.Option("--format", "-f", help="Of the file that is written.")
    ] = Format.YAML,
    language: Annotated[str, typer.Option("--language", "-l", hidden=True)] = "en",
) -> None:
    """Write examples of YAML, JSON or Markdown files into one file of YAML or JSON.

    \b
    Examples:
        santral data convert nlu --data old.json --out data/nlu.yml
        santral data convert nlu -f json --data data --out nlu.json
    """
    from bot.cli.complaints import tell_complaints
    from bot.errors import Complaints
    from bot.migration import convert

    complaints = Complaints()
    path = convert.convert_nlu(Path.cwd(), data, out, format.value, complaints)
    tell_complaints(complaints)
    typer.echo(f"Written: {_short(path)}")


@verb()
def convert_stories(data: DataPaths = DATA, out: _Converted = Path("converted_data")) -> None:
    """Write stories of Rasa 1's Markdown files into one YAML file.

    A whole project with its domain is better brought along with: santral data migrate
    """
    from bot.errors import Complaints
    from bot.migration import Report, convert

    report = Report()
    path = convert.convert_stories(Path.cwd(), data, out, Complaints(), report)
    _tell_left(report)
    typer.echo(f"Written: {_short(path)}")


@verb()
def split_nlu(
    data: _SplitData = DATA,
    training_fraction: _Fraction = 0.8,
    random_seed: _Seed = None,
    out: _Divided = Path("train_test_split"),
) -> None:
    """Divide examples into training_data and test_data; every intent is on both sides if it can be."""
    from bot.cli.complaints import tell_complaints
    from bot.errors import Complaints
    from bot.migration import split

    complaints = Complaints()
    parts = split.split_nlu(Path.cwd(), data, out, training_fraction, random_seed, complaints)
    tell_complaints(complaints)
    _tell_split(parts, "examples")


@verb()
def split_stories(
    data: _SplitData = DATA,
    training_fraction: _Fraction = 0.8,
    random_seed: _Seed = None,
    out: _Divided = Path("train_test_split"),
) -> None:
    """Divide the stories of each file into train_FILE and test_FILE; rules stay in the training."""
    from bot.errors import Complaints
    from bot.migration import split

    parts = split.split_stories(Path.cwd(), data, out, training_fraction, random_seed, Complaints())
    _tell_split(parts, "stories")


def _tell_split(parts: Split, what: str) -> None:
    typer.echo(f"{parts.training} {what} for training, {parts.test} for the test.")
    typer.echo(f"Written: {', '.join(map(_short, parts.files))}")


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _tell_left(report: Report) -> None:
    from rich.console import Console

    if report.left:
        Console(highlight=False).print(_table("Left for you", report.left))


def _tell(report: Report, out: Path | None) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    done = [one for one in report.notes if not one.by_hand]
    console.print(_table("Changed", done))
    _tell_left(report)
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
