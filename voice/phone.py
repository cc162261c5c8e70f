"""What all calls of a project share."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.message import Emit, Message
from voice.asr import Asr
from voice.call_settings import CallSettings
from voice.mouth import Renderer
from voice.recording.recorder import Recorder
from voice.vad import EnergyVad, Vad
from voice.written import Messenger

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phone:
    """What all calls share."""

    take_turn: Callable[[Message, Emit], Awaitable[None]]
    """:func:`bot.turn.take_turn` with its bot."""
    voice: Callable[[int], Renderer]
    """The voice for a line of this rate."""
    vad: Callable[[], Vad] | None = None
    """A new detector; ``None``: the call is held by keys alone."""
    asr: Asr | None = None
    """``None``: the call is held by keys alone."""
    settings: CallSettings = field(default_factory=CallSettings)
    tones: bool = False
    """Keys are also looked for in the sound, for lines that do not tell them."""
    warm: Callable[[], Awaitable[None]] | None = None
    """Loads what recognition needs; whoever answers calls does it before the first (:mod:`voice.readiness`)."""
    recorder: Recorder | None = None
    """``None``: calls are not recorded."""
    messenger: Messenger | None = None
    """Sends callers what is better read than heard; ``None``: all is said."""
    log: Callable[[str, Mapping[str, Any]], Awaitable[None]] | None = None
    """Keeps in a conversation, by its id, what was heard of the last words (:func:`voice.call_record.heard_of`) when
    the call is over and no message will tell it; ``None``: nobody does."""

    @property
    def hears(self) -> bool:
        """Whether callers can say anything; else they have keys alone."""
        return self.vad is not None and self.asr is not None

    def detector(self) -> Vad | None:
        """A detector for one call; loudness tells where :attr:`vad` cannot make one."""
        if self.vad is None:
            return None
        try:
            return self.vad()
        except Exception as error:  # whatever a library does, the caller is heard
            logger.error("There is no speech detector (%s); loudness tells.", type(error).__name__)
            return EnergyVad()
