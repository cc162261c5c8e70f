"""What an entity's words stand for: digits, E.164 numbers, ISO dates, sums, counts.

Each reader takes the words of an entity, with what suffix they may have, and gives its value; ``None`` for
words that it cannot read, which then stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import phonenumbers

from bot.turkish import (
    digits_from_words,
    find_dates,
    find_numbers,
    fold,
    lower,
    parse_number_words,
    parse_ordinal,
    parse_time,
    upper,
    yes_no,
)

_ORDER_NO = re.compile(r"#?\s*(?:[^\W\d_]{1,3}[-–\s]?(\d[\d\s]*)|(\d[\d\s.-]*))(?:['’]?[^\W\d_]*)?")
_SPELLED = re.compile(r"((?:[^\W\d_]{1,4}[\s.–-]+)+)(\d.*)", re.DOTALL)
"""Letters said one by one, and the digits behind them: "se ne tire 482 913"."""
_LETTERS = {
    name: letter
    for letter, names in {
        "b": "be", "c": "ce", "d": "de", "f": "fe ef", "g": "ge", "h": "he ha", "j": "je", "k": "ke ka",
        "l": "le el", "m": "me em", "n": "ne en", "p": "pe", "q": "ku", "r": "re ar", "s": "se es", "t": "te",
        "v": "ve", "x": "iks", "y": "ye", "z": "ze zet",
    }.items()
    for name in names.split()
}  # fmt: skip
"""What letters are called, folded: the Turkish names and the English ones that people use."""
_SIGNS = {"tire", "eksi", "cizgi", "kare", "diyez", "nokta", "bosluk"}
_CODE = re.compile(r"[A-Za-z]{0,3}[\s-]?\d[\w\s-]*")
_CASE_BEHIND = re.compile(r"(?<=\d)\s?(?:n?[ıiuü]n|[ny]?[ıiuüae]|[dt][ae]n?|l[ıiuü])$")
"""A case suffix behind a number without an apostrophe: "7310045812 yi"."""
_MAIL = re.compile(r"[^\s@'’]+@[^\s@'’]+\.[A-Za-z]{2,}")
_SCALED = re.compile(r"(\d+)[.,](\d)\s*(bin|milyon)")
_ENGLISH = re.compile(r"(\d{1,3}(?:,\d{3})+)\.(\d{2})(?!\d)")
_DECIMALS = re.compile(r",(\d{1,2})(?!\d)")
_KURUS = re.compile(r"\s*(?:kurus|krs|kr)")
_LONGEST = 200
"""Characters; longer words are nothing that is read here."""

Reader = Callable[[str, date], str | int | None]
"""The words and today → the value."""


def order_no(words: str, today: date) -> str | None:
    """Digits: "SN-482 913'ü" and "dört yüz seksen iki dokuz yüz on üç" are ``482913``."""
    if written := _ORDER_NO.fullmatch(words.strip()):
        return re.sub(r"\D", "", written[1] or written[2])
    if any(char.isdigit() for char in words):
        spelled = _SPELLED.fullmatch(words.strip())
        if spelled is None or _letters(spelled[1]) is None:
            return None  # letters between the digits: part of the number
        written = _ORDER_NO.fullmatch(spelled[2])
        return re.sub(r"\D", "", written[1] or written[2]) if written else None
    return digits_from_words(words) or None


def tracking_no(words: str, today: date) -> str | None:
    """Letters in capitals and digits, without blanks: "tr 123 456 789" is ``TR123456789``."""
    if not any(char.isdigit() for char in words):
        first = next(iter(find_numbers(words)), None)
        letters = _letters(words[: first.start]) if first else None
        digits = digits_from_words(words)
        return (letters or "") + digits if digits else None
    written = _CASE_BEHIND.sub("", re.split(r"['’]", words.strip())[0])
    if (spelled := _SPELLED.fullmatch(written)) and (letters := _letters(spelled[1])):
        written = letters + spelled[2]
    if not _CODE.fullmatch(written):
        return None
    return upper(re.sub(r"[\s.-]", "", written)).replace("İ", "I")


def phone(words: str, today: date) -> str | None:
    """E.164: "0532 111 22 33" and "sıfır beş yüz otuz iki ..." are ``+90532...``; ``None`` if impossible."""
    digits = "".join(char for char in words if char in "0123456789") or digits_from_words(words)
    abroad = words.strip().startswith("+") or (digits.startswith("90") and len(digits) == 12)
    try:
        number = phonenumbers.parse(f"+{digits}" if abroad else digits, "TR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def day(words: str, today: date) -> str | None:
    """ISO: "yarın" is ``2026-11-23`` on the day before; a stretch of days is ``2026-11-16/2026-11-22``."""
    found = find_dates(words, today)
    return found[0].iso if len(found) == 1 else None


def amount(words: str, today: date) -> str | None:
    """Lira with two decimals: "1.299,90 TL" is ``1299.90``, "40 bin" is ``40000.00``."""
    if scaled := _SCALED.search(fold(words)):
        tenths = int(scaled[1] + scaled[2])
        return f"{tenths * (100 if scaled[3] == 'bin' else 100_000)}.00"
    if english := _ENGLISH.search(words):
        words = f"{english[1].replace(',', '')},{english[2]}"
    numbers = find_numbers(words)
    if not numbers:
        return None
    lira, kurus, behind = numbers[0].value, 0, words[numbers[0].end :]
    if decimals := _DECIMALS.match(behind):
        kurus = int(decimals[1].ljust(2, "0"))
        left = [one for one in numbers[1:] if one.start >= numbers[0].end + decimals.end()]
    elif re.match(r"\s*bucuk", fold(behind)):
        kurus, left = 50, numbers[1:]
    elif _KURUS.match(fold(behind)):
        lira, kurus, left = 0, lira, numbers[1:]
    elif len(numbers) == 2 and numbers[1].value < 100:
        kurus, left = numbers[1].value, []
    else:
        left = numbers[1:]
    return None if left or kurus > 99 else f"{lira}.{kurus:02d}"


def count(words: str, today: date) -> int | None:
    """A whole number: "iki", "2", "2'si" and "ikisi" are 2, "bir düzine" is 12."""
    bare = re.sub(r"(?<=\d)['’].*", "", words.strip())
    if dozens := re.fullmatch(r"(.*?)\s*duzine", fold(bare)):
        number = parse_number_words(dozens[1]) if dozens[1] else 1
        return None if number is None else 12 * number
    return parse_number_words(bare)


def clock(words: str, today: date) -> str | None:
    """A time of day: "akşam altı buçukta" is ``18:30``."""
    found = parse_time(words)
    return None if found is None else f"{found:%H:%M}"


def mail(words: str, today: date) -> str | None:
    """An e-mail address in lower case, without a suffix: "Ali@ornek.com'a" is ``ali@ornek.com``."""
    found = _MAIL.search(words)
    return None if found is None else lower(found[0])


def rank(words: str, today: date) -> int | None:
    """An ordinal: "3.", "üçüncü" and "ilk" are 3, 3 and 1."""
    return parse_ordinal(words)


def consent(words: str, today: date) -> str | None:
    """``yes`` or ``no``: "olur tabii" is ``yes``."""
    found = yes_no(words)
    return None if found is None else ("yes" if found else "no")


def _letters(words: str) -> str | None:
    """Letters said or written one by one, as capitals without signs; ``None`` if a word is none."""
    found = []
    for word in re.findall(r"[^\W_]+", fold(words)):
        letter = word if len(word) == 1 else _LETTERS.get(word)
        if letter is not None:
            found.append(upper(letter).replace("İ", "I"))
        elif word not in _SIGNS:
            return None
    return "".join(found)


READERS: dict[str, Reader] = {
    "order_no": order_no,
    "tracking_no": tracking_no,
    "phone": phone,
    "date": day,
    "amount": amount,
    "quantity": count,
    "time": clock,
    "email": mail,
    "ordinal": rank,
    "yes_no": consent,
}
"""Kind of value → its reader."""


def read_value(kind: str, words: str, today: date) -> str | int | None:
    """The value of an entity's words, ``None`` if they cannot be read."""
    return READERS[kind](words, today) if len(words) <= _LONGEST else None
