"""Do stories and rules only name what the domain declares, and do they end well?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from bot.dialogue.stories import (
    ActionStep,
    CheckpointStep,
    LoopStep,
    OrStep,
    SlotStep,
    Step,
    Story,
    StoryData,
    UserStep,
)
from bot.domain import DEFAULT_INTENTS, Domain
from bot.errors import Complaints, Place
from bot.project_config import Config
from bot.slots import OTHER_VALUE
from bot.turkish.untailored import untailored_lower
from bot.yaml_shape import did_you_mean

_MEMORIES = ("MemoizationPolicy", "AugmentedMemoizationPolicy", "RulePolicy")
"""Policies that can be trained on a story whose action the domain does not know."""


class StoryChecks:
    def __init__(self, domain: Domain, config: Config, complaints: Complaints) -> None:
        self.domain = domain
        self.complaints = complaints
        self.intents = {*domain.intents, *DEFAULT_INTENTS}
        self.learns = any(name not in _MEMORIES for name in config.policy_names)
        self._told: set[tuple[str, str, str | None]] = set()

    def check(self, stories: StoryData) -> None:
        for story in stories.stories:
            title = f"The {'rule' if story.is_rule else 'story'} '{story.name}'"
            for step in flat([*story.condition, *story.steps]):
                self._step(step, story, title)
            self._end(story, title)
        self._checkpoints(stories)

    def _unknown(
        self,
        what: str,
        name: str,
        known: Collection[str],
        place: Place | None,
        title: str,
        error: bool = False,
    ) -> None:
        """Complain once a file of a name that is not declared."""
        key = (what, name, place.file if place else None)
        if name in known or key in self._told:
            return
        self._told.add(key)
        message = f"{title} names the {what} '{name}', which the domain does not declare."
        section = "entities" if what == "entity" else f"{what}s"
        mend = did_you_mean(name, known, f"Add '{name}' to the domain's {section}.")
        say = self.complaints.error if error else self.complaints.warn
        say(f"{what}-undeclared", message, mend, place)

    def _step(self, step: Step, story: Story, title: str) -> None:
        match step:
            case UserStep():
                self._user(step, title)
            case ActionStep(name=str(name), place=place):
                what = "response" if name.startswith("utter_") else "action"
                error = story.is_rule or self.learns or name.startswith("action_")
                self._unknown(what, name, self.domain.action_index, place, title, error=error)
            case LoopStep(name=str(name), place=place):
                self._unknown("form", name, self.domain.action_index, place, title, error=True)
            case SlotStep():
                self._slot(step.name, step.value, step.place, title, error=True)
            case CheckpointStep():
                for name, value in step.slots.items():
                    self._slot(name, value, step.place, title)

    def _user(self, step: UserStep, title: str) -> None:
        if step.intent:
            base = step.intent.split("/", 1)[0]
            self._unknown("intent", base, self.intents, step.place, title)
        for entity in step.entities:
            name = str(entity.get("entity"))
            self._unknown("entity", name, self.domain.entities, step.place, title)
            declared = self.domain.entities.get(name)
            for key, labels in (("role", declared.roles), ("group", declared.groups)) if declared else ():
                label = entity.get(key)
                if isinstance(label, str):
                    self._unknown(key, label, labels, step.place, f"{title}, entity '{name}',")

    def _slot(self, name: str, value: Any, place: Place | None, title: str, *, error: bool = False) -> None:
        self._unknown("slot", name, self.domain.slots, place, title, error=error)
        slot = self.domain.slots.get(name)
        if slot is None or value is None:
            return
        if slot.type == "categorical" and slot.values:
            known = [untailored_lower(one) for one in (*slot.values, OTHER_VALUE)]
            if untailored_lower(str(value)) not in known:
                message = f"{title} sets '{name}' to '{value}', which is not among its values."
                mend = did_you_mean(str(value), slot.values, f"Its values are: {', '.join(slot.values)}.")
                self.complaints.warn("slot-value", message, mend, place)
        elif slot.type == "bool" and not any(slot.feature(value)) and slot.influence_conversation:
            message = f"{title} sets '{name}' to '{value}', which is neither true nor false."
            self.complaints.warn("slot-value", message, "Write true or false, without quotes.", place)

    def _end(self, story: Story, title: str) -> None:
        last = story.steps[-1]
        if isinstance(last, UserStep | OrStep):
            message = f"{title} ends with what the customer says, so nothing is learned from it."
            self.complaints.warn("story-no-answer", message, "Add the action that answers.", last.place)

    def _checkpoints(self, stories: StoryData) -> None:
        starts: dict[str, Place | None] = {}
        ends: dict[str, Place | None] = {}
        for story in stories.stories:
            begun = False
            for step in story.steps:
                if isinstance(step, CheckpointStep):
                    (ends if begun else starts).setdefault(step.name, step.place)
                else:
                    begun = True
        for here, there, what in ((starts, ends, "ends at"), (ends, starts, "begins with")):
            for name, place in here.items():
                if name not in there:
                    message = f"No story {what} the checkpoint '{name}'."
                    mend = did_you_mean(name, there, f"Add '- checkpoint: {name}' to another story.")
                    self.complaints.warn("checkpoint-alone", message, mend, place)
        reached = _reached(stories.stories, set(starts) - set(ends))
        for name, place in starts.items():
            if name not in reached:
                message = (
                    f"No conversation gets to the checkpoint '{name}': only stories that begin with a checkpoint "
                    "lead there, in a circle. What follows it is not learned."
                )
                mend = "Begin one of the stories that lead there without a checkpoint."
                self.complaints.warn("checkpoint-circle", message, mend, place)


def _reached(stories: Iterable[Story], given: Collection[str]) -> set[str]:
    """Checkpoints that a conversation can get to.

    Args:
        given: checkpoints to take as reached.
    """
    stretches = [one for story in stories for one in _stretches(story)]
    reached = set(given)
    while True:
        new = {name for begin, end in stretches if not begin or begin & reached for name in end} - reached
        if not new:
            return reached
        reached |= new


def _stretches(story: Story) -> Iterator[tuple[set[str], set[str]]]:
    """The checkpoints where each stretch of the story begins (none: at the start) and ends."""
    begin: set[str] = set()
    groups = groupby(story.steps, lambda one: isinstance(one, CheckpointStep))
    for index, (is_checkpoint, steps) in enumerate(groups):
        if is_checkpoint:
            names = {one.name for one in steps if isinstance(one, CheckpointStep)}
            if index:
                yield begin, names
            begin = names


def flat(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, with the choices of an ``or`` one by one."""
    for step in steps:
        if isinstance(step, OrStep):
            for choice in step.choices:
                yield from choice
        else:
            yield step
