"""Memory: a conversation that went exactly like a story goes on like it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.dialogue.expansion import TrainingConversation
from bot.dialogue.ml_history import MlHistory, RuleOnly
from bot.dialogue.policy import Prediction
from bot.dialogue.states import (
    State,
    moments_with_actions,
    situations,
    situations_as_told,
    state_key,
    state_of,
)
from bot.domain import ACTION_LISTEN, Domain
from bot.events import ActionExecuted, Event
from bot.tracker import Moment, Tracker

ENDING = 3
"""So many states at the end tell whether it is worth forgetting what was before."""
SLACK = 4
"""How far the estimated number of visible states may be off."""


def training_examples(
    conversations: Sequence[TrainingConversation],
    max_history: int | None,
    *,
    omit_unset: bool = False,
    as_told: bool = False,
) -> list[tuple[list[State], str]]:
    """States and the action that follows them, each once.

    Args:
        max_history: how many states at most; ``None``: all.
        omit_unset: leave out slots that only have their initial value.
        as_told: keep the turns of forms that the history folds away, as Rasa does with stories. A story with
            such turns has more states than actions then, and is not recalled after them.
    """
    found: dict[tuple[str, str], tuple[list[State], str]] = {}
    for one in conversations:
        tracker = one.tracker
        past = situations_as_told(tracker) if as_told else list(situations(tracker))[::-1]
        states = [state_of(s, tracker.domain, omit_unset) for s in past]
        for index, moment in enumerate(moments_with_actions(one.tracker), start=1):
            event = moment.event
            assert isinstance(event, ActionExecuted)
            if id(event) in one.unpredictable:
                continue
            seen = states[:index][-max_history:] if max_history else states[:index]
            action = event.name_or_text or ""
            found.setdefault((state_key(seen), action), (seen, action))
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
        self.endings = _endings(self.lookup) if augmented else {}
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
        examples = training_examples(stories, config.get("max_history"), as_told=True)
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
        lengths = self.endings.get(_ending(states), frozenset())
        starts: list[Moment] = []
        actions = 0
        for moment, age in self.history.recent(tracker):
            event = moment.event
            if not isinstance(event, ActionExecuted):
                continue
            actions += 1
            if self._may_recall(age, lengths):
                starts.append(moment)
            if self._is_enough(age, actions, event):
                break
        for shorter in self._beginning_at(starts[::-1], tracker):
            found = self._look_up(self._states(shorter))
            if found is not None:
                return found
        return None

    def _beginning_at(self, starts: Sequence[Moment], tracker: Tracker) -> Iterator[Tracker]:
        """The conversation as if it had begun at each of these moments.

        What was made of it at the last decision is kept at that moment and only gone on with.
        """
        fresh: list[Event] = []
        known: dict[Moment, Tracker] = {}
        for moment in tracker.history():
            if self in moment.derived:
                known = moment.derived.pop(self)
                break
            fresh.append(moment.event)
        fresh.reverse()
        empty = Tracker(tracker.conversation_id, self.domain)
        kept: dict[Moment, Tracker] = {}
        if tracker.latest is not None:
            tracker.latest.derived[self] = kept
        for start in starts:
            if start in known:
                kept[start] = known[start].followed_by(fresh)
            else:
                kept[start] = empty.followed_by(_events_from(start, tracker))
            yield kept[start]

    def _is_enough(self, age: int, actions: int, event: ActionExecuted) -> bool:
        """Whether going back further can recall nothing."""
        if self.max_history:
            return actions > self.max_history and event.name == ACTION_LISTEN
        return age > self.longest + SLACK

    def _may_recall(self, length: int, lengths: frozenset[int]) -> bool:
        """Whether a memory of about this length, in states, can end as the conversation does.

        The length is an estimate: whether a form's turn is hidden may depend on what is forgotten. Short ones are
        always tried.
        """
        if self.max_history:
            length = min(length, self.max_history)
        return length <= ENDING + SLACK or any(abs(length - one) <= SLACK for one in lengths)


def _events_from(start: Moment, tracker: Tracker) -> list[Event]:
    events: list[Event] = []
    for moment in tracker.history():
        events.append(moment.event)
        if moment is start:
            break
    return events[::-1]


def _ending(states: Sequence[State]) -> tuple[str, ...]:
    """The previous actions of the last states: forgetting older turns does not change them."""
    return tuple(json.dumps(one.get("prev_action")) for one in states[-ENDING:])


def _endings(lookup: Mapping[str, str]) -> dict[tuple[str, ...], frozenset[int]]:
    """How the memories end → how many states they have."""
    found: dict[tuple[str, ...], set[int]] = {}
    for key in lookup:
        states = json.loads(key)
        found.setdefault(_ending(states), set()).add(len(states))
    return {ending: frozenset(lengths) for ending, lengths in found.items()}
