"""Whole projects, before and after. The expected ones pass ``rasa data validate`` of Rasa 3.6.21, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Complaints
from bot.migration import Report, Request, migrate_project
from bot.validation import read_project
from tests.migration.trees import PROJECTS, old_project, tree

OLD = [("rasa1", "domain.yml"), ("rasa2", "domain")]


def request_for(root: Path, domain: str, out: Path | None = None) -> Request:
    return Request(root, domain, out=out)


@pytest.mark.parametrize(("name", "domain"), OLD)
def test_an_old_project_becomes_the_expected_one(name: str, domain: str, tmp_path: Path) -> None:
    root = old_project(name, tmp_path)
    before = tree(root)
    report = migrate_project(request_for(root, domain))
    after = tree(root)
    expected = tree(PROJECTS / name / "new")
    assert {file: text for file, text in after.items() if file in expected} == expected
    kept = {file.removesuffix(".bak"): text for file, text in after.items() if file.endswith(".bak")}
    assert kept == {file: before[file] for file in kept}
    assert sorted(report.backups) == sorted(f"{file}.bak" for file in kept)
    assert set(after) - set(expected) <= {f"{file}.bak" for file in kept} | {"actions/forms.py"}


@pytest.mark.parametrize(("name", "domain"), OLD)
def test_the_new_project_is_right_and_migrating_it_again_changes_nothing(
    name: str, domain: str, tmp_path: Path
) -> None:
    root = old_project(name, tmp_path)
    migrate_project(request_for(root, domain))
    complaints = Complaints()
    read_project(root, complaints, domain=domain)
    assert [one for one in complaints if one.code != "component-unused"] == []
    before = tree(root)
    assert migrate_project(request_for(root, domain)) == Report()
    assert tree(root) == before


@pytest.mark.parametrize(("name", "domain"), OLD)
def test_with_out_the_old_project_stays_and_the_new_one_is_whole(
    name: str, domain: str, tmp_path: Path
) -> None:
    root = old_project(name, tmp_path)
    before = tree(root)
    migrate_project(request_for(root, domain, tmp_path / "later" / "new"))
    assert tree(root) == before
    assert tree(tmp_path / "later" / "new") == tree(PROJECTS / name / "new")


@pytest.mark.parametrize("name", ["rasa1", "rasa2"])
def test_what_was_expected_is_current(name: str) -> None:
    domain = dict(OLD)[name]
    assert migrate_project(request_for(PROJECTS / name / "new", domain)) == Report()


def test_what_needs_a_person_is_told_with_its_place(tmp_path: Path) -> None:
    report = migrate_project(request_for(old_project("rasa1", tmp_path), "domain.yml"))
    left = {str(one.place): one.text for one in report.left}
    assert list(left) == [
        "actions/forms.py:4",
        "data/stories.md:27",
        "data/stories.md:28",
        "data/stories.md:33",
    ]
    assert "FormValidationAction named validate_table_form" in left["actions/forms.py:4"]
    assert "reminder" in left["data/stories.md:33"]
