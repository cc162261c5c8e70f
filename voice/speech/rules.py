"""What a rule is: a form that is looked for in a text, and how what was found is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.turkish import is_suffix, join

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
    """One form. ``pattern`` may end in a suffix, which goes to the last word that is said."""

    pattern: re.Pattern[str]
    read: Reader

    def reading(self, match: re.Match[str]) -> str | None:
        """What is said for ``match``, with its suffix."""
        said = self.read(match)
        found = match.groupdict()
        suffix = found.get("suffix") or found.get("glued")
        if said is None or not suffix:
            return said
        return join(said, suffix) if is_suffix(suffix) else f"{said} {suffix}"


def rule(body: str, read: Reader, *, glued: bool = False, before: str = r"(?<![\w])", after: str = "") -> Rule:
    """A rule for ``body`` as a whole word, with a suffix behind an apostrophe.

    Args:
        body: a regular expression.
        read: gives what is said.
        glued: whether a suffix may be written without an apostrophe, too: "3ü", "5li".
        before: what must stand before it.
        after: what must stand behind it.
    """
    tail = rf"(?:{_GLUED}|{_SUFFIX}(?![^\W_]))" if glued else rf"{_SUFFIX}(?![^\W_])"
    return Rule(re.compile(rf"{before}(?:{body}){tail}{after}"), read)


def prefix(body: str, read: Reader, *, before: str = r"(?<![\w])") -> Rule:
    """A rule for something at whose end the reading goes on: the "1-" of "1-3 gün"."""
    return Rule(re.compile(rf"{before}(?:{body})"), read)
