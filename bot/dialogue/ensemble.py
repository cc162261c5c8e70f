"""Which policy is heard. ``decide`` is pure: the same conversation gives the same decision."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.archive import Part
from bot.dialogue.expansion import TrainingConversation, expand
from bot.dialogue.learned import LearnedPolicy
from bot.dialogue.memoization import MemoizationPolicy
from bot.dialogue.policy import Decision, Policy, Prediction
from bot.dialogue.rule_training import train_rules
from bot.dialogue.rules import RuleModel, RulePolicy
from bot.dialogue.stories import StoryData
from bot.domain import ACTION_LISTEN, Domain, Intent
from bot.errors import Complaints
from bot.events import ActionExecuted, ActionExecutionRejected, DefinePrevUserUtteredFeaturization
from bot.tracker import Tracker

logger = logging.getLogger(__name__)

FOLLOWUP_POLICY = "followup_action"
MEMORIES = {"MemoizationPolicy": False, "AugmentedMemoizationPolicy": True}
"""Name → whether it forgets older turns on a miss."""
DECLINED = {
    "UnexpecTEDIntentPolicy": "UnexpecTEDIntentPolicy is left out: no intent counts as unlikely here.",
}
"""Name → what is said in the log."""


class Ensemble:
    """The policies of a bot, in the order of ``config.yml``."""

    def __init__(self, domain: Domain, policies: Sequence[Policy]) -> None:
        self.domain = domain
        self.policies = list(policies)
        rules = next((one for one in policies if isinstance(one, RulePolicy)), None)
        if rules is not None:
            for one in policies:
                if isinstance(one, MemoizationPolicy | LearnedPolicy):
                    one.know_rules(rules.model.rule_only)

    def decide(self, tracker: Tracker, followup: str | None = None) -> Decision:
        """What to do next.

        Args:
            followup: an action that is to run without asking the policies; passed over if it is unknown.
        """
        if followup:
            if followup in self.domain.action_index:
                return Decision(followup, FOLLOWUP_POLICY, 1.0)
            logger.error("The follow-up action '%s' is not in the domain; it is passed over.", followup)
        predictions = [policy.predict(tracker) for policy in self.policies]
        return self._combine(predictions, tracker)

    def _combine(self, predictions: Sequence[Prediction], tracker: Tracker) -> Decision:
        rejected = _rejected_action(tracker)
        no_user = any(one.is_no_user for one in predictions)
        by_text = any(one.is_end_to_end for one in predictions)
        best: tuple[float, int] = (-1.0, -1)
        winner: tuple[Prediction, str] | None = None
        for one in predictions:
            if one.is_no_user != no_user or (not no_user and one.is_end_to_end != by_text):
                continue
            action, confidence = one.best(self.domain, without=rejected)
            if (confidence, one.priority) > best:
                best, winner = (confidence, one.priority), (one, action)
        if winner is None:
            return Decision(ACTION_LISTEN, "", 0.0)
        prediction, action = winner
        events = [event for one in predictions for event in one.events]
        if tracker.current.action == ACTION_LISTEN:
            events.append(DefinePrevUserUtteredFeaturization(prediction.is_end_to_end))
        return Decision(
            action,
            prediction.policy,
            best[0],
            tuple(events),
            prediction.is_end_to_end,
            prediction.hide_rule_turn,
            tuple(predictions),
        )

    def save(self, part: Part) -> None:
        """Write the trained policies below ``part``."""
        part.write_json("policies.json", [one.name for one in self.policies])
        for index, one in enumerate(self.policies):
            if isinstance(one, RulePolicy):
                part.write_json(f"{index}.json", one.model.as_dict())
            elif isinstance(one, MemoizationPolicy):
                part.write_json(f"{index}.json", one.lookup)
            elif isinstance(one, LearnedPolicy):
                part.write_json(f"{index}.json", {"vocabulary": one.vocabulary, "actions": one.actions})
                part.write_array(f"{index}.npy", one.weights)

    @classmethod
    def load(cls, part: Part, config: Sequence[Mapping[str, Any]], domain: Domain) -> Ensemble:
        """Read back what :meth:`save` wrote; ``config`` is the policies' list of ``config.yml``."""
        settings = {_policy_name(one): one for one in config}
        policies: list[Policy] = []
        for index, name in enumerate(part.read_json("policies.json")):
            data, own = part.read_json(f"{index}.json"), settings[name]
            if name == RulePolicy.name:
                policies.append(RulePolicy(own, domain, RuleModel.from_dict(data)))
            elif name in MEMORIES:
                policies.append(MemoizationPolicy(own, domain, data, MEMORIES[name]))
            else:
                weights = part.read_array(f"{index}.npy")
                policies.append(LearnedPolicy(own, domain, data["vocabulary"], data["actions"], weights))
        return cls(domain, policies)


def _policy_name(config: Mapping[str, Any]) -> str:
    """The name without the module path that old projects write before it."""
    return str(config.get("name", "")).rsplit(".", 1)[-1]


def _rejected_action(tracker: Tracker) -> str | None:
    """The action that declined to run just now."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted):
            return None
        if isinstance(event, ActionExecutionRejected):
            return event.name
    return None


def train_ensemble(
    config: Sequence[Mapping[str, Any]],
    domain: Domain,
    stories: StoryData,
    complaints: Complaints,
) -> Ensemble:
    """Train every policy of the list.

    Args:
        config: ``policies:`` of ``config.yml``.
        complaints: gets what is wrong with rules, and unknown policies.
    """
    conversations = expand(stories.stories, _as_taught(domain))
    policies = [
        policy for one in config if (policy := _train(one, domain, conversations, complaints)) is not None
    ]
    return Ensemble(domain, policies)


def check_rules(
    config: Sequence[Mapping[str, Any]],
    domain: Domain,
    stories: StoryData,
    complaints: Complaints,
) -> None:
    """What training would say of the rules: those that are incomplete, or contradict other rules or stories."""
    train_ensemble(
        [one for one in config if _policy_name(one) == RulePolicy.name], domain, stories, complaints
    )


def _as_taught(domain: Domain) -> Domain:
    """The domain as it is while policies learn: all entities count with every intent, and fill their slots.

    So Rasa does it: its training loses ``use_entities`` and ``ignore_entities`` (when it takes the domain's
    fingerprint) and ``store_entities_as_slots`` (when it strips the domain for the policies). So a story that tells
    an ignored entity is not recalled later. Conversations themselves go by the settings.
    """
    intents = {name: Intent(name) for name in domain.intents}
    return replace(domain, intents=intents, store_entities_as_slots=True)


def _train(
    config: Mapping[str, Any],
    domain: Domain,
    conversations: Sequence[TrainingConversation],
    complaints: Complaints,
) -> Policy | None:
    name = _policy_name(config)
    if name == RulePolicy.name:
        taught = train_rules(config, _as_taught(domain), conversations, complaints)
        return RulePolicy(config, domain, taught.model)
    if name in MEMORIES:
        return MemoizationPolicy.train(config, domain, conversations, MEMORIES[name])
    if name == LearnedPolicy.name:
        logger.info("A linear policy of ours stands in for TEDPolicy.")
        return LearnedPolicy.train(config, domain, conversations)
    if name in DECLINED:
        logger.info(DECLINED[name])
        return None
    complaints.error(
        "policy-unknown",
        f"There is no policy '{name}'.",
        f"Use one of {', '.join(sorted([RulePolicy.name, LearnedPolicy.name, *MEMORIES, *DECLINED]))} in config.yml.",
    )
    return None
