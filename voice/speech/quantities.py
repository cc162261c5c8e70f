"""Plain numbers, ordinals, measures and sizes in units, and stretches from one value to another."""

from __future__ import annotations

import re

from bot.turkish import Suffix, attach, fold, join, lower, title, upper
from voice.speech.figures import INTEGER, NUMBER, cardinal, number
from voice.speech.rules import APOSTROPHE, DIGITS, Rule, prefix, rule

_UNITS: dict[str, str] = {
    "kg": "kilogram",
    "g": "gram",
    "gr": "gram",
    "mg": "miligram",
    "L": "litre",
    "l": "litre",
    "lt": "litre",
    "ml": "mililitre",
    "mL": "mililitre",
    "cl": "santilitre",
    "m": "metre",
    "mt": "metre",
    "cm": "santimetre",
    "mm": "milimetre",
    "km": "kilometre",
    "m²": "metrekare",
    "m2": "metrekare",
    "m³": "metreküp",
    "m3": "metreküp",
    "cm²": "santimetrekare",
    "cm2": "santimetrekare",
    "cm³": "santimetreküp",
    "cm3": "santimetreküp",
    "km²": "kilometrekare",
    "inç": "inç",
    "inch": "inç",
    '"': "inç",
    "''": "inç",
    "″": "inç",
    "”": "inç",
    "GB": "gigabayt",
    "MB": "megabayt",
    "TB": "terabayt",
    "KB": "kilobayt",
    "Mbps": "megabit",
    "Gbps": "gigabit",
    "mAh": "miliamper saat",
    "Ah": "amper saat",
    "A": "amper",
    "mA": "miliamper",
    "W": "vat",
    "kW": "kilovat",
    "kWh": "kilovatsaat",
    "Wh": "vatsaat",
    "V": "volt",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "dB": "desibel",
    "MP": "megapiksel",
    "px": "piksel",
    "lm": "lümen",
    "kcal": "kilokalori",
    "kal": "kalori",
    "hp": "beygir",
    "°C": "derece",
    "°": "derece",
    "℃": "derece",
    "°F": "fahrenhayt",
    "dk": "dakika",
    "dk.": "dakika",
    "sn": "saniye",
    "sn.": "saniye",
    "sa": "saat",
    "sa.": "saat",
    "ms": "milisaniye",
    "km/s": "kilometre saat",
    "km/sa": "kilometre saat",
    "km/h": "kilometre saat",
    "ad.": "adet",
    "ad": "adet",
}
_ANY_CASE = ("kg", "gr", "cm", "mm", "km", "lt", "ml", "gb", "mb", "tb", "mah", "dk", "mp", "hz", "sn", "inç")
_KNOWN = {
    **{
        form: said
        for unit, said in _UNITS.items()
        if lower(unit) in _ANY_CASE
        for form in (lower(unit), upper(unit), title(unit))
    },
    **_UNITS,
}
UNIT = "|".join(re.escape(unit) for unit in sorted(_KNOWN, key=len, reverse=True))
"""Every unit as it may be written."""
DASH = r"[-‐‑‒–—]"
_END = r"(?![^\W_])"
_WHERE = r"(?:(?<![\w.,])|(?<=\d[xX]))"
_NTH = rf"(?:{APOSTROPHE}?[ıiuü]?n?c[ıiuü])?"
"""What a dot already says: "5.ci"."""
_SMALL = 12
_NOUNS = re.compile(
    r"\s+(?:[a-zçğıöşü]|Kat|Cadde|Sokak|Sok\.|Cad\.|Levent|Bölge|Etap|Blok|Yıl|Gün|Hafta|Ay|Sınıf|Taksit|Adım|Soru|Ürün"
    r"|Noter|İcra|Kısım|Bölüm|Sezon|Sayfa|Madde|Nesil|Uluslararası|Murat|Mehmet|Mahmut|Ahmet|Selim)"
)
_LAST = re.compile(r"[.!?:;\n]\s*$")
_ORDINARY = 3
_FEW = 2


def _measure(match: re.Match[str]) -> str:
    return f"{number(match['figure'])} {_KNOWN[match['unit']]}"


def _times(match: re.Match[str]) -> str:
    """The first side of "70x140": a dative; what is taken several times is "çarpı"."""
    figure, unit = match["figure"], match["unit"]
    said = number(figure) + (f" {_KNOWN[unit]}" if unit else "")
    following = match["following"].replace(".", "").split(",")[0]
    small = figure.isdecimal() and int(figure[:3]) <= _SMALL and len(figure) <= _FEW
    if match["counted"] or (small and following.isdecimal() and len(following) > len(figure) + 1):
        return f"{said} çarpı "
    return join(said, "e") + " "


def _ordinal(match: re.Match[str]) -> str:
    return ordinal(match["figure"])


def ordinal(figure: str) -> str:
    """The ordinal of a number in digits."""
    return attach(cardinal(figure.replace(".", "")), Suffix.ORDINAL, apostrophe=False)


def _ordinal_in_sentence(match: re.Match[str]) -> str | None:
    """A number with a dot is an ordinal before a noun; otherwise the dot ends the sentence."""
    figure, text = match["figure"], match.string
    glued = match.groupdict().get("suffix")
    first = not text[: match.start()].strip() or _LAST.search(text[: match.start()]) is not None
    following = _NOUNS.match(text, match.end())
    if glued or (first and text[match.end() :].strip()):
        return ordinal(figure)
    return ordinal(figure) if following and len(figure) <= _ORDINARY else None


def _cardinal(match: re.Match[str]) -> str:
    return number(match["figure"])


def _pointed(match: re.Match[str]) -> str:
    return number(match["figure"].replace(".", ","))


def _range(match: re.Match[str]) -> str | None:
    """The first value and "ila", or "ile" when "arası" follows; what comes next is read by its own rule."""
    return number(match["figure"]) + _until(match)


def _until(match: re.Match[str]) -> str:
    return until(match.string[match.end() :])


def until(behind: str) -> str:
    """The word between two values: " ila ", or " ile " when "arası" stands behind the second."""
    return " ile " if re.match(rf"{_AFTER}\s+aras", fold(behind)) else " ila "


def _rising(match: re.Match[str]) -> str | None:
    first, second = (float(match[name].replace(".", "").replace(",", ".")) for name in ("figure", "second"))
    return _range(match) if first < second else None


_AFTER = (
    rf"[%₺$€\s]*[\d.,:/]+(?:{APOSTROPHE}?[a-z]+)?(?:\s?(?:tl|lira|try|₺|%|\$|€|[a-z]{{1,4}}\d?|°c|derece|yas|gram|dakika"
    r"|saat|kilo\w*|santim\w*|metre\w*|is gunu|numara|beden|puan|adet|kisi|milyon|ocak|subat|mart|nisan|mayis|haziran"
    r"|temmuz|agustos|eylul|ekim|kasim|aralik|bin)){0,2}"
)
_RANGE = rf"(?P<figure>{NUMBER})\s*{DASH}\s*(?=[%₺]?\s?(?P<second>{NUMBER}))(?![^,;]*\d-)"

MEASURES = (
    prefix(
        rf"(?P<figure>{NUMBER})\s?(?P<unit>{UNIT})?\s?[x×X*]\s?"
        rf"(?=(?P<following>{NUMBER})\s?(?P<counted>(?:TL|₺|lira|taksit|adet)\b)?)",
        _times,
        before=_WHERE,
    ),
    prefix(
        rf"(?P<figure>{NUMBER})\s?(?P<unit>{UNIT}){_END}\s?{DASH}\s?(?={NUMBER}\s?(?:{UNIT}){_END})",
        lambda match: _measure(match) + _until(match),
        before=_WHERE,
    ),
    rule(rf"(?P<figure>{NUMBER})\s?(?P<unit>{UNIT}){_END}", _measure, before=_WHERE),
    rule(
        rf"(?P<figure>\d+\.\d{{1,2}})\s?(?P<unit>{UNIT}){_END}",
        lambda match: f"{_pointed(match)} {_KNOWN[match['unit']]}",
        before=_WHERE,
    ),
)
ORDINALS = (
    Rule(
        rf"{_WHERE}(?P<figure>\d{{1,6}})\.{_NTH}{APOSTROPHE}?(?P<suffix>[a-zçğıöşü]{{1,9}})?(?=\s|$|[,;:)])",
        _ordinal_in_sentence,
        DIGITS,
    ),
)
ORDINALS_ONLY = (
    Rule(
        rf"{_WHERE}(?P<figure>{INTEGER})\.{_NTH}{APOSTROPHE}?(?P<suffix>[a-zçğıöşü]{{1,9}})?(?![^\W_])",
        _ordinal,
        DIGITS,
    ),
    Rule(rf"{_WHERE}(?P<figure>{INTEGER})$", _ordinal, DIGITS),
)
_RANKS = prefix(
    rf"(?P<figure>\d{{1,3}})\.\s?{DASH}\s?(?=\d{{1,3}}\.(?!\d))",
    lambda match: f"{ordinal(match['figure'])} ila ",
    before=_WHERE,
)
RANGES = (_RANKS, prefix(_RANGE, _rising, before=_WHERE))
RANGES_ONLY = (_RANKS, prefix(_RANGE, _range, before=_WHERE))
PERCENT_RANGE = prefix(
    rf"%\s?(?P<figure>{NUMBER})\s*{DASH}\s*(?=%?\s?\d)",
    lambda match: f"yüzde {_range(match)}",
    before=r"(?<!\w)",
)
SIGNED = (
    prefix(r"[-−](?=[\d%₺$€])", lambda match: "eksi ", before=r"(?<![\w.,)%])(?<!\d )"),
    prefix(r"\+(?=\d)", lambda match: "artı ", before=r"(?<![^\s(])"),
    prefix(r"(?<=\d)\s?\+\s?(?=\d)", lambda match: " artı ", before=""),
    prefix(r"(?<=\s)\+(?=\s)", lambda match: "artı", before="", needs="+"),
    prefix(r"(?<=\w )[xX×](?=\s?\d)", lambda match: "çarpı ", before=""),
)
NEGATIVES_ONLY = (prefix(r"[-−–]\s?(?=[\d%₺$€])", lambda match: "eksi ", before=r"(?<![\w.,)%])"),)
NUMBERS = (
    rule(
        r"(?P<half>1/2)", lambda match: "yarım", before=_WHERE, after=rf"(?=\s?(?:{UNIT}|kilo|litre){_END})"
    ),
    prefix(
        r"(?P<figure>\d{1,6}(?:,\d{1,2})?)/(?=\d{1,4}(?![\d/]))",
        lambda match: f"{number(match['figure'])} bölü ",
        before=_WHERE,
    ),
    rule(rf"(?P<figure>{NUMBER})", _cardinal, glued=True, before=_WHERE, after=r"(?![.,]?\d)"),
    rule(r"(?P<figure>\d+\.\d{1,2})", _pointed, glued=True, before=_WHERE, after=r"(?![.,]?\d)"),
)
