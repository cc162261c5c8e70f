"""Numbers written out in words."""

from __future__ import annotations

UNITS = ("sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz")
TENS = ("", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan")
SCALES = {
    10**15: "katrilyon",
    10**12: "trilyon",
    10**9: "milyar",
    10**6: "milyon",
    10**3: "bin",
}
LARGEST = 10**18 - 1
"""The largest number that has a spoken form here."""


def spell(number: int) -> str:
    """Return ``number`` in words, written separately: 12345 is "on iki bin üç yüz kırk beş".

    Raises:
        ValueError: the number lies outside 0 to :data:`LARGEST`.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} cannot be spelt; numbers from 0 to {LARGEST} can")
    if number == 0:
        return UNITS[0]
    words: list[str] = []
    for scale, name in SCALES.items():
        count, number = divmod(number, scale)
        if count and not (scale == 1000 and count == 1):
            words += _below_thousand(count)
        if count:
            words.append(name)
    return " ".join(words + _below_thousand(number))


def _below_thousand(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    words = [UNITS[hundreds]] if hundreds > 1 else []
    if hundreds:
        words.append("yüz")
    if tens:
        words.append(TENS[tens])
    if units:
        words.append(UNITS[units])
    return words


number_to_words = spell
