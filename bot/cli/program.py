"""The program: all verbs under one name."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli import data, demo, init, replay, run, shell, testing, train, whatsapp
from bot.cli.lists import spread

HELP = """Santral: a conversational framework, Turkish first. It runs Rasa 3 projects.

A new bot in four commands:

\b
    santral init --init-dir shop     a bot to begin with
    cd shop
    santral train                    makes a model of its files
    santral shell                    chat with it

\b
Every verb tells more: santral train --help
"""


class InOrderOfUse(TyperGroup):
    """Lists the verbs as a newcomer needs them."""

    order = ("init", "train", "shell", "run", "test", "data", "demo", "replay", "whatsapp")

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: self.order.index(name) if name in self.order else len(names))


app = typer.Typer(
    name="santral",
    cls=InOrderOfUse,
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
init.register(app)
train.register(app)
run.register(app)
shell.register(app)
testing.register(app)
data.register(app)
demo.register(app)
replay.register(app)
whatsapp.register(app)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        python = ".".join(map(str, sys.version_info[:3]))
        typer.echo(f"Santral {version('santral')} (Python {python})")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Options before the verb."""


def main() -> None:
    """Entry point of the ``santral`` command."""
    try:
        app(spread(sys.argv[1:]))
    except BrokenPipeError:  # the reader of our output went away, as in `santral data validate | head`
        sys.stderr.close()
        sys.exit(1)
