"""Small whole numbers: how many, how good, which one."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from voice.speech.stretches import Said, Stretch, is_article, is_counted, neighbours, offers_choice, stretches

_VAGUE = re.compile(
    r"\b(?:bir\s?kac\w*|yaklasik|civar\w*|kusur\w*|en\s+az\w*|en\s+fazla|en\s+cok|asgari|azami|asagi\s+yukari|falan|filan"
    r"|kadar|fazla|icin|tahminen|takriben|ortalama|arasi\w*|alti\s+ustu|bol|cok|\w+[ae]\s+yakin)\b"
)
_FRACTION = re.compile(
    r"\b(?:bucuk|yarim|ceyrek|virgul|nokta|yuzde|eksi)\w*|%|(?<!\w)-(?=\d)|\d[.,]\d{1,2}(?!\d)"
)
_DOZEN = re.compile(r"\bduzine")
_HALF_DOZEN = re.compile(r"\byarim\s+duzine")
_AND_A_HALF = re.compile(r"\s+bucuk\s+duzine")
_SINGLE = re.compile(r"\btek(?:\s+(?:tane|adet|bir\s+tane))?\b")
_OTHER_UNIT = re.compile(
    r"\W*(?:numara|beden|no\b|kilo|gram|litre|santim|metre|inc|lira|tl\b|kere|kez|defa|gun|hafta|ay\b|yil|saat|dakika|saniye"
    r"|kat[iu]?\b|misli|taksit|cm\b|kg\b|gb\b|yas|numarali|nolu|kisilik|li\b|lu\b)"
)
_PACKED = re.compile(r"\W*(?:tane|adet|kutu|koli|paket|duzine|cift|sise|takim|set)")
_COUNTED_ONE = re.compile(r"\W*\w+")
_GIVEN = re.compile(
    r"\W*(?:puan|ver|diy|yildiz|olsun|numara|tane|tusl|bas|sec|lutfen|alir|secenek|nolu|numarali|uygun|yeter|ol|hak|olarak|bile"
    r"|isti|sik\b|tus|dugme|buton|madde)"
)
_OUT_OF_TEN = re.compile(
    r"(?:\bon|\b10)(?:\s+puan)?(?:['’]?\s*(?:uzerinden|uzeri|ustunden))|\bonda\b|\b10['’]da\b|\s*/\s*10\b|\bon\s+uzerinde\b"
)
_PRAISE = re.compile(r"\b(?:on|10)\s+numara|\bbir\s+numara(?:s[iu]n|yd[iu]|lar)|\byildiz")
_BOTH = re.compile(r"\b(?:her\s+)?(?:ikisi|ucu|dordu|hepsi)\w*\s+(?:de|da|birden)\b|\bher\s+iki")
_FIRST = re.compile(r"\b(?:ilk|ilki|ilkini|ilkine|ilk\s+secenek)\b")
_ONE = re.compile(
    r"\W*(?:biri|bire|1['’]?[ie])(?:\s+(?:tusl\w+|bas\w+|sec\w+|istiyorum|alayim|lutfen|ver\w+)\W*.*)?\W*"
)
_ASKED = re.compile(r"\bm[iu]\b")
"""A question is no answer: "üç mü versem"."""
_TITLE = re.compile(
    r"\W*(?:siparis|urun|kargo)\w*\s+(?:takib|takip|durum|iptali|islem|sorgu|bilgi|iadesi|degisim)"
)
"""The choice's own title behind its number: "iki sipariş takibi"."""
_DOZEN_SIZE = 12
_BEST = 10
_CHOICES = range(1, 10)


def quantity(text: str) -> int | None:
    """How many: "iki tane" is 2, "yarım düzine" 6; None for none, a fraction, or a vague number."""
    stretch = _last(text)
    if stretch is None or offers_choice(text) or _VAGUE.search(stretch.text):
        return None
    plain = stretch.text
    if _HALF_DOZEN.search(plain):
        return _DOZEN_SIZE // 2 if not stretch.numbers else None
    numbers = _once(stretch, [_in_ones(plain, one) for one in _numbers(stretch, _COUNTED_ONE)])
    if len(numbers) > 1:
        numbers = [one for one in numbers if not _OTHER_UNIT.match(plain, one.end)]
    if len(numbers) > 1:
        packed = [one for one in numbers if _PACKED.match(plain, one.end)]
        apart = all(re.search(r"[^\W\d_]", plain[a.end : b.start]) for a, b in pairwise(numbers))
        numbers = packed if apart and len(packed) == 1 else numbers
    if len(numbers) == 1 and _AND_A_HALF.match(plain, numbers[0].end):
        return numbers[0].value * _DOZEN_SIZE + _DOZEN_SIZE // 2
    if not numbers and _DOZEN.search(plain):
        return _DOZEN_SIZE
    if not numbers and not stretch.numbers and _SINGLE.search(plain):
        return 1
    if (
        len(numbers) != 1
        or _FRACTION.search(plain)
        or numbers[0].ordinal
        or _OTHER_UNIT.match(plain, numbers[0].end)
    ):
        return None
    return numbers[0].value or None


def _in_ones(plain: str, one: Said) -> Said:
    """The number itself, or of dozens how many they hold."""
    if _DOZEN.match(plain[one.end :].lstrip()) is None:
        return one
    return replace(one, digits=str(one.value * _DOZEN_SIZE))


def score(text: str) -> int | None:
    """A score from 0 to 10; None for what lies outside, for fractions and for words."""
    stretch = _last(_OUT_OF_TEN_IN.sub(" ", text))
    if (
        stretch is None
        or offers_choice(text)
        or _ASKED.search(stretch.text)
        or _FRACTION.search(stretch.text)
        or _PRAISE.search(stretch.text)
    ):
        return None
    numbers = _once(
        stretch,
        [one for one in _numbers(stretch, _GIVEN) if not one.ordinal and not is_counted(stretch.text, one)],
    )
    if len(numbers) != 1 or _HUNDRED.search(stretch.text) or _ROUGHLY.search(stretch.text):
        return None
    return numbers[0].value if numbers[0].value <= _BEST else None


def choice(text: str) -> int | None:
    """A digit from 1 to 9: "iki", "ikinci", "2'yi tuşluyorum"."""
    stretch = _last(text)
    if stretch is None or offers_choice(text):
        return None
    if any(doubt.search(stretch.text) for doubt in (_FRACTION, _BOTH, _ASKED)):
        return None
    numbers = [
        one
        for one in _numbers(stretch, _GIVEN)
        if not is_counted(stretch.text, one) or _TITLE.match(stretch.text, one.end)
    ]
    numbers = _once(stretch, numbers)
    if not numbers and (
        _ONE.fullmatch(stretch.text) or (not stretch.numbers and _FIRST.search(stretch.text))
    ):
        return 1
    return numbers[0].value if len(numbers) == 1 and numbers[0].value in _CHOICES else None


_ROUGHLY = re.compile(
    r"[dt][ae]n\s+(?:asagi|yukari|fazla|az|cok|daha)\b|\baltinda\b|\bustunde\b|\byakin\b|\bcivar\w*|\ben\s+(?:fazla|az|cok)\b"
)
_HUNDRED = re.compile(r"\buzerinden\b")
_OUT_OF_TEN_IN = re.compile(
    r"\b(?:on|10)(?:\s+puan)?['’]?\s*(?:üzerinden|uzerinden|üstünden|ustunden)(?!\w)|\bonda\b|\b10['’]da\b|\s*/\s*10\b"
)


def _once(stretch: Stretch, numbers: list[Said]) -> list[Said]:
    """A number that is said again after other words counts once: "on veririm, on"."""
    apart = all(re.search(r"[^\W\d_]|,", stretch.text[a.end : b.start]) for a, b in pairwise(numbers))
    return numbers[:1] if apart and len({one.value for one in numbers}) == 1 else numbers


def _last(text: str) -> Stretch | None:
    """The last stretch with a number, since it takes back the others; the last one when none has any."""
    cut = stretches(text)
    numbered = [one for one in cut if one.numbers]
    return numbered[-1] if numbered else cut[-1] if cut else None


def _numbers(stretch: Stretch, allowed: re.Pattern[str]) -> list[Said]:
    return [
        one
        for index, one in enumerate(stretch.numbers)
        if not is_article(stretch.text, one, alone=not neighbours(stretch, index), allowed=allowed)
    ]
