"""Upper and lower case as Turkish has them: i/İ and ı/I are two letters.

Every function here keeps the number of code points, so offsets into the result are offsets into the
original: ``"İ".lower()`` of Python has two characters, ``lower("İ")`` has one. A dot that stands as a
character of its own (U+0307, as in ``"i̇"``) is therefore kept by :func:`lower`;
:func:`bot.turkish.normalise` composes it away and keeps a map of the offsets.
"""

from __future__ import annotations

import re
import unicodedata

DOT_ABOVE = "\u0307"
"""The combining dot, which decomposed text has behind its i."""
APOSTROPHES = "'’‘ʼ´`′＇"
"""Every character that people and keyboards put between a name and its case suffix."""

_WORD = re.compile(rf"[^\W\d_](?:[\w{APOSTROPHES}\u0300-\u036f]*[\w\u0300-\u036f])?")
_DOTLESS_AND_DOTTED = str.maketrans("ıİ", "ii")


def lower(text: str) -> str:
    """Return ``text`` in Turkish lower case, with exactly as many code points.

    >>> lower("ISPARTA, İZMİR")
    'ısparta, izmir'
    """
    if DOT_ABOVE in text:
        text = text.replace("I" + DOT_ABOVE, "i" + DOT_ABOVE)
    return text.replace("İ", "i").replace("I", "ı").lower()


def upper(text: str) -> str:
    """Return ``text`` in Turkish upper case, with exactly as many code points.

    A letter without a capital of one code point (``ß``, a ligature) stays as it is; so does the ``i`` of
    a decomposed ``i̇``, whose dot is written behind it: it becomes ``I`` and the dot.

    >>> upper("ısparta, izmir")
    'ISPARTA, İZMİR'
    """
    if DOT_ABOVE in text:
        text = text.replace("i" + DOT_ABOVE, "I" + DOT_ABOVE)
    capitals = text.replace("i", "İ").replace("ı", "I")
    result = capitals.upper()
    if len(result) == len(text):
        return result
    return "".join(char if len(char.upper()) > 1 else char.upper() for char in capitals)


def title(text: str) -> str:
    """Return ``text`` with the first letter of every word as a capital and the others in lower case.

    A suffix behind an apostrophe belongs to its word: ``title("ISPARTA'DAN")`` is ``"Isparta'dan"``.
    """
    return _WORD.sub(lambda word: upper(word[0][0]) + lower(word[0][1:]), text)


def equal(one: str, other: str) -> bool:
    """Whether two texts are the same regardless of case and diacritics, and of how these are encoded.

    >>> equal("ŞİŞLİ", "sisli"), equal("ISPARTA", "isparta"), equal("kâr", "kar"), equal("on", "un")
    (True, True, True, False)
    """
    return one == other or _skeleton(one) == _skeleton(other)


def _skeleton(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", lower(text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_DOTLESS_AND_DOTTED)
