"""A sum of money that was asked for, in lira."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voice.speech.stretches import Said, Stretch, is_article, is_counted, neighbours, offers_choice, stretches

_VAGUE = re.compile(
    r"\b(?:bir\s?kac\w*|yaklasik|civar\w*|kusur\w*|en\s+az\w*|en\s+fazla|asagi\s+yukari|falan|filan|kadar|fazla|tahminen"
    r"|arasi\w*|gibi)\b"
    r"|(?:[dt][ae]n\s+(?:az|cok)|nin\s+(?:ustunde|uzerinde|altinda)|[ae]\s+yakin|lira(?:yi|sini)\s+(?:gec|as|bul)\w*)\b"
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
    r"(?:\s*(?P<scale>bin|milyon|milyar)\b)?"
)
_COUNTED = re.compile(r"\s*(?:ay\b|tane|adet|numara|nolu|puan|paket|koli|sise|cift|beden|yas)")
_PER_CENT_BEFORE = re.compile(r"(?:\byuzde\s+|%\s?)$")
_PER_CENT_BEHIND = re.compile(r"\s?%")
_REACH = 12
_BETWEEN = re.compile(r"\W*(?:(?:ile|ila|veya|hatta|belki|bile|degil|dedi|ve|ya|virgul|nokta)\b\W*)*")
_PARTS = {"yarim": 50, "ceyrek": 25}
_WHOLES = {"bin": 10**3, "milyon": 10**6, "milyar": 10**9, "lira": 1}
_HUNDRED = 100
_TWO = 2
_NEGATIVE = re.compile(r"\beksi\b|(?<!\w)-\s?\d")
_MONEY_FOLLOWS = re.compile(r"\W*(?:lira|tl|kurus|bucuk|turk|milyon|bin)")


@dataclass(frozen=True, slots=True)
class _Sum:
    """What one stretch says; None for a part that it does not."""

    lira: int | None
    kurus: int | None = None
    named: bool = False
    """Whether a word for money stands behind its number."""


def amount(text: str) -> str | None:
    """Lira with two decimals: "yüz lira elli" is ``100.50``; None when it is vague or other money."""
    cut = stretches(text)
    said = [one for one in cut if one.numbers or _HALF_OF.search(one.text)]
    if not said or offers_choice(text):
        return None
    found = _sum(said[-1])
    if found is None:
        return None
    before = _sum(said[-2]) if len(said) > 1 and not said[-1].restart else None
    found = _mended(before, found) if before else found
    return f"{found.lira or 0}.{found.kurus or 0:02d}"


def _mended(before: _Sum, after: _Sum) -> _Sum:
    """A correction of the kuruş leaves the lira: "yüz lira elli, yok, altmış" is 100.60."""
    if before.lira is None or before.kurus is None or (after.lira is not None and after.kurus is not None):
        return after
    if after.lira is None:
        return _Sum(before.lira, after.kurus, True)
    return _Sum(before.lira, after.lira, True) if not after.named and after.lira < _HUNDRED else after


def _sum(stretch: Stretch) -> _Sum | None:
    plain = stretch.text
    if _VAGUE.search(plain) or _OTHER_MONEY.search(plain) or _NEGATIVE.search(plain):
        return None
    if _HALF_OF.search(plain):
        return _part(stretch)
    numbers = _numbers(stretch)
    return _written(plain, numbers) if _WRITTEN.search(plain) else _spoken(plain, numbers)


def _numbers(stretch: Stretch) -> list[Said]:
    """The numbers that may be money: no ordinals, no shares, none that counts other things."""
    plain = stretch.text
    return [
        one
        for index, one in enumerate(stretch.numbers)
        if not one.ordinal
        and not _COUNTED.match(plain, one.end)
        and not (is_counted(plain, one) and not _LIRA.match(plain, one.end))
        and not _PER_CENT_BEFORE.search(plain, max(0, one.start - _REACH), one.start)
        and not _PER_CENT_BEHIND.match(plain, one.end)
        and not is_article(plain, one, alone=not neighbours(stretch, index), allowed=_MONEY_FOLLOWS)
    ]


def _part(stretch: Stretch) -> _Sum | None:
    match = _HALF_OF.search(stretch.text)
    if match is None or any(not match.start() <= one.start < match.end() for one in stretch.numbers):
        return None
    return _of_hundredths(_PARTS[match["part"]] * _WHOLES[match["whole"]])


def _of_hundredths(hundredths: int) -> _Sum:
    return _Sum(hundredths // _HUNDRED, hundredths % _HUNDRED, True)


def _written(plain: str, numbers: list[Said]) -> _Sum | None:
    """Figures with decimals, "1.299,90", "1299.90" or "2,5 milyon", when nothing else may be money."""
    found = list(_WRITTEN.finditer(plain))
    inside = [one for one in numbers if found[0].start() <= one.start < found[0].end()]
    if len(found) != 1 or len(inside) != len(numbers) or not inside:
        return None
    whole = re.sub(r"[.,]", "", found[0]["whole"])
    hundredths = int(whole) * _HUNDRED + int(found[0]["cents"].ljust(_TWO, "0"))
    return _of_hundredths(hundredths * _WHOLES.get(found[0]["scale"], 1))


def _spoken(plain: str, numbers: list[Said]) -> _Sum | None:
    numbers = _without_others(plain, numbers)
    if not numbers:
        return None
    first, rest = numbers[0], numbers[1:]
    if _KURUS.match(plain, first.end):
        return _kurus(first.value) if not rest else None
    if point := _POINT.match(plain, first.end):
        return _decimals(first, rest, plain, point.end())
    end = first.end
    half = _HALF.match(plain, end)
    lira = _LIRA.match(plain, half.end() if half else end)
    if not rest:
        return _Sum(first.value, _HUNDRED // 2 if half else None, lira is not None)
    if len(rest) > 1 or half or rest[0].value >= _HUNDRED:
        return None
    if lira and not plain[lira.end() : rest[0].start].strip(" ,ve"):
        return _Sum(first.value, rest[0].value, True)
    return None


def _kurus(value: int) -> _Sum:
    return _Sum(None, value, True) if value < _HUNDRED else _of_hundredths(value)


def _without_others(plain: str, numbers: list[Said]) -> list[Said]:
    """From the one number that has lira behind it on, when other words part it from those before."""
    named = [index for index, one in enumerate(numbers) if _LIRA.match(plain, one.end)]
    if len(named) != 1 or named[0] == 0:
        return numbers
    before, one = numbers[named[0] - 1], numbers[named[0]]
    between = plain[before.end : one.start]
    return numbers if _BETWEEN.fullmatch(between) else numbers[named[0] :]


def _decimals(first: Said, rest: list[Said], plain: str, position: int) -> _Sum | None:
    digits = "".join(one.digits for one in rest)
    if not rest or rest[0].start != position or not 1 <= len(digits) <= _TWO:
        return None
    return _Sum(first.value, int(digits.ljust(_TWO, "0")), True)
