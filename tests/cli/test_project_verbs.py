"""``santral test``, ``santral data validate`` and ``santral replay``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Santral


def test_conversations_that_pass(santral: Santral, small_model: Path, project: Path) -> None:
    done = santral("test", "--live", "-m", small_model)
    assert done.code == 0, done.told
    assert "1 of 1 conversations passed, 2 of 2 actions" in done.out
    report = json.loads(project.joinpath("results/conversation_report.json").read_text(encoding="utf-8"))
    assert report["conversation_accuracy"] == 1.0 and report["failures"] == []
    assert not project.joinpath("conversations.db").exists()


def test_a_failure_names_file_and_line_what_was_expected_and_what_came(
    santral: Santral, small_model: Path, project: Path
) -> None:
    story = project / "tests/test_stories.yml"
    text = story.read_text(encoding="utf-8")
    story.write_text(text.replace("action: utter_order", "action: utter_goodbye"), encoding="utf-8")
    done = santral("test", "--live", "-m", small_model, "--out", "elsewhere")
    assert done.code == 1
    assert "FAILED tests/test_stories.yml:3 a greeting and an order" in done.out
    assert "tests/test_stories.yml:12: after 'bir sipariş'" in done.out
    assert "expected action: utter_goodbye\n    predicted:       utter_order\n" in done.out
    report = json.loads(project.joinpath("elsewhere/conversation_report.json").read_text(encoding="utf-8"))
    [failure] = report["failures"]
    assert failure["mistakes"][0]["predicted"] == "utter_order"


def test_a_misunderstood_message_is_told(santral: Santral, small_model: Path, project: Path) -> None:
    story = project / "tests/test_stories.yml"
    text = story.read_text(encoding="utf-8")
    story.write_text(text.replace("bir sipariş", "bir şey"), encoding="utf-8")
    done = santral("test", "--live", "-m", small_model)
    assert done.code == 1
    assert "expected intent: order\n    predicted:       nlu_fallback\n" in done.out


def test_broken_and_missing_tests_are_told(santral: Santral, small_model: Path, project: Path) -> None:
    story = project / "tests/test_stories.yml"
    story.write_text("stories:\n- story: x\n  steps:\n  - acton: utter_greet\n", encoding="utf-8")
    done = santral("test", "-m", small_model)
    assert done.code == 1 and "tests/test_stories.yml:4: error [" in done.err
    story.unlink()
    done = santral("test", "-m", small_model)
    assert done.code == 1 and "[tests-missing]" in done.err


def test_a_right_project_is_told_so(santral: Santral) -> None:
    done = santral("data", "validate")
    assert done.code == 0 and "fit together" in done.out


def test_what_does_not_fit_together_is_told(santral: Santral, project: Path) -> None:
    rules = project / "data/rules.yml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("action: utter_goodbye", "action: utter_goodby"), encoding="utf-8")
    done = santral("data", "validate")
    assert done.code == 1
    assert "data/rules.yml:14: error [" in done.err and "utter_goodby" in done.err


def test_rules_that_contradict_each_other_are_told(santral: Santral, project: Path) -> None:
    more = """
rules:
- rule: another goodbye
  steps:
  - intent: goodbye
  - action: utter_greet
"""
    (project / "data/more.yml").write_text(more, encoding="utf-8")
    done = santral("data", "validate")
    assert done.code == 1
    assert "data/more.yml:3: error [rule-contradiction]" in done.err


def test_warnings_fail_when_asked_to(santral: Santral, project: Path) -> None:
    nlu = project / "data/nlu.yml"
    nlu.write_text(
        nlu.read_text(encoding="utf-8").replace("- selam\n", "- selam\n    - sipariş\n"), encoding="utf-8"
    )
    assert santral("data", "validate").code == 0
    assert santral("data", "validate", "--fail-on-warnings").code == 1


def test_what_work_in_progress_always_has_does_not_fail(santral: Santral, project: Path) -> None:
    domain = project / "domain.yml"
    domain.write_text(
        domain.read_text(encoding="utf-8").replace("- order\n", "- order\n- unused\n"), encoding="utf-8"
    )
    done = santral("data", "validate", "--fail-on-warnings")
    assert done.code == 0 and "[intent-unused]" in done.err


def test_a_script_is_replayed(santral: Santral, project: Path, tmp_path: Path) -> None:
    done = santral("replay", ".", "script.json", "out/trace.json")
    assert done.code == 0, done.told
    trace = json.loads(project.joinpath("out/trace.json").read_text(encoding="utf-8"))
    assert trace["bot"] == "project"
    steps = trace["conversations"][0]["steps"]
    said = [one["utter"] for step in steps for one in step["events"] if one["event"] == "bot"]
    assert said == ["utter_greet", "utter_order", "utter_goodbye"]
    assert steps[3]["events"][1] == {"event": "session_started"}


def test_many_scripts_are_replayed(santral: Santral, project: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    scripts.joinpath("project.json").write_bytes(project.joinpath("script.json").read_bytes())
    done = santral("replay", "--all", tmp_path, scripts, tmp_path / "traces")
    assert done.code == 0, done.told
    assert (tmp_path / "traces/project.json").is_file()
    assert santral("replay", "--all", tmp_path, tmp_path / "traces/none", tmp_path / "x").code == 1


def test_scripts_that_are_none_are_told(santral: Santral, project: Path) -> None:
    script = project / "script.json"
    for broken in (
        "{",
        "[]",
        '{"conversations": [{}]}',
        '{"conversations": [{"id": 1, "steps": [{"x": 1}]}]}',
    ):
        script.write_text(broken, encoding="utf-8")
        done = santral("replay", ".", "script.json", "trace.json")
        assert done.code == 1 and done.err.startswith("Error ["), broken
    assert not project.joinpath("trace.json").exists()
