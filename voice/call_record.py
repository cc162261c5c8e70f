"""What happened in a call: what was said and heard, by whom, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voice.mouth import Said


@dataclass(slots=True)
class Exchange:
    """One thing that the caller said or pressed. Times in seconds of the call."""

    by: str
    """``speech``, ``keys``, or ``call`` when the call itself began it."""
    heard: str
    """The recogniser's words, or the keys."""
    sent: str
    """What the dialogue got."""
    ended: float
    """When the caller ended."""
    mark: str = ""
    """Of the pieces in :attr:`CallRecord.said` that were said to it."""
    latency: float | None = None
    """From the end of the caller's speech, or the last key, to the first sound."""


@dataclass(slots=True)
class CallRecord:
    """One call."""

    call_id: str
    caller: str | None
    reason: str = ""
    """How it ended: ``gone``, ``silence``, ``long``, ``bot``, ``broken``."""
    seconds: float = 0.0
    exchanges: list[Exchange] = field(default_factory=list)
    said: Sequence[Said] = ()
    """All that was to be said, and what of it was played, in order."""
    recording: str | None = None
    """The recording's file name."""
    told: int = 0
    """How much of :attr:`said` the dialogue was told."""

    def was_heard(self) -> list[str]:
        """What the caller heard of the bot, in order."""
        return [one.heard for one in self.said if one.heard]

    def heard_since(self) -> dict[str, object]:
        """What was heard of what was said since this was asked last (:func:`heard_of`)."""
        since, self.told = self.said[self.told :], len(self.said)
        return heard_of(since)


def heard_of(said: Sequence[Said]) -> dict[str, object]:
    """What was heard of a reply, for the metadata of the message that follows: nothing when all of it was."""
    if all(one.heard == one.text for one in said):
        return {}
    heard = " ".join(one.heard for one in said if one.heard)
    return {"cut": True, "heard_of_reply": heard}


class Watch(Protocol):
    """Is told what happens in a call as it happens. None of it may take time or raise."""

    def heard(self, exchange: Exchange) -> None:
        """The caller said or pressed something, or the call began something by itself."""

    def says(self, text: str) -> None:
        """The bot begins to say a piece of what it has to say."""

    def cut(self, said: Said) -> None:
        """The piece that was begun last is not said to its end."""

    def answered(self, exchange: Exchange) -> None:
        """The first sound of the answer: :attr:`Exchange.latency` is known."""

    def doing(self, what: str) -> None:
        """See :func:`voice.turn_parts.doing_of`."""

    def over(self, reason: str) -> None:
        """The call is over (:attr:`CallRecord.reason`) and hung up next."""


class Unwatched:
    """Nobody is told anything."""

    def heard(self, exchange: Exchange) -> None:
        """Nobody listens."""

    def says(self, text: str) -> None:
        """Nobody listens."""

    def cut(self, said: Said) -> None:
        """Nobody listens."""

    def answered(self, exchange: Exchange) -> None:
        """Nobody listens."""

    def doing(self, what: str) -> None:
        """Nobody listens."""

    def over(self, reason: str) -> None:
        """Nobody listens."""
