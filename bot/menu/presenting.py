"""How a channel shows a list of choices: as buttons, as a list, as numbered lines, or aloud with keys.

The number of a choice counts over all pages, and customers may answer with it everywhere, shown or not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.capabilities import Capabilities
from bot.menu.choosing import choose
from bot.menu.titles import title_of
from bot.turkish import Suffix, attach, number_to_words

Style = Literal["buttons", "list", "numbers", "speech"]
MORE = "Diğer seçenekler"
"""Title of the choice that turns to the next page."""
MORE_NUMBER = 0
"""Its number: "0", on a telephone the key 0."""
SPOKEN_AT_ONCE = 5
"""Nobody remembers more choices that were read aloud."""
NUMBERED_AT_ONCE = 10
"""Lines of one page of numbered text."""
LEAST_TITLE = 4
"""A channel whose titles are shorter has no buttons for us: "12." and a letter must fit."""

_ELLIPSIS = "…"
_NO_LIMIT = 10_000
_UNSPOKEN = re.compile(r"[^\w\s'’.,:/%₺+&()-]|[?!.:;,]+\s*$")


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
    """What customers type, say or press for it: counted from 1 over all pages, unless titles are numbers
    themselves; :data:`MORE_NUMBER` for the next page. -1: other titles are called by its number, so it only goes
    by its title."""
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
    lead: tuple[str, ...] = ()
    """Beginnings of a text that is too long for one message, to be sent before it."""


def choices_of(data: Mapping[str, Any]) -> list[Choice]:
    """The choices of a reply's ``data``: Rasa's ``buttons``, or its ``quick_replies``."""
    found = []
    for one in data.get("buttons") or data.get("quick_replies") or ():
        if isinstance(one, Mapping) and (one.get("title") or one.get("payload")):
            title = str(one.get("title") or one["payload"])
            payload = str(one.get("payload") or title)
            found.append(Choice(title, payload, str(one.get("description") or "")))
    return found


def present(
    text: str | None, choices: Sequence[Choice], capabilities: Capabilities, page: int = 0
) -> Presentation:
    """Word a reply with choices for a channel.

    Args:
        text: what the bot says before the choices.
        page: which page of the choices; one that does not exist is the nearest that does.
    """
    style = _style(choices, capabilities)
    said = (text or "").strip()
    if not choices:
        *lead, body = _pieces(said, capabilities.text) or [""]
        return Presentation(style, body, (), lead=tuple(lead))
    spans = _pages(choices, capabilities, style)
    page = max(0, min(page, len(spans) - 1))
    start, end = spans[page]
    titles = [one.title for one in choices]
    numbers = _numbers(titles) if capabilities.words else keys_of(titles)
    shown = [_shown(choices[at], numbers[at], at) for at in range(start, end)]
    if page + 1 < len(spans):
        shown.append(ShownChoice(MORE_NUMBER, MORE, MORE, MORE, more=True))
    if style == "speech":
        below: list[str] = [_spoken(shown, capabilities.words)]
    elif style == "numbers":
        below = [_line(one) for one in shown]
    else:
        shown, below = _titled(shown, capabilities, style)
    lead, body = _body(said, below, capabilities.text, " " if style == "speech" else "\n")
    return Presentation(style, body, tuple(shown), page, len(spans), tuple(lead))


def keys_of(titles: Sequence[str]) -> list[int]:
    """The key of each choice where nothing can be said: its number; a free one where others are called by that."""
    numbers = _numbers(titles)
    free = (key for key in itertools.count(1) if key not in numbers and choose(titles, str(key)) is None)
    return [number if number >= 0 else next(free) for number in numbers]


def page_count(choices: Sequence[Choice], capabilities: Capabilities) -> int:
    """How many pages a channel needs for these choices."""
    return len(_pages(choices, capabilities, _style(choices, capabilities))) if choices else 1


def _style(choices: Sequence[Choice], capabilities: Capabilities) -> Style:
    if capabilities.keys:
        return "speech"
    count = len(choices)
    lists = capabilities.rows > 1 and _room(capabilities.row_title)
    if _room(capabilities.button_title) and (capabilities.buttons is None or count <= capabilities.buttons):
        limit = capabilities.button_title
        fits = limit is None or all(len(one.title) <= limit for one in choices)
        return "buttons" if fits or not lists else "list"
    return "list" if lists else "numbers"


def _room(title: int | None) -> bool:
    return title is None or title >= LEAST_TITLE


def _pages(choices: Sequence[Choice], capabilities: Capabilities, style: Style) -> list[tuple[int, int]]:
    """The pages, each from a choice up to and without another."""
    count = len(choices)
    match style:
        case "buttons":
            return [(0, count)]
        case "list":
            most = capabilities.rows
        case "speech":
            most = SPOKEN_AT_ONCE
        case "numbers":
            return _text_pages(choices, capabilities.text)
    if count <= most:
        return [(0, count)]
    # One place of every page is for the next page; spoken pages have it on top of the five.
    step = most if style == "speech" else most - 1
    return [(start, min(start + step, count)) for start in range(0, count, step)]


def _text_pages(choices: Sequence[Choice], limit: int | None) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, used = 0, 0
    reserved = len(_line_of(MORE_NUMBER, MORE)) + 1
    for at, one in enumerate(choices):
        length = len(_line_of(at + 1, one.title)) + 1
        full = limit is not None and used + length + reserved > limit
        if at > start and (full or at - start >= NUMBERED_AT_ONCE):
            spans.append((start, at))
            start, used = at, 0
        used += length
    spans.append((start, len(choices)))
    return spans


def _numbers(titles: Sequence[str]) -> list[int]:
    """What each choice is called by. A title that is a number itself wins over a place in the list."""
    places = list(range(1, len(titles) + 1))
    if not any(key.isdigit() for title in titles for key in title_of(title).keys):
        return places
    numbers = []
    for at, title in enumerate(titles):
        own = next((int(key) for key in title_of(title).keys if key.isdigit()), -1)
        named = [number for number in (own, at + 1) if number >= 0 and choose(titles, str(number)) == at]
        numbers.append(named[0] if named else -1)
    return numbers


def _shown(choice: Choice, number: int, at: int) -> ShownChoice:
    title = " ".join(choice.title.split()) or f"{at + 1}."
    return ShownChoice(number, title, choice.title, choice.payload or choice.title, choice.description)


def _line(choice: ShownChoice) -> str:
    return _line_of(choice.number, choice.title)


def _line_of(number: int, title: str) -> str:
    return title if number < 0 or title in (f"{number}.", str(number)) else f"{number}. {title}"


def _titled(
    shown: Sequence[ShownChoice], capabilities: Capabilities, style: Style
) -> tuple[list[ShownChoice], list[str]]:
    """Titles that fit and differ; and the lines that the body needs, where some were cut."""
    as_list = style == "list"
    limit = capabilities.row_title if as_list else capabilities.button_title
    room = _NO_LIMIT if capabilities.row_description is None else capabilities.row_description
    room = room if as_list else 0
    cut = [limit is not None and len(one.title) > limit for one in shown]
    if not any(cut) and len({one.title for one in shown}) == len(shown):
        return [_described(one, one.title, room, False) for one in shown], []
    # The number tells apart what looks alike, and ties a short title to the line that has the whole one.
    titles = [one.title if one.more else _line(one) for one in shown]
    fitting = [_cut(title, limit) for title in titles]
    found = [
        _described(one, title, room, was_cut) for one, title, was_cut in zip(shown, fitting, cut, strict=True)
    ]
    told = all(len(one.title) <= room for one, was_cut in zip(shown, cut, strict=True) if was_cut)
    lines = [] if told and room else [_line(one) for one in shown if not one.more]
    return found, lines


def _described(choice: ShownChoice, title: str, room: int, was_cut: bool) -> ShownChoice:
    whole = choice.title if was_cut and len(choice.title) <= room else choice.description
    return ShownChoice(
        choice.number,
        title,
        choice.full_title,
        choice.payload,
        _cut(whole, room) if room else "",
        choice.more,
    )


def _cut(text: str, limit: int | None) -> str:
    """The text within a limit, cut between words where that keeps most of it."""
    if limit is None or len(text) <= limit:
        return text
    room = text[: limit - 1]
    blank = room.rfind(" ")
    return (room[:blank] if blank > limit // 2 else room).rstrip() + _ELLIPSIS


def _spoken(shown: Sequence[ShownChoice], words: bool) -> str:
    """``Kargo takibi için ikiyi, iade için üçü tuşlayın ya da söyleyin.``; by keys alone: ``tuşlayın.``"""
    named = [one for one in shown if not one.more]
    keyed = [f"{_said(one.title)} için {_key(one.number)}" for one in named if one.number >= 0]
    sentences = [f"{', '.join(keyed)} tuşlayın{' ya da söyleyin' if words else ''}."] if keyed else []
    sentences += [f"{_said(one.title)} için adını söyleyin." for one in named if one.number < 0]
    if any(one.more for one in shown):
        sentences.append(f"{MORE} için {_key(MORE_NUMBER)} tuşlayın.")
    return " ".join(sentences)


def _said(title: str) -> str:
    return " ".join(_UNSPOKEN.sub(" ", title).split()) or title


def _key(number: int) -> str:
    return attach(number_to_words(number), Suffix.ACCUSATIVE, apostrophe=False)


def _body(said: str, below: Sequence[str], limit: int | None, joint: str) -> tuple[list[str], str]:
    """What is sent before, and the body: the text, and below it the lines, within the limit."""
    lines = joint.join(below)
    if limit is not None and len(lines) > limit:
        each = max(LEAST_TITLE, limit // len(below) - 1)
        lines = _cut(joint.join(_cut(one, each) for one in below), limit)
    whole = joint.join(part for part in (said, lines) if part)
    if limit is None or len(whole) <= limit:
        return [], whole
    pieces = _pieces(said, limit)
    if lines and len(pieces[-1]) + len(joint) + len(lines) <= limit:
        return pieces[:-1], pieces[-1] + joint + lines
    return (pieces, lines) if lines else (pieces[:-1], pieces[-1])


def _pieces(text: str, limit: int | None) -> list[str]:
    """A text in parts within the limit, divided between words."""
    if limit is None or len(text) <= limit:
        return [text] if text else []
    parts: list[str] = []
    while len(text) > limit:
        place = max(text.rfind(blank, limit // 2, limit + 1) for blank in (" ", "\n"))
        place = place if place > 0 else limit
        parts.append(text[:place].rstrip())
        text = text[place:].lstrip()
    return [one for one in (*parts, text) if one]
