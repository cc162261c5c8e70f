"""From a project's files to a trained model. Everything that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.ensemble import train_ensemble
from bot.dialogue.stories import StoryData
from bot.dialogue.story_reader import read_stories
from bot.domain import Domain
from bot.domain_reader import read_domain
from bot.errors import Complaints
from bot.model import Model, fingerprint_of
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter
from bot.nlu.reader import read_training_data
from bot.project import DomainPath, Project, load_project

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a project's files say."""

    project: Project
    domain: Domain
    stories: StoryData
    examples: TrainingData

    @property
    def settings(self) -> dict[str, Any]:
        config = self.project.config
        return {
            "language": config.language,
            "pipeline": [dict(one) for one in config.pipeline],
            "policies": [dict(one) for one in config.policies],
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
) -> Sources:
    """Read a project; what is wrong goes to ``complaints``."""
    project = load_project(
        root,
        complaints,
        config=config,
        domain=domain,
        data=data,
        endpoints=endpoints,
        credentials=credentials,
    )
    declared = read_domain(project.domain_documents, complaints)
    examples = read_training_data(
        project.documents, complaints, domain_responses=declared.responses, root=root
    )
    retrieval = [one.base_intent for one in examples.examples if one.intent and "/" in one.intent]
    known = declared.with_training_data(
        sorted({one for one in retrieval if one}),
        {name: one for name, one in examples.responses.items() if name not in declared.responses},
    )
    stories = read_stories(project.documents, known, complaints)
    known = known.with_training_data(action_texts=stories.action_texts)
    return Sources(project, known, stories, examples)


def train(
    sources: Sources,
    complaints: Complaints,
    *,
    progress: Progress | None = None,
    seed: int = 42,
) -> Model:
    """Train a model.

    Args:
        complaints: gets contradicting rules and the like.
        progress: told what is being done.

    Raises:
        ProjectError: something is wrong with the project; all complaints are in it.
    """
    tell = progress or (lambda what, share: None)
    tell("stories and rules", 0.0)
    ensemble = train_ensemble(sources.project.config.policies, sources.domain, sources.stories, complaints)
    tell("stories and rules", 1.0)
    complaints.raise_errors()
    interpreter = _interpreter(sources, complaints, tell, seed)
    return Model(sources.domain, ensemble, interpreter, sources.settings, sources.fingerprint())


def _interpreter(sources: Sources, complaints: Complaints, tell: Progress, seed: int) -> Interpreter:
    config, domain = sources.project.config, sources.domain
    trained = Interpreter.train(
        config.pipeline, config.language, sources.examples, seed=seed, progress=tell, complaints=complaints
    )
    return trained.with_domain(domain.all_intents, list(domain.entities))
