"""``santral init``: a bot to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.verb import verb
from bot.errors import SantralError

STARTER = (
    "config.yml",
    "domain.yml",
    "endpoints.yml",
    "credentials.yml",
    "data",
    "actions",
    "tests/conversations",
)
"""What the starter bot is made of; pyproject.toml packs the same into the wheel."""
GITIGNORE = "models/\nresults/\n*.db\n*.db-wal\n*.db-shm\n__pycache__/\n.venv/\n"


class InitError(SantralError):
    """The starter bot cannot be copied."""

    code = "init"


def register(app: typer.Typer) -> None:
    app.command("init")(init)


@verb()
def init(
    init_dir: Annotated[
        Path | None, typer.Option("--init-dir", metavar="FOLDER", help="The new bot's folder; it is made.")
    ] = None,
    no_prompt: Annotated[
        bool, typer.Option("--no-prompt", help="Ask nothing: this folder unless --init-dir names another.")
    ] = False,
) -> None:
    """Make a new bot, that of a Turkish shop.

    It has examples, stories, rules, actions and tests; change them into yours.

    \b
    Examples:
        santral init
        santral init --init-dir shop --no-prompt
    """
    if init_dir is None:
        init_dir = Path() if no_prompt else Path(typer.prompt("Folder of the new bot", default="shop"))
    source = starter_folder()
    files = starter_files(source)
    taken = [name for name in files if (init_dir / name).exists()]
    if taken:
        raise InitError(f"{init_dir} already has {taken[0]}. Nothing was written: choose another folder.")
    for name in files:
        target = init_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target)
    ignored = init_dir / ".gitignore"
    if not ignored.exists():
        ignored.write_text(GITIGNORE, encoding="utf-8")
    typer.echo(f"Made a bot of {len(files)} files in {init_dir}. Next:\n")
    if init_dir.resolve() != Path.cwd():
        typer.echo(f"    cd {init_dir}")
    typer.echo("    santral train      make a model of it")
    typer.echo("    santral demo       fill its shop with made-up orders")
    typer.echo("    santral shell      chat with it here; or in a browser: santral run")


def starter_folder() -> Path:
    """Where the starter bot is: packed into the wheel, or at the root of a checkout.

    Raises:
        InitError: in neither.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "starter", package.parent):
        if all((folder / name).exists() for name in STARTER):
            return folder
    raise InitError("This installation has no starter bot. Install Santral again.")


def starter_files(folder: Path) -> list[str]:
    """The starter bot's files, relative to its folder, sorted."""
    found: list[Path] = []
    for name in STARTER:
        path = folder / name
        found += [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sorted(
        one.relative_to(folder).as_posix()
        for one in found
        if "__pycache__" not in one.parts and one.suffix not in (".db", ".pyc")
    )
