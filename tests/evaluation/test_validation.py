"""``data validate`` says of every project what Rasa says of it, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Complaint, Complaints
from bot.validation import check_story_structure, is_sound, read_project
from bot.validation.story_conflicts import find_conflicts
from tests.evaluation.broken_projects import BROKEN, RASA, write_project


def validated(root: Path, max_history: int | None = None) -> Complaints:
    complaints = Complaints()
    project = read_project(root, complaints)
    check_story_structure(project.stories, project.domain, complaints, max_history)
    return complaints


def conflicts(root: Path, max_history: int | None = None) -> list[Complaint]:
    return [one for one in validated(root, max_history) if one.code == "story-conflict"]


@pytest.mark.parametrize("name", BROKEN)
def test_the_verdict_is_rasas(name: str, tmp_path: Path) -> None:
    complaints = validated(write_project(name, tmp_path))
    verdict = RASA[name]
    told = "\n".join(map(str, complaints))
    assert is_sound(complaints) == verdict.passes, told
    assert is_sound(complaints, fail_on_warnings=True) == verdict.passes_strictly, told


@pytest.mark.parametrize("name", BROKEN)
def test_as_many_conflicts_as_in_rasa_are_found(name: str, tmp_path: Path) -> None:
    root = write_project(name, tmp_path)
    assert len(conflicts(root)) == RASA[name].conflicts
    assert len(conflicts(root, 2)) == RASA[name].conflicts_of_two


@pytest.mark.parametrize("name", [name for name, verdict in RASA.items() if not verdict.passes])
def test_what_fails_is_told_with_file_and_line(name: str, tmp_path: Path) -> None:
    told = validated(write_project(name, tmp_path))
    assert all(one.place and one.place.line and one.mend for one in told)


def test_a_conflict_names_every_story_with_the_line_of_its_action(tmp_path: Path) -> None:
    (told,) = conflicts(write_project("two answers to one history", tmp_path))
    assert str(told.place) == "data/stories.yml:6"
    assert "after the intent 'greet'" in told.message
    assert "'utter_greet' in 'greeting' (data/stories.yml:6)" in told.message
    assert "'utter_goodbye' in 'another greeting' (data/stories.yml:23)" in told.message


def test_equal_stories_are_both_named(tmp_path: Path) -> None:
    root = write_project("two answers to one history", tmp_path)
    path = root / "data" / "stories.yml"
    twin = "- story: twin\n  steps:\n  - intent: greet\n  - action: utter_goodbye\n"
    path.write_text(path.read_text(encoding="utf-8") + twin, encoding="utf-8")
    (told,) = conflicts(root)
    assert "'another greeting'" in told.message
    assert "'twin'" in told.message


def test_behind_a_checkpoint_both_ways_are_named(tmp_path: Path) -> None:
    (told,) = conflicts(write_project("two answers behind a checkpoint", tmp_path))
    assert "'before > behind' (data/stories.yml:29)" in told.message
    assert "'before > behind too' (data/stories.yml:34)" in told.message


def test_the_mend_says_when_more_history_would_help(tmp_path: Path) -> None:
    root = write_project("answers that differ in what came long before", tmp_path)
    assert conflicts(root) == []
    (told,) = conflicts(root, 2)
    assert "max_history" in told.mend


def test_a_story_that_contradicts_nobody_has_no_conflict(tmp_path: Path) -> None:
    project = read_project(write_project("sound", tmp_path), Complaints())
    assert find_conflicts(project.stories, project.domain) == []


def test_the_pipeline_is_held_against_what_there_is(tmp_path: Path) -> None:
    root = tmp_path
    (root / "domain.yml").write_text("version: '3.1'\nintents: [greet]\n", "utf-8")
    (root / "config.yml").write_text(
        "recipe: default.v1\nassistant_id: shop\nlanguage: tr\n"
        "pipeline:\n- name: WhitespaceTokeniser\n- name: shop.Own\n"
        "- name: FallbackClassifier\n  treshold: 0.3\npolicies:\n- name: RulePolicy\n",
        "utf-8",
    )
    told = [(one.code, str(one.place), one.mend) for one in validated(root) if "config" in str(one.place)]
    assert told == [
        ("component-unknown", "config.yml:5", "Did you mean 'WhitespaceTokenizer'?"),
        ("option-unknown", "config.yml:7", "Did you mean 'threshold'?"),
    ]
