"""Turkish: the only place of the project that changes the case of text."""

from bot.turkish.casing import equal, lower, title, upper
from bot.turkish.dates import FoundDate, find_dates
from bot.turkish.folding import Normalised, fold, normalise
from bot.turkish.numbers import (
    FoundNumber,
    digits_from_words,
    find_numbers,
    number_to_words,
    ordinal_word,
    parse_number_words,
    parse_ordinal,
)
from bot.turkish.stems import stems
from bot.turkish.suffixes import Suffix, attach, strip_case
from bot.turkish.times import parse_time, part_of_day
from bot.turkish.words import is_courtesy, is_filler, without_fillers, yes_no

__all__ = [
    "FoundDate",
    "FoundNumber",
    "Normalised",
    "Suffix",
    "attach",
    "digits_from_words",
    "equal",
    "find_dates",
    "find_numbers",
    "fold",
    "is_courtesy",
    "is_filler",
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
