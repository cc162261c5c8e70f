"""``santral say`` and ``santral hear``: try how values are read aloud, and what is heard in answers.

One text a line from standard input, one result a line, at once. The arguments are read with argparse: typer loads
pydantic for every verb, which takes longer than all that these two do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from voice.speech.kinds import HEARD, SAID

TSV = "tsv"
NOTHING = "EMPTY"
Each = Callable[[str, str], str]
"""Kind and text → the result."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help that looks like that of the other verbs."""

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, prefix or "Usage: ")


def say(arguments: Sequence[str]) -> int:
    """Write texts from standard input as a voice reads them.

    With --as tsv every line begins with its own kind and a tab.

    Examples:
        echo "80,25 TL'ye" | santral say --as price
        santral say < prompts.txt
    """
    parser = _parser("say", say.__doc__)
    parser.add_argument(
        "--as", dest="kind", metavar="KIND", default="sentence", choices=(*SAID, TSV), help=_known(SAID)
    )
    parser.add_argument(
        "--lexicon", metavar="FILE", type=Path, help="Lines of written form, tab, spoken form; they win."
    )
    parser.add_argument(
        "--respell", action="store_true", help="Spell foreign names as a Turkish voice should say them."
    )
    given = parser.parse_args(arguments)
    from voice.speech.lexicon import LexiconError, pronunciations, read_entries, readings
    from voice.speech.say import say as say_one

    words = pronunciations() if given.respell else readings()
    if given.lexicon is not None:
        try:
            words = words.and_also(read_entries(given.lexicon))
        except (LexiconError, OSError, UnicodeDecodeError) as error:
            parser.error(f"argument --lexicon: {error}")
    return _each_line(given.kind, SAID, "", lambda own, text: say_one(text, own, words))


def hear(arguments: Sequence[str]) -> int:
    """Write the values that answers from standard input say; EMPTY when one says none.

    With --as tsv every line begins with what was asked for, and a tab.

    Examples:
        echo "yüz yirmi üç kırk beş" | santral hear --as order_no
        echo "haftaya salı" | santral hear --as date --today 2026-11-22
    """
    parser = _parser("hear", hear.__doc__)
    parser.add_argument(
        "--as", dest="kind", metavar="EXPECTED", required=True, choices=(*HEARD, TSV), help=_known(HEARD)
    )
    parser.add_argument(
        "--today",
        metavar="YYYY-MM-DD",
        type=_day,
        help="The day on which it is said; else today.",
    )
    given = parser.parse_args(arguments)
    from voice.speech.hear import hear as hear_one

    day = given.today or date.today()

    def heard(own: str, text: str) -> str:
        value = hear_one(text, own, day)
        return NOTHING if value is None else str(value)

    return _each_line(given.kind, HEARD, NOTHING, heard)


VERBS: dict[str, Callable[[Sequence[str]], int]] = {"say": say, "hear": hear}
"""Name → the verb: it takes its arguments, and gives the exit status."""


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} is no day; write it as 2026-11-22") from None


def _parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    lines = (doc or "").splitlines()
    text = "\n".join(line.removeprefix("    ") for line in lines)
    return argparse.ArgumentParser(
        prog=f"santral {name}", description=text, formatter_class=_Help, allow_abbrev=False
    )


def _known(kinds: tuple[str, ...]) -> str:
    return f"One of {', '.join(kinds)}; or {TSV}."


def _each_line(kind: str, known: tuple[str, ...], nothing: str, each: Each) -> int:
    """Answer every line of standard input with one line; for a bad one, ``nothing`` and a message."""
    bad = 0
    for number, line in enumerate(_lines(sys.stdin.buffer), start=1):
        try:
            own, text = _parts(line, kind, known)
            result = each(own, text)
        except ValueError as error:
            bad += 1
            print(f"line {number}: {error}", file=sys.stderr, flush=True)
            result = nothing
        sys.stdout.buffer.write(result.encode() + b"\n")
        sys.stdout.buffer.flush()
    return 1 if bad else 0


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
