"""Prices and percentages."""

from __future__ import annotations

import re

from voice.speech.figures import INTEGER, NUMBER, cardinal, number
from voice.speech.quantities import DASH, until
from voice.speech.rules import prefix, rule

_LIRA = ("lira", "kuruş")
_CURRENCIES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("TL", "₺", "TRY", "tl", "Tl", "YTL", "lira", "Lira"), _LIRA),
    **dict.fromkeys(("Türk Lirası", "Türk lirası", "türk lirası"), _LIRA),
    **dict.fromkeys(("$", "USD", "dolar", "Dolar"), ("dolar", "sent")),
    **dict.fromkeys(("€", "EUR", "avro", "Avro", "euro", "Euro"), ("avro", "sent")),
    **dict.fromkeys(("£", "GBP", "sterlin"), ("sterlin", "peni")),
}
_NAMES = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
_ENGLISH = r"\d{1,3}(?:,\d{3})+\.\d{1,2}|\d+\.\d{1,2}(?!\d)"
_FIGURE = rf"(?:{_ENGLISH}|{NUMBER})"
_SPACED = r"\d{1,3}(?: \d{3})+(?:,\d{1,2})?"
_SCALE = r"(?:\s?(?P<scale>bin|milyon|milyar))?"
_AGAIN = r"(?:\s?(?:bin|milyon|milyar))?"
_IN_WORDS = (
    r"(?:(?<=a)(?P<glued>(?:y[aıl]\w{0,4}|n[ıd]\w{0,5}|d[aı]\w{0,4}|l[ıa]\w{0,6}|s[ıi]\w{0,4}))(?![^\W_]))?"
)
_WHERE = r"(?<![\w.,])"
_OWN_SIGN = {"-": "eksi ", "−": "eksi ", "+": "artı "}
_TWO = 2


def _split(written: str) -> tuple[str, str]:
    """Whole units and decimals of a figure, written the Turkish or the English way."""
    if re.fullmatch(_ENGLISH, written):
        whole, _, cents = written.replace(",", "").partition(".")
        return whole, cents
    whole, _, cents = written.partition(",")
    return whole.replace(".", ""), cents


def sum_of_money(written: str, currency: str = "TL", scale: str | None = None) -> str:
    """Read "1.299,90" and "TL": whole units, then the hundredths unless they are none."""
    major, minor = _CURRENCIES[currency]
    if scale:
        whole, cents = _split(written)
        return f"{number(f'{whole},{cents}' if cents else whole)} {scale} {major}"
    whole, cents = _split(written)
    if len(cents) > _TWO:
        return f"{number(f'{whole},{cents}')} {major}"
    hundredths = int(cents.ljust(_TWO, "0")) if cents else 0
    said = [f"{cardinal(whole)} {major}"] if whole.strip("0") or not hundredths else []
    if hundredths:
        said.append(f"{cardinal(str(hundredths))} {minor}")
    return " ".join(said)


def _price(match: re.Match[str]) -> str:
    found = match.groupdict()
    return sum_of_money(match["figure"], found.get("currency") or "TL", found.get("scale"))


def _spaced(match: re.Match[str]) -> str:
    return sum_of_money(match["figure"].replace(" ", ""), match["currency"])


def _percent(match: re.Match[str]) -> str:
    return f"{'binde' if '‰' in match[0] else 'yüzde'} {number(match['figure'])}"


PRICE_RANGE = prefix(
    rf"(?P<figure>\d[\d.]*,\d{{1,2}})\s?{DASH}\s?(?={_FIGURE}\s?(?P<currency>{_NAMES}))",
    lambda match: _price(match) + until(match.string[match.end() :]),
    before=_WHERE,
)
"""The first of two prices with one currency behind them; whole ones are plain numbers."""
PRICES = (
    PRICE_RANGE,
    rule(rf"(?P<figure>{_FIGURE})\s?Türk [Ll]irası['’]?n(?P<glued>[aıd]\w{{0,5}})", _price, before=_WHERE),
    prefix(
        rf"(?P<figure>{_FIGURE}){_SCALE}\s?(?P<currency>{_NAMES})\s?{DASH}\s?(?={_FIGURE}{_AGAIN}\s?(?:{_NAMES}))",
        lambda match: _price(match) + until(match.string[match.end() :]),
        before=_WHERE,
    ),
    rule(
        rf"(?P<figure>{_FIGURE}){_SCALE}\s?(?P<currency>{_NAMES}){_IN_WORDS}",
        _price,
        before=_WHERE,
    ),
    rule(rf"(?P<currency>[₺$€£]|TRY|TL|USD|EUR|GBP)\s?(?P<figure>{_FIGURE}){_SCALE}", _price),
    rule(
        r"(?P<figure>\d+)\s?(?:kuruş|krş|kr)",
        lambda match: f"{cardinal(match['figure'])} kuruş",
        before=_WHERE,
    ),
)
PRICES_ONLY = (
    *PRICES,
    rule(rf"(?P<figure>{_SPACED})\s?(?P<currency>{_NAMES})", _spaced, before=_WHERE),
    rule(
        rf"(?P<figure>{_FIGURE}){_SCALE}", _price, before=_WHERE, after=r"(?!\s?(?:bin|milyon|milyar)?\s?\d)"
    ),
)
PERCENTAGES = (
    rule(rf"[%‰]\s?(?P<figure>{INTEGER}(?:[.,]\d+)?)", lambda match: _percent_of(match)),
    rule(rf"(?P<figure>{NUMBER})\s?[%‰]", _percent, before=_WHERE),
)


def _percent_of(match: re.Match[str]) -> str:
    figure = match["figure"]
    whole, dot, fraction = figure.partition(".")
    pointed = dot and len(fraction) != len("000")
    return (
        f"{'binde' if match[0][0] == '‰' else 'yüzde'} {number(f'{whole},{fraction}' if pointed else figure)}"
    )
