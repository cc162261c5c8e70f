"""What a caller said, cut into numbers and the words that change them: corrections, restarts, alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.turkish import FoundNumber, find_numbers, fold, is_courtesy, is_filler
from voice.speech.figures import LETTERS

_MISHEARD = {
    "atmis": "altmış",
    "altmus": "altmış",
    "altmıs": "altmış",
    "yetmıs": "yetmiş",
    "yetmus": "yetmiş",
    "yirme": "yirmi",
    "yimi": "yirmi",
    "yirmı": "yirmi",
    "seksan": "seksen",
    "sekisen": "seksen",
    "sekis": "sekiz",
    "sekkiz": "sekiz",
    "dokus": "dokuz",
    "tokuz": "dokuz",
    "dogsan": "doksan",
    "doksen": "doksan",
    "otus": "otuz",
    "kirik": "kırk",
    "sifr": "sıfır",
    "sifiir": "sıfır",
    "zifir": "sıfır",
    "besh": "beş",
    "dor": "dört",
    "dord": "dört",
    "altii": "altı",
    "yedii": "yedi",
    "ikii": "iki",
    "uuc": "üç",
    "biir": "bir",
    "yus": "yüz",
}
"""What recognisers write for number words, in folded text; none of them is another word in an answer."""
_WORD = re.compile(r"[^\W\d_]+")
_NOT_ONE = re.compile(
    r"\W+(?:saniye|sn|sey|dakika|dk|daha(?!\W+dogrusu)|bak|bakar|an|sorun|sure|sorum|soru|yandan|gun|kez|kere|kac"
    r"|turlu|yerde|yere|anda|sonraki|onceki|oncekine|taraftan|bakima|zahmet|mesaj|kagit\w*|de\b|sikinti"
    r"|problem|baska|diger|suru|miktar|hayli|nebze|yigin|kisim|grup|dizi)(?:\w{0,3})\b"
    r"|\W+(?!al|ver|sec|bas|diy|tusl|yap|ekl|gond|koy|yaz)\w+[ae](?:y[iu]m|l[iu]m)\b"
)
"""Words before which "bir" is no digit."""
_GOES_ON = re.compile(
    r"\W*(?:(?:sonra|ardindan|arkasindan|tire|cizgi|bosluk|ve|nokta|bolu|eksi|slash|rakami|olacak|olsun|diye|efendim|da|de"
    r"|yok|pardon|hayir|degil|baştan|bastan|yanlis|evet|tamam|bitti|bu|dir|idi|virgul|daha|yani|simdi|son|kapali)\b|$)"
)
_COUNTED = re.compile(
    r"\W+(?:gun\w*|hafta\w*|ay\s+(?:once|sonra|oldu)|yil\w*|sene\w*|saat\w*|dakika\w*|saniye\w*|lira\w*|tl|kere|kez|defa"
    r"|hane\w*|basamak\w*|karakter\w*|parca\w*|urun\w*|siparis\w*|kisi\w*|rakamli|taksit\w*|kutu\w*|sefer\w*"
    r"|kat[iu]?|misli|cocuk\w*|kargo(?:m|muz)\w*|kilo\w*|gram\w*|litre\w*|metre\w*|santim\w*|euro\w*|avro\w*|dolar\w*"
    r"|ocak\w*|subat\w*|mart\w*|nisan\w*|mayis\w*|haziran\w*|temmuz\w*|agustos\w*|eylul\w*|ekim\w*|kasim\w*"
    r"|aralik\w*)\b"
)
"""Words that count something: the number before them is none of the digits asked for."""
_OF_DAY = re.compile(r"\b(?:saat|sabah|ogle|oglen|ogleyin|ogleden\s+sonra|aksam|gece)(?:leyin|i)?\s+$")
"""Words before an hour."""
_ENDS = re.compile(r"\b(?:son|ilk)\s+$")
_FIGURES = re.compile(r"\s+(?:rakam|hane|basamak|sayi|numara)")
_DOUBLE = re.compile(r"\b(?:cift|duble|iki\s+kere|iki\s+defa)\s+$")
_REACH = 20
"""Characters before a number in which a word may change what it is."""
_RESTART = re.compile(
    r"\b(?:(?:en\s+|sil\s+)?bastan(?:\s+(?:al\w+|soyl\w+|basl\w+|diy\w+|ver\w+|oku\w+))?"
    r"|(?:tekrar|yeniden|bir\s+daha|bi\s+daha|bidaha)\s+(?:soyl\w+|ed\w+|al\w+|oku\w+|ver\w+|basl\w+)"
    r"|tekrarl\w+|yeniden\s+basl\w+)\b"
)
_CORRECTION = re.compile(
    r"\b(?:yok+|pardon|daha\s+dogrusu|dogrusu|hayir|yanlis(?:\s+(?:soyledim|oldu|dedim|soyluyorum|verdim|okudum))?|ozur\s+dilerim"
    r"|a[f]+edersiniz|duzelt\w+|sasirdim|karistirdim|karisti|oyle\s+degil|aslinda|kusura\s+bakma\w*|silin|iptal|olmadi"
    r"|dilim\s+surctu|kaydi|kaydim)\b"
)
_NOT_THAT = re.compile(
    r"(?:['’]\w+)?(?:\s+(?:lira|tl|kurus|tane|adet|puan|numara|kutu|paket|secenek|sik))?\s+degil\b(?=.*\w)"
)
_OR = re.compile(
    r"\bm[iu]\b.+\bm[iu]\b|\b(?:ya\s*da|veya|veyahut|yahut|yoksa|mi\s+desem|bilemedin|belki|galiba\s+ya)\b"
)
_FORGOTTEN = re.compile(
    r"(?:(?:ya|ben|simdi|tam|pek|da|de|ki)\s+)*(?:bil(?:miyorum|emedim|emiyorum)|hatirla(?:miyorum|yamadim|yamiyorum)"
    r"|emin\s+degilim|unuttum|unutmusum|cikaramadim)(?:\s+(?:ya|ki|simdi|valla|galiba))*"
)
"""Words behind a correction that put nothing in the place of what they take back."""
_LETTERS = frozenset(fold(name) for name in LETTERS.values()) | {
    "ka",
    "ha",
    "yumusak",
    "dabilyu",
    "dablyu",
    "ku",
}
_FEW = 3
_LONGEST = 1_000
"""Characters; nobody says more in one answer, and the limit keeps hostile input cheap."""


@dataclass(frozen=True, slots=True)
class Said:
    """A number that was said; ``text[start:end]`` of the answer."""

    digits: str
    start: int
    end: int
    ordinal: bool = False

    @property
    def value(self) -> int:
        return int(self.digits)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was said between two corrections."""

    text: str
    """In lower case, without Turkish letters."""
    numbers: tuple[Said, ...]
    restart: bool = False
    """Whether everything before was taken back, not only a part."""
    negated: bool = False
    """Whether "değil" stands behind its last number."""


def mended(text: str) -> str:
    """``text`` with what recognisers make of number words set right."""
    short = text[:_LONGEST]
    return _WORD.sub(lambda word: _MISHEARD.get(fold(word[0]), word[0]), short)


def stretches(text: str) -> list[Stretch]:
    """Cut ``text`` where the caller corrects or begins again; the numbers' places are those in their stretch."""
    mend = mended(text)
    plain = fold(mend)
    numbers = find_numbers(mend)
    marks = [(match.start(), match.end(), True) for match in _RESTART.finditer(plain)]
    marks += [
        (match.start(), match.end(), False)
        for match in _CORRECTION.finditer(plain)
        if not any(start <= match.start() < end for start, end, _ in marks)
    ]
    for one in numbers:
        if (negated := _NOT_THAT.match(plain, one.end)) and not plain[negated.end() :].lstrip().startswith(
            "mi"
        ):
            marks.append((negated.start(), negated.end(), False))
    marks.sort()
    cut: list[Stretch] = []
    position, restart = 0, False
    for start, end, again in [*marks, (len(plain), len(plain), False)]:
        if start >= position:
            not_that = plain[start:end].split()[-1:] == ["degil"]
            cut.append(replace(_stretch(plain, numbers, position, start, restart), negated=not_that))
            restart = False
        position, restart = max(position, end), restart or again
    kept = _joined(cut)
    return [] if len(kept) > 1 and _FORGOTTEN.fullmatch(kept[-1].text.strip(" ,.;!?")) else kept


def _joined(cut: list[Stretch]) -> list[Stretch]:
    """Without empty stretches; a restart counts for the next one that says something."""
    kept: list[Stretch] = []
    restart = False
    for one in cut:
        restart = restart or one.restart
        if one.text.strip():
            kept.append(replace(one, restart=restart))
            restart = restart and not one.numbers
    return kept


def _stretch(plain: str, numbers: list[FoundNumber], start: int, end: int, restart: bool) -> Stretch:
    inside = tuple(
        Said(one.digits, one.start - start, one.end - start, one.ordinal)
        for one in numbers
        if start <= one.start and one.end <= end
    )
    return Stretch(plain[start:end], inside, restart)


def offers_choice(text: str) -> bool:
    """Whether somebody hesitates between two: "ya da", "veya"."""
    return _OR.search(fold(text)) is not None


def is_article(plain: str, one: Said, alone: bool, allowed: re.Pattern[str] | None = None) -> bool:
    """Whether "bir" is no number but "a": "bir saniye", "bir şey", or alone before a noun.

    Args:
        plain: the stretch's text.
        one: the number.
        alone: whether no number stands next to it.
        allowed: words that may follow a lone "bir" which is a number.
    """
    if one.digits != "1" or one.ordinal or plain[one.start] not in "b" or doubled(plain, one):
        return False
    if _NOT_ONE.match(plain, one.end):
        return True
    if not alone:
        return False
    position = one.end
    while (word := _WORD.search(plain, position)) and (is_filler(word[0]) or is_courtesy(word[0])):
        position = word.end()
    behind = plain[position:]
    if word and word[0] in _LETTERS:
        return False
    return not (_GOES_ON.match(behind) or (allowed and allowed.match(behind)) or re.match(r"\W*\d", behind))


def neighbours(stretch: Stretch, index: int) -> bool:
    """Whether the number at ``index`` stands next to another one, with nothing but pauses between."""
    one = stretch.numbers[index]
    gaps: list[str] = []
    if index:
        gaps.append(stretch.text[stretch.numbers[index - 1].end : one.start])
    if index + 1 < len(stretch.numbers):
        gaps.append(stretch.text[one.end : stretch.numbers[index + 1].start])
    return any(all(is_filler(word) for word in _WORD.findall(gap)) for gap in gaps)


def doubled(plain: str, one: Said) -> bool:
    """Whether "çift" stands before the number, which is said once and meant twice."""
    return _DOUBLE.search(plain, max(0, one.start - _REACH), one.start) is not None


def is_counted(plain: str, one: Said) -> bool:
    """Whether the number counts days, lira and the like, or is an hour: "akşam dokuzda", "son dört rakamı"."""
    if len(one.digits) > _FEW:
        return False
    reach = max(0, one.start - _REACH)
    if _OF_DAY.search(plain, reach, one.start) or _COUNTED.match(plain, one.end):
        return True
    return _ENDS.search(plain, reach, one.start) is not None and _FIGURES.match(plain, one.end) is not None
