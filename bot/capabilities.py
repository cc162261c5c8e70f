"""What a channel can show, as data: a menu is worded by it, and nothing else of a channel is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show. Lengths in characters; ``None``: no limit; 0: not at all."""

    buttons: int | None = None
    """Reply buttons on one message."""
    button_title: int | None = None
    """Characters of a button's title."""
    rows: int = 0
    """Rows of a list, such as WhatsApp's ten; 0: the channel has no list."""
    row_title: int | None = None
    """Characters of a row's title."""
    row_description: int | None = None
    """Characters of the line below a row's title; 0: there is none."""
    text: int | None = None
    """Characters of one message."""
    keys: bool = False
    """The customer has a telephone's keys; choices are spoken, not shown."""
    words: bool = True
    """The customer can say something, too; ``False``: by keys alone."""


EVERYTHING = Capabilities()
"""A screen that shows as many buttons as there are, each as long as it is."""
