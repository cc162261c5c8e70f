"""``santral data migrate``, ``convert`` and ``split`` as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.migration.trees import old_project, tree, written


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def santral(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.chdir(root)
    return CliRunner().invoke(app, ["data", *arguments])


def test_migrate_tells_what_changed_and_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = old_project("rasa1", tmp_path)
    result = santral(root, monkeypatch, "migrate")
    assert result.exit_code == 0
    for words in (
        "Changed (",
        "domain.yml:24",
        "Left for you (4)",
        "actions/forms.py:4",
        "Kept: ",
        "data/nlu.md.bak",
    ):
        assert words in result.output
    again = santral(root, monkeypatch, "migrate")
    assert again.output.splitlines() == ["The project is current: nothing was changed."]
    assert santral(root, monkeypatch, "validate").output == "The files are right and fit together.\n"


def test_migrate_with_a_backup_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = old_project("rasa2", tmp_path)
    (root / "config.yml.bak").write_text("precious", encoding="utf-8")
    before = tree(root)
    result = santral(root, monkeypatch, "migrate", "-d", "domain")
    assert (result.exit_code, "data-write" in result.stderr) == (1, True)
    assert tree(root) == before


def test_migrate_of_a_broken_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = written(tmp_path, data__old_md="## intent:greet\nhello\n")
    result = santral(root, monkeypatch, "migrate")
    assert (result.exit_code, "data/old.md:2: error [markdown-line]" in result.stderr) == (1, True)


def test_convert_and_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = written(tmp_path)
    result = santral(root, monkeypatch, "convert", "nlu", "-f", "json", "--data", "data", "--out", "nlu.json")
    assert (result.exit_code, result.stdout) == (0, "Written: nlu.json\n")
    result = santral(root, monkeypatch, "convert", "nlu", "--data", "nlu.json")
    assert (result.exit_code, result.stdout) == (0, "Written: converted_data/nlu.yml\n")
    result = santral(root, monkeypatch, "split", "nlu", "--training-fraction", "0.5", "--random-seed", "3")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0,
        "1 examples for training, 1 for the test.",
    )
    result = santral(root, monkeypatch, "split", "stories", "-u", "data")
    assert (result.exit_code, "stories-missing" in result.stderr) == (1, True)
    result = santral(root, monkeypatch, "convert", "stories")
    assert (result.exit_code, "stories-missing" in result.stderr) == (1, True)
