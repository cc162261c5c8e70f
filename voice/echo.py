"""What comes back of the bot's own voice, weaker and a little later: is a frame of the caller's no more than that?"""

from __future__ import annotations

from collections import deque

from voice.audio import FRAME_SECONDS, Sound, level

_LASTS = 0.6
"""Seconds after which what the bot says has come back from the caller's loudspeaker, if at all."""
_WEAK = 20.0
"""dB by which an echo is weaker than what the bot says. What is louder is the caller, or told by its words."""
_LEARNED = 2.0
"""Seconds of the bot's voice that a line's own echo is learned from, the last ones."""
_ENOUGH = 0.5
"""Seconds of them that are wanted before it is known."""
_MARGIN = 6.0
"""dB by which an echo may be louder than it was."""
_SOUNDS = -50.0
"""dBFS of a frame that can have an echo."""


class EchoGate:
    """Learns how loud a line's echo is.

    Most lines have none, and the softest beginning of a caller's word is heard there over the bot. Until that is
    known, whatever is 20 dB weaker than the bot is its echo.
    """

    def __init__(self) -> None:
        self._played: deque[tuple[float, float]] = deque()
        """When the bot's last frames were sent, and their levels in dBFS."""
        self._losses: deque[float] = deque(maxlen=round(_LEARNED / FRAME_SECONDS))
        """dB by which the caller's frames were weaker than the bot."""

    def plays(self, frame: Sound, at: float) -> None:
        """The bot says this frame."""
        self._played.append((at, level(frame)))

    def hides(self, frame: Sound, at: float) -> bool:
        """Whether the caller's next frame is no more than an echo.

        Args:
            at: seconds, by the clock of :meth:`plays`; never earlier than before.
        """
        while self._played and self._played[0][0] < at - _LASTS:
            self._played.popleft()
        said = max((loud for _, loud in self._played), default=_SOUNDS)
        if said <= _SOUNDS:
            return False
        loss = said - level(frame)
        known = len(self._losses) * FRAME_SECONDS >= _ENOUGH
        least = max(_WEAK, min(self._losses) - _MARGIN) if known else _WEAK
        if loss > _WEAK:
            self._losses.append(loss)
        return loss > least
