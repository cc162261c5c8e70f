"""What an answer may be: it decides how long a pause is waited for, how words are read, and what keys mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.menu import choices_of, keys_of
from bot.message import Reply
from voice.check_digits import CHECKS
from voice.keypad import COMMANDS, ONE_KEY, TWO_KEYS, KeyPlan
from voice.speech.kinds import HEARD

SPEECH = "speech"
CHOICE = "choice"
KINDS = (SPEECH, CHOICE, *HEARD)
DIGITS = frozenset({"order_no", "tracking_no", "phone"})
"""Kinds whose words are put together to one string of digits."""
_ASKS = re.compile(rf"utter_ask_(?:\w+_)?(?P<kind>{'|'.join(HEARD)})(?:_(?:to|for)_\w+)?$")
_LONGEST = 40
"""Digits."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the dialogue waits for."""

    kind: str = SPEECH
    """One of :data:`KINDS`."""
    lengths: tuple[int, ...] = ()
    """How many digits a complete answer may have."""
    check: str | None = None
    """A check digit that a complete answer has: one of :data:`voice.check_digits.CHECKS`."""
    choices: tuple[str, ...] = ()
    """Titles of a menu, in the order of their keys."""
    hotwords: tuple[str, ...] = ()
    """Words that are likely; recognisers are told."""

    @property
    def checker(self) -> Callable[[str], bool] | None:
        return CHECKS[self.check] if self.check else None

    @property
    def keys(self) -> KeyPlan:
        """How keys make an answer."""
        if self.kind == CHOICE:
            return ONE_KEY if _one_key_each(self.choices) else TWO_KEYS
        match self.kind:
            case "yes_no" | "choice_1_9":
                return ONE_KEY
            case "phone":
                return KeyPlan(longest=11, lengths=(10,))
            case "tracking_no" if not self.lengths:
                return KeyPlan(longest=13, lengths=(10, 11, 12))
            case "score_0_10":
                return TWO_KEYS
        if self.lengths:
            return KeyPlan(longest=max(self.lengths), lengths=self.lengths)
        return COMMANDS if self.kind == SPEECH else KeyPlan()


@lru_cache(256)
def _one_key_each(choices: tuple[str, ...]) -> bool:
    return all(key < 10 for key in keys_of(choices))


ANYTHING = Expectation()


def voice_of(reply: Reply) -> Mapping[str, Any]:
    """What the designer wrote under a response's ``metadata: {voice: ...}``."""
    inner = reply.metadata.get("metadata")
    for metadata in (inner, reply.metadata):
        if isinstance(metadata, Mapping) and isinstance(voice := metadata.get("voice"), Mapping):
            return voice
    return {}


def expectation_of(replies: Sequence[Reply]) -> Expectation:
    """What is waited for after these replies: the last that asks for something says it.

    A response's ``metadata`` may say it in ``voice: {expects: order_no, lengths: [6], check: luhn, hotwords:
    [...]}``. Without that, buttons make a menu, and a response called ``utter_ask_order_no``,
    ``utter_ask_some_form_order_no`` or ``utter_ask_order_no_to_cancel`` asks for an ``order_no``. What is no known
    kind expects anything.
    """
    for reply in reversed(replies):
        voice = voice_of(reply)
        titles = [one.title for one in choices_of(reply.data)]
        kind = voice.get("expects")
        if kind in KINDS and not (kind == CHOICE and not titles):
            return _told(str(kind), voice, titles)
        if titles:
            return _told(CHOICE, voice, titles)
        asked = _asked(reply.metadata.get("utter_action"))
        if asked:
            return _told(asked, voice, ())
        if voice.get("hotwords"):
            return _told(SPEECH, voice, ())
    return ANYTHING


def _told(kind: str, voice: Mapping[str, Any], titles: Sequence[str]) -> Expectation:
    lengths, check, words = _listed(voice.get("lengths")), voice.get("check"), _listed(voice.get("hotwords"))
    return Expectation(
        kind,
        tuple(sorted(one for one in lengths if isinstance(one, int) and 0 < one < _LONGEST)),
        check if isinstance(check, str) and check in CHECKS else None,
        tuple(titles),
        (*(str(one) for one in words), *titles),
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _asked(name: Any) -> str | None:
    """The kind that a response's name asks for."""
    match = _ASKS.match(name) if isinstance(name, str) else None
    return match["kind"] if match else None
