"""A line: what a telephone, a browser or a test is to a call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from voice.audio import Sound


@dataclass(frozen=True, slots=True)
class KeyPress:
    """The caller pressed a key, told beside the sound."""

    key: str


@dataclass(frozen=True, slots=True)
class Mute:
    """The caller switched the microphone off or on again, on lines that can tell."""

    on: bool


Incoming = Sound | KeyPress | Mute
"""What comes in on a line."""


class Line(Protocol):
    """One call's line. Sound goes both ways in frames of 20 ms at :attr:`rate`."""

    name: str
    """Of the kind of line; conversations carry it as their channel: ``browser``, ``sip``."""
    rate: int
    """Samples a second, both ways."""
    caller: str | None
    """The number that calls, in E.164; ``None`` when it is withheld."""
    vouched: bool
    """The line knows that the caller's number is true."""
    lead: float
    """Seconds by which sound is sent before it is due: 0.02 where the network is near, at most 0.06. On lines that
    cannot forget what was sent, the bot falls silent so much later when somebody interrupts it."""

    def events(self) -> AsyncIterator[Incoming]:
        """What comes in, until the caller hangs up. Frames may stop while nobody speaks."""

    async def send(self, frame: Sound) -> None:
        """Send one frame; whoever sends keeps the time. On a line that is gone nothing happens."""

    async def flush(self) -> int:
        """Forget what was sent and is not played yet: so many samples; 0 on lines that cannot."""

    async def hang_up(self) -> None:
        """End the call; again: nothing happens."""


async def stop_listening(events: AsyncIterator[Incoming]) -> None:
    """End a line's events; a generator that is left alone is closed by the garbage collector, whenever that comes."""
    if isinstance(events, AsyncGenerator):
        await events.aclose()
