"""The whole pipeline: trained, saved, loaded, and asked."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.archive import Archive
from bot.errors import Complaints, ModelError, ProjectError
from bot.nlu.component import Draft, Untrained
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter, class_paths

from .conftest import PIPELINE, example

TEXTS = [
    "SİPARİŞİM NEREDEEE",
    "siparis iptal",
    "61616'nın durumu",
    "slm",
    "Bursa'dan Van'a kargo",
    "",
    "🙂",
    "a" * 5000,
]


class Shouting(Untrained):
    """A component of a project's own."""

    def process(self, draft: Draft) -> None:
        draft.features["loud"] = {"loud": float(draft.text.isupper())}


def saved(interpreter: Interpreter, path: Path) -> bytes:
    archive = Archive()
    interpreter.save(archive.part("nlu"))
    archive.save(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("siparişim nerede", "order_status"),
        ("SIPARISIM NEREDE???", "order_status"),
        ("siparisim neredeeee", "order_status"),
        ("siparisi iptal edermisiniz", "cancel_order"),
        ("MERHABALAR", "greet"),
    ],
)
def test_intents(interpreter: Interpreter, text: str, intent: str) -> None:
    parsed = interpreter.parse(text)
    assert parsed["text"] == text
    assert parsed["intent"]["name"] == intent
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert sum(one["confidence"] for one in parsed["intent_ranking"]) == pytest.approx(1.0, abs=1e-4)


def test_an_unclear_message_falls_back(data: TrainingData) -> None:
    doubting = [*PIPELINE[:-1], {"name": "FallbackClassifier", "threshold": 0.95}]
    parsed = Interpreter.train(doubting, "tr", data).parse("qqq xyzw")
    assert parsed["intent"] == {"name": "nlu_fallback", "confidence": 0.95}
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert parsed["intent_ranking"][1]["name"] != "nlu_fallback"


def test_nothing_said(interpreter: Interpreter) -> None:
    for text in ("", "   ", "\n"):
        parsed = interpreter.parse(text)
        assert parsed["intent"] == {"name": None, "confidence": 0.0}
        assert parsed["entities"] == []


def test_payloads_come_before_everything(interpreter: Interpreter) -> None:
    asked = interpreter.with_domain(["greet"], ["city"])
    assert asked.parse('/greet{"city": "Rize", "x": 1}')["entities"][0]["value"] == "Rize"
    assert asked.parse("/greet@0.1")["intent"] == {"name": "greet", "confidence": 0.1}
    assert asked.parse("/order_status")["text"] == "/order_status"
    assert interpreter.parse("/order_status")["intent"] == {"name": "order_status", "confidence": 1.0}


def test_a_loaded_model_says_the_same(interpreter: Interpreter, tmp_path: Path) -> None:
    saved(interpreter, tmp_path / "m.tar.gz")
    loaded = Interpreter.load(Archive.load(tmp_path / "m.tar.gz").part("nlu"))
    assert loaded.language == "tr"
    for text in TEXTS:
        assert loaded.parse(text) == interpreter.parse(text)


def test_training_twice_gives_the_same_model(
    interpreter: Interpreter, data: TrainingData, tmp_path: Path
) -> None:
    again = Interpreter.train(PIPELINE, "tr", data)
    assert saved(again, tmp_path / "a") == saved(interpreter, tmp_path / "b")


def test_running_a_model_imports_no_training_library(interpreter: Interpreter, tmp_path: Path) -> None:
    saved(interpreter, tmp_path / "m.tar.gz")
    script = (
        "import sys; from bot.archive import Archive; from bot.nlu.interpreter import Interpreter;"
        f"Interpreter.load(Archive.load({str(tmp_path / 'm.tar.gz')!r}).part('nlu')).parse('siparişim nerede');"
        "print([m for m in ('sklearn', 'scipy', 'bot.nlu.linear_training') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_threads_do_not_disturb_each_other(interpreter: Interpreter) -> None:
    texts = [f"{number} numaralı siparişim, Rize'den Van'a" for number in range(10_000, 10_200)]
    alone = [interpreter.parse(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(interpreter.parse, texts)) == alone


def test_progress_is_told(data: TrainingData) -> None:
    told: list[tuple[str, float]] = []
    Interpreter.train(
        ["WhitespaceTokenizer", "DIETClassifier"], "tr", data, progress=lambda *one: told.append(one)
    )
    assert told == [("WhitespaceTokenizer", 0.0), ("DIETClassifier", 0.5), ("DIETClassifier", 1.0)]


def test_a_component_of_the_project(data: TrainingData) -> None:
    path = f"{__name__}.Shouting"
    pipeline = ["WhitespaceTokenizer", {"name": path, "volume": 3}, "LinearIntentClassifier"]
    assert class_paths(pipeline) == [path]
    interpreter = Interpreter.train(pipeline, "tr", data)
    archive = Archive()
    interpreter.save(archive.root)
    with pytest.raises(ModelError, match=r"config\.yml does not"):
        Interpreter.load(archive.root)
    loaded = Interpreter.load(archive.root, trusted=class_paths(pipeline))
    assert loaded.parse("selam") == interpreter.parse("selam")


def test_data_that_teach_nothing() -> None:
    for examples in ([], [example("greet", "merhaba")]):
        interpreter = Interpreter.train(PIPELINE, "tr", TrainingData(examples))
        archive = Archive()
        interpreter.save(archive.root)
        parsed = Interpreter.load(archive.root).parse("merhaba")
        assert parsed["intent"]["name"] == ("greet" if examples else "nlu_fallback")
    assert Interpreter.train(None, "tr", TrainingData([])).parse("x")["intent"]["name"] is None


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("NoSuchThing", "component-unknown"),
        ("no.such.module.Thing", "component-unknown"),
        ("json.Thing", "component-unknown"),
        ("json.JSONDecoder", "component-foreign"),
        ({"threshold": 1}, "component-nameless"),
        ({"name": None}, "component-nameless"),
        (5, "component-nameless"),
    ],
)
def test_entries_that_are_none(entry: object, code: str) -> None:
    with pytest.raises(ProjectError) as raised:
        Interpreter.train([entry], "tr", TrainingData([]))  # type: ignore[list-item]
    assert [one.code for one in raised.value.complaints] == [code]


def test_options_are_checked() -> None:
    complaints = Complaints()
    pipeline = [
        {
            "name": "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
            "epochs": 100,
            "constrain_similarities": True,
        },
        {"name": "FallbackClassifier", "threshold": None, "treshold": 0.5},
        {"name": "LanguageModelFeaturizer", "model_name": "bert"},
    ]
    Interpreter.train(pipeline, "tr", TrainingData([]), complaints=complaints)
    assert [one.code for one in complaints] == ["option-unknown", "component-unused"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("interpreter.json", b"[]"),
        (
            "interpreter.json",
            b'{"language": "tr", "pipeline": [{"name": "subprocess.Popen", "options": {}}]}',
        ),
        ("interpreter.json", b'{"language": "tr", "pipeline": [{"name": "NoSuchThing", "options": {}}]}'),
        ("6/model.json", b"{}"),
        ("6/weights.npy", b"x"),
        ("6/model.json", b'{"labels": ["a"], "blocks": {"b": ["c"]}, "temperature": 1}'),
        ("7/entities.crfsuite", b"nonsense"),
        ("7/entities.crfsuite", b""),
        ("7/kinds.json", b"[1]"),
        ("7/kinds.json", b'[["a", "", ""]]'),
        ("8/synonyms.json", b'{"a": 1}'),
        ("3/patterns.json", b"{}"),
    ],
)
def test_damaged_models_are_refused(interpreter: Interpreter, name: str, content: bytes) -> None:
    archive = Archive()
    interpreter.save(archive.root)
    assert name in archive.root
    archive.files[name] = content
    with pytest.raises(ModelError):
        Interpreter.load(archive.root)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_every_text_is_parsed(interpreter: Interpreter, text: str) -> None:
    parsed = interpreter.parse(text)
    json.dumps(parsed)
    for entity in parsed["entities"]:
        assert 0 <= entity["start"] < entity["end"] <= len(text)
