"""Names of letters, as recognition of speech writes what a caller spells: "pe te te" is PTT, "iks iks el" is XXL."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.menu.reading import Token

_SPOKEN = """
    ka=k ha=h iks=x ar=r es=s el=l em=m en=n ef=f yu=u pi=p ti=t ey=a bi=b si=c ci=g di=d ay=i dabliyu=w kju=q
"""
_LETTERS = {letter: letter for letter in "abcdefghijklmnoprstuvyz"}
_LETTERS |= {consonant + "e": consonant for consonant in "bcdfghjklmnprstvyz"}
_LETTERS |= dict(one.split("=") for one in _SPOKEN.split())
"""By folded name, the letter: Turkish names, and the English ones of brands and sizes."""
_LONGEST = 6


def spelt_out(tokens: Sequence[Token], words: Set[str]) -> list[Token]:
    """The tokens, with two and more names of letters read as one of ``words`` where they spell it."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        for end in range(min(at + _LONGEST, len(tokens)), at + 1, -1):
            word = "".join(_LETTERS.get(one.word, " ") for one in tokens[at:end])
            if word in words:
                found.append(Token(word, clause=tokens[at].clause))
                at = end
                break
        else:
            found.append(tokens[at])
            at += 1
    return found
