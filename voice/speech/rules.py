"""What a rule is: a form that is looked for in a text, and how what was found is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.turkish import is_suffix, join

DIGITS = "0123456789"
APOSTROPHE = r"['’‘ʼ´`′＇]"
_SUFFIX = rf"(?:\s?{APOSTROPHE}\s?(?P<suffix>[^\W\d_]{{1,14}})(?![^\W_]))?"
_GLUED = (
    r"(?P<glued>(?:[ny]?[ae]|[yns]?[ıiuü]n?|[dt][ae]n?(?:ki)?|[ıiuü]?n[ıiuü]n|y?l[ae]|l[ıiuü](?:k|ğ[ıiuü])?"
    r"|[ıiuü]?nc[ıiuü]\w{0,5}|l[ae]r|ş?[ae]r))(?![^\W_])"
)

Reader = Callable[[re.Match[str]], str | None]
"""The match → what is said, in lower case and without digits; None when the form means something else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One form. ``source`` may end in a suffix, which goes to the last word that is said."""

    source: str
    """A regular expression; it is compiled when a text has what the form needs."""
    read: Reader
    needs: str = ""
    """Characters of which a text must have one for the form to be in it; empty: none."""

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Every place of the form in ``text``."""
        if self.needs and not any(char in text for char in self.needs):
            return iter(())
        return compiled(self.source).finditer(text)

    def reading(self, match: re.Match[str]) -> str | None:
        """What is said for ``match``, with its suffix."""
        said = self.read(match)
        found = match.groupdict()
        suffix = found.get("suffix") or found.get("glued")
        if said is None or not suffix:
            return said
        return join(said, suffix) if is_suffix(suffix) else f"{said} {suffix}"


@cache
def compiled(source: str) -> re.Pattern[str]:
    """Compiling all forms takes longer than reading a prompt, so each waits until it is needed."""
    return re.compile(source)


def rule(
    body: str,
    read: Reader,
    *,
    glued: bool = False,
    before: str = r"(?<![\w])",
    after: str = "",
    needs: str = DIGITS,
) -> Rule:
    """A rule for ``body`` as a whole word, with a suffix behind an apostrophe.

    Args:
        body: a regular expression.
        read: gives what is said.
        glued: whether a suffix may be written without an apostrophe, too: "3ü", "5li".
        before: what must stand before it.
        after: what must stand behind it.
        needs: see :class:`Rule`.
    """
    tail = rf"(?:{_GLUED}|{_SUFFIX}(?![^\W_]))" if glued else rf"{_SUFFIX}(?![^\W_])"
    return Rule(rf"{before}(?:{body}){tail}{after}", read, needs)


def prefix(body: str, read: Reader, *, before: str = r"(?<![\w])", needs: str = DIGITS) -> Rule:
    """A rule for something at whose end the reading goes on: the "1-" of "1-3 gün"."""
    return Rule(rf"{before}(?:{body})", read, needs)
