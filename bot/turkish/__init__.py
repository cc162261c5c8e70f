"""Turkish: the only place of the project that changes the case of text.

A name is imported when it is asked for: the tables of dates and number words take longer to build than a short
command takes to run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bot.turkish.stems import stems  # at once: the function has the name of its module

if TYPE_CHECKING:
    from bot.turkish.casing import equal, lower, title, upper
    from bot.turkish.clauses import clauses
    from bot.turkish.dates import FoundDate, find_dates
    from bot.turkish.folding import Normalised, fold, normalise
    from bot.turkish.joining import is_suffix, join
    from bot.turkish.numbers import (
        FoundNumber,
        digits_from_words,
        find_numbers,
        ordinal_word,
        parse_number_words,
        parse_ordinal,
    )
    from bot.turkish.spelling import number_to_words
    from bot.turkish.suffixes import Suffix, attach, strip_case
    from bot.turkish.times import parse_time, part_of_day
    from bot.turkish.words import is_courtesy, is_filler, without_fillers, yes_no

__all__ = [
    "FoundDate",
    "FoundNumber",
    "Normalised",
    "Suffix",
    "attach",
    "clauses",
    "digits_from_words",
    "equal",
    "find_dates",
    "find_numbers",
    "fold",
    "is_courtesy",
    "is_filler",
    "is_suffix",
    "join",
    "lower",
    "normalise",
    "number_to_words",
    "ordinal_word",
    "parse_number_words",
    "parse_ordinal",
    "parse_time",
    "part_of_day",
    "stems",
    "strip_case",
    "title",
    "upper",
    "without_fillers",
    "yes_no",
]

_MODULES = {
    "casing": ("equal", "lower", "title", "upper"),
    "clauses": ("clauses",),
    "dates": ("FoundDate", "find_dates"),
    "folding": ("Normalised", "fold", "normalise"),
    "joining": ("is_suffix", "join"),
    "numbers": (
        "FoundNumber",
        "digits_from_words",
        "find_numbers",
        "ordinal_word",
        "parse_number_words",
        "parse_ordinal",
    ),
    "spelling": ("number_to_words",),
    "suffixes": ("Suffix", "attach", "strip_case"),
    "times": ("parse_time", "part_of_day"),
    "words": ("is_courtesy", "is_filler", "without_fillers", "yes_no"),
}
_HOMES = {name: f"bot.turkish.{module}" for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
