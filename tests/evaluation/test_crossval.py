"""Cross-validation and comparison: what is tested was not learned."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ProjectError
from bot.evaluation.comparison import compare, divide
from bot.evaluation.crossval import cross_validate, folds
from bot.nlu.data import Example, TrainingData
from bot.project_config import Config

KEYWORDS = ({"name": "WhitespaceTokenizer"}, {"name": "KeywordIntentClassifier"})


def examples(**counts: int) -> list[Example]:
    return [Example(f"{name} {number}", name) for name, count in counts.items() for number in range(count)]


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(2, 6))
def test_every_example_is_tested_once_and_intents_are_spread(sizes: list[int], count: int) -> None:
    data = examples(**{f"intent{number}": size for number, size in enumerate(sizes)})
    if max(sizes) < count:
        with pytest.raises(ProjectError):
            folds(data, count, 1)
        return
    parts = folds(data, count, 1)
    assert sorted(index for part in parts for index in part) == list(range(len(data)))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    for intent in {one.intent for one in data}:
        spread = [sum(data[index].intent == intent for index in part) for part in parts]
        assert max(spread) - min(spread) <= 1


def test_equal_seeds_give_equal_folds() -> None:
    data = examples(greet=9, deny=7)
    assert folds(data, 3, 7) == folds(data, 3, 7) != folds(data, 3, 8)


def test_examples_without_an_intent_are_only_learned() -> None:
    data = [*examples(greet=4), Example("Ankara", None)]
    assert all(4 not in part for part in folds(data, 2, 1))


@pytest.mark.parametrize("count", [-1, 0, 1])
def test_fewer_than_two_folds_are_refused(count: int) -> None:
    with pytest.raises(ProjectError, match="two folds"):
        folds(examples(greet=9), count, 1)


def test_what_is_tested_was_not_learned() -> None:
    data = TrainingData(examples(greet=6, deny=6))
    told: list[float] = []
    found = cross_validate(data, KEYWORDS, "tr", count=3, told=lambda what, share: told.append(share))
    # Keywords know nothing but what they have learned.
    assert len(found.results.intents) == 12
    assert not any(one.is_right for one in found.results.intents)
    assert [one.accuracy for one in found.figures["train intent"]] == [1.0] * 3
    assert [one.accuracy for one in found.figures["test intent"]] == [0.0] * 3
    assert told == sorted(told)
    assert told[-1] == 1.0


@given(st.lists(st.integers(1, 20), min_size=1, max_size=5), st.floats(0, 0.99))
def test_dividing_loses_nothing_and_leaves_every_intent_an_example(sizes: list[int], share: float) -> None:
    data = examples(**{f"intent{number}": size for number, size in enumerate(sizes)})
    kept, taken = divide(data, share, random.Random(1))
    assert sorted(one.text for one in kept + taken) == sorted(one.text for one in data)
    assert {one.intent for one in kept} == {one.intent for one in data}


def config(*names: str) -> Config:
    return Config(language="tr", pipeline=tuple({"name": name} for name in names))


def test_configs_are_compared_on_growing_data(tmp_path: Path) -> None:
    good = config("WhitespaceTokenizer", "CountVectorsFeaturizer", "LinearIntentClassifier")
    poor = config("WhitespaceTokenizer", "KeywordIntentClassifier")
    data = TrainingData(examples(greet=20, deny=20, rare=2))
    found = compare({"good": good, "poor": poor}, data, tmp_path, runs=2, percentages=(0, 50))
    # Intents with fewer than five examples are left out, and a fifth is kept for the test.
    assert found.examples == [32, 16]
    assert found.averages("good")[0][0] > 0.9
    assert found.averages("poor")[0][0] < 0.1
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {name: [len(run) for run in runs] for name, runs in results.items()} == {
        "good": [2, 2],
        "poor": [2, 2],
    }
    assert (tmp_path / "nlu_model_comparison_graph.png").stat().st_size > 1000
    assert (tmp_path / "run_2" / "50%_exclusion" / "good_report" / "intent_report.json").is_file()


def test_a_config_that_cannot_be_trained_does_not_stop_the_others(tmp_path: Path) -> None:
    configs = {
        "broken": config("NoSuchThing"),
        "fine": config("WhitespaceTokenizer", "KeywordIntentClassifier"),
    }
    data = TrainingData(examples(greet=10, deny=10))
    found = compare(configs, data, tmp_path, runs=1, percentages=(0,), plot=False)
    assert found.scores["broken"] == [[0.0]]
    assert "NoSuchThing" in found.failures["broken"]


@pytest.mark.parametrize(
    ("runs", "percentages", "count"),
    [(0, (0,), 10), (1, (), 10), (1, (100,), 10), (1, (-5,), 10), (1, (0,), 3)],
)
def test_a_comparison_that_makes_no_sense_is_refused(
    runs: int, percentages: tuple[int, ...], count: int, tmp_path: Path
) -> None:
    data = TrainingData(examples(greet=count, deny=count))
    with pytest.raises(ProjectError):
        compare({"a": config("KeywordIntentClassifier")}, data, tmp_path, runs=runs, percentages=percentages)
    assert list(tmp_path.iterdir()) == []
