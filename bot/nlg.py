"""Wording: from a response's name, or an action's answer, to what is said. The semantics are Rasa's."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.events import BotUttered
from bot.tracker import Tracker
from bot.turkish.untailored import untailored_fold

Variation = Mapping[str, Any]

INTERPOLATED = ("text", "image", "custom", "buttons", "attachment", "quick_replies")
_PLACEHOLDER = re.compile(r"\{([^\n{}]+?)\}")
_PIECE = re.compile(r"\{\{|\}\}|\{0\[([^\n{}]+?)\]\}|[{}]")


class _Unfilled(Exception):
    """A placeholder that nothing fills, or a brace that stands alone."""


def _render(text: str, values: Mapping[str, Any]) -> str:
    def replace(match: re.Match[str]) -> str:
        piece = match[0]
        if piece in ("{{", "}}"):
            return piece[0]
        if match[1] is None or match[1] not in values:
            raise _Unfilled(piece)
        return str(values[match[1]])

    return _PIECE.sub(replace, text)


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of ``{name}``; ``{{`` and ``}}`` stand for braces.

    As in Rasa, one name that is unknown leaves the whole text as it is.
    """
    try:
        filled = _render(_PLACEHOLDER.sub(r"{0[\1]}", text), values)
        # A name between double braces is no placeholder.
        return _render(text, {}) if "0[" in filled else filled
    except _Unfilled:
        return text


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """:func:`fill_text` in every text of a structure."""
    if isinstance(value, str):
        return fill_text(value, values)
    if isinstance(value, dict):
        return {key: fill(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, values) for one in value]
    return value


def suitable_variations(
    variations: Sequence[Variation], channel: str, slots: Mapping[str, Any]
) -> list[Variation]:
    """Those to choose from: with a condition and for the channel, else for the channel, else with a
    condition, else the rest."""
    plain = [one for one in variations if one.get("condition") is None]
    conditional = [one for one in variations if one.get("condition") and _condition_holds(one, slots)]
    for group, wanted in ((conditional, channel), (plain, channel), (conditional, None)):
        found = [one for one in group if one.get("channel") == wanted]
        if found:
            return found
    return [one for one in plain if one.get("channel") is None]


def _condition_holds(variation: Variation, slots: Mapping[str, Any]) -> bool:
    for condition in variation["condition"]:
        value, wanted = slots.get(condition["name"]), condition["value"]
        if isinstance(value, str) and isinstance(wanted, str):
            value, wanted = untailored_fold(value), untailored_fold(wanted)
        if value != wanted:
            return False
    return True


def choose_variation(
    variations: Sequence[Variation],
    channel: str,
    slots: Mapping[str, Any],
    arguments: Mapping[str, Any],
    chance: random.Random,
) -> dict[str, Any] | None:
    """One of the suitable variations, filled in; ``None`` when none suits.

    Args:
        slots: what conditions are held against, and what fills placeholders.
        arguments: what fills placeholders in preference to slots.
    """
    suitable = suitable_variations(variations, channel, slots)
    if not suitable:
        return None
    chosen: dict[str, Any] = copy.deepcopy(dict(chance.choice(suitable)))
    values = {**slots, **arguments}
    return {key: fill(one, values) if key in INTERPOLATED else one for key, one in chosen.items()}


class Wording(Protocol):
    """From a response's name to what is said."""

    async def draft(
        self, response: str, tracker: Tracker, channel: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Rasa's JSON of a message: ``text``, ``buttons``, ...; ``None`` when there is no such response.

        Args:
            channel: chooses among variations.
            arguments: what the action gave along, to fill placeholders.

        Raises:
            ActionError: it could not be worded.
        """

    async def close(self) -> None:
        """Give back connections."""


class DomainResponses:
    """The responses of the domain that the conversation is held in."""

    async def draft(
        self, response: str, tracker: Tracker, channel: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """See :meth:`Wording.draft`; never fails."""
        variations = tracker.domain.responses.get(response)
        if not variations:
            return None
        # The same conversation at the same point words it the same way, also after a restart.
        chance = random.Random(f"{response}\0{tracker.conversation_id}\0{len(tracker.events)}")
        return choose_variation(variations, channel, tracker.current.slots, arguments, chance)

    async def close(self) -> None:
        """Nothing to give back."""


def utterance(draft: Mapping[str, Any]) -> BotUttered:
    """The event of a draft: its text, what is not text under ``data``, the rest under ``metadata``."""
    rest = dict(draft)
    text = rest.pop("text", None)
    data = {
        "elements": rest.pop("elements", None),
        "quick_replies": rest.pop("quick_replies", None),
        "buttons": rest.pop("buttons", None),
        # For channels that only know attachments, an image is one too.
        "attachment": rest.pop("attachment", None) or rest.get("image"),
        "image": rest.pop("image", None),
        "custom": rest.pop("custom", None),
    }
    return BotUttered(text, {key: value for key, value in data.items() if value is not None}, metadata=rest)
