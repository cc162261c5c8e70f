"""What is declared and never used."""

from __future__ import annotations

from bot.dialogue.stories import ActionStep, LoopStep, StoryData, UserStep
from bot.domain import DEFAULT_ACTIONS, DEFAULT_INTENTS, Domain
from bot.errors import Complaints
from bot.nlu.data import TrainingData
from bot.validation.places import DomainPlaces
from bot.validation.story_checks import flat


def check_usage(
    domain: Domain, stories: StoryData, data: TrainingData, places: DomainPlaces, complaints: Complaints
) -> None:
    """Warn of intents and responses that no story, rule, form or default action uses."""
    if not stories.stories:
        return
    intents: set[str] = set()
    actions: set[str] = set()
    for story in stories.stories:
        for step in flat(story.steps):
            if isinstance(step, UserStep) and step.intent:
                intents.add(step.intent.split("/", 1)[0])
            elif isinstance(step, ActionStep | LoopStep) and step.name:
                actions.add(step.name)
    intents |= _mapped_intents(domain)
    for name in domain.intents:
        if name not in intents and name not in DEFAULT_INTENTS:
            message = f"No story or rule uses the intent '{name}'."
            mend = "Write a rule for it, or remove it."
            complaints.warn("intent-unused", message, mend, places.of("intents", name))
    for name in domain.user_actions:
        if not name.startswith("utter_") or any(one.split("/", 1)[0] == name for one in domain.responses):
            continue
        message = f"The action '{name}' is listed, but there is no response of this name."
        place = places.of("actions", name)
        complaints.warn("response-missing", message, f"Add '{name}:' below 'responses:'.", place)
    custom = any(one not in DEFAULT_ACTIONS and not one.startswith("utter_") for one in domain.user_actions)
    for name in domain.responses:
        base = name.split("/", 1)[0]
        if base in actions or base.startswith("utter_ask_") or base in _SILENT or custom:
            continue
        message = f"No story, rule or form uses the response '{name}'."
        mend = "Use it in a story or rule, or remove it."
        complaints.warn("response-unused", message, mend, places.of("responses", name))


_SILENT = ("utter_default", "utter_restart", "utter_back", "utter_ask_rephrase", "utter_out_of_scope")
"""Said by default actions. (A custom action may say any response.)"""


def _mapped_intents(domain: Domain) -> set[str]:
    """Intents that fill slots are used too."""
    found: set[str] = set()
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            given = mapping.get("intent") or ()
            found.update([given] if isinstance(given, str) else [str(one) for one in given])
    return found
