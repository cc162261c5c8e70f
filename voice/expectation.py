"""What an answer may be: it decides how long a pause is waited for, how words are read, and what keys mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.message import Reply
from voice.check_digits import CHECKS
from voice.keypad import ONE_KEY, KeyPlan
from voice.speech.kinds import HEARD

SPEECH = "speech"
CHOICE = "choice"
KINDS = (SPEECH, CHOICE, *HEARD)
DIGITS = frozenset({"order_no", "tracking_no", "phone"})
"""Kinds whose words are put together to one string of digits."""
_ASK = ("utter_ask_",)


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
    payloads: tuple[str, ...] = ()
    """What each choice sends."""
    hotwords: tuple[str, ...] = ()
    """Words that are likely; recognisers are told."""

    @property
    def checker(self) -> Callable[[str], bool] | None:
        return CHECKS[self.check] if self.check else None

    @property
    def keys(self) -> KeyPlan:
        """How keys make an answer."""
        if self.kind == CHOICE:
            return ONE_KEY if len(self.choices) <= 9 else KeyPlan(longest=2, settle=1.2, lengths=(1,))
        match self.kind:
            case "yes_no" | "choice_1_9":
                return ONE_KEY
            case "phone":
                return KeyPlan(longest=11, lengths=(10,))
            case "tracking_no" if not self.lengths:
                return KeyPlan(longest=13, lengths=(10, 11, 12))
            case "score_0_10":
                return KeyPlan(longest=2, lengths=(1,), settle=1.2)
        if self.lengths:
            return KeyPlan(longest=max(self.lengths), lengths=self.lengths)
        return KeyPlan()


ANYTHING = Expectation()


def expectation_of(replies: Sequence[Reply]) -> Expectation:
    """What is waited for after these replies: the last that asks for something says it.

    A response's ``metadata`` may say it in ``voice: {expects: order_no, lengths: [6], check: luhn, hotwords:
    [...]}``. Without that, buttons make a menu, and a response called ``utter_ask_order_no`` (or
    ``utter_ask_some_form_order_no``) asks for an ``order_no``. What is no known kind expects anything.
    """
    for reply in reversed(replies):
        told = reply.metadata.get("voice")
        voice: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        kind = voice.get("expects")
        buttons = [one for one in reply.data.get("buttons") or () if isinstance(one, Mapping)]
        if kind in KINDS and not (kind == CHOICE and not buttons):
            return _told(str(kind), voice, buttons)
        if buttons:
            return _told(CHOICE, voice, buttons)
        asked = _asked(reply.metadata.get("utter_action"))
        if asked:
            return _told(asked, voice, ())
        if voice.get("hotwords"):
            return _told(SPEECH, voice, ())
    return ANYTHING


def _told(kind: str, voice: Mapping[str, Any], buttons: Sequence[Mapping[str, Any]]) -> Expectation:
    lengths = voice.get("lengths") or ()
    check = voice.get("check")
    titles = tuple(str(one.get("title") or "") for one in buttons)
    words = voice.get("hotwords") or ()
    return Expectation(
        kind,
        tuple(sorted(one for one in lengths if isinstance(one, int) and 0 < one < 40)),
        check if check in CHECKS else None,
        titles,
        tuple(str(one.get("payload") or one.get("title") or "") for one in buttons),
        (*(str(one) for one in words), *titles),
    )


def _asked(name: Any) -> str | None:
    """The kind that a response's name asks for: ``utter_ask_order_no``, ``utter_ask_form_order_no``."""
    if not isinstance(name, str) or not name.startswith(_ASK):
        return None
    return next((kind for kind in HEARD if name.endswith(f"_{kind}")), None)
