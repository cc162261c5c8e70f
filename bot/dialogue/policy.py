"""What a policy is: given a conversation, how sure it is of each action. No I/O, no clock, no chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain import Domain
from bot.events import Event
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Prediction:
    """One policy's opinion."""

    policy: str
    priority: int
    scores: Mapping[str, float] = field(default_factory=dict)
    """Action → confidence; actions that are not named have 0."""
    events: tuple[Event, ...] = ()
    """Logged before the action, whichever policy wins."""
    is_no_user: bool = False
    """It does not rest on what the customer said (a form goes on): it overrules the others."""
    is_end_to_end: bool = False
    """It rests on the message's text."""
    hide_rule_turn: bool = False
    """The turn is invisible to learned policies."""

    def best(self, domain: Domain, without: str | None = None) -> tuple[str, float]:
        """The best action and its confidence; ties go to the action that comes first in the domain.

        Args:
            without: an action that was just rejected.
        """
        scores = {name: score for name, score in self.scores.items() if name != without}
        if not scores or max(scores.values()) <= 0.0:
            return domain.action_names[0], 0.0
        index = domain.action_index
        name = min(scores, key=lambda one: (-scores[one], index.get(one, len(index))))
        return name, scores[name]


class Policy(Protocol):
    """Chooses actions."""

    name: str
    """Rasa's name, as decisions tell it."""
    priority: int

    def predict(self, tracker: Tracker) -> Prediction: ...


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done next, and who said so."""

    action: str
    policy: str
    confidence: float
    events: tuple[Event, ...] = ()
    """Logged before the action."""
    is_end_to_end: bool = False
    hide_rule_turn: bool = False
    predictions: Sequence[Prediction] = ()
    """Every policy's opinion, for inspection."""
