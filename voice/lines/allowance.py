"""How much one caller may send: so much at once, and so much more each second."""

from __future__ import annotations

from collections.abc import Callable


class Allowance:
    """A token bucket.

    Args:
        most: what may be taken at once.
        each_second: what comes back.
        clock: seconds, of a clock that only goes forward.
    """

    def __init__(self, most: float, each_second: float, clock: Callable[[], float]) -> None:
        self._most, self._rate, self._clock = most, each_second, clock
        self._left, self._at = most, clock()

    def take(self, amount: float = 1.0) -> bool:
        """Take so much; false, and nothing is taken, if there is less."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True
