"""When Meta tells how far a message has come: late, more than once, and in any order."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """How statuses come; times in seconds."""

    delay: float = 0.05
    """Between one and the next."""
    late: float = 0.0
    """Added by chance, up to this."""
    doubled: float = 0.0
    """The share that comes twice."""
    shuffled: bool = False
    statuses: tuple[str, ...] = ("sent", "delivered", "read")


QUIET = Manner(statuses=())
UNRULY = Manner(delay=0.0, late=0.2, doubled=0.5, shuffled=True)


def timetable(manner: Manner, chance: random.Random) -> list[tuple[float, str]]:
    """After how many seconds each status comes, in the order in which they come."""
    told = list(manner.statuses)
    told += [one for one in manner.statuses if chance.random() < manner.doubled]
    if manner.shuffled:
        chance.shuffle(told)
    found = [
        (manner.delay * place + chance.random() * manner.late, status) for place, status in enumerate(told, 1)
    ]
    return sorted(found)
