"""``config.yml`` of Rasa 1 and 2 → today's, with the rules that stand for what policies did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.migration.domain import Trigger
from bot.migration.pipeline import is_old_pipeline, migrate_pipeline
from bot.migration.policies import NewPolicies, is_old_policies, migrate_policies
from bot.migration.report import Report
from bot.migration.yaml_text import VERSION
from bot.project_config import DEFAULT_LANGUAGE, DEFAULT_PIPELINE, DEFAULT_RECIPE
from bot.yaml_file import Map, Seq
from bot.yaml_shape import plain

_BUILT_IN = {"restart": "action_restart", "back": "action_back", "session_start": "action_session_start"}
"""What RulePolicy does without a rule."""


@dataclass(slots=True)
class NewConfig:
    """What became of the config."""

    content: dict[str, Any]
    rules: list[dict[str, Any]] = field(default_factory=list)


def is_old_config(content: Map) -> bool:
    """Whether a policy, a component or a ready pipeline of Rasa 1 or 2 stands there."""
    return is_old_pipeline(content.get("pipeline")) or is_old_policies(content.get("policies"))


def migrate_config(
    content: Map, name: str, triggers: Sequence[Trigger], forms: Sequence[str], report: Report
) -> NewConfig:
    """Today's config and its rules.

    Args:
        content: the file's.
        name: of the project, for its ``assistant_id``.
        triggers: what intents of the domain triggered.
        forms: those of the domain.
        report: gets what was changed, and what needs a person.
    """
    rules = [_rule(one, forms) for one in triggers if _BUILT_IN.get(one.intent) != one.action]
    language = str(content.get("language") or DEFAULT_LANGUAGE)
    pipeline = migrate_pipeline(
        plain(content.get("pipeline")),
        _places(content.get("pipeline")),
        content.place_of("pipeline"),
        language,
        report,
    )
    listed = content.get("policies")
    policies = migrate_policies(
        plain(listed) if isinstance(listed, Seq) else None,
        _places(listed),
        content.place_of("policies"),
        bool(forms or rules),
        report,
    )
    if policies is not None and policies.classifier is not None:
        pipeline = _with_classifier(pipeline, policies.classifier)
        rules.append(_fallback_rule(policies))
    new = _head(content, name, report)
    for key, value in content.items():
        if key == "pipeline":
            new[key] = pipeline
        elif key == "policies":
            new[key] = plain(value) if policies is None else policies.policies
        elif key not in new:
            new[key] = plain(value)
    if pipeline is not None:
        new["pipeline"] = pipeline
    return NewConfig(new, rules)


def _head(content: Map, name: str, report: Report) -> dict[str, Any]:
    """Rasa 3's ``recipe`` and ``assistant_id``, before everything else."""
    new: dict[str, Any] = {}
    given = {
        "recipe": content.get("recipe") or DEFAULT_RECIPE,
        "assistant_id": content.get("assistant_id")
        or re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
        or "bot",
        "language": content.get("language") or DEFAULT_LANGUAGE,
    }
    for key, value in given.items():
        new[key] = value
        if not content.get(key):
            report.changed(content.place, f"{key} is '{value}'.")
    if "version" in content:
        new["version"] = VERSION
    return new


def _places(value: Any) -> list[Any]:
    return [value.place_of(index) for index in range(len(value))] if isinstance(value, Seq) else []


def _with_classifier(
    pipeline: list[dict[str, Any]] | None, classifier: dict[str, Any]
) -> list[dict[str, Any]]:
    listed = [dict(one) for one in DEFAULT_PIPELINE] if pipeline is None else pipeline
    return [*(one for one in listed if one["name"] != classifier["name"]), classifier]


def _rule(trigger: Trigger, forms: Sequence[str]) -> dict[str, Any]:
    steps = [{"intent": trigger.intent}, {"action": trigger.action}]
    if trigger.action in forms:
        steps.append({"active_loop": trigger.action})
    return {"rule": f"{trigger.intent} triggers {trigger.action}", "steps": steps}


def _fallback_rule(policies: NewPolicies) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"intent": "nlu_fallback"}, {"action": policies.fallback_action}]
    if policies.asks_again:
        steps.append({"active_loop": policies.fallback_action})
    return {"rule": "An uncertain message", "steps": steps}
