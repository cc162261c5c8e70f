"""From sound to words: the seam of all recognisers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voice.audio import Sound
from voice.expectation import ANYTHING, Expectation


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was said."""

    text: str
    """``""`` when nothing was, or nothing that can be believed."""
    confidence: float = 1.0
    """0 to 1; how it is reckoned is the engine's affair."""


class Asr(Protocol):
    """A recogniser. One serves many calls at once."""

    name: str
    rate: int
    """Samples a second that it wants."""

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        """The words of one utterance; silence has none.

        Args:
            expects: what was asked for; its hot words are likely.

        Raises:
            EngineError: it failed; the next utterance may succeed.
        """
