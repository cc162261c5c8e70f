"""What has not changed is not trained again, and a model made so is the model that training would have made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.training
from bot.archive import Archive
from bot.errors import Complaints
from bot.model import Model
from bot.reuse import part_fingerprints
from bot.sources import Sources, read_sources
from bot.training import train

FILES = {
    "config.yml": """
recipe: default.v1
language: tr
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: CountVectorsFeaturizer
- name: LinearIntentClassifier
- name: CRFEntityExtractor
- name: EntitySynonymMapper
- name: ResponseSelector
policies:
- name: RulePolicy
- name: TEDPolicy
  max_history: 3
""",
    "domain.yml": """
version: "3.1"
intents: [greet, order, faq]
entities: [city]
responses:
  utter_greet: [{text: Merhaba}]
  utter_order: [{text: Yolda}]
  utter_faq/hours: [{text: Dokuzdan altıya}]
  utter_faq/place: [{text: Kadıköy}]
""",
    "data/nlu.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - merhaba
    - selam
- intent: order
  examples: |
    - siparişim nerede
    - [Ankara](city)'ya kargom ne zaman gelir
- intent: faq/hours
  examples: |
    - kaçta açılıyorsunuz
    - çalışma saatleri
- intent: faq/place
  examples: |
    - mağazanız nerede
    - adresiniz ne
- synonym: Ankara
  examples: |
    - payitaht
- lookup: city
  examples: |
    - Ankara
    - Rize
- regex: order_no
  examples: |
    - \\d{6}
""",
    "data/rules.yml": """
version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
stories:
- story: order
  steps:
  - intent: greet
  - action: utter_greet
  - intent: order
  - action: utter_order
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


class Trainings:
    """Trains a project as ``santral train`` does, and counts what is really trained."""

    def __init__(self, root: Path) -> None:
        self.root, self.models = root, root / "models"
        self.number = 0
        self.trained: list[str] = []

    def sources(self) -> Sources:
        return read_sources(self.root, Complaints())

    def __call__(self, seed: int = 42, kept: bool = True) -> Path:
        self.trained.clear()
        model = train(self.sources(), Complaints(), seed=seed, kept=self.models if kept else None)
        self.number += 1
        model.name = "equal"
        path = self.models / f"{self.number}.tar.gz"
        model.save(path)
        return path

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def trainings(project: Path, monkeypatch: pytest.MonkeyPatch) -> Trainings:
    found = Trainings(project)

    def counted(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            found.trained.append(what)
            return function(*given, **named)

        return run

    monkeypatch.setattr(bot.training, "train_ensemble", counted("dialogue", bot.training.train_ensemble))
    monkeypatch.setattr(
        bot.training.Interpreter, "train", counted("understanding", bot.training.Interpreter.train)
    )
    return found


@pytest.mark.parametrize(
    ("name", "old", "new", "trained"),
    [
        ("data/rules.yml", "- action: utter_order", "- action: utter_greet", ["dialogue"]),
        ("domain.yml", "Merhaba", "Hoş geldiniz", []),
        ("domain.yml", "Kadıköy", "Beşiktaş", []),
        ("domain.yml", "  utter_order:", "  utter_more: [{text: Daha}]\n  utter_order:", ["dialogue"]),
        ("data/nlu.yml", "- selam", "- selamlar", ["understanding"]),
        ("data/nlu.yml", "- payitaht", "- başkent", ["understanding"]),
        ("data/nlu.yml", "- Rize", "- Van", ["understanding"]),
        ("data/nlu.yml", "{6}", "{7}", ["understanding"]),
        ("config.yml", "- name: RegexFeaturizer", "- name: LexicalSyntacticFeaturizer", ["understanding"]),
        ("config.yml", "max_history: 3", "max_history: 4", ["dialogue"]),
        ("config.yml", "language: tr", "language: en", ["understanding"]),
    ],
)
def test_only_what_changed_is_trained_and_nothing_differs(
    trainings: Trainings, name: str, old: str, new: str, trained: list[str]
) -> None:
    trainings()
    trainings.change(name, old, new)
    reusing = trainings()
    assert trainings.trained == trained
    fresh = trainings(kept=False)
    assert sorted(trainings.trained) == ["dialogue", "understanding"]
    assert reusing.read_bytes() == fresh.read_bytes()


def test_going_back_costs_nothing(trainings: Trainings) -> None:
    first = trainings()
    trainings.change("data/nlu.yml", "- selam", "- selamlar")
    trainings()
    trainings.change("data/nlu.yml", "- selamlar", "- selam")
    again = trainings()
    assert trainings.trained == []
    assert again.read_bytes() == first.read_bytes()


def test_renewed_responses_are_said(trainings: Trainings) -> None:
    trainings()
    trainings.change("domain.yml", "Kadıköy", "Beşiktaş")
    parsed = Model.load(trainings()).interpreter.parse("adresiniz ne")
    assert parsed["response_selector"]["default"]["response"]["responses"] == [{"text": "Beşiktaş"}]


def test_another_seed_is_another_training(trainings: Trainings) -> None:
    trainings()
    trainings(seed=7)
    assert trainings.trained == ["dialogue", "understanding"]


def test_what_another_version_has_learnt_is_not_used(
    trainings: Trainings, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainings()
    monkeypatch.setattr("bot.reuse._program", lambda: ["another"])
    trainings()
    assert trainings.trained == ["dialogue", "understanding"]


@pytest.mark.parametrize("name", ["nlu/3/weights.npy", "nlu/interpreter.json", "policies/0.json"])
def test_what_was_tampered_with_is_not_used(
    trainings: Trainings, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    archive = Archive.load(trainings())
    before = archive.files[name]
    archive.files[name] = before[:-3] + bytes([before[-3] ^ 1]) + before[-2:]
    manifest, archive.manifest = archive.manifest, {}
    archive.manifest = {key: one for key, one in manifest.items() if key not in ("format", "santral")}
    archive.save(trainings.models / "1.tar.gz")
    trainings()
    assert trainings.trained == ["understanding" if name.startswith("nlu") else "dialogue"]
    assert "was changed after its training" in caplog.text


def test_models_that_are_none_are_passed_over(trainings: Trainings) -> None:
    trainings()
    (trainings.models / "z.tar.gz").write_bytes(b"half a mod")
    (trainings.models / "folder.tar.gz").mkdir()
    Archive({"parts": [1], "digests": None}).save(trainings.models / "odd.tar.gz")
    trainings()
    assert trainings.trained == []


def test_a_component_of_the_project_s_own_counts_with_its_source(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(project))
    module = project / "own_greeting_words.py"
    trainings = Trainings(project)
    trainings.change("config.yml", "- name: RegexFeaturizer", "- name: own_greeting_words.Greeting")
    fingerprints = []
    for source in ("A = 1\n", "A = 22\n"):
        module.write_text(source, encoding="utf-8")
        fingerprints.append(part_fingerprints(trainings.sources(), 42))
    assert fingerprints[0]["nlu"] != fingerprints[1]["nlu"]
    assert fingerprints[0]["policies"] == fingerprints[1]["policies"]
