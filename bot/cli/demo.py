"""``santral demo``: fill the starter bot's shop with made-up orders."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.verb import verb
from bot.errors import SantralError

MODULE = "actions.shop.demo"


class NoDemo(SantralError):
    """The project in the working folder is not the starter bot."""

    code = "no-demo"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


@verb()
def demo(
    database: Annotated[
        str | None,
        typer.Option(
            "--database", metavar="URL", help="SQLAlchemy's URL; else SHOP_DATABASE_URL, or shop.db."
        ),
    ] = None,
) -> None:
    """Fill the starter bot's shop and show what to ask.

    Products, customers and orders are made up and dated backwards from today: run it again when the
    parcels have grown old. A database with orders of a real shop is refused.
    """
    import subprocess

    folder = Path.cwd().joinpath(*MODULE.split("."))
    if not folder.is_dir():
        raise NoDemo("This project has no demo shop (actions/shop/demo). Make one that has: santral init")
    # The shop is the project's code, not ours: it runs in a process of its own.
    command = [sys.executable, "-m", MODULE, *([database] if database else [])]
    paths = [str(Path.cwd()), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
