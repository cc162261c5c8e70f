"""What all verbs share: how much is logged, and how errors are told."""

from __future__ import annotations

import functools
import inspect
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from bot.errors import ProjectError, SantralError

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "verbose": (
        Annotated[
            int,
            typer.Option(
                "--verbose", "-v", count=True, show_default=False, help="Log more; -vv logs everything."
            ),
        ],
        0,
    ),
    "debug": (
        Annotated[bool, typer.Option("--debug", help="Log everything, and show tracebacks of errors.")],
        False,
    ),
    "quiet": (Annotated[bool, typer.Option("--quiet", help="Log warnings and errors only.")], False),
}
_OWN = ("bot", "actions")
"""Loggers whose information is for the people who run the bot."""


def verb(*, level: int = logging.INFO) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a verb: it gets ``--verbose``, ``--debug`` and ``--quiet``, and its errors are told.

    Args:
        level: what is logged unless one of the options says otherwise.
    """

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def run(*, verbose: int, debug: bool, quiet: bool, **arguments: Any) -> None:
            debug = debug or verbose > 1
            _set_logging(logging.DEBUG if debug else logging.WARNING if quiet else level, bool(verbose))
            # Custom components and actions are the project's own: it is the working folder.
            if str(Path.cwd()) not in sys.path:
                sys.path.insert(0, str(Path.cwd()))
            try:
                function(**arguments)
            except (SantralError, OSError) as error:
                if debug or isinstance(error, BrokenPipeError):
                    raise
                tell_error(error)
                raise typer.Exit(1) from None

        hints = get_type_hints(function, include_extras=True)
        options = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in _OPTIONS.items()
        ]
        own = [
            one.replace(annotation=hints[name])
            for name, one in inspect.signature(function).parameters.items()
        ]
        run.__signature__ = inspect.Signature([*own, *options])  # type: ignore[attr-defined]
        run.__annotations__ = {**hints, **{name: kind for name, (kind, _) in _OPTIONS.items()}}
        return run

    return decorate


def _set_logging(level: int, verbose: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level if verbose or level == logging.DEBUG else logging.WARNING)
    own = min(level, logging.INFO) if verbose else level
    for name in _OWN:
        logging.getLogger(name).setLevel(own)


def tell_error(error: SantralError | OSError) -> None:
    """One error, for people: what is wrong and how to mend it."""
    if isinstance(error, ProjectError):
        from bot.cli.complaints import tell_complaints

        tell_complaints(error.complaints)
        return
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        typer.secho(f"Error: {error.strerror or error}{where}", fg="red", err=True)
        return
    again = " Trying again a little later may help." if error.retry else ""
    typer.secho(f"Error [{error.code}]: {error}{again}", fg="red", err=True)
