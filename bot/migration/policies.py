"""``policies`` of Rasa 1 and 2 → rules and the policies that Rasa 3 has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Place
from bot.migration.report import Report

_TO_RULES = ("FormPolicy", "MappingPolicy", "FallbackPolicy", "TwoStageFallbackPolicy")
_TO_TED = ("KerasPolicy", "EmbeddingPolicy", "SklearnPolicy")
_OLD = (*_TO_RULES, *_TO_TED)
_TWO_STAGE = "action_two_stage_fallback"
_DEFAULT_FALLBACK = "action_default_fallback"


@dataclass(slots=True)
class NewPolicies:
    """What became of the policies."""

    policies: list[dict[str, Any]] = field(default_factory=list)
    classifier: dict[str, Any] | None = None
    """The FallbackClassifier that does what a policy did with uncertain intents."""
    fallback_action: str | None = None
    """What answers an uncertain intent."""
    asks_again: bool = False
    """Whether that action is a loop (the two stages)."""


def is_old_policies(policies: Any) -> bool:
    """Whether one of them is gone today."""
    if not isinstance(policies, list):
        return False
    return any(isinstance(one, Mapping) and _short(one.get("name")) in _OLD for one in policies)


def migrate_policies(
    policies: list[Any] | None, places: list[Place], place: Place, needs_rules: bool, report: Report
) -> NewPolicies | None:
    """Today's policies; ``None`` where the default stays (which has a RulePolicy).

    Args:
        policies: the entries; nothing when there are none.
        places: of the entries.
        place: of the whole.
        needs_rules: forms or rules exist, so that there must be a RulePolicy.
        report: gets what was changed.
    """
    if not policies:
        return None
    migration = _Migration(report)
    for entry, where in zip(policies, places, strict=True):
        migration.add(dict(entry) if isinstance(entry, Mapping) else {"name": str(entry)}, where)
    if needs_rules and not migration.has("RulePolicy"):
        migration.rule_policy()
        report.changed(place, "RulePolicy is added: forms and rules need it.")
    return migration.found


def _short(name: Any) -> str:
    return str(name).rsplit(".", 1)[-1]


class _Migration:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.found = NewPolicies()

    def has(self, name: str) -> bool:
        return any(one["name"] == name for one in self.found.policies)

    def rule_policy(self) -> dict[str, Any]:
        for one in self.found.policies:
            if one["name"] == "RulePolicy":
                return one
        self.found.policies.append({"name": "RulePolicy"})
        return self.found.policies[-1]

    def add(self, entry: dict[str, Any], place: Place) -> None:
        old = str(entry.get("name"))
        name = _short(old) if old.startswith(("rasa.core.", "rasa_core.")) else old
        if name in _TO_RULES:
            own = self.rule_policy()
            self.report.changed(place, f"RulePolicy does what {name} did.")
            if name.endswith("FallbackPolicy"):
                self._fallback(name, entry, own, place)
        elif name in _TO_TED:
            self._ted(name, entry, place)
        elif name == "RulePolicy":
            self.rule_policy().update({**entry, "name": name})
        else:
            if name != old:
                self.report.changed(place, f"'{old}' is called '{name}'.")
            self.found.policies.append({**entry, "name": name})

    def _ted(self, name: str, entry: dict[str, Any], place: Place) -> None:
        if self.has("TEDPolicy"):
            self.report.changed(place, f"{name} is left out: TEDPolicy stands there already.")
            return
        kept: dict[str, Any] = {
            key: entry[key] for key in ("max_history", "epochs", "random_seed", "priority") if key in entry
        }
        for one in entry.get("featurizer") or ():
            if isinstance(one, Mapping) and "max_history" in one:
                kept.setdefault("max_history", one["max_history"])
        lost = [key for key in entry if key != "name" and key not in kept and key != "featurizer"]
        text = f"TEDPolicy stands for {name}"
        self.report.changed(place, f"{text}, without: {', '.join(lost)}." if lost else f"{text}.")
        self.found.policies.append({"name": "TEDPolicy", **kept})

    def _fallback(self, name: str, entry: dict[str, Any], own: dict[str, Any], place: Place) -> None:
        found = self.found
        found.classifier = {
            "name": "FallbackClassifier",
            "threshold": entry.get("nlu_threshold", 0.3),
            "ambiguity_threshold": entry.get("ambiguity_threshold", 0.1),
        }
        two = name == "TwoStageFallbackPolicy"
        own["core_fallback_threshold"] = entry.get("core_threshold", 0.3)
        key = "fallback_core_action_name" if two else "fallback_action_name"
        own["core_fallback_action_name"] = entry.get(key, _DEFAULT_FALLBACK)
        own["enable_fallback_prediction"] = True
        found.fallback_action = _TWO_STAGE if two else own["core_fallback_action_name"]
        found.asks_again = two
        self.report.changed(
            place,
            f"A FallbackClassifier finds uncertain messages, and a rule answers them: {found.fallback_action}.",
        )
        if two:
            self._two_stages(entry, place)

    def _two_stages(self, entry: dict[str, Any], place: Place) -> None:
        last = entry.get("fallback_nlu_action_name", _DEFAULT_FALLBACK)
        if last != _DEFAULT_FALLBACK:
            text = (
                f"'{last}' answered when the customer was not understood twice: {_DEFAULT_FALLBACK} does now."
            )
            self.report.by_hand(place, f"{text} Give your action that name, or call it in a rule.")
        denied = entry.get("deny_suggestion_intent_name", "out_of_scope")
        if denied != "out_of_scope":
            text = f"The intent '{denied}' denied a suggestion: the two stages know only 'out_of_scope' now."
            self.report.by_hand(place, text)
