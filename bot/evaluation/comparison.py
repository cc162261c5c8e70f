"""Several configs on growing data: which learns best, and would more examples help?

As ``rasa test nlu --config a.yml b.yml``: in every run a fifth of the examples is kept for the test, and each config
is trained on the rest without 0, 25, 50 and 75 percent of it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import Complaints, ProjectError
from bot.evaluation.crossval import Told, mean_and_deviation
from bot.evaluation.files import Wanted, write_json
from bot.evaluation.nlu import evaluate
from bot.evaluation.nlu_files import nlu_reports, write_nlu_files
from bot.nlu.data import Example, TrainingData
from bot.nlu.interpreter import Interpreter
from bot.project_config import Config

RESULTS = "results.json"
PICTURE = "nlu_model_comparison_graph.png"
TEST_SHARE = 0.2
FEWEST = 5
"""Intents with fewer examples are left out, as in Rasa: they cannot be divided so often."""


@dataclass(slots=True)
class Comparison:
    """F1 of every config, run and share of the examples."""

    percentages: tuple[int, ...]
    """How many percent of the training examples were left out."""
    examples: list[int] = field(default_factory=list)
    """How many examples were trained on, parallel to ``percentages``."""
    scores: dict[str, list[list[float]]] = field(default_factory=dict)
    """Config → run → F1 (weighted average) parallel to ``percentages``."""
    failures: dict[str, str] = field(default_factory=dict)
    """Config → why it could not be trained; it scores 0."""

    def averages(self, name: str) -> list[tuple[float, float]]:
        """Mean and standard deviation over the runs, parallel to ``percentages``."""
        return [mean_and_deviation(values) for values in zip(*self.scores[name], strict=True)]


def compare(
    configs: Mapping[str, Config],
    data: TrainingData,
    folder: Path,
    *,
    runs: int = 3,
    percentages: Sequence[int] = (0, 25, 50, 75),
    seed: int = 42,
    plot: bool = True,
    told: Told | None = None,
) -> Comparison:
    """Train and test every config, and write reports, ``results.json`` and the graph into ``folder``.

    Raises:
        ProjectError: the numbers make no sense, or there are not two intents with five examples.
        OSError: the files cannot be written.
    """
    usable = _usable(data)
    _check(usable, runs, percentages)
    found = Comparison(tuple(percentages), scores={name: [] for name in configs})
    steps, done = runs * len(percentages) * len(configs), 0
    for run in range(runs):
        chance = random.Random(f"{seed}:{run}")
        training, test = divide(usable.examples, TEST_SHARE, chance)
        for scores in found.scores.values():
            scores.append([])
        for percentage in percentages:
            kept = divide(training, percentage / 100, chance)[0]
            if run == 0:
                found.examples.append(len(kept))
            for name, config in configs.items():
                if told is not None:
                    told(f"run {run + 1} of {runs}: {name}, {percentage} % left out", done / steps)
                done += 1
                reports = folder / f"run_{run + 1}" / f"{percentage}%_exclusion" / f"{name}_report"
                score = _score(
                    config, replace(usable, examples=kept), test, seed, reports, found.failures, name
                )
                found.scores[name][run].append(score)
    write_json(folder / RESULTS, found.scores)
    if plot:
        from bot.evaluation.pictures import draw_curves

        curves = {name: found.averages(name) for name in configs}
        title, caption = "F1 of the intents that were kept from training", "training examples"
        draw_curves(curves, found.examples, title, caption, folder / PICTURE)
    return found


def _score(
    config: Config,
    data: TrainingData,
    test: Sequence[Example],
    seed: int,
    folder: Path,
    failures: dict[str, str],
    name: str,
) -> float:
    try:
        trained = Interpreter.train(
            config.pipeline, config.language, data, seed=seed, complaints=Complaints()
        )
    except ProjectError as error:
        # The other configs are still worth comparing.
        failures[name] = str(error)
        return 0.0
    results = evaluate(trained, test)
    write_nlu_files(results, folder, Wanted(plot=False))
    report = nlu_reports(results).intents
    return float(report["weighted avg"]["f1-score"]) if report else 0.0


def divide(
    examples: Sequence[Example], share: float, chance: random.Random
) -> tuple[list[Example], list[Example]]:
    """Most of the examples, and ``share`` of each intent's; every intent keeps one at least."""
    groups: dict[str | None, list[int]] = {}
    for index, one in enumerate(examples):
        groups.setdefault(one.intent, []).append(index)
    taken: set[int] = set()
    for name in sorted(groups, key=str):
        indices = groups[name]
        chance.shuffle(indices)
        taken.update(indices[: min(len(indices) - 1, round(len(indices) * share))])
    kept = [one for index, one in enumerate(examples) if index not in taken]
    return kept, [one for index, one in enumerate(examples) if index in taken]


def _usable(data: TrainingData) -> TrainingData:
    counts: dict[str | None, int] = {}
    for one in data.examples:
        counts[one.base_intent] = counts.get(one.base_intent, 0) + 1
    kept = [one for one in data.examples if one.base_intent and counts[one.base_intent] >= FEWEST]
    return replace(data, examples=kept)


def _check(data: TrainingData, runs: int, percentages: Sequence[int]) -> None:
    complaints = Complaints()
    if len(data.intents) < 2:
        message = f"A comparison needs two intents with {FEWEST} examples or more."
        complaints.error("comparison-data", message, "Write more examples.")
    if runs < 1:
        complaints.error("comparison-runs", f"{runs} runs are none.", "Write -r 3.")
    if not percentages or any(not 0 <= one < 100 for one in percentages):
        message = "The percentages to leave out must lie between 0 and 99."
        complaints.error("comparison-percentages", message, "Write -p 0 -p 25 -p 50 -p 75.")
    complaints.raise_errors()
