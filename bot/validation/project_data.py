"""A project's folder → everything that training needs, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.stories import StoryData
from bot.dialogue.story_reader import read_stories
from bot.domain import Domain
from bot.domain_reader import read_domain
from bot.errors import Complaints
from bot.nlu.data import TrainingData
from bot.nlu.reader import read_training_data
from bot.project import DomainPath, Project, load_project
from bot.validation.checks import check_project


@dataclass(frozen=True, slots=True)
class ProjectData:
    """A project that was read."""

    project: Project
    domain: Domain
    """With what training data adds: retrieval intents, their responses, end-to-end bot texts."""
    stories: StoryData
    training_data: TrainingData


def read_project(
    root: Path,
    complaints: Complaints,
    *,
    config: str = "config.yml",
    domain: DomainPath = "domain.yml",
    data: Sequence[str | Path] = ("data",),
    endpoints: str = "endpoints.yml",
    credentials: str = "credentials.yml",
    environment: Mapping[str, str] | None = None,
) -> ProjectData:
    """Load, read and check a project; arguments as in :func:`bot.project.load_project`.

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
    training_data = read_training_data(
        project.documents, complaints, domain_responses=declared.responses, root=root
    )
    stories = read_stories(project.documents, declared, complaints)
    retrieval = {one.base_intent for one in training_data.examples if one.intent and "/" in one.intent}
    complete = declared.with_training_data(
        sorted(one for one in retrieval if one), training_data.responses, stories.action_texts
    )
    check_project(project, complete, stories, training_data, complaints)
    return ProjectData(project, complete, stories, training_data)
