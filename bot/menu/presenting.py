"""How a channel shows a list of choices: as buttons, as a list, as numbered lines, or aloud with keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.capabilities import Capabilities

Style = Literal["buttons", "list", "numbers", "speech"]
MORE = "Diğer seçenekler"
"""Title of the choice that turns to the next page."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a reply, as the designer wrote it."""

    title: str
    payload: str = ""
    """What choosing it means: ``/intent{...}`` or a text; empty: the title."""
    description: str = ""
    """A second line, for lists that have one."""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice on a page, ready to be sent."""

    number: int
    """Counts from 1 over all pages; what customers type, say or press."""
    title: str
    """Cut to what the channel can show; no two on a page are the same."""
    full_title: str
    payload: str
    """What the channel sends back when it is pressed."""
    description: str = ""
    more: bool = False
    """Turns to the next page; it is no choice of the designer's."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """One page of a menu in a channel's way."""

    style: Style
    text: str
    """The body; with numbered lines, or the spoken keys, where the style needs them."""
    choices: tuple[ShownChoice, ...]
    page: int = 0
    pages: int = 1


def choices_of(data: Mapping[str, Any]) -> list[Choice]:
    """The choices of a reply's ``data``: Rasa's ``buttons`` or ``quick_replies``."""
    buttons = data.get("buttons") or data.get("quick_replies") or ()
    found = []
    for one in buttons:
        if isinstance(one, Mapping) and one.get("title") is not None:
            title = str(one["title"])
            payload = one.get("payload")
            description = one.get("description")
            found.append(Choice(title, title if payload is None else str(payload), str(description or "")))
    return found


def present(
    text: str | None, choices: Sequence[Choice], capabilities: Capabilities, page: int = 0
) -> Presentation:
    """Word a reply with choices for a channel.

    Args:
        text: what the bot says before the choices.
        page: which page of the choices; beyond the last one, the last.
    """
    shown = tuple(
        ShownChoice(number, one.title, one.title, one.payload or one.title, one.description)
        for number, one in enumerate(choices, 1)
    )
    return Presentation("buttons", text or "", shown)
