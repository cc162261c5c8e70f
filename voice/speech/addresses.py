"""Addresses of the net: e-mail addresses are read out, pages are not."""

from __future__ import annotations

import re

from bot.turkish import lower
from voice.speech.figures import in_groups, spelled
from voice.speech.rules import rule

SITE = "internet sitemiz"
_SIGNS = {"@": "et", ".": "nokta", "_": "alt çizgi", "-": "tire", "+": "artı", "%": "yüzde"}
_SAID = {"com": "kom", "tr": "te re"}
_PIECE = re.compile(r"\d+|[^\W\d_]+|[@._+%-]")
_VOWELS = frozenset("aeıioöuü")
_TOPS = (
    "com|net|org|edu|gov|info|biz|co|io|shop|store|app|dev|xyz|online|site|web|k12|bel|av|gen|tr|me|tv|de|uk"
)


def _piece(piece: str) -> str:
    if piece in _SIGNS:
        return _SIGNS[piece]
    if piece[0].isdecimal():
        return in_groups(piece)
    small = lower(piece.replace("I", "i"))
    if small in _SAID:
        return _SAID[small]
    return small if len(small) > 1 and any(char in _VOWELS for char in small) else spelled(small)


def address(written: str) -> str:
    """Read an e-mail address: "destek@magaza.com.tr" is *destek et magaza nokta kom nokta te re*."""
    return " ".join(map(_piece, _PIECE.findall(written)))


_DOMAIN = rf"(?:[\w-]+\.)+(?:{_TOPS})"
MAIL = rule(
    r"(?P<mail>[^\W]{1,64}(?:[.+%_-][^\W]{1,64}){0,8}@[^\W_]{1,63}(?:[.-][^\W_]{1,63}){1,8})",
    lambda match: address(match["mail"]),
    before=r"(?<![\w@])",
    needs="@",
)
PAGES = (
    rule(
        r"(?:[Hh][Tt]{2}[Pp][Ss]?://|[Ww]{3}\.)[^\s'’\"<>()]*[^\s'’\"<>().,;:!?]",
        lambda match: SITE,
        needs=".",
    ),
    rule(
        rf"{_DOMAIN}(?:/[^\s'’\"<>()]*[^\s'’\"<>().,;:!?]|/)?",
        lambda match: SITE,
        before=r"(?<![\w@.-])",
        needs=".",
    ),
)
ANY_PAGE = (*PAGES, rule(r"[\w-]+(?:\.[\w-]+)+(?:/[^\s'’]*)?", lambda match: SITE, needs="."))
