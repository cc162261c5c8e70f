"""Turkish: the only place of the project that changes the case of text."""

from bot.turkish.casing import equal, lower, title, upper
from bot.turkish.folding import Normalised, fold, normalise

__all__ = ["Normalised", "equal", "fold", "lower", "normalise", "title", "upper"]
