"""Learning rules, and telling which of them are incomplete or contradict others (as Rasa does)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.dialogue.expansion import TrainingConversation
from bot.dialogue.memoization import memorize, training_examples
from bot.dialogue.ml_history import RuleOnly
from bot.dialogue.rules import (
    DEFAULT_INTENT_ACTIONS,
    DO_NOT_PREDICT_LOOP,
    LOOP_WAS_INTERRUPTED,
    RuleModel,
    RulePolicy,
    feature_key,
)
from bot.dialogue.states import State, prev_action_is_listen, situations, state_of
from bot.domain import ACTION_LISTEN, RULE_SNIPPET, Domain
from bot.errors import Complaints
from bot.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, SlotSet, UserUttered
from bot.slots import SHOULD_NOT_BE_SET
from bot.tracker import Tracker

Examples = list[tuple[list[State], str]]


def train_rules(
    config: Mapping[str, Any],
    domain: Domain,
    conversations: Sequence[TrainingConversation],
    complaints: Complaints,
) -> RulePolicy:
    """Learn the rules.

    Args:
        conversations: those of rules and of stories.
        complaints: gets rules with more than one message, incomplete rules, and contradictions.
    """
    rules = [one for one in conversations if one.is_rule]
    stories = [one for one in conversations if not one.is_rule]
    checks = config.get("check_for_contradictions", True) is not False
    if config.get("restrict_rules", True) is not False:
        _check_restriction(rules, complaints)
    if checks:
        _check_completeness(rules, domain, complaints)
    rule_examples = training_examples(rules, None, omit_unset=True)
    story_examples = training_examples(stories, None, as_told=True)
    model = RuleModel(
        rules=_learn(rule_examples),
        unhappy=_learn_unhappy_paths(rule_examples + story_examples),
        rule_only=_rule_only(rule_examples, story_examples) if checks else RuleOnly(),
    )
    policy = RulePolicy(config, domain, model)
    _check_fallback(policy, domain, complaints)
    if checks:
        model.hidden_sources = _Analysis(policy, domain, complaints).run(rules, conversations)
        model.rules = policy.rules.lookup
    return policy


def _learn(examples: Examples) -> dict[str, str]:
    keyed = [(states[_after_snippet(states) :], action) for states, action in examples]
    lookup = memorize([(states, action) for states, action in keyed if states])
    return {key: action for key, action in lookup.items() if action != RULE_SNIPPET}


def _after_snippet(states: Sequence[State]) -> int:
    for index in range(len(states) - 1, -1, -1):
        if states[index].get("prev_action", {}).get("action_name") == RULE_SNIPPET:
            return index + 1
    return 0


def _loop_of(state: State) -> str | None:
    name: str | None = state.get("active_loop", {}).get("name")
    return None if name == SHOULD_NOT_BE_SET else name


def _learn_unhappy_paths(examples: Examples) -> dict[str, str]:
    """What happens in a loop when its question was not answered: every such turn of rules and stories."""
    lookup: dict[str, str] = {}
    for states, action in examples:
        last = states[-1]
        loop = _loop_of(last)
        if not loop:
            continue
        # The action before counts, and what was said now; what was said before does not.
        before = states[-2].get("prev_action") if len(states) > 1 else None
        key = feature_key([{"prev_action": before}, last] if before else [last])
        if key is None:
            continue
        if prev_action_is_listen(last) and action == loop:
            lookup[key] = LOOP_WAS_INTERRUPTED
        elif not prev_action_is_listen(last) and action != loop:
            lookup[key] = DO_NOT_PREDICT_LOOP
    return lookup


def _rule_only(rule_examples: Examples, story_examples: Examples) -> RuleOnly:
    def mentioned(examples: Examples) -> tuple[set[str], set[str]]:
        slots = {name for states, _ in examples for state in states for name in state.get("slots", {})}
        loops = {loop for states, _ in examples for state in states if (loop := _loop_of(state))}
        return slots, loops

    rule_slots, rule_loops = mentioned(rule_examples)
    story_slots, story_loops = mentioned(story_examples)
    return RuleOnly(frozenset(rule_slots - story_slots), frozenset(rule_loops - story_loops))


def _check_fallback(policy: RulePolicy, domain: Domain, complaints: Complaints) -> None:
    if policy.fallback_action not in domain.action_index:
        complaints.error(
            "fallback-action-unknown",
            f"RulePolicy's core_fallback_action_name '{policy.fallback_action}' is not in the domain.",
            "Add it under 'actions:' (or 'responses:'), or mend its name in config.yml.",
        )


def _check_restriction(rules: Sequence[TrainingConversation], complaints: Complaints) -> None:
    for rule in rules:
        if sum(isinstance(event, UserUttered) for event in rule.tracker.events) > 1:
            complaints.error(
                "rule-too-long",
                f"The rule '{rule.name}' has more than one message of the customer.",
                "Write it as a story, cut it in two, or set 'restrict_rules: false' at RulePolicy.",
                rule.place,
            )


def _fingerprints(
    rules: Sequence[TrainingConversation], domain: Domain
) -> dict[str, tuple[set[str], set[str | None]]]:
    """Action → the slots and loops that rules set right after it."""
    found: dict[str, tuple[set[str], set[str | None]]] = defaultdict(lambda: (set(), set()))
    for rule in rules:
        action: str | None = None
        for event in rule.tracker.events:
            if isinstance(event, ActionExecuted):
                action = event.name_or_text
            elif isinstance(event, UserUttered):
                action = None
            elif action and isinstance(event, SlotSet):
                slot = domain.slots.get(event.name)
                found[action][0].update({event.name} if slot and slot.feature_size else ())
            elif action and isinstance(event, ActiveLoop):
                found[action][1].add(event.name)
    return dict(found)


def _check_completeness(
    rules: Sequence[TrainingConversation], domain: Domain, complaints: Complaints
) -> None:
    """What an action sets in one rule must be told after it in every rule."""
    fingerprints = _fingerprints(rules, domain)
    for rule in rules:
        states = [state_of(one, domain) for one in situations(rule.tracker)][::-1]
        names = [state.get("prev_action", {}).get("action_name") for state in states[1:]]
        for state, following in zip(states, [*names, ACTION_LISTEN], strict=True):
            action = state.get("prev_action", {}).get("action_name")
            if action not in fingerprints or RULE_SNIPPET in (action, following):
                continue
            slots, loops = fingerprints[action]
            missing = sorted(slots - set(state.get("slots", {})))
            if missing:
                _incomplete_slots(rule, action, missing, complaints)
            if loops and state.get("active_loop", {}).get("name") not in loops:
                _incomplete_loop(rule, action, loops, complaints)


def _incomplete_slots(
    rule: TrainingConversation, action: str, missing: list[str], complaints: Complaints
) -> None:
    complaints.error(
        "rule-incomplete",
        f"The action '{action}' in rule '{rule.name}' does not set some of the slots that it sets in "
        f"other rules: {', '.join(missing)}.",
        "Add 'slot_was_set' after the action (null, if it shall not be set), or, if it is the last action, "
        "'wait_for_user_input: false'.",
        rule.place,
    )


def _incomplete_loop(
    rule: TrainingConversation, action: str, loops: set[str | None], complaints: Complaints
) -> None:
    names = sorted("null" if one in (None, SHOULD_NOT_BE_SET) else str(one) for one in loops)
    complaints.error(
        "rule-incomplete",
        f"The form '{action}' in rule '{rule.name}' does not set the active_loop that it sets in other "
        f"rules: {', '.join(names)}.",
        "Add 'active_loop' after it, or, if it is the last action, 'wait_for_user_input: false'.",
        rule.place,
    )


class _Analysis:
    """Plays rules and stories against the rules that were learned."""

    def __init__(self, policy: RulePolicy, domain: Domain, complaints: Complaints) -> None:
        self.policy = policy
        self.domain = domain
        self.complaints = complaints
        self.sources: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
        """Source of a prediction → the rules that it comes from, with the actions that they tell."""

    def run(
        self, rules: Sequence[TrainingConversation], everything: Sequence[TrainingConversation]
    ) -> frozenset[str]:
        """Complain of contradictions; return the sources that no story shares."""
        for one in rules:
            for tracker, event in self._predictable(one):
                self._collect(one, tracker, event.name_or_text or "")
        used: set[str | None] = set()
        ordered = [one for one in everything if not one.is_rule] + list(rules)
        for one in ordered:
            for tracker, event in self._predictable(one):
                used.add(self._check(one, tracker, event.name_or_text or ""))
        built_in = {f"default {intent}" for intent in DEFAULT_INTENT_ACTIONS}
        for form in self.domain.forms:
            built_in |= {f"loop {form}", f"loop {form} listens"}
        return frozenset(one for one in {*self.sources, *built_in} - used if one is not None)

    def _predictable(self, one: TrainingConversation) -> Iterator[tuple[Tracker, ActionExecuted]]:
        """The conversation before each action that something leads to."""
        tracker = Tracker(one.name, self.domain)
        unpredictable = True
        for event in one.tracker.applied_events():
            if isinstance(event, ActionExecuted):
                if event.name == RULE_SNIPPET:
                    unpredictable = True
                elif unpredictable or id(event) in one.unpredictable:
                    unpredictable = False
                else:
                    yield tracker, event
            tracker.update(event)

    def _predict(
        self, one: TrainingConversation, tracker: Tracker, gold: str
    ) -> tuple[str | None, str | None]:
        action, source = self._predict_once(one, tracker)
        loop = tracker.current.loop_name
        if loop and action == loop and action != gold:
            # The rules want the loop to go on; here it was left.
            tracker.update(ActionExecutionRejected(loop))
            action, source = self._predict_once(one, tracker)
        return action, source

    def _predict_once(self, one: TrainingConversation, tracker: Tracker) -> tuple[str | None, str | None]:
        prediction, source = self.policy.predict_with_source(tracker)
        if source is None:
            source = self.policy.source_of_nothing(tracker)
        fallback = {self.policy.fallback_action: self.policy.fallback_threshold}
        says_nothing = prediction.scores == (fallback if self.policy.falls_back else {})
        if says_nothing and not one.is_rule:
            return None, source
        return prediction.best(self.domain)[0], source

    def _collect(self, one: TrainingConversation, tracker: Tracker, gold: str) -> None:
        action, source = self._predict(one, tracker, gold)
        name = one.name
        if source is not None and source.startswith(("default ", "loop ")):
            gold, name = action or "", source
        self.sources[source].append((name, gold))

    def _check(self, one: TrainingConversation, tracker: Tracker, gold: str) -> str | None:
        """Complain if the rules want something else; return the source if a story shares it."""
        action, source = self._predict(one, tracker, gold)
        shared = source if not one.is_rule and action == gold else None
        if not action or not source or action == gold:
            return shared
        if self._gives_way(one, action, source):
            self.policy.rules.remove(source)
            return shared
        others = sorted({name for name, told in self.sources[source] if told != gold})
        if others:
            kind = "rule" if one.is_rule else "story"
            instead = "" if action == self.policy.fallback_action else f" which predict '{action}'"
            self.complaints.error(
                "rule-contradiction",
                f"The action '{gold}' in {kind} '{one.name}' contradicts the rule(s) "
                f"'{', '.join(others)}'{instead}.",
                "Change one of them so that they agree, or give the rule a condition.",
                one.place,
            )
        return shared

    def _gives_way(self, one: TrainingConversation, action: str, source: str) -> bool:
        """Whether the rule only listens after an action at whose beginning nothing was said."""
        if one.is_rule or source.count("prev_action") > 1 or action != ACTION_LISTEN:
            return False
        if source not in self.policy.rules.lookup:
            return False
        beginning = source[:-2]
        return any(key.startswith(beginning) and key != source for key in self.policy.rules.lookup)
