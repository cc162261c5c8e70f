"""Small projects written in the tests themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from textwrap import dedent
from typing import Any

from bot.actions import ActionResult
from bot.dialogue.ensemble import Ensemble, train_ensemble
from bot.dialogue.stories import StoryData
from bot.dialogue.story_reader import read_stories
from bot.domain import Domain
from bot.domain_reader import read_domain
from bot.errors import Complaints
from bot.events import ActionExecuted, Event, UserUttered
from bot.live_stage import LiveStage
from bot.project import Document
from bot.stub_actions import StubActions
from bot.tracker import Tracker
from bot.yaml_file import Map, read_yaml

LISTEN = ActionExecuted("action_listen")
RULES: list[dict[str, Any]] = [{"name": "RulePolicy"}]


def _documents(text: str, file: str, complaints: Complaints) -> list[Document]:
    content = read_yaml(dedent(text), file, complaints)
    assert isinstance(content, Map), list(complaints)
    return [Document(file, content)]


def domain_of(text: str) -> Domain:
    complaints = Complaints()
    found = read_domain(_documents(text, "domain.yml", complaints), complaints)
    assert not complaints.errors, complaints.errors
    return found


def stories_of(text: str, domain: Domain) -> StoryData:
    complaints = Complaints()
    found = read_stories(_documents(text, "stories.yml", complaints), domain, complaints)
    assert not complaints.errors, complaints.errors
    return found


def trained(
    domain: str, stories: str, policies: Sequence[dict[str, Any]] = RULES
) -> tuple[Ensemble, Complaints]:
    complaints = Complaints()
    known = domain_of(domain)
    told = stories_of(stories, known)
    known = known.with_training_data(action_texts=told.action_texts)
    return train_ensemble(policies, known, told, complaints), complaints


def said(intent: str, text: str | None = None, confidence: float = 1.0, **entities: Any) -> UserUttered:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    parse = {"name": intent, "confidence": confidence}
    return UserUttered(text or f"/{intent}", parse, tuple(found), {"intent": parse, "entities": found})


def conversation(domain: Domain, *events: Event | str) -> Tracker:
    """A conversation that listens first; a text is an action's name."""
    tracker = Tracker("c", domain, [LISTEN])
    tracker.update_all(ActionExecuted(one) if isinstance(one, str) else one for one in events)
    return tracker


class Recorder:
    """Actions from a table, and what they were called with."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = StubActions(table)
        self.calls: list[str] = []

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        self.calls.append(name)
        return await self.table.run(name, tracker)

    async def close(self) -> None:
        """Nothing to give back."""


def stage(domain: Domain, table: dict[str, Any] | None = None, channel: str = "rest") -> LiveStage:
    return LiveStage(domain, Recorder(table or {}), channel)


def run(awaitable: Any) -> Any:
    async def wait() -> Any:
        return await awaitable

    return asyncio.run(wait())
