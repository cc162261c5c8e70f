"""Texts cut and divided to WhatsApp's lengths, never within what a reader sees as one character.

Lengths are counted in UTF-16 units, as telephones do: an emoji has two or more. A text that is short enough so
is short enough in every other way of counting.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
_ZWJ = "\N{ZERO WIDTH JOINER}"
_UNFIT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"\s"))
"""Where a long text is divided, the best first: paragraphs, lines, sentences, words."""
_LEAST = 0.4
"""A part is never shorter than this share of what would fit, only to end at a better place."""


def fit(text: object) -> str:
    """A text without characters that no message may hold."""
    return _UNFIT.sub("", str(text))


def length(text: str) -> int:
    """In UTF-16 units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def is_visible(text: str) -> bool:
    """Whether there is anything to be seen; WhatsApp refuses texts of blanks."""
    return any(not one.isspace() and unicodedata.category(one) not in ("Cf", "Cc", "Mn") for one in text)


def first_of(text: str, limit: int) -> str:
    """The beginning of the text that fits, without half of what is seen as one character."""
    if length(text) <= limit:
        return text
    end = used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            break
        if _begins(text, position + 1):
            end = position + 1
    return text[:end]


def _begins(text: str, position: int) -> bool:
    """Whether a new visible character begins here."""
    if position >= len(text):
        return True
    before, after = text[position - 1], text[position]
    if after == _ZWJ or before == _ZWJ or unicodedata.category(after) in ("Mn", "Me", "Mc"):
        return False
    if (
        "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"
    ):  # skin tones, flag tags
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        letters = 0
        while letters < position and _is_flag_letter(text[position - 1 - letters]):
            letters += 1
        return letters % 2 == 0
    return True


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def cut(text: str, limit: int) -> str:
    """The text in one line, with an ellipsis where it had to be cut."""
    line = " ".join(text.split())
    if length(line) <= limit:
        return line
    return first_of(line, limit - 1).rstrip() + ELLIPSIS


def divide(text: str, limit: int) -> list[str]:
    """The text in parts that fit, each ending at the best place; nothing but blanks at their ends is lost."""
    rest, parts = text.strip(), []
    while length(rest) > limit:
        room = first_of(rest, limit)
        part = rest[: _break_of(rest, room)] or rest[:limit]
        if is_visible(part):
            parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return [*parts, rest] if is_visible(rest) else parts


def _break_of(text: str, room: str) -> int:
    if len(room) < len(text) and text[len(room)].isspace():
        return len(room)
    for pattern in _BREAKS:
        ends = [found.end() for found in pattern.finditer(room)]
        if ends and ends[-1] >= _LEAST * len(room):
            return ends[-1]
    return len(room)
