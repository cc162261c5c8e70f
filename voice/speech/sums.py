"""A sum of money that was asked for, in lira."""

from __future__ import annotations

import re

from voice.speech.stretches import Said, Stretch, is_article, neighbours, offers_choice, stretches

_VAGUE = re.compile(
    r"\b(?:bir\s?kac\w*|yaklasik|civar\w*|kusur\w*|en\s+az\w*|en\s+fazla|asagi\s+yukari|falan|filan|kadar|fazla|tahminen"
    r"|arasi\w*|gibi)\b"
)
_OTHER_MONEY = re.compile(r"\b(?:dolar|euro|avro|sterlin|pound|usd|eur|sent|altin)\w*|[$€£]")
_LIRA = re.compile(
    r"\s*(?:(?:turk\s+)?lira\w*|t\.?l\.?\b|tele\b|te\s+le\b|try\b|₺|kagit\b|papel\b)(?:['’]\w+)?"
)
_KURUS = re.compile(r"\s*(?:kurus\w*|krs\b|kr\b)")
_HALF = re.compile(r"\s*bucuk\w*")
_POINT = re.compile(r"\s*virgul\s*")
_HALF_OF = re.compile(r"\b(?P<part>yarim|ceyrek)\s+(?P<whole>milyon|milyar|lira)\w*")
_WRITTEN = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+(?=\.\d\d?(?!\d))|\d{1,15})(?:[.,](?P<cents>\d{1,2}))(?![\d.,]*\d)"
)
_COUNTED = re.compile(r"\s*(?:taksit|ay\b|gun|tane|adet|kere|kez|defa|numarali|nolu|saniye|urun|kisi)")
_PARTS = {"yarim": 50, "ceyrek": 25}
_WHOLES = {"milyon": 10**6, "milyar": 10**9, "lira": 1}
_HUNDRED = 100
_TWO = 2
_NEGATIVE = re.compile(r"\b(?:eksi|yuzde)\b|%|(?<!\w)-\s?\d")


def amount(text: str) -> str | None:
    """Lira with two decimals: "yüz lira elli" is ``100.50``; None when it is vague or other money."""
    cut = stretches(text)
    said = [one for one in cut if one.numbers or _HALF_OF.search(one.text)]
    if not said or offers_choice(text):
        return None
    stretch = said[-1]
    plain = stretch.text
    if _VAGUE.search(plain) or _OTHER_MONEY.search(plain) or _NEGATIVE.search(plain):
        return None
    hundredths = _part(stretch) if _HALF_OF.search(plain) else _written(plain)
    if hundredths is None and not _WRITTEN.search(plain):
        hundredths = _spoken(stretch)
    return None if hundredths is None else f"{hundredths // _HUNDRED}.{hundredths % _HUNDRED:02d}"


def _part(stretch: Stretch) -> int | None:
    match = _HALF_OF.search(stretch.text)
    if match is None or any(not match.start() <= one.start < match.end() for one in stretch.numbers):
        return None
    return _PARTS[match["part"]] * _WHOLES[match["whole"]]


def _written(plain: str) -> int | None:
    """Figures with decimals, "1.299,90" or "1299.90", when nothing else is counted."""
    found = list(_WRITTEN.finditer(plain))
    if len(found) != 1 or re.search(r"\d", plain[: found[0].start()] + plain[found[0].end() :]):
        return None
    whole = re.sub(r"[.,]", "", found[0]["whole"])
    return int(whole) * _HUNDRED + int(found[0]["cents"].ljust(_TWO, "0"))


def _spoken(stretch: Stretch) -> int | None:
    plain = stretch.text
    numbers = [
        one
        for index, one in enumerate(stretch.numbers)
        if not one.ordinal
        and not _COUNTED.match(plain, one.end)
        and not is_article(plain, one, alone=not neighbours(stretch, index), allowed=_MONEY_FOLLOWS)
    ]
    if not numbers:
        return None
    first, rest = numbers[0], numbers[1:]
    if _KURUS.match(plain, first.end):
        return first.value if not rest else None
    if point := _POINT.match(plain, first.end):
        return _decimals(first, rest, plain, point.end())
    whole, end = first.value * _HUNDRED, first.end
    if half := _HALF.match(plain, end):
        whole, end = whole + _HUNDRED // 2, half.end()
    lira = _LIRA.match(plain, end)
    if not rest:
        return whole
    if len(rest) > 1 or half or rest[0].value >= _HUNDRED:
        return None
    if lira and not plain[lira.end() : rest[0].start].strip(" ,ve"):
        return whole + rest[0].value
    return None


_MONEY_FOLLOWS = re.compile(r"\W*(?:lira|tl|kurus|bucuk|turk|milyon|bin)")


def _decimals(first: Said, rest: list[Said], plain: str, position: int) -> int | None:
    digits = "".join(one.digits for one in rest)
    if not rest or rest[0].start != position or not 1 <= len(digits) <= _TWO:
        return None
    return first.value * _HUNDRED + int(digits.ljust(_TWO, "0"))
