"""How the voice's verbs read their arguments: with argparse, since typer loads pydantic for every verb."""

from __future__ import annotations

import argparse


class Help(argparse.RawDescriptionHelpFormatter):
    """Help that looks like that of the other verbs."""

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "Usage: " if prefix is None else prefix)


def parser_for(name: str, doc: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the verb's docstring."""
    lines = (doc or "").splitlines()
    text = "\n".join(line.removeprefix("    ") for line in lines)
    return argparse.ArgumentParser(
        prog=f"santral {name}", description=text, formatter_class=Help, allow_abbrev=False
    )


def share_of_credentials(parser: argparse.ArgumentParser) -> None:
    """``--credentials``, for verbs that use a project's engines."""
    parser.add_argument(
        "--credentials",
        metavar="FILE",
        help="The project's settings; else credentials.yml of this folder, or the defaults.",
    )
