"""What customers answer to a form's question, read from their words; empty or None when it is no answer.

The forms look at the NLU's entities first; this module reads the text when there are none, so that a bare
"482913" is understood whatever intent it was taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from actions.shop.phone import digits_of, e164
from bot.turkish import digits_from_words, find_dates, find_numbers, fold, parse_time, part_of_day

_STOP = re.compile(
    r"(vazgec(tim|iyorum|elim)?|bosver(in|elim)?|bos ver(in)?|gerek kalmadi|birak(alim|in)?|cikis|iptal)"
    r"( artik| lutfen| ya| sagol| tesekkurler)*"
)
_LOST = re.compile(r"\b(bilmiyorum|bilmem|hatirlamiyorum|bulamiyorum|bulamadim|yanimda degil|nerede yaz)")
_ORDER_NO = re.compile(r"(?<![a-z0-9])(?:s\s?n[\s\-:#.]*)?#?(\d{3}[\s\-]?\d{3})(?![\-]?\d)(?!\s\d{3}(?!\d))")
_TRACKING_NO = re.compile(r"(?<![a-z0-9])[a-z]{0,3}[\s\-]?\d(?:[\s\-]?\d){7,19}(?![a-z0-9])")
_FOUR = re.compile(r"(?<![\d-])(?<!\d\s)(\d{2}[\s\-]?\d{2}|\d\s\d\s\d\s\d)(?![\s\-]?\d)")

_ADDRESS_WORD = re.compile(
    r"mah(?:alle\w*)?|sok(?:a[kg]\w*)?|sk|cad(?:de\w*)?|cd|bul(?:var\w*)?|blv|apt|apartman\w*|sitesi?|blo[kg]\w*"
    r"|kat|daire\w*|no|koy\w*|meydan\w*|yolu"
)
_ASKS = re.compile(
    r"(?<!\w)(?:m[iu](?:yim|yiz|sin\w*|dir)?|kac\w*|nasil|neden|niye|nerede\w*|ne zaman|kim)(?!\w)"
)

FIRST_HOUR, LAST_HOUR = 9, 20
"""Customers are called back from 09.00 to 20.00, every day but Sunday."""


def wants_to_stop(text: str) -> bool:
    """Whether the whole message gives up what is being done: "vazgeçtim", "boş ver", "iptal"."""
    return _STOP.fullmatch(fold(text).strip(" .,!")) is not None


def does_not_know(text: str) -> bool:
    """ "Bilmiyorum", "bulamadım": the customer needs to be told where the number stands."""
    return _LOST.search(fold(text)) is not None


def order_no_in(text: str) -> str:
    """The first order number of a text as ``SN-482913``; longer runs of digits are phones or parcels."""
    written = fold(_in_digits(text, 6))
    phones = [match.span() for match, _ in _phones(written)]
    for match in _ORDER_NO.finditer(written):
        if not any(start <= match.start(1) < end for start, end in phones):
            return f"SN-{digits_of(match[1])}"
    return ""


def looks_like_address(text: str) -> bool:
    """Whether a text names a street, a quarter, a house: "Gül Sok. No 4 Ataşehir"."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    return len(words) >= 4 and any(_ADDRESS_WORD.fullmatch(word) for word in words)


def is_question(text: str) -> bool:
    """Whether a text asks something: it is no answer to an open question then."""
    return text.rstrip().endswith("?") or _ASKS.search(fold(text)) is not None


def tracking_no_in(text: str) -> str:
    """The first carrier's number, 8 to 20 digits with up to three letters before them, as written."""
    written = _in_digits(text, 8, 20)
    match = _TRACKING_NO.search(fold(written))
    return written[match.start() : match.end()].strip(" -") if match else ""


def numbers_only(text: str) -> bool:
    """Whether a message is hardly more than a number: then it is an answer, though perhaps a wrong one."""
    return len(digits_of(text)) >= 4 and len(re.findall(r"[^\W\d_]{3,}", text)) <= 2


def bare_number(text: str) -> bool:
    """Whether a message is nothing but digits, however they are grouped: "5", "45 67"."""
    return re.fullmatch(r"[\s().\-+/]*\d[\d\s().\-+/]*", text) is not None


def last_four_in(text: str) -> str:
    """Four digits standing alone ("4567", "45 67"), or the last four of a whole phone number."""
    phone = phone_in(text)
    if phone:
        return phone[-4:]
    match = _FOUR.search(_in_digits(text, 4))
    return digits_of(match[1]) if match else ""


def phone_in(text: str) -> str:
    """The first Turkish phone number of a text as E.164: ``0532 000 12 34`` is ``+905320001234``."""
    return next((phone for _, phone in _phones(_in_digits(text, 10, 12))), "")


def _phones(text: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in re.finditer(r"\+?\d[\d\s().\-]{8,20}\d", text):
        phone = e164(match[0])
        if len(digits_of(phone)) == 12 and phone.startswith("+90"):
            yield match, phone


def _in_digits(text: str, least: int, most: int | None = None) -> str:
    """The text, or what it dictates in words ("kırk beş altmış yedi") if that has so many digits."""
    if digits_of(text):
        return text
    digits = digits_from_words(text)
    return digits if least <= len(digits) <= (most or least) else text


def score_in(text: str) -> int | None:
    """A score from 0 to 10: "9", "on üzerinden sekiz", "5 yıldız"; None for none or for two that differ."""
    plain = re.sub(r"\b(10|on)('?\w{0,3})? (uzerinden|uzeri)\b|/\s?10\b", " ", fold(text))
    if re.search(r"\d[.,]\d|-\s?\d", plain):
        return None
    found = {number.value for number in find_numbers(plain)}
    if len(found) > 1:
        found.discard(1)  # "bir" is more often the article: "bir puan vereyim, sekiz"
    return found.pop() if len(found) == 1 and max(found) <= 10 else None


def callback_time(text: str, now: datetime) -> datetime | None:
    """When to call, from words: "yarın öğleden sonra", "14:30", "akşam 6'da", "pazartesi sabah", "hemen".

    Args:
        now: aware; the answer has its time zone and is never before it.
    """
    folded = fold(text)
    if len(digits_of(text)) >= 9:  # a phone, not a time
        return None
    if re.search(r"\b(hemen|simdi|fark et\w*|ne zaman olursa|musaitim|en kisa)", folded):
        return next_open(now)
    dates = find_dates(text, now.date())
    if "ertesi gun" in folded:
        return None
    rest = folded
    for found in dates:
        rest = rest[: found.start] + " " * (found.end - found.start) + rest[found.end :]
    part = part_of_day(folded)
    wanted = parse_time(rest, part)
    if wanted is None and part is not None:
        wanted = time(part)
    if wanted is None and not dates:
        return None
    day = dates[0].value if dates else now.date()
    moment = datetime.combine(day, wanted or time(10), tzinfo=now.tzinfo)
    if moment <= now:
        moment = moment + timedelta(days=1) if not dates else next_open(now)
    return moment


def next_open(now: datetime) -> datetime:
    """The next half hour in which somebody can call."""
    moment = (now + timedelta(minutes=45)).replace(second=0, microsecond=0)
    moment -= timedelta(minutes=moment.minute % 30)
    if moment.hour >= LAST_HOUR:
        moment = (moment + timedelta(days=1)).replace(hour=FIRST_HOUR, minute=0)
    elif moment.hour < FIRST_HOUR:
        moment = moment.replace(hour=FIRST_HOUR, minute=0)
    return (
        (moment + timedelta(days=1)).replace(hour=FIRST_HOUR, minute=0) if moment.weekday() == 6 else moment
    )


def can_be_called(moment: datetime) -> bool:
    """Whether somebody of the shop calls at this time."""
    return moment.weekday() != 6 and FIRST_HOUR <= moment.hour < LAST_HOUR
