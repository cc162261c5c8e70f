"""Turkish: the only place of the project that changes the case of text."""

from bot.turkish.casing import equal, lower, title, upper
from bot.turkish.folding import Normalised, fold, normalise
from bot.turkish.stems import stems
from bot.turkish.suffixes import Suffix, attach, strip_case

__all__ = [
    "Normalised",
    "Suffix",
    "attach",
    "equal",
    "fold",
    "lower",
    "normalise",
    "stems",
    "strip_case",
    "title",
    "upper",
]
