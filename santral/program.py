"""``santral``: the one place that knows both the bot's command line and the voice's."""

from __future__ import annotations

import sys

import typer

from voice.verbs import VERBS, register


def program() -> typer.Typer:
    """Every verb under one name."""
    from bot.cli import app

    register(app)
    return app


def main() -> None:
    """Entry point of the ``santral`` command.

    The verbs that answer line by line start without what only the others import.
    """
    if sys.argv[1:2] and sys.argv[1] in VERBS:
        app = typer.Typer(
            name="santral",
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        app.callback()(_nothing)
        register(app)
    else:
        app = program()
    try:
        app()
    except BrokenPipeError:  # the reader of our output went away
        sys.stderr.close()
        sys.exit(1)


def _nothing() -> None:
    """No options before the verb."""
