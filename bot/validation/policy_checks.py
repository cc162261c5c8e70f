"""Do the policies fit rules, forms and stories?"""

from __future__ import annotations

from bot.dialogue.stories import StoryData
from bot.domain import ACTION_DEFAULT_FALLBACK, Domain
from bot.errors import Complaints, Place
from bot.project_config import Config
from bot.validation.places import DomainPlaces
from bot.yaml_shape import did_you_mean

_RULES = "RulePolicy"


def check_policies(
    config: Config, domain: Domain, stories: StoryData, places: DomainPlaces, complaints: Complaints
) -> None:
    """Complain of forms and rules without RulePolicy, and of a fallback action that does not exist."""
    names = [name.rsplit(".", 1)[-1] for name in config.policy_names]
    place = (config.raw and config.place) or None
    if not names:
        if stories.stories:
            message = "There are stories, but no policies."
            complaints.warn("policies-empty", message, "Remove 'policies:' for the defaults.", place)
        return
    if _RULES not in names:
        _without_rules(domain, stories, places, complaints, place)
    for index, policy in enumerate(config.policies):
        if names[index] != _RULES:
            continue
        where = config.places.get("policies", ())
        action = policy.get("core_fallback_action_name", ACTION_DEFAULT_FALLBACK)
        if action is not None and action not in domain.action_index:
            message = f"RulePolicy falls back to '{action}', which the domain does not declare."
            mend = did_you_mean(str(action), domain.action_index, f"Add '{action}' to the domain's actions.")
            complaints.error("fallback-undeclared", message, mend, where[index] if where else place)


def _without_rules(
    domain: Domain, stories: StoryData, places: DomainPlaces, complaints: Complaints, place: Place | None
) -> None:
    mend = f"Add '- name: {_RULES}' to the policies."
    if domain.forms:
        form = next(iter(domain.forms))
        message = f"The form '{form}' needs {_RULES}, which the config does not list."
        complaints.error("rule-policy-missing", message, mend, places.of("forms", form))
    elif stories.rules:
        rule = stories.rules[0]
        message = f"The rule '{rule.name}' has no effect without {_RULES}."
        complaints.warn("rule-policy-missing", message, mend, rule.place)
    else:
        message = f"Without {_RULES}, '/restart' and '/back' do nothing."
        complaints.warn("rule-policy-missing", message, mend, place)
