"""A text in pieces that are spoken one after the other: sentences, the first of them cut early.

A voice has to have rendered a whole piece before its first sound, so the first piece is short: up to its first comma
or "ve". Turkish dots are not all full stops: "15. gün", "Sn.", "1.299,90", "14.30".
"""

from __future__ import annotations

import re

_FIRST = 45
"""Characters above which the first sentence is cut."""
_LONG = 160
"""Characters above which every sentence is cut."""
_LONGEST = 240
"""Characters that no piece exceeds, whatever it is made of: a quarter of a minute."""
_LEAST = 14
"""Characters that both sides of a cut have."""
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*(?=\s)|\n+")
_BREAK = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|(?=\s(?:ve|ama|fakat|ancak|çünkü|veya|yoksa)\s)")
_ABBREVIATIONS = frozenset(
    {
        *("Sn", "Dr", "Prof", "Doç", "Av", "Uzm", "Öğr", "Cad", "Cd", "Sok", "Sk", "Mah", "Mh", "Blv", "Bul"),
        *(
            "Apt",
            "Ap",
            "No",
            "Kat",
            "Ltd",
            "Şti",
            "San",
            "Tic",
            "Tel",
            "vb",
            "vs",
            "örn",
            "Örn",
            "bkz",
            "Bkz",
        ),
        *("yy", "yak", "Hz", "Alb", "Gen", "Müd", "Şb", "Şub", "Mer", "Mrk", "İst", "Ank", "St"),
    }
)
_LAST_WORD = re.compile(r"[^\W_]+$")


def sentences(text: str) -> list[str]:
    """The sentences of a text, without the space between them."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _is_full_stop(text, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    found.append(text[start:].strip())
    return [one for one in found if any(char.isalnum() for char in one)]


def pieces(text: str) -> list[str]:
    """What is rendered and spoken one after the other; joined by spaces, they are the text.

    Only a word longer than any is cut in its middle.
    """
    found: list[str] = []
    for sentence in sentences(text):
        rest = sentence
        longest = _LONG if found else _FIRST
        while len(rest) > longest and (cut := _cut(rest)):
            found.append(rest[:cut].strip())
            rest = rest[cut:].strip()
            longest = _LONG
        found.append(rest)
    return found


def heard_part(text: str, share: float) -> str:
    """The words of a text that have been spoken when this share of its sound was."""
    if share >= 1:
        return text
    end = share * len(text)
    spoken = [match.end() for match in re.finditer(r"\S+", text) if match.end() <= end + 0.5]
    return text[: spoken[-1]] if spoken else ""


def _is_full_stop(text: str, match: re.Match[str]) -> bool:
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    word = _LAST_WORD.search(text, 0, match.start())
    following = text[match.end() :].lstrip()
    if word is None or not following:
        return True
    if word[0].isdigit():  # an ordinal, unless a new sentence begins
        return following[0].isupper() or following[0].isdigit()
    return word[0] not in _ABBREVIATIONS and not (len(word[0]) == 1 and word[0].isupper())


def _cut(sentence: str) -> int | None:
    for match in _BREAK.finditer(sentence, _LEAST, _LONGEST + 1):
        if len(sentence) - match.end() >= _LEAST:
            return match.end()
    if len(sentence) <= _LONGEST:
        return None
    space = sentence.rfind(" ", _LEAST, _LONGEST + 1)
    return space if space >= 0 else _LONGEST
