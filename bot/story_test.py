"""Test stories played against the policies, as ``rasa test core`` does.

What the customer says and what actions do is taken from the story; each action that the story expects is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot import events as ev
from bot.dialogue.ensemble import Ensemble
from bot.dialogue.expansion import TrainingConversation, expand
from bot.dialogue.policy import Decision
from bot.dialogue.stories import Story
from bot.domain import Domain
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expected action, and what was predicted in its place."""

    expected: str
    predicted: str
    policy: str
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.expected == self.predicted


@dataclass(slots=True)
class StoryOutcome:
    """How one conversation went."""

    conversation: TrainingConversation
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return all(one.is_right for one in self.outcomes)


def play_stories(stories: Sequence[Story], ensemble: Ensemble, domain: Domain) -> list[StoryOutcome]:
    """Play every way through the stories."""
    return [_play(one, ensemble, domain) for one in expand(stories, domain)]


def _play(conversation: TrainingConversation, ensemble: Ensemble, domain: Domain) -> StoryOutcome:
    tracker = Tracker(conversation.name, domain)
    found = StoryOutcome(conversation)
    for index, event in enumerate(conversation.tracker.events):
        # Every story begins with a listen, which nothing predicts.
        if index > 0 and isinstance(event, ev.ActionExecuted):
            expected = event.name_or_text or ""
            decision = _decide(tracker, ensemble, domain, expected)
            outcome = Outcome(expected, decision.action, decision.policy, decision.confidence)
            found.outcomes.append(outcome)
            tracker.update_all(decision.events)
            tracker.update(
                ev.ActionExecuted(event.name, decision.policy, decision.confidence, event.action_text)
            )
        else:
            tracker.update(event)
    return found


def _decide(tracker: Tracker, ensemble: Ensemble, domain: Domain, expected: str) -> Decision:
    decision = ensemble.decide(tracker, tracker.take_followup())
    loop = tracker.current.loop_name
    if decision.action != expected and decision.action == loop and loop in domain.forms:
        # The story leaves the form here: it must have been rejected.
        tracker.update(ev.ActionExecutionRejected(loop))
        decision = ensemble.decide(tracker)
    return decision
