"""The rules of the house, as pure functions: when one may write, how fast, and what an error means.

Sources: Meta's pages on messaging limits, throughput and error codes (v23.0).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

WINDOW = 24 * 3600.0
"""Seconds after the customer's last message in which anything may be written; later, only a template."""
PER_NUMBER = 80.0
"""Messages a second of one business number."""
PAIR_RATE = 1 / 6
"""Messages a second to one customer, in the long run."""
PAIR_BURST = 45
"""So many messages to one customer may be sent at once; they are lent, and paid back at :data:`PAIR_RATE`."""
MOST_ATTEMPTS = 8
LONGEST_PAUSE = 600.0
"""Seconds between two attempts, at most."""
MOST_PAIR_PAUSE = 4.0**5

REENGAGEMENT = 131047
"""More than 24 hours since the customer wrote."""
MARKETING_STOPPED = 131050
"""The customer stopped marketing messages."""
PAIR_LIMIT = 131056
THROTTLES = frozenset({4, 80007, 130429, 131048, PAIR_LIMIT, 131064, 133016})
"""Too much at once: nothing is wrong with the message."""
TEMPORARY = frozenset({1, 2, 131000, 131016, 131057})
"""Something went wrong on Meta's side."""


def window_open(last_heard: float | None, now: float) -> bool:
    """Whether anything may be written.

    Args:
        last_heard: when the customer wrote last; seconds since the epoch, as ``now``.
    """
    return last_heard is not None and now - last_heard < WINDOW


@dataclass(frozen=True, slots=True)
class Bucket:
    """A rate that allows bursts. Whoever takes more than there is waits for it."""

    rate: float
    """Refilled, a second."""
    burst: float
    level: float
    at: float
    """When ``level`` was true."""

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> Bucket:
        return cls(rate, burst, burst, now)

    def take(self, now: float) -> tuple[Bucket, float]:
        """The bucket afterwards, and for how many seconds to wait before sending."""
        level = min(self.burst, self.level + max(now - self.at, 0.0) * self.rate) - 1
        return replace(self, level=level, at=max(now, self.at)), max(0.0, -level / self.rate)


def number_bucket(now: float, per_second: float = PER_NUMBER) -> Bucket:
    """Of a business number: no second sees more than ``per_second``, however it is cut out of time."""
    burst = max(1.0, per_second / 10)
    return Bucket.full(max(per_second - burst, 0.5), burst, now)


def pair_bucket(now: float) -> Bucket:
    """Of one customer."""
    return Bucket.full(PAIR_RATE, PAIR_BURST, now)


class Answer(Enum):
    """What to do about a message that was not taken."""

    RETRY = "retry"
    """Send it again after a pause."""
    REOPEN = "reopen"
    """Ask by template whether the customer wants to go on, and keep the message until the customer writes."""
    OPT_OUT = "opt out"
    """Write down that no marketing is wanted; give the message up."""
    GIVE_UP = "give up"


@dataclass(frozen=True, slots=True)
class Verdict:
    answer: Answer
    pause: float = 0.0
    """Seconds before the next attempt."""


def judge(code: int, attempt: int, *, broken: bool = False, retry_after: float | None = None) -> Verdict:
    """What an error of Meta's means.

    Args:
        code: of the error; 0 when there was none, such as for a broken connection.
        attempt: how many were made, from 1.
        broken: no answer, or none that is Meta's (a 5xx without a code, half a JSON).
        retry_after: seconds that the answer asked for.
    """
    if code == REENGAGEMENT:
        return Verdict(Answer.REOPEN)
    if code == MARKETING_STOPPED:
        return Verdict(Answer.OPT_OUT)
    if not (broken or code in THROTTLES or code in TEMPORARY) or attempt >= MOST_ATTEMPTS:
        return Verdict(Answer.GIVE_UP)
    if code == PAIR_LIMIT:
        return Verdict(Answer.RETRY, min(4.0**attempt, MOST_PAIR_PAUSE))
    pause = min(LONGEST_PAUSE, 2.0 ** (attempt - 1))
    return Verdict(Answer.RETRY, max(pause, min(retry_after or 0.0, LONGEST_PAUSE)))


_RANK = {"": 0, "accepted": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}


def later_status(known: str, told: str) -> str:
    """The further of two statuses: they come in any order, and a message never goes back.

    A failure counts only for what was not delivered.
    """
    return told if _RANK.get(told, -1) > _RANK.get(known, 0) else known
