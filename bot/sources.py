"""A project's folder → everything that training needs, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.stories import StoryData
from bot.dialogue.story_reader import read_stories
from bot.domain import Domain
from bot.domain_reader import read_domain
from bot.errors import Complaints
from bot.model import fingerprint_of
from bot.nlu.data import TrainingData
from bot.nlu.reader import read_training_data
from bot.project import DomainPath, Project, load_project


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a project's files say."""

    project: Project
    domain: Domain
    """With what training data adds: retrieval intents, their responses, end-to-end bot texts."""
    stories: StoryData
    examples: TrainingData

    @property
    def settings(self) -> dict[str, Any]:
        """What a model keeps of ``config.yml``."""
        config = self.project.config
        return {
            "language": config.language,
            "pipeline": [dict(one) for one in config.pipeline],
            "policies": [dict(one) for one in config.policies],
            **({} if config.menus else {"menus": False}),
        }

    def fingerprint(self) -> str:
        """Equal for equal content, wherever the files are and whatever they are called."""
        texts = [document.content for document in self.project.documents]
        return fingerprint_of(texts, self.domain.raw, self.settings)


def read_sources(
    root: Path,
    complaints: Complaints,
    *,
    config: str = "config.yml",
    domain: DomainPath = "domain.yml",
    data: Sequence[str | Path] = ("data",),
    endpoints: str = "endpoints.yml",
    credentials: str = "credentials.yml",
    environment: Mapping[str, str] | None = None,
) -> Sources:
    """Load and read a project; arguments as in :func:`bot.project.load_project`.

    Never raises for a designer's mistake: call ``complaints.raise_errors()`` before training.
    """
    project = load_project(
        root,
        complaints,
        config=config,
        domain=domain,
        data=data,
        endpoints=endpoints,
        credentials=credentials,
        environment=environment,
    )
    declared = read_domain(project.domain_documents, complaints)
    examples = read_training_data(
        project.documents, complaints, domain_responses=declared.responses, root=root
    )
    stories = read_stories(project.documents, declared, complaints)
    retrieval = {one.base_intent for one in examples.examples if one.intent and "/" in one.intent}
    complete = declared.with_training_data(
        sorted(one for one in retrieval if one), examples.responses, stories.action_texts
    )
    return Sources(project, complete, stories, examples)
