"""Menus: one list of choices, worded in every channel's way, and understood however it is answered."""

from bot.menu.choosing import Answer, choose, read_answer
from bot.menu.presenting import (
    MORE,
    MORE_NUMBER,
    Choice,
    Presentation,
    ShownChoice,
    Style,
    choices_of,
    keys_of,
    page_count,
    present,
)

__all__ = [
    "MORE",
    "MORE_NUMBER",
    "Answer",
    "Choice",
    "Presentation",
    "ShownChoice",
    "Style",
    "choices_of",
    "choose",
    "keys_of",
    "page_count",
    "present",
    "read_answer",
]
