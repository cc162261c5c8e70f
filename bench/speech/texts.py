"""What is said on the shop's telephone: fixed phrases, and numbers without end, in words and small letters.

The recogniser of the tests is trained on these texts and on no others: it knows this telephone and no more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_ONES = ("", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
_TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
_AROUND_NUMBERS = (
    "{}",
    "{}",
    "{}",
    "sipariş numaram {}",
    "{} numaralı siparişiniz yolda",
    "{} numaralı siparişim nerede",
    "numaram {}",
    "takip numarası {}",
)
_AROUND_CITIES = ("{}", "{}", "kargonuz {} şubesinde", "şehir {}")


@cache
def phrases() -> tuple[str, ...]:
    """The fixed phrases, callers' and the bot's."""
    return _lines("phrases.txt")


@cache
def cities() -> tuple[str, ...]:
    """The country's 81 provinces."""
    return _lines("cities.txt")


def _lines(name: str) -> tuple[str, ...]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def cardinal(number: int) -> str:
    """0 to 999 in words."""
    hundreds, rest = divmod(number, 100)
    words = ([] if hundreds < 2 else [_ONES[hundreds]]) + (["yüz"] if hundreds else [])
    words += [one for one in (_TENS[rest // 10], _ONES[rest % 10]) if one]
    return " ".join(words) or "sıfır"


def in_groups(digits: str, sizes: Sequence[int]) -> str:
    """Digits as people read them: groups as numbers, noughts in front one by one."""
    words, place = [], 0
    for size in sizes:
        group, place = digits[place : place + size], place + size
        bare = group.lstrip("0")
        words += ["sıfır"] * (len(group) - len(bare)) + ([cardinal(int(bare))] if bare else [])
    return " ".join(words)


def number(chance: random.Random) -> str:
    """An order number, a telephone's last digits, a count, digits one by one: as they are said."""

    def digits(count: int) -> str:
        return "".join(chance.choice("0123456789") for _ in range(count))

    kinds: tuple[Callable[[], str], ...] = (
        lambda: in_groups(digits(6), (3, 3)),
        lambda: in_groups(digits(6), (3, 3)),
        lambda: in_groups(digits(6), (2, 2, 2)),
        lambda: in_groups(digits(4), (2, 2)),
        lambda: in_groups(length := digits(chance.randint(1, 6)), [1] * len(length)),
        lambda: cardinal(chance.randint(0, 999)),
        lambda: in_groups("05" + digits(5), (1, 3, 3)),
    )
    return chance.choice(kinds)()


def text(chance: random.Random, turn: int) -> str:
    """One text of many: phrases in turn, so that none is rare, then numbers, then places.

    Args:
        turn: counts the texts that were asked for.
    """
    kind = turn % 10
    if kind < 5:
        every = phrases()
        return every[(turn // 10 * 5 + kind) % len(every)]
    if kind < 9:
        return chance.choice(_AROUND_NUMBERS).format(number(chance))
    return chance.choice(_AROUND_CITIES).format(cities()[turn // 10 % len(cities())])
