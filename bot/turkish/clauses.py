"""Where the clauses of a long sentence end that nobody has punctuated: behind finite verbs.

Recognition of speech writes no full stops, and hurried customers do neither: "geçen hafta ayakkabı aldım
numarası küçük geldi değiştirebilir miyim". Turkish verbs stand last, so that their endings part what was said.
"""

from __future__ import annotations

import re

from bot.turkish.folding import fold
from bot.turkish.numbers import parse_number_words

_WORD = re.compile(r"\S+")
_FINITE = re.compile(
    r"""\w*(?:
        [td][iu](?:m|k|niz|nuz|lar|ler)     # aldım, aldık, aldınız, aldılar
      | [aeiou]?[td][iu]                    # geldi, dondu
      | m[iu]s(?:[td][iu](?:m|k)?)?         # gelmiş, almıştım
      | yor(?:um|uz|sun|lar|du|dum)?        # bekliyorum
      | [ae]ca[gk](?:im)? | [ae]cakt[iu]m?  # geleceğim, olacak, gidecektim
      | m[iu](?:s[iu]n[iu]z|y[iu]m)?        # mı, misiniz, miyim
      | ri[mz] | m[ae]m                     # ederim, veririz, istemem
      | var | yok | yoktu | vard[iu] | tamam | lutfen
    )""",
    re.VERBOSE,
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


_LOOK_ALIKES = _words("adı adım artık biraz hadi hem kargom kendi kim şimdi tam ürünüm yedi")
"""Words that end like verbs and are none."""
_GOES_ON = _words(
    """
    acaba bi bile da de dedi dediler dedim diye diyor diyorlar gibi hala için işte ki lütfen mi misiniz mu musunuz
    şimdi sonra teşekkürler ve ya yani zaman
    """
)
"""Words that belong to the verb before them, or hang what follows on it."""
_LONG = 12
"""Words from which a sentence is divided; numbers said as words don't count."""
_FIRST = 2
_LAST = 3
"""Words that a clause has at least, and those that are left for the last one."""


def clauses(text: str) -> list[tuple[int, int]]:
    """Start and end of each clause of one sentence; a sentence of less than twelve words is one.

    >>> said = "geçen hafta ayakkabı aldım ama numarası küçük geldi onu bir büyüğüyle değiştirebilir miyim acaba"
    >>> [said[start:end] for start, end in clauses(said)]
    ['geçen hafta ayakkabı aldım', 'ama numarası küçük geldi', 'onu bir büyüğüyle değiştirebilir miyim acaba']
    """
    words = list(_WORD.finditer(text))
    if len(words) < _LONG:
        return [(0, len(text))]
    plain = [fold(word[0]) for word in words]
    if sum(parse_number_words(word) is None for word in plain) < _LONG:
        return [(0, len(text))]
    spans = []
    first = 0
    for here in range(_FIRST - 1, len(words) - _LAST):
        if here - first + 1 >= _FIRST and _ends(plain[here], plain[here + 1]):
            spans.append((words[first].start(), words[here].end()))
            first = here + 1
    spans.append((words[first].start(), len(text)))
    return spans


def _ends(word: str, following: str) -> bool:
    return (
        word not in _LOOK_ALIKES
        and following not in _GOES_ON
        and _FINITE.fullmatch(word) is not None
        and parse_number_words(word) is None
    )
