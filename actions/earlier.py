""" "Az önce webde sorduğum sipariş": words that point to a conversation from before, in this channel or another."""

from __future__ import annotations

import re

from bot.turkish import fold

WEB = frozenset({"webchat", "socketio", "rest", "callback"})
PHONE = frozenset({"phone", "sip", "audiosocket", "asterisk", "twilio_voice"})
WHATSAPP = frozenset({"whatsapp"})

ANYWHERE: frozenset[str] = frozenset()
"""No channel is named: the latest conversation is meant, whichever it was."""

_PLACES = (
    (
        WHATSAPP,
        r"(?:what'?s\s?app|whatsap|vatsap|vats\s?ap|watsap|wp)"
        r"(?:['’]?(?:ta|da|te|de|tan|dan|ten|den)(?:\s?ki)?)?",
    ),
    (
        WEB,
        r"(?:web|(?:web )?site(?:si|niz|m)?n?|internet|(?:internet |web )?sayfa(?:niz|si)?n?)"
        r"['’]?(?:de|da|te|ta|den|dan|ten|tan)(?:ki)?|canli destek(?:te|teki|ten)?",
    ),
    (PHONE, r"telefon(?:da|daki|dan|la)|ara(?:digimda|yip|dim da|mistim|mistik)|sizi ara(?:dim|dik)"),
)
_RECENT = (
    r"(?:az|biraz|hemen|demin) once(?:ki)?|demin(?:ki)?|bugun|dun(?:ku)?"
    r"|sabah|gecen(?:ki)?|(?:bir )?onceki|son|oteki|diger"
)
_SPOKEN = (
    r"sor(?:dugum(?:uz)?|mustum|dum)\w*|konus(?:tugum(?:uz)?|tuk|mustuk|tum|mustum)\w*|konusma(?:mi?z?|m)\w*"
    r"|gorus(?:tugum(?:uz)?|tuk|mustuk|tum|mustum)\w*|gorusme(?:miz|m)\w*|yazis(?:tigim(?:iz)?|tik|mistik)\w*"
    r"|yazisma(?:miz|m)\w*|sohbet(?:imiz|im)\w*|yaz(?:digim|dim|dik|mistim|mistik)\w*"
    r"|ara(?:mistim|mistik|digimda)\w*|(?:telefon(?:dan|la)|sizi) ara(?:dim|dik)\w*|danistigim\w*"
    r"|baktigim\w*|baktirdigim\w*"
)
_WHERE = tuple((channels, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for channels, words in _PLACES)
_WHEN = re.compile(rf"(?<!\w)(?:{_RECENT})(?!\w)")
_WHAT = re.compile(rf"(?<!\w)(?:{_SPOKEN})(?!\w)")


def earlier_in(text: str) -> frozenset[str] | None:
    """The channels in which the conversation was that a text points to.

    Returns:
        Names of input channels; :data:`ANYWHERE` for "az önce sorduğum"; None when the text points to no
        conversation.
    """
    folded = fold(text[:500])
    if not _WHAT.search(folded):
        return None
    named = [channels for channels, words in _WHERE if words.search(folded)]
    if named:
        return frozenset().union(*named)
    return ANYWHERE if _WHEN.search(folded) else None
