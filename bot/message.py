"""What comes in and what goes out: plain values that know no channel object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.capabilities import EVERYTHING, Capabilities

VOUCHED_METADATA = frozenset({"verified_phone"})
"""Keys of a message's metadata that only a channel may set which knows its sender; what clients write there
is dropped."""

VOUCHED_CONVERSATIONS = ("whatsapp:",)
"""Beginnings of conversations' ids that only a channel may use which knows its sender: in them, things were told
that are for this sender alone."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a customer, or one intent that a timer or another program triggers."""

    text: str
    """As the customer wrote it; entity offsets point into this."""
    conversation_id: str = "default"
    """Rasa's ``sender_id``."""
    channel: str = "rest"
    """Name of the input channel."""
    output_channel: str | None = None
    """Name by which responses choose their ``channel`` variants; ``None``: the same as ``channel``."""
    message_id: str | None = None
    """The channel's id: a second delivery with the same id is answered with the same replies."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    parse: Mapping[str, Any] | None = None
    """Parse data given by the sender; understanding is skipped then."""
    trigger_intent: str | None = None
    """An external intent (reminder, API): logged as ``EXTERNAL: intent``."""
    trigger_entities: Sequence[Mapping[str, Any]] = ()
    capabilities: Capabilities = EVERYTHING
    """What the channel can show, by which menus are paged."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that the bot says. ``data`` holds what is not text, under Rasa's keys."""

    text: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """``buttons``, ``image``, ``custom``, ``attachment``, ``quick_replies``, ``elements``: what is set."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """``utter_action``: the response's name, and whatever the designer wrote under ``metadata``."""


class Emit(Protocol):
    """Hands replies to the customer, in order, each after it is stored."""

    whole: bool
    """The customer gets all replies of a turn together, at its end; else each at once."""

    async def __call__(self, reply: Reply) -> None: ...


@dataclass(slots=True)
class Collected:
    """Keeps replies, for channels that answer a request with all of them."""

    replies: list[Reply] = field(default_factory=list)
    whole: bool = True

    async def __call__(self, reply: Reply) -> None:
        self.replies.append(reply)
