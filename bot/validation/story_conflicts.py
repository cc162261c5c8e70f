"""Stories that contradict each other: after the same history, different actions.

As Rasa's story structure validation: histories are what policies see (intents, entities, slots, actions, loops), and
only of stories; rules are checked against each other, and against stories, when they are learned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.dialogue.expansion import TrainingConversation, expand, step_event
from bot.dialogue.states import State, situations_as_told, state_key, state_of
from bot.dialogue.stories import ActionStep, CheckpointStep, Story, StoryData
from bot.domain import ACTION_LISTEN, ACTION_UNLIKELY_INTENT, Domain
from bot.errors import Complaints, Place
from bot.events import ActionExecuted

MOST_STORIES = 4
"""So many stories are named for each action."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An action that a story tells after the history."""

    action: str
    story: str
    place: Place | None


@dataclass(slots=True)
class Conflict:
    """One history, and the actions that stories tell after it."""

    states: Sequence[State]
    choices: list[Choice] = field(default_factory=list)

    @property
    def actions(self) -> list[str]:
        return list(dict.fromkeys(one.action for one in self.choices))


def find_conflicts(stories: StoryData, domain: Domain, max_history: int | None = None) -> list[Conflict]:
    """All conflicts, in the order in which stories come to them.

    Args:
        max_history: how many of the latest states count; ``None``: the whole conversation.
    """
    found: dict[str, Conflict] = {}
    for conversation in _conversations(stories.plain_stories, domain):
        for states, choice in _choices(conversation, stories, domain):
            history = states if max_history is None else states[-max_history:]
            known = found.setdefault(state_key(history), Conflict(history))
            if choice not in known.choices:
                known.choices.append(choice)
    return [
        one
        for one in found.values()
        if _previous(one.states) and (len(one.actions) > 1 or ACTION_UNLIKELY_INTENT in one.actions)
    ]


def check_story_structure(
    stories: StoryData, domain: Domain, complaints: Complaints, max_history: int | None = None
) -> None:
    """Warn of every conflict, at the place of its first story, with the places of all of them."""
    whole = None
    if max_history is not None:
        whole = {tuple(one.actions) for one in find_conflicts(stories, domain)}
    for conflict in find_conflicts(stories, domain, max_history):
        message = f"Stories go on differently after {_previous(conflict.states)}:"
        for action in conflict.actions:
            told = [f"'{one.story}' ({one.place})" for one in conflict.choices if one.action == action]
            rest = f" and {len(told) - MOST_STORIES} more" if len(told) > MOST_STORIES else ""
            name = "waiting for the customer" if action == ACTION_LISTEN else f"'{action}'"
            message += f"\n    {name} in {', '.join(told[:MOST_STORIES])}{rest}"
        mend = (
            "Let them go on alike; or tell before this point what makes the difference: another intent, "
            "an entity, or a slot (slot_was_set)."
        )
        if whole is not None and tuple(conflict.actions) not in whole:
            mend = (
                f"What tells them apart came more than {max_history} turns before: raise max_history of the "
                f"policies, or keep it in a slot (slot_was_set)."
            )
        complaints.warn("story-conflict", message, mend, conflict.choices[0].place)


def _conversations(stories: Sequence[Story], domain: Domain) -> Iterator[TrainingConversation]:
    """Every way through the stories; equal ones are not thrown together, so that each can be named."""
    joined = [one for one in stories if any(isinstance(step, CheckpointStep) for step in one.steps)]
    for one in stories:
        if one not in joined:
            yield from expand([one], domain)
    if joined:
        yield from expand(joined, domain)


def _choices(
    conversation: TrainingConversation, stories: StoryData, domain: Domain
) -> Iterator[tuple[list[State], Choice]]:
    """Of every action of a conversation the states before it, and where it stands."""
    states = [state_of(one, domain) for one in situations_as_told(conversation.tracker)]
    names = conversation.name.split(" > ")
    steps = [
        step
        for name in names
        for story in stories.plain_stories
        if story.name == name
        for step in story.steps
        if isinstance(step, ActionStep)
    ]
    place, at, index = conversation.place, 0, 0
    for event in conversation.tracker.events:
        if not isinstance(event, ActionExecuted):
            continue
        for number in range(at, len(steps)):
            if step_event(steps[number]) == event:
                place, at = steps[number].place or place, number + 1
                break
        yield states[: index + 1], Choice(event.name_or_text or "", conversation.name, place)
        index += 1


def _previous(states: Sequence[State]) -> str:
    """What happened last, in words; empty at a conversation's beginning."""
    last = states[-1]
    action = last.get("prev_action", {})
    if action.get("action_name", ACTION_LISTEN) != ACTION_LISTEN:
        return f"the action '{action['action_name']}'"
    if "action_text" in action:
        return f"the bot's text '{action['action_text']}'"
    user = last.get("user", {})
    if "intent" in user:
        return f"the intent '{user['intent']}'"
    return f"the customer's text '{user['text']}'" if "text" in user else ""
