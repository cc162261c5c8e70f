"""Between dialogue and call: replies for the ear, and the caller's words and keys as a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.capabilities import Capabilities
from bot.menu import choices_of, choose, keys_of, present
from bot.message import Message, Reply
from voice.call_record import CallRecord, Exchange
from voice.call_settings import CallTexts
from voice.expectation import ANYTHING, CHOICE, DIGITS, Expectation, expectation_of, voice_of
from voice.line import Line
from voice.sentences import sentences
from voice.speech.hear import hear
from voice.turn_parts import Step

PHONE = Capabilities(keys=True)
"""What a telephone can show: nothing; choices are spoken, with their keys."""
CHANNEL_VARIANT = "voice"
"""Responses with ``channel: voice`` are chosen in calls on any line."""
_LEAST_DIGITS = 4
"""Fewer digits in free words are no number that was asked for."""
_YES_NO_KEYS = {"1": "evet", "2": "hayır"}
MENU_PAGE = "menu_page"


def for_the_ear(reply: Reply, by_keys: CallTexts | None = None) -> str:
    """A reply's words, with its choices and their keys; ``""`` when there is nothing to hear.

    Args:
        by_keys: the texts of a call by keys alone. Nothing asks to say anything then: the response's ``voice: {keys:
            ...}`` is said, or its own words and how they are answered.
    """
    page, text, choices = reply.metadata.get(MENU_PAGE), reply.text, choices_of(reply.data)
    phone, how = PHONE, ""
    if by_keys is not None:
        phone = replace(PHONE, words=False)
        if isinstance(own := voice_of(reply).get("keys"), str):
            text = own
        elif not choices:
            expects, asks = expectation_of([reply]), (text or "").rstrip().endswith("?")
            how = _keys_for(expects, by_keys) or (by_keys.keys if asks and expects == ANYTHING else "")
    shown = present(text, choices, phone, page if isinstance(page, int) else 0)
    return " ".join((*shown.lead, shown.text, how)).strip()


def spoken(replies: Sequence[Reply], by_keys: CallTexts | None = None) -> str:
    """All that there is to hear of some replies; see :func:`for_the_ear`."""
    return " ".join(text for reply in replies if (text := for_the_ear(reply, by_keys)))


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
    if expects.kind == CHOICE and keys.isdigit() and keys != "0" and choose(expects.choices, keys) is None:
        named = dict(zip(keys_of(expects.choices), expects.choices, strict=True))
        return named.get(int(keys))
    return keys


def message_of(exchange: Exchange, record: CallRecord, conversation_id: str, line: Line) -> Message:
    """What a caller said or pressed as a message; what was heard of the replies before goes with it."""
    own = {"heard": exchange.heard} if exchange.heard and exchange.heard != exchange.sent else {}
    vouched = {"verified_phone": line.caller} if line.caller and line.vouched else {}
    return Message(
        exchange.sent,
        conversation_id,
        line.name,
        CHANNEL_VARIANT,
        f"{record.call_id}-{exchange.mark}",
        {"voice": {"by": exchange.by, **record.heard_since(), **own}, "caller": line.caller, **vouched},
        capabilities=PHONE,
    )


def help_with(step: Step, texts: CallTexts, expects: Expectation, replies: Sequence[Reply], last: str) -> str:
    """What is said on a step of the ladder for silent callers.

    Args:
        last: the replies as they were said.
    """
    match step:
        case Step.AGAIN:
            return texts.again.format(last=last).strip()
        case Step.SIMPLER:
            return texts.simpler.format(question=_question(replies, last)).strip()
        case Step.PERSON:
            return texts.person
        case Step.KEYPAD if expects.kind == CHOICE:
            return texts.keypad_choice.format(last=last).strip()
    return _keys_for(expects, texts) or texts.keypad


def _keys_for(expects: Expectation, texts: CallTexts) -> str:
    """How keys answer; ``""``: nothing in particular is asked for."""
    if expects.kind == "yes_no":
        return texts.keypad_yes_no
    return texts.keypad_digits if expects.kind in DIGITS else ""


def _question(replies: Sequence[Reply], last: str) -> str:
    for reply in reversed(replies):
        if isinstance(simpler := voice_of(reply).get("simpler"), str):
            return simpler
    found = sentences(last)
    asked = [one for one in found if one.endswith("?")]
    return asked[-1] if asked else (found[-1] if found else "")
