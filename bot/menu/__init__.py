"""Menus: one list of choices, worded in every channel's way, and understood however it is answered."""

from bot.menu.choosing import choose
from bot.menu.presenting import MORE, Choice, Presentation, ShownChoice, Style, choices_of, present

__all__ = ["MORE", "Choice", "Presentation", "ShownChoice", "Style", "choices_of", "choose", "present"]
