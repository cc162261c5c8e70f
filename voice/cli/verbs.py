"""``santral say`` and ``santral hear``: try how values are read aloud, and what is heard in answers.

One text a line from standard input, one result a line, at once. With ``--play`` or ``--out`` they sound, too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

from voice.cli.parser import parser_for, share_of_credentials
from voice.cli.voice_verbs import listen, sound_out, voice
from voice.speech.kinds import HEARD, SAID

TSV = "tsv"
NOTHING = "EMPTY"
LONGEST = 1_000_000
"""Bytes of a line."""
Each = Callable[[str, str], str]
"""Kind and text → the result."""


def say(arguments: Sequence[str]) -> int:
    """Write texts from standard input as a voice reads them.

    With --as tsv every line begins with its own kind and a tab.

    Examples:
        echo "80,25 TL'ye" | santral say --as price
        santral say < prompts.txt
        echo "Kargonuz 27.11.2026'da gelir." | santral say --play
    """
    parser = parser_for("say", say.__doc__)
    parser.add_argument(
        "--as", dest="kind", metavar="KIND", default="sentence", choices=(*SAID, TSV), help=_known(SAID)
    )
    parser.add_argument(
        "--lexicon", metavar="FILE", type=Path, help="Lines of written form, tab, spoken form; they win."
    )
    parser.add_argument(
        "--respell", action="store_true", help="Spell foreign names as a Turkish voice should say them."
    )
    parser.add_argument("--play", action="store_true", help="Let the voice of credentials.yml say them, too.")
    parser.add_argument("--out", metavar="FILE.wav", type=Path, help="Write what it says into a file.")
    share_of_credentials(parser)
    given = parser.parse_args(arguments)
    from voice.speech.lexicon import LexiconError, pronunciations, read_entries, readings
    from voice.speech.say import say as say_one

    words, own_voice = pronunciations() if given.respell else readings(), pronunciations()
    if given.lexicon is not None:
        try:
            entries = read_entries(given.lexicon)
        except (LexiconError, OSError, UnicodeDecodeError) as error:
            parser.error(f"argument --lexicon: {error}")
        words, own_voice = words.and_also(entries), own_voice.and_also(entries)
    if not given.play and given.out is None:
        return _each_line(given.kind, SAID, "", lambda own, text: say_one(text, own, words))

    def said(aloud: Callable[[str], None]) -> int:
        def each(own: str, text: str) -> str:
            aloud(say_one(text, own, own_voice))
            return say_one(text, own, words)

        return _each_line(given.kind, SAID, "", each)

    return sound_out(said, given.credentials, given.play, given.out)


def hear(arguments: Sequence[str]) -> int:
    """Write the values that answers from standard input say; EMPTY when one says none.

    With --as tsv every line begins with what was asked for, and a tab.

    Examples:
        echo "yüz yirmi üç kırk beş" | santral hear --as order_no
        echo "haftaya salı" | santral hear --as date --today 2026-11-22
    """
    parser = parser_for("hear", hear.__doc__)
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


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "say": say,
    "hear": hear,
    "listen": listen,
    "voice": voice,
}
"""Name → the verb: it takes its arguments, and gives the exit status."""


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} is no day; write it as 2026-11-22") from None


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
    """Of a line that is too long only so much that this can be seen."""
    number = 0
    while line := stream.readline(LONGEST + 2):
        rest = line
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST + 2)
        plain = line.removesuffix(b"\n").removesuffix(b"\r")
        yield plain.removeprefix(b"\xef\xbb\xbf") if number == 0 else plain
        number += 1


def _parts(line: bytes, kind: str, known: tuple[str, ...]) -> tuple[str, str]:
    """The kind and the text of a line.

    Raises:
        ValueError: the line is too long, no UTF-8, or of --as tsv and without a known kind and a tab.
    """
    if len(line) > LONGEST:
        raise ValueError(f"longer than {LONGEST:,} bytes")
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
