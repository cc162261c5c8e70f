"""Time comes in from outside, so that a test runs in virtual time and is the same twice."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch (UTC), as events carry them."""

    def now(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()


@dataclass(slots=True)
class ManualClock:
    """A clock that a test moves by hand; each reading is a microsecond later than the one before."""

    seconds: float = 1_700_000_000.0
    tick: float = field(default=1e-6)

    def now(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
