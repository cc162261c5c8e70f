"""What to do where no rule says and no story fits exactly: learned from the stories. Stands in for TEDPolicy.

A linear model over what happened in the last turns: actions, intents, entities, slots and the active form, each with
how long ago it was, and the pairs that matter most. Stories are told again after other stories, as customers do, so
that what came long before does not count. It trains in seconds, and the same seed gives the same weights.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.dialogue.expansion import TrainingConversation
from bot.dialogue.memoization import training_examples
from bot.dialogue.ml_history import MlHistory, RuleOnly
from bot.dialogue.policy import Prediction
from bot.dialogue.states import State
from bot.domain import Domain
from bot.tracker import Tracker

Array = NDArray[Any]
Example = tuple[list[State], str]

DEFAULT_HISTORY = 8
"""States that are looked at, where the config does not say (TEDPolicy looks at all)."""
RESTRAINT = 0.1
"""How much large weights cost (L2)."""
RETELLINGS = 3
"""How often each story is told again after another one."""


def features(states: Sequence[State], depth: int) -> Iterator[str]:
    """What is told of the last states; the latest counts most and is told in pairs, too."""
    recent = list(states)[-depth:][::-1]
    for age, state in enumerate(recent):
        for name in _facts(state):
            yield f"{age}:{name}"
    now = list(_facts(recent[0]))
    heads = [one for one in now if one[0] in "aul"]
    for i, first in enumerate(heads):
        for second in now[i + 1 :]:
            yield f"{first}&{second}"
    if len(recent) > 1:
        before = [one for one in _facts(recent[1]) if one[0] in "au"]
        yield "+".join([*heads, "<", *before])


def _facts(state: State) -> Iterator[str]:
    action = state.get("prev_action")
    if action:
        yield f"a={action.get('action_name') or action.get('action_text')}"
    user = state.get("user", {})
    if user:
        yield f"u={user.get('intent') or user.get('text')}"
        for entity in user.get("entities", ()):
            yield f"e={entity}"
    if "active_loop" in state:
        yield f"l={state['active_loop']['name']}"
    for slot, value in state.get("slots", {}).items():
        for place, number in enumerate(value if isinstance(value, list) else ()):
            if number:
                yield f"s={slot}_{place}"


class LearnedPolicy:
    """Scores every action by what happened lately."""

    name = "TEDPolicy"
    """As decisions tell it: what projects call it in their config."""

    def __init__(
        self,
        config: Mapping[str, Any],
        domain: Domain,
        vocabulary: Mapping[str, int],
        actions: Sequence[str],
        weights: Array,
    ) -> None:
        self.priority = int(config.get("priority", 1))
        self.depth = int(config.get("max_history") or DEFAULT_HISTORY)
        self.domain = domain
        self.vocabulary = dict(vocabulary)
        self.actions = list(actions)
        self.weights = weights
        """Float32, a row for each feature and one for the bias at the end; a column for each action."""
        self.history = MlHistory(domain, RuleOnly())

    def know_rules(self, rule_only: RuleOnly) -> None:
        """Be told which slots and loops only rules speak of: they are invisible here."""
        self.history = MlHistory(self.domain, rule_only)

    def predict(self, tracker: Tracker) -> Prediction:
        if not self.actions:
            return Prediction(self.name, self.priority)
        states = self.history.states(tracker, self.depth)
        known = {self.vocabulary[f] for f in features(states, self.depth) if f in self.vocabulary}
        scores = self.weights[sorted(known)].sum(axis=0) + self.weights[-1]
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
        told = {name: float(score) for name, score in zip(self.actions, scores, strict=True)}
        return Prediction(self.name, self.priority, told)

    @classmethod
    def train(
        cls, config: Mapping[str, Any], domain: Domain, conversations: Sequence[TrainingConversation]
    ) -> LearnedPolicy:
        """Learn from stories; rules are no examples."""
        stories = [one for one in conversations if not one.is_rule]
        depth = int(config.get("max_history") or DEFAULT_HISTORY)
        examples = training_examples(stories, None)
        chance = random.Random(int(config.get("random_seed") or 42))
        told = [*examples, *_retold(examples, chance)]
        vocabulary, weights, actions = _fit(told, depth)
        return cls(config, domain, vocabulary, actions, weights)


def _retold(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """The examples as they look when another story came before: its last states stand in front."""
    ends = [states for states, action in examples if action == "action_listen" and len(states) > 2]
    if not ends:
        return
    for states, action in examples:
        if len(states) < 2:
            continue
        for _ in range(RETELLINGS):
            before = chance.choice(ends)
            yield [*before[-DEFAULT_HISTORY:], *_with_slots_of(before[-1], states[1:])], action


def _with_slots_of(earlier: State, states: Sequence[State]) -> list[State]:
    """What the earlier story set stays set."""
    slots = earlier.get("slots")
    if not slots:
        return list(states)
    return [{**one, "slots": {**slots, **one.get("slots", {})}} for one in states]


def _fit(examples: Sequence[Example], depth: int) -> tuple[dict[str, int], Array, list[str]]:
    actions = sorted({action for _, action in examples})
    if len(actions) < 2:
        return {}, np.zeros((1, len(actions)), np.float32), actions
    from scipy.sparse import csr_matrix

    vocabulary: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for states, _ in examples:
        row = {vocabulary.setdefault(one, len(vocabulary)) for one in features(states, depth)}
        columns += sorted(row)
        ends.append(len(columns))
    shape = (len(examples), len(vocabulary))
    matrix = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=shape)
    places = {action: place for place, action in enumerate(actions)}
    labels = np.array([places[action] for _, action in examples])
    return vocabulary, _regress(matrix, labels, len(actions)), actions


def _regress(matrix: Any, labels: Array, classes: int) -> Array:
    """Weights of a multinomial logistic regression: a row for each feature, and one for the bias at the end."""
    from scipy.optimize import minimize

    rows, width = matrix.shape
    told = np.zeros((rows, classes))
    told[np.arange(rows), labels] = 1.0

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(width + 1, classes)
        scores = matrix @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        total = likely.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0]) - scores[np.arange(rows), labels]).sum())
        error = likely / total - told
        slope = np.vstack([matrix.T @ error, error.sum(axis=0)])
        slope[:-1] += RESTRAINT * weights[:-1]
        return value + RESTRAINT / 2 * float((weights[:-1] ** 2).sum()), slope.ravel()

    start = np.zeros((width + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200, "ftol": 1e-6})
    weights: Array = found.x.reshape(width + 1, classes).astype(np.float32)
    return weights
