"""What customers answer to a form's question, read from their words; empty or None when it is no answer.

The forms look at the NLU's entities first; this module reads the text when there are none, so that a bare
"482913" is understood whatever intent it was taken for.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from actions.shop.phone import digits_of, e164
from actions.wording import WEEKDAYS
from bot.turkish import fold

_STOP = re.compile(
    r"(vazgec(tim|iyorum|elim)?|bosver(in|elim)?|bos ver|gerek kalmadi|kalsin|birak(alim|in)?|cikis|cik)"
    r"( artik| lutfen| ya| sagol| tesekkurler)*"
)
_LOST = re.compile(r"\b(bilmiyorum|bilmem|hatirlamiyorum|bulamiyorum|bulamadim|yanimda degil|nerede yaz)")
_ORDER_NO = re.compile(r"(?<![a-z0-9])(?:s\s?n[\s\-:#.]*)?#?(\d{3}[\s\-]?\d{3})(?!\d)")
_TRACKING_NO = re.compile(
    r"(?<![a-z0-9])(?=(?:[a-z]{0,3}[\s\-]?)(?:\d[\s\-]?){8,20}(?![a-z0-9]))[a-z]{0,3}[\d\s\-]+"
)
_YES = re.compile(r"(evet|olur|tamam|onayl\w+|kabul( ediyorum)?|tabii?( ki)?|aynen|ok(ey)?|he|hi hi)\b.*")
_NO = re.compile(r"(hayir|yok|olmaz|istem\w+|onaylam\w+|kalsin|gerek yok)\b.*")
_NUMBERS = ("sifir", "bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz", "on")

FIRST_HOUR, LAST_HOUR = 9, 20
"""Customers are called back from 09.00 to 20.00, every day but Sunday."""


def wants_to_stop(text: str) -> bool:
    """Whether the whole message gives up what is being done: "vazgeçtim", "boş ver", "iptal"."""
    folded = fold(text).strip(" .,!")
    return folded == "iptal" or _STOP.fullmatch(folded) is not None


def does_not_know(text: str) -> bool:
    """ "Bilmiyorum", "bulamadım": the customer needs to be told where the number stands."""
    return _LOST.search(fold(text)) is not None


def order_no_in(text: str) -> str:
    """The first order number of a text as ``SN-482913``; longer runs of digits are phones or parcels."""
    match = _ORDER_NO.search(fold(text))
    return f"SN-{digits_of(match[1])}" if match else ""


def tracking_no_in(text: str) -> str:
    """The first carrier's number, 8 to 20 digits with up to three letters before them, as written."""
    match = _TRACKING_NO.search(fold(text))
    return text[match.start() : match.end()].strip(" -") if match else ""


def numbers_only(text: str) -> bool:
    """Whether a message is hardly more than a number: then it is an answer, though perhaps a wrong one."""
    return len(digits_of(text)) >= 4 and len(re.findall(r"[^\W\d_]{3,}", text)) <= 2


def last_four_in(text: str) -> str:
    """Four digits standing alone ("4567", "45 67"), or the last four of a whole phone number."""
    phone = phone_in(text)
    if phone:
        return phone[-4:]
    match = re.search(r"(?<![\d-])(\d{2}\s?\d{2}|\d\s\d\s\d\s\d)(?!\s?\d)", text)
    return digits_of(match[1]) if match else ""


def phone_in(text: str) -> str:
    """The first Turkish phone number of a text as E.164: ``0532 000 12 34`` is ``+905320001234``."""
    for match in re.finditer(r"\+?\d[\d\s().\-]{8,20}\d", text):
        phone = e164(match[0])
        if len(digits_of(phone)) == 12 and phone.startswith("+90"):
            return phone
    return ""


def yes_or_no(text: str) -> bool | None:
    """A clear yes or no that stands at the beginning of the message."""
    folded = fold(text).strip(" .,!")
    if _NO.fullmatch(folded):
        return False
    return True if _YES.fullmatch(folded) else None


def score_in(text: str) -> int | None:
    """A score from 0 to 10: "9", "on üzerinden sekiz", "5 yıldız"; None for none or for two that differ."""
    folded = re.sub(r"\b(10|on) (uzerinden|uzeri)\b|/\s?10\b", " ", fold(text))
    found = {int(digits) for digits in re.findall(r"(?<![\d.,])\d{1,3}(?![\d.,]*\d)", folded)}
    found |= {_NUMBERS.index(word) for word in re.findall(r"[a-z]+", folded) if word in _NUMBERS}
    if len(found) > 1:
        found.discard(1)  # "bir" is more often the article: "bir puan olarak sekiz"
    return found.pop() if len(found) == 1 and max(found) <= 10 else None


def callback_time(text: str, now: datetime) -> datetime | None:
    """When to call, from words: "yarın öğleden sonra", "14:30", "akşam 6'da", "pazartesi sabah", "hemen".

    Args:
        now: aware; the answer has its time zone and is never before it.
    """
    folded = fold(text)
    if re.search(r"\b(hemen|simdi|fark et\w*|ne zaman olursa|musaitim|en kisa)", folded):
        return next_open(now)
    wanted = _hour(folded)
    ahead = _days_ahead(folded, now)
    if wanted is None and ahead is None:
        return None
    moment = datetime.combine(now.date() + timedelta(days=ahead or 0), wanted or time(10), tzinfo=now.tzinfo)
    if moment <= now:
        moment = next_open(now) if ahead == 0 else moment + timedelta(days=1)
    return moment


def next_open(now: datetime) -> datetime:
    """The next half hour in which somebody can call."""
    moment = (now + timedelta(minutes=45)).replace(second=0, microsecond=0)
    moment -= timedelta(minutes=moment.minute % 30)
    if moment.hour >= LAST_HOUR:
        moment = (moment + timedelta(days=1)).replace(hour=FIRST_HOUR, minute=0)
    elif moment.hour < FIRST_HOUR:
        moment = moment.replace(hour=FIRST_HOUR, minute=0)
    return moment + timedelta(days=1) if moment.weekday() == 6 else moment


def can_be_called(moment: datetime) -> bool:
    """Whether somebody of the shop calls at this time."""
    return moment.weekday() != 6 and FIRST_HOUR <= moment.hour < LAST_HOUR


_PARTS = (("ogleden sonra", 14), ("ogleden once", 10), ("sabah", 10), ("ogle", 12), ("aksam", 18))
_WORD_HOURS = {word: number for number, word in enumerate(_NUMBERS) if number}


def _hour(folded: str) -> time | None:
    """The clock time or the part of the day that is named."""
    part = next((hour for word, hour in _PARTS if word in folded), None)
    words = "|".join(_WORD_HOURS)
    match = re.search(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)", folded)
    spoken = re.search(rf"\b(?:saat )?(on bir|on iki|{words})(?:de|da|te|ta| gibi| bucuk\w*)\b", folded)
    plain = re.search(r"(?:saat |\b)(\d{1,2})(?=\s*(?:'?[dt][ae]|gibi|bucuk|$|\s|,))", folded)
    minute = 30 if "bucuk" in folded else 0
    if match:
        hour, minute = int(match[1]), int(match[2])
    elif plain and int(plain[1]) < 24:
        hour = int(plain[1])
    elif spoken:
        hour = {"on bir": 11, "on iki": 12}.get(spoken[1]) or _WORD_HOURS[spoken[1]]
    else:
        return time(part) if part is not None else None
    # "Akşam 6" and a bare "saat 3" mean the afternoon: nobody asks to be called at night.
    if (hour < 12 and (part or 0) >= 12) or (1 <= hour < FIRST_HOUR - 1 and part is None):
        hour += 12
    return time(min(hour, 23), minute)


def _days_ahead(folded: str, now: datetime) -> int | None:
    """How many days from today; None when no day is named."""
    if "obur gun" in folded or "ertesi gun" in folded:
        return 2
    if "yarin" in folded:
        return 1
    if "bugun" in folded or "bu aksam" in folded:
        return 0
    for number, name in reversed(list(enumerate(WEEKDAYS))):  # "cumartesi" before "cuma"
        if fold(name) in folded:
            return (number - now.weekday()) % 7 or 7
    return None
