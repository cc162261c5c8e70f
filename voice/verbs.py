"""``santral say`` and ``santral hear``: try how values are read aloud, and what is heard in answers.

One text a line from standard input, one result a line, at once. Nothing of the voice is imported before a
verb runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from voice.speech.kinds import HEARD, SAID

VERBS = ("say", "hear")
TSV = "tsv"
NOTHING = "EMPTY"
Each = Callable[[str, str], str]
"""Kind and text → the result."""


def register(app: typer.Typer) -> None:
    """Add the voice's verbs to the program."""
    app.command("say")(say)
    app.command("hear")(hear)


def say(
    kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help=f"What the texts are, or tsv: {', '.join(SAID)}.")
    ] = "sentence",
    lexicon: Annotated[
        Path | None,
        typer.Option("--lexicon", metavar="FILE", help="Lines of written form, tab, spoken form; they win."),
    ] = None,
    respell: Annotated[
        bool, typer.Option("--respell", help="Spell foreign names as a Turkish voice should say them.")
    ] = False,
) -> None:
    """Write texts from standard input as a voice reads them.

    With --as tsv every line begins with its own kind and a tab.

    \b
    Examples:
        echo "80,25 TL'ye" | santral say --as price
        santral say < prompts.txt
    """
    _check(kind, SAID)
    from voice.speech.lexicon import LexiconError, pronunciations, read_entries, readings
    from voice.speech.say import say as say_one

    words = pronunciations() if respell else readings()
    if lexicon is not None:
        try:
            words = words.and_also(read_entries(lexicon))
        except (LexiconError, OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(str(error), param_hint="--lexicon") from None
    _each_line(kind, SAID, "", lambda own, text: say_one(text, own, words))


def hear(
    kind: Annotated[
        str, typer.Option("--as", metavar="EXPECTED", help=f"What was asked for, or tsv: {', '.join(HEARD)}.")
    ],
    today: Annotated[
        datetime | None,
        typer.Option("--today", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The day; else today's."),
    ] = None,
) -> None:
    """Write the values that answers from standard input say; EMPTY when one says none.

    With --as tsv every line begins with what was asked for, and a tab.

    \b
    Examples:
        echo "yüz yirmi üç kırk beş" | santral hear --as order_no
        echo "haftaya salı" | santral hear --as date --today 2026-11-22
    """
    _check(kind, HEARD)
    from voice.speech.hear import hear as hear_one

    day = today.date() if today else date.today()

    def heard(own: str, text: str) -> str:
        value = hear_one(text, own, day)
        return NOTHING if value is None else str(value)

    _each_line(kind, HEARD, NOTHING, heard)


def _check(kind: str, known: tuple[str, ...]) -> None:
    if kind != TSV and kind not in known:
        raise typer.BadParameter(
            f"unknown kind {kind!r}. Known are {', '.join(known)}, and {TSV}.", param_hint="--as"
        )


def _each_line(kind: str, known: tuple[str, ...], nothing: str, each: Each) -> None:
    """Answer every line of standard input with one line; for a bad one, ``nothing`` and a message."""
    bad = 0
    for number, line in enumerate(_lines(sys.stdin.buffer), start=1):
        try:
            own, text = _parts(line, kind, known)
            result = each(own, text)
        except ValueError as error:
            bad += 1
            typer.echo(f"line {number}: {error}", err=True)
            result = nothing
        sys.stdout.buffer.write(result.encode() + b"\n")
        sys.stdout.buffer.flush()
    if bad:
        raise typer.Exit(1)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(stream):
        plain = line.removesuffix(b"\n").removesuffix(b"\r")
        yield plain.removeprefix(b"\xef\xbb\xbf") if number == 0 else plain


def _parts(line: bytes, kind: str, known: tuple[str, ...]) -> tuple[str, str]:
    """The kind and the text of a line.

    Raises:
        ValueError: the line is no UTF-8, or of --as tsv and without a known kind and a tab.
    """
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if kind != TSV:
        return kind, text
    own, tab, text = text.partition("\t")
    if not tab:
        raise ValueError(f"no tab; expected KIND<TAB>TEXT with one of {', '.join(known)}")
    if own not in known:
        raise ValueError(f"unknown kind {own!r}; known are {', '.join(known)}")
    return own, text
