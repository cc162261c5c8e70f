"""Rules: what always happens, whatever was said before. The semantics are those of Rasa's RulePolicy.

A rule is kept as the states that it describes, and fits a conversation whose latest states hold all of them.
Of several that fit, the one with the longest description wins. ``bot/dialogue/rule_training.py`` learns them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.ml_history import RuleOnly
from bot.dialogue.policy import Prediction
from bot.dialogue.states import State, recent_states, state_key
from bot.domain import (
    ACTION_BACK,
    ACTION_DEFAULT_FALLBACK,
    ACTION_LISTEN,
    ACTION_RESTART,
    ACTION_SESSION_START,
    RULE_SNIPPET,
    Domain,
)
from bot.events import LoopInterrupted
from bot.slots import SHOULD_NOT_BE_SET
from bot.tracker import Situation, Tracker

DEFAULT_INTENT_ACTIONS = {
    "restart": ACTION_RESTART,
    "back": ACTION_BACK,
    "session_start": ACTION_SESSION_START,
}
LOOP_WAS_INTERRUPTED = "loop_was_interrupted"
DO_NOT_PREDICT_LOOP = "do_not_predict_loop_action"


@dataclass(frozen=True, slots=True)
class Rule:
    """The states of a rule, the latest first, and what it predicts."""

    key: str
    """Canonical JSON of the states, the earliest first: the rule's identity; the longest wins."""
    states: tuple[State, ...]
    action: str

    @classmethod
    def of(cls, key: str, action: str) -> Rule:
        return cls(key, tuple(reversed(json.loads(key))), action)

    @property
    def active_loop(self) -> str | None:
        name: str | None = self.states[0].get("active_loop", {}).get("name")
        return None if name == SHOULD_NOT_BE_SET else name

    def fits(self, states: Sequence[State]) -> bool:
        """Whether the conversation's states (the latest first) hold what the rule describes.

        States beyond the end of either are not compared.
        """
        return all(map(_state_fits, self.states, states))


def _state_fits(rule: State, conversation: State) -> bool:
    # A state without a previous action is a conversation's beginning; slots do not matter there.
    if not rule.get("prev_action") or not conversation.get("prev_action"):
        return not rule.get("prev_action") and not conversation.get("prev_action")
    for part, wanted in rule.items():
        found = conversation.get(part, {})
        for name, value in wanted.items():
            if value == SHOULD_NOT_BE_SET:
                if found.get(name) and found[name] != SHOULD_NOT_BE_SET:
                    return False
            elif value and found.get(name) != value:
                return False
    return True


class RuleBook:
    """Rules, found quickly by what happened last."""

    def __init__(self, lookup: Mapping[str, str]) -> None:
        self.lookup = dict(lookup)
        self._by_last: dict[tuple[Any, ...], list[Rule]] = defaultdict(list)
        self.longest = 1
        for key, action in self.lookup.items():
            self._file(Rule.of(key, action))

    def _file(self, rule: Rule) -> None:
        self._by_last[_index_key(rule.states[0])].append(rule)
        self.longest = max(self.longest, len(rule.states))

    def remove(self, key: str) -> None:
        rules = self._by_last[_index_key(json.loads(key)[-1])]
        rules[:] = [one for one in rules if one.key != key]
        del self.lookup[key]

    def fitting(self, states: Sequence[State]) -> list[Rule]:
        """The rules that fit these states (the latest first)."""
        last = states[0]
        prev = json.dumps(last.get("prev_action"))
        user = last.get("user", {})
        keys = {(prev, None, None), (prev, "intent", user.get("intent")), (prev, "text", user.get("text"))}
        return [rule for key in keys for rule in self._by_last.get(key, ()) if rule.fits(states)]


def _index_key(last: State) -> tuple[Any, ...]:
    prev = json.dumps(last.get("prev_action"))
    user = last.get("user", {})
    for kind in ("intent", "text"):
        if user.get(kind):
            return (prev, kind, user[kind])
    return (prev, None, None)


@dataclass(slots=True)
class RuleModel:
    """What training learns."""

    rules: dict[str, str] = field(default_factory=dict)
    """Key of a rule's states → action."""
    unhappy: dict[str, str] = field(default_factory=dict)
    """Key of states within a loop → what is known of leaving and coming back to it."""
    rule_only: RuleOnly = field(default_factory=RuleOnly)
    hidden_sources: frozenset[str] = frozenset()
    """Where predictions come from that no story shares: their turns are hidden from memory."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "rules": self.rules,
            "unhappy": self.unhappy,
            "rule_only_slots": sorted(self.rule_only.slots),
            "rule_only_loops": sorted(self.rule_only.loops),
            "hidden_sources": sorted(self.hidden_sources),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RuleModel:
        rule_only = RuleOnly(frozenset(data["rule_only_slots"]), frozenset(data["rule_only_loops"]))
        return cls(dict(data["rules"]), dict(data["unhappy"]), rule_only, frozenset(data["hidden_sources"]))


@dataclass(frozen=True, slots=True)
class Found:
    """What rules say, and which one (its source)."""

    action: str | None
    source: str | None
    returns_to_loop: bool = False


class RulePolicy:
    """Rasa's RulePolicy."""

    name = "RulePolicy"

    def __init__(self, config: Mapping[str, Any], domain: Domain, model: RuleModel) -> None:
        self.priority = int(config.get("priority", 4))
        self.fallback_action: str = config.get("core_fallback_action_name") or ACTION_DEFAULT_FALLBACK
        self.fallback_threshold = float(config.get("core_fallback_threshold", 0.3))
        self.falls_back = bool(config.get("enable_fallback_prediction", True))
        self.by_confidence = bool(config.get("use_nlu_confidence_as_score", False))
        self.domain = domain
        self.model = model
        self.rules = RuleBook(model.rules)
        self.unhappy = RuleBook(model.unhappy)
        self.has_text_rules = any('"text"' in key for key in model.rules)

    def predict(self, tracker: Tracker) -> Prediction:
        return self.predict_with_source(tracker)[0]

    def predict_with_source(self, tracker: Tracker) -> tuple[Prediction, str | None]:
        """The prediction, and where it comes from (a rule's key, or the name of a built-in rule)."""
        by_text = self._find(tracker, use_text=True) if self.has_text_rules else Found(None, None)
        now = tracker.current
        if not by_text.action:
            found = _default_action(now)
            if found:
                return self._prediction(found, tracker), found.source
        found = _happy_path(now)
        if found:
            return self._prediction(found, tracker, is_no_user=True), found.source
        if by_text.action:
            return self._prediction(by_text, tracker, is_end_to_end=True), by_text.source
        found = self._find(tracker, use_text=False)
        found = Found(found.action, found.source, by_text.returns_to_loop or found.returns_to_loop)
        return self._prediction(found, tracker), found.source

    def _prediction(
        self, found: Found, tracker: Tracker, is_no_user: bool = False, is_end_to_end: bool = False
    ) -> Prediction:
        # As in Rasa, the fallback's own score stays beside that of the rule.
        scores = {self.fallback_action: self.fallback_threshold} if self.falls_back else {}
        if found.action:
            scores[found.action] = self._score(tracker)
        return Prediction(
            self.name,
            self.priority,
            scores,
            (LoopInterrupted(True),) if found.returns_to_loop else (),
            is_no_user,
            is_end_to_end,
            found.source in self.model.hidden_sources,
        )

    def _score(self, tracker: Tracker) -> float:
        message = tracker.current.message
        if self.by_confidence and message is not None:
            return float(message.intent.get("confidence", 1.0))
        return 1.0

    def _find(self, tracker: Tracker, use_text: bool) -> Found:
        """What the rules say of the latest message, by its text or by its intent."""
        if use_text and tracker.current.action != ACTION_LISTEN:
            # Whether text or intent counts was decided when the message was answered first.
            return Found(None, None)
        limit = max(self.rules.longest, self.unhappy.longest)
        states = recent_states(tracker, self.domain, limit, use_text)[::-1]
        fitting = self.rules.fitting(states)
        best = max(fitting, key=lambda rule: len(rule.key), default=None)
        action = best.action if best else None
        source = best.key if best else None
        returns = False
        loop = tracker.current.loop_name
        if loop:
            conditions = {rule.action for rule in self.unhappy.fitting(states)}
            if best and action == ACTION_LISTEN and not best.active_loop:
                if DO_NOT_PREDICT_LOOP not in conditions:
                    # Rules need not say that the loop goes on: it does.
                    return Found(loop, source)
                action = None
            returns = LOOP_WAS_INTERRUPTED in conditions
        return Found(action, source, returns)

    def source_of_nothing(self, tracker: Tracker) -> str | None:
        """What stands for the source where no rule fits: the conversation's own states."""
        return feature_key(recent_states(tracker, self.domain))


def feature_key(states: Sequence[State]) -> str | None:
    """Key of the states after the last ``...``; ``None`` when nothing is left."""
    kept: list[State] = []
    for state in reversed(states):
        if state.get("prev_action", {}).get("action_name") == RULE_SNIPPET:
            break
        kept.append(state)
    return state_key(kept[::-1]) if kept else None


def _default_action(now: Situation) -> Found | None:
    """``restart``, ``back`` and ``session_start`` do what they say, unless the project has its own way."""
    if now.action != ACTION_LISTEN or now.intent is None:
        return None
    action = DEFAULT_INTENT_ACTIONS.get(now.intent)
    return Found(action, f"default {now.intent}") if action else None


def _happy_path(now: Situation) -> Found | None:
    """A loop that was not rejected runs, and then listens."""
    loop = now.loop
    if loop is None or now.loop_name is None or loop.rejected:
        return None
    if now.action == loop.name and not now.action_is_text:
        return Found(ACTION_LISTEN, f"loop {loop.name} listens")
    return Found(loop.name, f"loop {loop.name}") if now.action else None
