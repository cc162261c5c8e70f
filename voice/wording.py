"""Between dialogue and call: replies for the ear, and the caller's words and keys as a message."""

from __future__ import annotations

from collections.abc import Sequence

from bot.capabilities import Capabilities
from bot.menu import choices_of, present
from bot.message import Reply
from voice.call_settings import CallTexts
from voice.expectation import CHOICE, DIGITS, Expectation, voice_of
from voice.sentences import sentences
from voice.speech.hear import hear
from voice.turn_parts import Step

PHONE = Capabilities(keys=True)
"""What a telephone can show: nothing; choices are spoken, with their keys."""
_LEAST_DIGITS = 4
"""Fewer digits in free words are no number that was asked for."""
_YES_NO_KEYS = {"1": "evet", "2": "hayır"}
MENU_PAGE = "menu_page"


def for_the_ear(reply: Reply) -> str:
    """A reply's words, with its choices and their keys; ``""`` when there is nothing to hear."""
    page = reply.metadata.get(MENU_PAGE)
    shown = present(reply.text, choices_of(reply.data), PHONE, page if isinstance(page, int) else 0)
    return " ".join((*shown.lead, shown.text)).strip()


def spoken(replies: Sequence[Reply]) -> str:
    """All that there is to hear of some replies."""
    return " ".join(text for reply in replies if (text := for_the_ear(reply)))


def is_interruptible(reply: Reply) -> bool:
    """Unless the response says ``voice: {interruptible: false}``."""
    return voice_of(reply).get("interruptible") is not False


def ends_the_call(reply: Reply) -> bool:
    """Whether the response says ``voice: {hang_up: true}``."""
    return voice_of(reply).get("hang_up") is True


def is_sensitive(reply: Reply) -> bool:
    """Whether the response says ``voice: {sensitive: true}``: it and its answer are not recorded."""
    return voice_of(reply).get("sensitive") is True


def from_words(words: str, expects: Expectation) -> str:
    """What the dialogue gets for spoken words: the number, when one was asked for and said; else the words."""
    if expects.kind not in DIGITS:
        return words
    value = hear(words, expects.kind)
    if value is None:
        return words
    digits = str(value)
    if expects.lengths and len(digits) not in expects.lengths:
        return words
    if not expects.lengths and len(digits) < _LEAST_DIGITS:
        return words
    return digits


def from_keys(keys: str, expects: Expectation) -> str | None:
    """What the dialogue gets for keys; ``None``: these keys mean nothing here."""
    if expects.kind == "yes_no":
        return _YES_NO_KEYS.get(keys)
    if expects.kind == CHOICE and keys.isdigit() and int(keys) > len(expects.choices):
        return None
    return keys


def help_with(step: Step, texts: CallTexts, expects: Expectation, replies: Sequence[Reply]) -> str:
    """What is said on a step of the ladder for silent callers."""
    last = spoken(replies)
    match step:
        case Step.AGAIN:
            return texts.again.format(last=last).strip()
        case Step.SIMPLER:
            return texts.simpler.format(question=_question(replies, last)).strip()
        case Step.PERSON:
            return texts.person
        case Step.KEYPAD if expects.kind == CHOICE:
            return texts.keypad_choice.format(last=last).strip()
        case Step.KEYPAD if expects.kind == "yes_no":
            return texts.keypad_yes_no
        case Step.KEYPAD if expects.kind in DIGITS:
            return texts.keypad_digits
    return texts.keypad


def _question(replies: Sequence[Reply], last: str) -> str:
    for reply in reversed(replies):
        if isinstance(simpler := voice_of(reply).get("simpler"), str):
            return simpler
    found = sentences(last)
    asked = [one for one in found if one.endswith("?")]
    return asked[-1] if asked else (found[-1] if found else "")
