"""From sound to words: the seam of all recognisers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from voice.audio import Sound
from voice.engines.missing import EngineError
from voice.expectation import ANYTHING, Expectation

MOST_CHARACTERS = 2000
"""Of one utterance; in half a minute nobody says a third of it."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was said."""

    text: str
    """``""`` when nothing was, or nothing that can be believed."""
    confidence: float = 1.0
    """0 to 1; how it is reckoned is the engine's affair."""


def readable(text: object) -> str:
    """What a recogniser wrote, in one line of characters that are seen.

    Raises:
        EngineError: it is no text, or longer than what anybody says in an utterance.
    """
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise EngineError("The recogniser's answer is no utterance.")
    return " ".join("".join(" " if unicodedata.category(char)[0] == "C" else char for char in text).split())


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
