"""All checks of a project, one after the other."""

from __future__ import annotations

from bot.dialogue.stories import ActionStep, StoryData
from bot.domain import Domain
from bot.errors import Complaints, Place
from bot.nlu.data import TrainingData
from bot.project import Project
from bot.validation.domain_checks import DomainChecks
from bot.validation.example_checks import ExampleChecks
from bot.validation.pipeline_checks import check_pipeline
from bot.validation.places import DomainPlaces
from bot.validation.policy_checks import check_policies
from bot.validation.story_checks import StoryChecks
from bot.validation.usage_checks import check_usage


def check_project(
    project: Project, domain: Domain, stories: StoryData, training_data: TrainingData, complaints: Complaints
) -> None:
    """Complain of everything that does not fit together.

    Args:
        project: the files, for places.
        domain: complete, with what the training data adds.
        stories: all stories and rules.
        training_data: all examples.
        complaints: gets what is wrong.
    """
    places = DomainPlaces(project.domain_documents)
    if project.domain_documents and not _has_content(domain):
        message = "The domain is empty."
        mend = "List intents, slots, responses and actions in it."
        complaints.error("domain-empty", message, mend, Place(project.domain_documents[0].file, 1))
    DomainChecks(domain, project.domain_documents, _said_directly(domain, stories), complaints).check()
    StoryChecks(domain, project.config, complaints).check(stories)
    ExampleChecks(domain, project.config, places, complaints).check(training_data)
    check_pipeline(project.config, complaints)
    check_policies(project.config, domain, stories, places, complaints)
    check_usage(domain, stories, training_data, places, complaints)


ALWAYS_FAIL = frozenset({"mapping-form"})
"""Warnings with which a bot can be trained, but with which ``data validate`` fails, as Rasa's does."""
HINTS = frozenset(
    {
        "component-unused",
        "config-missing-key",
        "config-placeholder",
        "intent-few-examples",
        "intent-no-examples",
        "intent-unused",
        "option-unknown",
        "response-unused",
    }
)
"""Warnings that do not count with ``--fail-on-warnings``, as in Rasa: work in progress has them,
or Rasa does not look."""


def is_sound(complaints: Complaints, fail_on_warnings: bool = False) -> bool:
    """Whether ``data validate`` lets the project through."""
    if complaints.errors or any(one.code in ALWAYS_FAIL for one in complaints):
        return False
    return not fail_on_warnings or all(one.code in HINTS for one in complaints)


def _said_directly(domain: Domain, stories: StoryData) -> set[str]:
    """Responses that rules and stories name, and those that forms ask with."""
    steps = (step for one in stories.stories for step in one.steps)
    named = {step.name for step in steps if isinstance(step, ActionStep) and step.name}
    for form in domain.forms.values():
        for slot in form.required_slots:
            named |= {f"utter_ask_{slot}", f"utter_ask_{form.name}_{slot}"}
    return named


def _has_content(domain: Domain) -> bool:
    return any((domain.intents, domain.entities, domain.user_slots, domain.responses)) or any(
        (domain.user_actions, domain.forms, domain.action_texts)
    )
