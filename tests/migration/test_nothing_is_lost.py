"""Whatever goes wrong, the project is as it was before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import ProjectError
from bot.migration import Report, Request, migrate_project
from bot.migration.writing import Changes, WritingError, write_new_files
from tests.migration.trees import old_project, tree, written

ANYWHERE = "-"


def refused(root: Path, request: Request | None = None) -> list[str]:
    """Code and place of each complaint; asserts that nothing was changed."""
    before = tree(root)
    with pytest.raises(ProjectError) as caught:
        migrate_project(request or Request(root))
    assert tree(root) == before
    return [f"{one.code} {one.place or ANYWHERE}" for one in caught.value.complaints]


def test_broken_markdown(tmp_path: Path) -> None:
    root = old_project("rasa1", tmp_path)
    with (root / "data" / "nlu.md").open("a", encoding="utf-8") as file:
        file.write("## intnt:bye\n- bye\n")
    assert refused(root) == ["markdown-mixed data/nlu.md:62", "markdown-line data/nlu.md:63"]


def test_broken_yaml(tmp_path: Path) -> None:
    root = written(tmp_path, domain="version: '2.0'\nslots: [\n", data__nlu="version: '2.0'\nnlu: [\n")
    assert refused(root) == ["yaml-syntax domain.yml:2", "yaml-syntax data/nlu.yml:2"]


@pytest.mark.parametrize("name", ["domain.yml", "config.yml", "data/nlu.yml", "data/old.md"])
def test_a_file_that_is_not_utf8(name: str, tmp_path: Path) -> None:
    root = written(tmp_path, domain="version: '2.0'\nintents: [greet]\n")
    (root / name).write_bytes("# şehir\n".encode("iso-8859-9"))
    assert refused(root)[0] == f"file-encoding {name}:1"


def test_missing_files(tmp_path: Path) -> None:
    root = written(tmp_path)
    assert refused(root, Request(root, "none.yml", ["nothing"], "nowhere.yml")) == [
        "file-missing none.yml",
        "config-missing nowhere.yml",
        "file-missing nothing",
    ]


def test_a_domain_that_is_none(tmp_path: Path) -> None:
    assert refused(written(tmp_path, domain="- greet\n")) == ["file-type domain.yml:1"]


def test_a_domain_of_old_and_new_files(tmp_path: Path) -> None:
    root = written(
        tmp_path, domain__a="version: '2.0'\nintents: [a]\n", domain__b="version: '3.1'\nintents: [b]\n"
    )
    assert refused(root, Request(root, "domain")) == ["domain-mixed domain/b.yml:1"]


def test_markdown_beside_yaml_of_the_same_name(tmp_path: Path) -> None:
    root = written(tmp_path, data__nlu_md="## intent:greet\n- hi\n")
    assert refused(root) == ["file-exists data/nlu.md"]


def test_a_backup_is_never_overwritten(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    (root / "data" / "nlu.yml.bak").write_text("precious", encoding="utf-8")
    before = tree(root)
    with pytest.raises(WritingError, match=r"nlu\.yml\.bak"):
        migrate_project(Request(root, "domain"))
    assert tree(root) == before


def test_out_does_not_overwrite(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    out = tmp_path / "new"
    out.mkdir()
    (out / "config.yml").write_text("precious", encoding="utf-8")
    with pytest.raises(WritingError, match=r"config\.yml"):
        migrate_project(Request(root, "domain", out=out))
    assert tree(out) == {"config.yml": b"precious"}


def test_out_and_a_path_outside_of_the_project(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    (tmp_path / "more.yml").write_text("nlu: []\n", encoding="utf-8")
    with pytest.raises(WritingError, match="outside"):
        migrate_project(Request(root, "domain", ["data", "../more.yml"], out=tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_target_below_a_file(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError):
        migrate_project(Request(root, "domain", out=tmp_path / "file" / "new"))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    before = tree(root)
    (root / "data").chmod(0o555)
    with pytest.raises(PermissionError):
        migrate_project(Request(root, "domain"))
    (root / "data").chmod(0o755)
    assert tree(root) == before


def test_when_a_file_cannot_be_staged_the_others_are_taken_back(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    (root / "data" / "stories.yml.santral-new").mkdir()
    before = tree(root)
    with pytest.raises(OSError):
        migrate_project(Request(root, "domain"))
    assert tree(root) == before


def test_when_the_last_step_fails_every_step_before_is_undone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    changes = Changes(
        {tmp_path / "a": b"new", tmp_path / "deep" / "er" / "b": b"new"}, [tmp_path / "vanished"]
    )
    with pytest.raises(FileNotFoundError):
        changes.apply()
    assert tree(tmp_path) == {"a": b"old"}
    assert not (tmp_path / "deep").exists()


def test_new_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("old", encoding="utf-8")
    with pytest.raises(WritingError):
        write_new_files({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert tree(tmp_path) == {"b": b"old"}


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    root = old_project("rasa2", tmp_path)
    (root / "config.yml").chmod(0o640)
    migrate_project(Request(root, "domain"))
    assert (root / "config.yml").stat().st_mode & 0o777 == 0o640


def test_a_current_project_without_assistant_id_is_left_alone(tmp_path: Path) -> None:
    root = written(tmp_path, config="language: tr\n")
    assert migrate_project(Request(root)) == Report()


def test_windows_line_ends_and_comments_of_training_data_stay(tmp_path: Path) -> None:
    root = written(tmp_path)
    path = root / "data" / "nlu.yml"
    path.write_bytes(b"version: '2.0' # old\r\nnlu:\r\n- intent: greet\r\n  examples: |\r\n    - hi\r\n")
    migrate_project(Request(root))
    new = path.read_bytes()
    assert new.startswith(b'version: "3.1" # old\r\nnlu:\r\n')
