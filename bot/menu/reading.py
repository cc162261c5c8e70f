"""A message, and a title, as words: numbers as digits, everything folded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.turkish import find_numbers, fold, normalise

_TOKEN = re.compile(r"(?<![\d.,:])\d{1,3}[.,](?:5|25|75)(?![\d.,:])|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_ENDING = re.compile(r"y?[iuea]|n?[iu]n|[iu]?nc[iu]\w*|[dt][ae]n?|l[iu]\w*|y?l[ae]|s[iu]n?[iue]?")
_FREE_ENDING = frozenset(["yi", "yu", "ye", "ya", "i", "u", "e", "nin", "nun", "li", "lu"])
_MONEY = re.compile(r"^(?:lira|tl|try)(?:li?k|ya|si|li|ye)?$")
_ORDINAL_ENDING = frozenset(["si", "sini", "sine", "su", "sunu"])
_EMOJI_OR_SIGN = re.compile(r"[^\w\s'.,:;!?%₺$€/()+#&-]")
_MONTHS: tuple[str, ...] = ("", "ocak", "şubat", "mart", "nisan", "mayıs", "haziran")
_MONTHS += ("temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık")
_ONE_FORM: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"(?<![\d./])(\d{1,2})([./])(0?[1-9]|1[0-2])\2(\d{4})(?!\d)"),
        lambda found: f"{found[1]} {_MONTHS[int(found[3])]} {found[4]}",
    ),
    (re.compile(r"\b(?:[eE][xXkK][sS]?[tT][rR][aA] |[xX][- ])[lL][aA][rR](?:[gG][eE]|[jJ])?\b"), "XL"),
    (re.compile(r"\b(?:[eE][xXkK][sS]?[tT][rR][aA] |[xX][- ])[sS][mM][aA][lL][lL]\b"), "XS"),
    (re.compile(r"\b[nN][eE] [oO][lL][dD][uU]\b"), "noldu"),
)
"""What is written in several ways: dates in digits, English sizes."""
_SHORTEST_FORM = 6
_UNITS = {
    "tane": "adet",
    "sene": "yil",
    "senelik": "yil",
    "yillik": "yil",
    "aylik": "ay",
    "haftalik": "hafta",
}
_UNITS |= {"gunluk": "gun", "kisilik": "kisi", "lt": "litre", "kilo": "kg", "kiloluk": "kg"}
_WHITE = re.compile(r"\s+")
_MOST = 400
"""Longer messages are no choice."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, or one number."""

    word: str
    """Folded; of a number its digits."""
    number: int | None = None
    ordinal: bool = False
    ending: str = ""
    """Folded: the suffix of a numeral in digits, or how a number word was written."""
    article: bool = False
    """"Bir", which is seldom meant as a number."""
    clause: int = 0
    """Which part between commas and the like."""


def plain_text(text: str) -> str:
    """One form for the many ways a message is written; still with Turkish letters."""
    plain = normalise(text[: _MOST + 1].replace("🔟", "10")).text
    for pattern, written in _ONE_FORM if len(plain) > _SHORTEST_FORM else ():
        plain = pattern.sub(written, plain)
    return plain


def is_too_long(text: str) -> bool:
    """Whether a text is longer than any choice."""
    return len(text) > _MOST


def key_of(text: str) -> str:
    """What two spellings of the same title share: letters and digits, folded; signs alone stay."""
    plain = fold(normalise(text).text)
    bare = "".join(char for char in plain if char.isalnum())
    return bare or plain.replace(" ", "")


def exact_key_of(text: str) -> str:
    """The text but for white space and case of no weight."""
    return _WHITE.sub(" ", text.strip())


def signs_of(text: str) -> str:
    """The emoji and signs of a text, in order, each once."""
    return "".join(dict.fromkeys(_EMOJI_OR_SIGN.findall(normalise(text).text)))


def read(plain: str) -> list[Token]:
    """The words of a text that :func:`plain_text` made."""
    found = iter(find_numbers(plain))
    number = next(found, None)
    tokens: list[Token] = []
    clause, last = 0, 0
    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        between = plain[last:start]
        if tokens and any(sign in between for sign in ",;.!?:\n"):
            clause += 1
        last = max(last, end)
        while number is not None and number.end <= start:
            number = next(found, None)
        word = fold(match[0]).replace("'", "")
        word = _MONEY.sub("tl", _UNITS.get(word, word))
        if not word.isalpha() and not word.isdigit():
            tokens.append(Token(word.replace(",", "."), clause=clause))
            continue
        if number is not None and number.start <= start < number.end:
            if start == number.start:
                written = fold(plain[number.start : number.end])
                words = not written[0].isdigit()
                tokens.append(
                    Token(
                        number.digits if len(number.digits) > 2 else str(number.value),
                        number.value,
                        number.ordinal,
                        written if words else "",
                        written in ("bir", "bi"),
                        clause,
                    )
                )
            continue
        before = tokens[-1] if tokens else None
        if word.startswith("bucu") and before is not None and before.number is not None:
            tokens[-1] = Token(f"{before.word}.5", clause=before.clause)
            continue
        if before is not None and before.number is not None and not before.ending:
            glued = not between or between in "'’"
            free = between in (" ", ". ", ".") and (
                word in _FREE_ENDING if between == " " else word in _ORDINAL_ENDING
            )
            if (glued and _ENDING.fullmatch(word)) or free:
                ordinal = before.ordinal or re.match(r"[iu]?nc[iu]", word) is not None
                tokens[-1] = Token(before.word, before.number, ordinal, word, False, before.clause)
                continue
        tokens.append(Token(word, clause=clause))
    return tokens
