"""From a project's files to a trained model. Everything that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue.ensemble import train_ensemble
from bot.errors import Complaints
from bot.model import Model
from bot.nlu.interpreter import Interpreter
from bot.sources import Sources

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


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
