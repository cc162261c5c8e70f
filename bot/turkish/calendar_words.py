"""Days, months and number words as they stand in folded text, for the grammar of dates."""

from __future__ import annotations

import re

from bot.turkish.folding import fold
from bot.turkish.spelling import TENS, UNITS

WEEKDAYS = {
    name: number
    for number, name in enumerate(("pazartesi", "sali", "carsamba", "persembe", "cuma", "cumartesi", "pazar"))
}
"""Monday is 0, as in :meth:`datetime.date.weekday`."""
MONTHS = {
    name: number
    for number, name in enumerate(
        (
            *("ocak", "subat", "mart", "nisan", "mayis", "haziran"),
            *("temmuz", "agustos", "eylul", "ekim", "kasim", "aralik"),
        ),
        start=1,
    )
}
FIXED_DAYS = {
    "yilbasi": (1, 1),
    "sevgililer gunu": (2, 14),
    "zafer bayrami": (8, 30),
    "cumhuriyet bayrami": (10, 29),
}
"""Month and day."""
STEPS = {"gecen": -1, "gectigimiz": -1, "gecenki": -1, "bu": 0, "gelecek": 1, "onumuzdeki": 1, "haftaya": 1}
"""Weeks, months or years from the present one."""
MONTH_STEMS = MONTHS | {"ocag": 1, "aralig": 12}

_UNIT_WORDS = [fold(word) for word in UNITS[1:]]
_TEN_WORDS = [fold(word) for word in TENS[1:]]
_UNIT = "|".join(sorted([*_UNIT_WORDS, "bi", "dord"], key=len, reverse=True))
_BELOW_100 = rf"(?:(?:{'|'.join(_TEN_WORDS)})(?:\s?(?:{_UNIT}))?|{_UNIT})"

CASE = (
    r"(?:y?[aeiu]|n?[iu]n|n?[dt][ae](?:n|ki(?:ler)?)?|y?l[ae]"
    r"|s?[iu](?:n(?:[aeiu]|[iu]n|[dt][ae](?:n|ki)?))?|[dt][iu]r?|y[dt][iu])"
)
"""A case suffix in folded text."""
APOSTROPHE = r"['’‘ʼ´`′＇]"
SUFFIX = rf"(?:{CASE})?(?![^\W_])"
"""A suffix written together, up to the end of the word."""
COUNT = rf"(?>\d{{1,3}}|{_BELOW_100})"
"""How many days, weeks, months or years."""
DAY = rf"(?>[0-3]?\d|{_BELOW_100})"
YEAR = rf"(?:(?:19|20)\d\d|(?:iki\s?bin|bin\s?dokuz\s?yuz)(?:\s?{_BELOW_100})?)"
WEEKDAY = rf"(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})"
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
MONTH_STEM = rf"(?:{'|'.join(sorted(MONTH_STEMS, key=len, reverse=True))})"
PART_OF_DAY = (
    r"(?:\s+(?:sabah|ogle|ogleden\s+(?:once|sonra)|ogleyin|ikindi|aksam|aksamustu|gece)"
    r"(?:leyin|i|e|a|ki|iki|si)?(?![^\W_]))"
)

_VALUES = {
    **{word: value for value, word in enumerate(_UNIT_WORDS, start=1)},
    **{word: value * 10 for value, word in enumerate(_TEN_WORDS, start=1)},
    "bi": 1,
    "dord": 4,
}
_CENTURIES = {"bindokuzyuz": 1900, "ikibin": 2000}
_NUMBER_WORD = re.compile("|".join([*_CENTURIES, *sorted(_VALUES, key=len, reverse=True)]))

_VERB = re.compile(
    r"\b\w*(?:(?P<past>[fhkpst]t[iu](?:m|n|k|niz|nuz|ler|lar)?|[aeioulmnrvyzbg]d[iu](?:m|n|k|niz|nuz|ler|lar)?"
    r"|m[iu]s(?:t?[iu](?:m|n|k)?)?|[dt][iu]g[iu](?:m|n|miz|niz|nuz|muz)?(?:[iuae]|n[dt][ae]n?|n[iu])?)"
    r"|(?P<future>[ae]ca(?:k|g)\w*|[ae]ce(?:k|g)\w*|(?:[lprnktyz]|m[ae])s[iu]n(?:ler|lar)?))\b"
)
_NO_VERB = re.compile(
    r"(?:simdi|kendi|hadi|haydi|yedi|adi|kredi|kedi|tadi|kaydi|ardi|derdi|yurdu|altmis|yetmis|gumus|gecmis|ustu|alti"
    r"|dostu|testi|listi|adim|adin|yardim|kadin|aydin|yirmi|bardagi|ardindan|dedigi|kursun|kaldirim|indirim"
    r"|bacak|bacag\w*|sicacik|cocuk\w*|ordu)$"
)


_SAID_TO_COME = re.compile(r"[ae]c[ae]km[iu]s")
"""gelecekmiş speaks of the future, gelecekti of what was to come and did not."""


def read_number(text: str) -> int:
    """Return the number below 100, or the year, that folded ``text`` says in digits or words."""
    if text.isdecimal():
        return int(text)
    words = _NUMBER_WORD.findall("".join(text.split()))
    return sum(_CENTURIES.get(word) or _VALUES[word] for word in words)


def says_future(text: str) -> bool | None:
    """Whether the first verb of folded ``text`` speaks of the future or of the past; None when unclear."""
    for verb in _VERB.finditer(text):
        if not _NO_VERB.fullmatch(verb[0]):
            return verb["future"] is not None or _SAID_TO_COME.search(verb[0]) is not None
    return None
