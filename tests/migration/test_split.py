"""Training data divided into training and test."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Complaints, ProjectError
from bot.migration.convert import read_examples
from bot.migration.split import split_examples, split_nlu, split_stories
from bot.migration.writing import WritingError
from bot.nlu.data import Example, TrainingData
from bot.yaml_file import read_yaml_file
from tests.migration.trees import tree, written

FAQ = """
nlu:
- intent: faq/name
  examples: |
    - adın ne
    - sen kimsin
- intent: faq/age
  examples: |
    - kaç yaşındasın
- intent: greet
  examples: |
    - [selam](hi:merhaba)
    - hey
    - merhaba
    - iyi günler
    - günaydın
- synonym: kargo
  examples: |
    - paket
responses:
  utter_faq/name: [{text: Defne}]
  utter_faq/age: [{text: Yaşım yok}]
"""
STORIES = """
version: "3.1"
stories:
- {story: a, steps: [{intent: greet}, {checkpoint: x}]}
- {story: b, steps: [{intent: greet}, {action: utter_b}]}
- {story: c, steps: [{checkpoint: x}, {action: utter_c}]}
- {story: d, steps: [{intent: greet}, {action: utter_d}]}
rules:
- {rule: r, steps: [{intent: greet}, {action: utter_r}]}
"""


def split(root: Path, seed: int | None = 1, fraction: float = 0.8) -> dict[str, bytes]:
    split_nlu(root, ["data"], Path("out"), fraction, seed, Complaints())
    return tree(root / "out")


def content(path: Path) -> Any:
    return read_yaml_file(path, Complaints())


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), min_size=1),
    st.floats(0.05, 0.95),
    st.integers(0, 9),
)
def test_every_intent_is_on_both_sides_and_nothing_is_lost(
    sizes: dict[str, int], fraction: float, seed: int
) -> None:
    data = TrainingData([Example(f"{name}{at}", name) for name, size in sizes.items() for at in range(size)])
    parts = split_examples(data, fraction, random.Random(seed))
    texts = [one.text for part in parts for one in part.examples]
    assert sorted(texts) == sorted(one.text for one in data.examples)
    training, test = (Counter(one.intent for one in part.examples) for part in parts)
    assert set(training) == set(sizes)
    assert set(test) == {name for name, size in sizes.items() if size > 1}


def test_the_fraction_is_kept_by_every_large_intent() -> None:
    data = TrainingData([Example(f"{name}{at}", name) for name in "abc" for at in range(100)])
    training, _ = split_examples(data, 0.8, random.Random(3))
    assert Counter(one.intent for one in training.examples) == {"a": 80, "b": 80, "c": 80}


def test_responses_go_with_their_intents(tmp_path: Path) -> None:
    root = written(tmp_path, data__nlu=FAQ)
    assert sorted(split(root)) == [
        "nlg_test_data.yml",
        "nlg_training_data.yml",
        "test_data.yml",
        "training_data.yml",
    ]
    out = root / "out"
    assert list(content(out / "nlg_test_data.yml")["responses"]) == ["utter_faq/name"]
    assert sorted(content(out / "nlg_training_data.yml")["responses"]) == ["utter_faq/age", "utter_faq/name"]
    parts = [read_examples(root, [f"out/{one}_data.yml"], Complaints()) for one in ("training", "test")]
    assert sum(len(one.examples) for one in parts) == 8
    assert [one.synonyms["paket"] for one in parts] == ["kargo", "kargo"]


def test_equal_seeds_give_equal_parts(tmp_path: Path) -> None:
    one, two, three = (written(tmp_path / name, data__nlu=FAQ) for name in "abc")
    assert split(one, 1) == split(two, 1)
    assert split(three, 2) != tree(one / "out")


def test_json_stays_json(tmp_path: Path) -> None:
    data = (
        '{"rasa_nlu_data": {"common_examples": [{"text": "a", "intent": "x"}, {"text": "b", "intent": "x"}]}}'
    )
    root = written(tmp_path, data__old_json=data, data__nlu="nlu: []\n")
    assert sorted(split(root)) == ["test_data.json", "training_data.json"]


def test_stories_that_checkpoints_connect_stay_together_and_rules_are_trained(tmp_path: Path) -> None:
    root = written(tmp_path, data__stories=STORIES)
    for seed in range(6):
        out = Path(f"out{seed}")
        parts = split_stories(root, ["data"], out, 0.5, seed, Complaints())
        training, test = (content(root / out / f"{one}_stories.yml") for one in ("train", "test"))
        names = [[one["story"] for one in part["stories"]] for part in (training, test)]
        assert sorted(names[0] + names[1]) == ["a", "b", "c", "d"]
        assert ("a" in names[0]) == ("c" in names[0])
        assert (parts.training, parts.test) == (len(names[0]), len(names[1]))
        assert "rules" in training and "rules" not in test


def test_the_only_story_is_trained(tmp_path: Path) -> None:
    root = written(tmp_path, data__one="stories:\n- {story: a, steps: [{intent: greet}]}\n")
    split_stories(root, ["data"], Path("out"), 0.8, 1, Complaints())
    assert list(tree(root / "out")) == ["train_one.yml"]


@pytest.mark.parametrize("fraction", [0.0, 1.0, -1.0, 80.0])
def test_a_fraction_that_is_none(fraction: float, tmp_path: Path) -> None:
    root = written(tmp_path, data__stories=STORIES)
    for function in (split_nlu, split_stories):
        with pytest.raises(ProjectError, match="between 0 and 1"):
            function(root, ["data"], Path("out"), fraction, 1, Complaints())
    assert not (root / "out").exists()


def test_parts_of_before_are_not_overwritten(tmp_path: Path) -> None:
    root = written(tmp_path, data__nlu=FAQ)
    before = split(root)
    with pytest.raises(WritingError, match="exists already"):
        split(root, 2)
    assert tree(root / "out") == before


def test_two_files_of_one_name(tmp_path: Path) -> None:
    root = written(tmp_path, data__a__stories=STORIES, data__b__stories=STORIES)
    with pytest.raises(ProjectError, match=r"Two files are called stories\.yml"):
        split_stories(root, ["data"], Path("out"), 0.8, 1, Complaints())


def test_no_stories(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="no stories in data"):
        split_stories(written(tmp_path), ["data"], Path("out"), 0.8, 1, Complaints())
