"""``santral``: the one place that knows both the bot's command line and the voice's."""

import sys
from typing import TYPE_CHECKING, Any

from voice.cli.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import typer
    from aiohttp import web

    from bot.voice_notes import Notes


def program() -> "typer.Typer":
    """Every verb under one name."""
    import typer

    from bot.cli import app
    from bot.cli.run import NOTES, OPENERS

    if _open_calls not in OPENERS:
        OPENERS.append(_open_calls)
    if _open_notes not in NOTES:
        NOTES.append(_open_notes)

    def register(name: str) -> None:
        @app.command(
            name,
            help=VERBS[name].__doc__,
            add_help_option=False,
            context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        )
        def run(context: typer.Context) -> None:
            raise typer.Exit(VERBS[name](context.args))

        run.__name__ = name

    known = {command.name for command in app.registered_commands}
    for name in VERBS:
        if name not in known:
            register(name)
    return app


def _open_calls(
    credentials: "Mapping[str, Any] | None", root: "Path"
) -> "Callable[[web.Application], None] | None":
    """Let ``santral run`` answer calls."""
    from santral.calls import open_calls

    return open_calls(credentials, root)


def _open_notes(credentials: "Mapping[str, Any] | None", root: "Path") -> "Notes":
    """Let ``santral run`` hear voice notes."""
    from voice.notes.opening import open_notes

    return open_notes(credentials, root)


def main() -> None:
    """Entry point of the ``santral`` command.

    The verbs that answer line by line start without what only the others need.
    """
    try:
        _main()
    except SystemExit as end:
        if threads := sys.modules.get("voice.threads"):
            threads.leave(end.code if isinstance(end.code, int) else 1 if end.code else 0)
        raise


def _main() -> None:
    try:
        if len(sys.argv) > 1 and sys.argv[1] in VERBS:
            sys.exit(VERBS[sys.argv[1]](sys.argv[2:]))
        program()()
    except BrokenPipeError:  # the reader of our output went away
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
