"""Memory: a conversation that went exactly like a story goes on like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.expansion import TrainingConversation
from bot.dialogue.ml_history import MlHistory, RuleOnly
from bot.dialogue.policy import Prediction
from bot.dialogue.states import State, moments_with_actions, situations, state_key, state_of
from bot.domain import ACTION_LISTEN, Domain
from bot.events import ActionExecuted, Event
from bot.tracker import Tracker


def training_examples(
    conversations: Sequence[TrainingConversation],
    domain: Domain,
    max_history: int | None,
    omit_unset: bool = False,
) -> list[tuple[list[State], str]]:
    """States and the action that follows them, each once.

    Args:
        max_history: how many states at most; ``None``: all.
        omit_unset: leave out slots that only have their initial value.
    """
    found: dict[tuple[str, str], tuple[list[State], str]] = {}
    for one in conversations:
        states = [state_of(s, domain, omit_unset) for s in situations(one.tracker)][::-1]
        for index, moment in enumerate(moments_with_actions(one.tracker), start=1):
            event = moment.event
            assert isinstance(event, ActionExecuted)
            if id(event) in one.unpredictable:
                continue
            past = states[:index][-max_history:] if max_history else states[:index]
            action = event.name_or_text or ""
            found.setdefault((state_key(past), action), (past, action))
    return list(found.values())


def memorize(examples: Sequence[tuple[list[State], str]]) -> dict[str, str]:
    """Key of the states → action; what leads to two different actions is forgotten."""
    lookup: dict[str, str] = {}
    ambiguous: set[str] = set()
    for states, action in examples:
        key = state_key(states)
        if lookup.setdefault(key, action) != action:
            ambiguous.add(key)
    return {key: action for key, action in lookup.items() if key not in ambiguous}


class MemoizationPolicy:
    """Rasa's MemoizationPolicy and, with ``augmented``, its AugmentedMemoizationPolicy."""

    def __init__(
        self, config: Mapping[str, Any], domain: Domain, lookup: Mapping[str, str], augmented: bool = False
    ) -> None:
        self.name = "AugmentedMemoizationPolicy" if augmented else "MemoizationPolicy"
        self.priority = int(config.get("priority", 3))
        self.max_history: int | None = config.get("max_history")
        self.by_confidence = bool(config.get("use_nlu_confidence_as_score", False))
        self.augmented = augmented
        self.domain = domain
        self.lookup = dict(lookup)
        self.longest = max((key.count('"prev_action"') for key in self.lookup), default=0) + 1
        self.history = MlHistory(domain, RuleOnly())

    @classmethod
    def train(
        cls,
        config: Mapping[str, Any],
        domain: Domain,
        conversations: Sequence[TrainingConversation],
        augmented: bool = False,
    ) -> MemoizationPolicy:
        stories = [one for one in conversations if not one.is_rule]
        examples = training_examples(stories, domain, config.get("max_history"))
        return cls(config, domain, memorize(examples), augmented)

    def know_rules(self, rule_only: RuleOnly) -> None:
        """Be told which slots and loops only rules speak of: they are invisible here."""
        self.history = MlHistory(self.domain, rule_only)

    def predict(self, tracker: Tracker) -> Prediction:
        action = self._recall(tracker)
        scores = {} if action is None else {action: self._score(tracker)}
        return Prediction(self.name, self.priority, scores)

    def _score(self, tracker: Tracker) -> float:
        message = tracker.current.message
        if self.by_confidence and message is not None:
            confidence = message.intent.get("confidence", 1.0)
            return 1.0 if confidence is None else float(confidence)
        return 1.0

    def _recall(self, tracker: Tracker) -> str | None:
        states = self._states(tracker)
        found = self._look_up(states)
        if found is None and self.augmented:
            return self._recall_forgetfully(tracker, states)
        return found

    def _states(self, tracker: Tracker) -> list[State]:
        # One more than the longest story has is enough to know that none fits.
        limit = self.max_history or self.longest + 1
        return self.history.states(tracker, limit)

    def _look_up(self, states: list[State]) -> str | None:
        return self.lookup.get(state_key(states))

    def _recall_forgetfully(self, tracker: Tracker, states: list[State]) -> str | None:
        """Forget the oldest turns, with the slots that were set in them, until something is recalled."""
        events = _recent_events(tracker, self.max_history, enough=2 * self.longest + 10)
        starts = [i for i, event in enumerate(events) if isinstance(event, ActionExecuted)]
        for start in starts:
            truncated = Tracker(tracker.conversation_id, self.domain, events[start:])
            shorter = self._states(truncated)
            if shorter == states:
                continue
            found = self._look_up(shorter)
            if found is not None:
                return found
            states = shorter
        return None


def _recent_events(tracker: Tracker, max_history: int | None, enough: int) -> list[Event]:
    """The last events that count, the earliest first.

    With ``max_history`` they go back to the listen before so many actions; without, until more visible
    actions than any story has are told.
    """
    events: list[Event] = []
    actions = visible = 0
    for moment in tracker.history():
        event = moment.event
        events.append(event)
        if isinstance(event, ActionExecuted):
            actions += 1
            visible += not event.hide_rule_turn
            if max_history and actions > max_history and event.name == ACTION_LISTEN:
                break
            if not max_history and visible > enough:
                break
    return events[::-1]
