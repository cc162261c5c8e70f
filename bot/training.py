"""From a project's files to a trained model. Everything that is wrong is told at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from bot.archive import Part
from bot.dialogue.ensemble import Ensemble, train_ensemble
from bot.errors import Complaints, ModelError
from bot.model import DIALOGUE, UNDERSTANDING, Model
from bot.nlu.interpreter import Interpreter, class_paths
from bot.reuse import find_part, part_fingerprints
from bot.sources import Sources

logger = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


def train(
    sources: Sources,
    complaints: Complaints,
    *,
    progress: Progress | None = None,
    seed: int = 42,
    kept: Path | None = None,
) -> Model:
    """Train a model.

    Args:
        complaints: gets contradicting rules and the like.
        progress: told what is being done.
        kept: a folder of models; what one of them has learnt from the same files is not trained again.

    Raises:
        ProjectError: something is wrong with the project; all complaints are in it.
    """
    tell = progress or (lambda what, share: None)
    parts = part_fingerprints(sources, seed)
    tell("stories and rules", 0.0)
    ensemble = _ensemble(sources, complaints, find_part(kept, DIALOGUE, parts[DIALOGUE]))
    tell("stories and rules", 1.0)
    complaints.raise_errors()
    earlier = find_part(kept, UNDERSTANDING, parts[UNDERSTANDING])
    interpreter = _interpreter(sources, complaints, tell, seed, earlier)
    return Model(sources.domain, ensemble, interpreter, sources.settings, sources.fingerprint(), parts=parts)


def _ensemble(sources: Sources, complaints: Complaints, earlier: Part | None) -> Ensemble:
    policies = sources.project.config.policies
    if earlier is not None:
        try:
            return Ensemble.load(earlier, policies, sources.domain)
        except (ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError):
            logger.warning("An earlier model cannot be used: the dialogue is trained.")
    return train_ensemble(policies, sources.domain, sources.stories, complaints)


def _interpreter(
    sources: Sources, complaints: Complaints, tell: Progress, seed: int, earlier: Part | None
) -> Interpreter:
    config, domain, data = sources.project.config, sources.domain, sources.examples
    trained: Interpreter | None = None
    if earlier is not None:
        try:
            trained = Interpreter.load(earlier, trusted=class_paths(config.pipeline))
            trained.renew(data)
        except ModelError:
            logger.warning("An earlier model cannot be used: understanding is trained.")
    if trained is None:
        trained = Interpreter.train(
            config.pipeline,
            config.language,
            data,
            seed=seed,
            progress=tell,
            complaints=complaints,
            places=config.places.get("pipeline", ()),
        )
    return trained.with_domain(domain.all_intents, list(domain.entities))
