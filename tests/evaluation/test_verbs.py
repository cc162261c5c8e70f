"""``santral test`` and ``santral data validate`` as a designer and a CI see them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluation.broken_projects import RASA, write_project
from tests.evaluation.small_bot import PIPELINE, train_small_bot
from tests.evaluation.test_stories import GOOD, WRONG_ACTION

PROGRAM = Path(sys.executable).with_name("santral")
ROOT = Path(__file__).parents[2]


def santral(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The small bot's component is named by a class path of ours.
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bot")
    train_small_bot(root).save(root / "models" / "small.tar.gz")
    tests = root / "tests"
    tests.mkdir()
    (tests / "test_stories.yml").write_text(GOOD, encoding="utf-8")
    (root / "rude.yml").write_text("stories:\n" + WRONG_ACTION, encoding="utf-8")
    return root


def test_when_all_pass_the_exit_code_is_0(trained: Path) -> None:
    done = santral(trained, "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 passed" in done.stdout
    assert "8 of 8 examples" in done.stdout or "örnek" in done.stdout
    names = {one.name for one in (trained / "results").iterdir()}
    assert {"story_report.json", "intent_report.json", "intent_confusion_matrix.png", "advice.md"} <= names


def test_a_failure_is_told_with_its_line_and_exit_code_1(trained: Path) -> None:
    done = santral(trained, "test", "core", "-s", "rude.yml", "--out", "rude")
    assert done.returncode == 1
    assert "FAILED rude" in done.stdout
    assert "rude.yml:7" in done.stdout
    assert "utter_goodbye" in done.stdout
    assert "utter_greet (1.00, MemoizationPolicy)" in done.stdout
    report = json.loads((trained / "rude" / "story_report.json").read_text(encoding="utf-8"))
    assert report["conversation_accuracy"]["correct"] == 0


def test_training_stories_can_be_played_too(trained: Path) -> None:
    done = santral(trained, "test", "core", "-s", "data", "--out", "data-results")
    assert "of 2 passed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("test", "core", "-s", "nowhere"), "There is no nowhere"),
        (("test", "core", "-s", "domain.yml"), "no stories"),
        (("test", "core", "-m", "none.tar.gz"), "There is no model"),
        (("test", "nlu", "-u", "nowhere"), "nowhere"),
        (("test", "nlu", "-u", "data/stories.yml"), "no labelled examples"),
        (("test", "nlu", "--cross-validation", "-f", "9"), "No intent has 9 examples"),
        (("test", "nlu", "--cross-validation", "-c", "none.yml"), "There is no none.yml"),
        (("test", "nlu", "-c", "config.yml", "-c", "other.yml"), "There is no other.yml"),
    ],
)
def test_bad_input_is_told_plainly(trained: Path, arguments: tuple[str, ...], told: str) -> None:
    done = santral(trained, *arguments, "--out", "bad")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_cross_validation_tells_both_sides(trained: Path) -> None:
    done = santral(trained, "test", "nlu", "--cross-validation", "-f", "2", "--out", "cv", "--no-plot")
    assert done.returncode == 0, done.stderr
    assert "not learned: intent" in done.stdout
    assert not list((trained / "cv").glob("*.png"))


def test_configs_are_compared(trained: Path) -> None:
    (trained / "config-2.yml").write_text(
        PIPELINE.replace("- name: tests.evaluation.small_bot.Numbers\n", "")
    )
    lines = [f"    - {name} {number}" for name in ("a",) for number in range(6)]
    other = [f"    - b {number}" for number in range(6)]
    text = "nlu:\n- intent: greet\n  examples: |\n" + "\n".join(lines)
    text += "\n- intent: goodbye\n  examples: |\n" + "\n".join(other) + "\n"
    (trained / "many.yml").write_text(text, encoding="utf-8")
    done = santral(
        trained,
        "test",
        "nlu",
        "-u",
        "many.yml",
        "-c",
        "config.yml",
        "-c",
        "config-2.yml",
        "-r",
        "1",
        "--out",
        "cmp",
    )
    assert done.returncode == 0, done.stderr
    assert "config-2" in done.stdout
    assert (trained / "cmp" / "results.json").is_file()


def test_half_a_model_is_told(trained: Path) -> None:
    santral(trained, "train", "nlu", "--out", "half-nlu")
    santral(trained, "train", "core", "--out", "half-core")
    done = santral(trained, "test", "core", "-m", "half-nlu", "--out", "half")
    assert done.returncode == 1 and "no dialogue" in done.stderr
    done = santral(trained, "test", "core", "-m", "half-core", "--out", "half")
    assert done.returncode == 0 and "intents are taken from the stories" in done.stderr
    done = santral(trained, "test", "nlu", "-m", "half-core", "--out", "half")
    assert done.returncode == 1 and "understands no texts" in done.stderr


def test_live_runs_the_real_turn(trained: Path) -> None:
    done = santral(trained, "test", "--live", "-s", "rude.yml", "--out", "live")
    assert done.returncode == 1
    assert "0 of 1 conversations passed" in done.stdout


@pytest.mark.parametrize("name", ["sound", "two answers to one history", "a form that does not exist"])
@pytest.mark.parametrize("strict", [False, True])
def test_validation_ends_as_rasas(name: str, strict: bool, tmp_path: Path) -> None:
    root = write_project(name, tmp_path)
    done = santral(root, "data", "validate", *(["--fail-on-warnings"] if strict else []))
    assert (done.returncode == 0) == (RASA[name].passes_strictly if strict else RASA[name].passes)


def test_stories_alone_can_be_validated(tmp_path: Path) -> None:
    root = write_project("answers that differ in what came long before", tmp_path)
    assert "No story contradicts" in santral(root, "data", "validate", "stories").stdout
    done = santral(root, "data", "validate", "stories", "--max-history", "2", "--fail-on-warnings")
    assert done.returncode == 1
    assert "story-conflict" in done.stderr
    assert santral(root, "data", "validate", "--max-history", "0").returncode == 2
