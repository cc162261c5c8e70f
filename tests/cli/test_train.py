"""``santral train``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Santral


def models(project: Path) -> list[str]:
    return sorted(path.name for path in project.joinpath("models").glob("*.tar.gz"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_model_is_named_by_the_time_and_its_path_is_told(santral: Santral, project: Path) -> None:
    done = santral("train")
    assert done.code == 0, done.told
    [name] = models(project)
    assert done.out.rstrip().endswith(f"models/{name}")


def test_nothing_is_trained_when_nothing_changed(santral: Santral, project: Path) -> None:
    santral("train")
    done = santral("train")
    assert done.code == 0 and "Nothing changed" in done.out
    assert len(models(project)) == 1


def test_force_trains_nevertheless(santral: Santral, project: Path) -> None:
    santral("train")
    assert santral("train", "--force").code == 0
    assert len(models(project)) == 2


def test_a_changed_reply_is_trained(santral: Santral, project: Path) -> None:
    santral("train", "--fixed-model-name", "a")
    change(project / "domain.yml", "Görüşmek üzere.", "Hoşça kalın.")
    done = santral("train", "--fixed-model-name", "b")
    assert "Nothing changed" not in done.out
    assert models(project) == ["a.tar.gz", "b.tar.gz"]


def test_a_moved_file_changes_nothing(santral: Santral, project: Path) -> None:
    santral("train")
    project.joinpath("data/rules.yml").rename(project / "data/zz.yml")
    assert "Nothing changed" in santral("train").out


def test_a_broken_model_is_trained_again(santral: Santral, project: Path) -> None:
    santral("train", "--fixed-model-name", "small")
    project.joinpath("models/small.tar.gz").write_bytes(b"half a mod")
    done = santral("train", "--fixed-model-name", "small")
    assert done.code == 0 and "Trained" in done.out


def test_mistakes_are_told_all_at_once_with_file_and_line(santral: Santral, project: Path) -> None:
    change(project / "data/rules.yml", "action: utter_order", "action: utter_ordr")
    change(project / "domain.yml", "  utter_goodbye:\n", "  utter_goodbye: 5\n  utter_bye:\n")
    done = santral("train")
    assert done.code == 1
    assert "data/rules.yml:10: error [" in done.err
    assert "domain.yml:17: error [" in done.err
    assert "→" in done.err
    assert not models(project)


def test_contradicting_rules_are_told(santral: Santral, project: Path) -> None:
    rules = project / "data/rules.yml"
    rules.write_text(
        rules.read_text(encoding="utf-8")
        + "- rule: order again\n  steps:\n  - intent: order\n  - action: utter_goodbye\n",
        encoding="utf-8",
    )
    done = santral("train")
    assert done.code == 1 and "error [" in done.err and "order again" in done.err


def test_warnings_can_stop_the_training(santral: Santral, project: Path) -> None:
    change(project / "domain.yml", "- goodbye\n", "- goodbye\n- never_used\n")
    assert santral("train", "--fail-on-validation-warnings").code == 1
    assert santral("train").code == 0


@pytest.mark.parametrize("broken", ["data:\n- [", "\tx: 1", "a: 'b", "\x00"])
def test_broken_yaml_is_told(santral: Santral, project: Path, broken: str) -> None:
    project.joinpath("data/rules.yml").write_text(broken, encoding="utf-8")
    done = santral("train")
    assert done.code == 1 and "data/rules.yml:" in done.err


def test_an_empty_folder_is_told_what_a_bot_needs(santral: Santral, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = santral("train", cwd=empty)
    assert done.code == 1
    assert "config.yml" in done.err and "domain.yml" in done.err


def test_a_place_where_nothing_can_be_written_is_told(santral: Santral, project: Path) -> None:
    project.joinpath("models").write_text("a file, not a folder")
    done = santral("train")
    assert done.code == 1 and done.err.splitlines()[-1].startswith("Error:") and "models" in done.err


def test_understanding_alone_and_dialogue_alone(santral: Santral, project: Path) -> None:
    assert santral("train", "nlu", "--fixed-model-name", "ears").code == 0
    assert santral("train", "core", "--fixed-model-name", "mouth").code == 0
    heard = santral("shell", "nlu", "-m", "models/ears.tar.gz", text="merhaba\n")
    assert '"name": "greet"' in heard.out
    said = santral("shell", "-m", "models/mouth.tar.gz", text="/goodbye\n")
    assert "Görüşmek üzere." in said.out


def test_other_files_and_folders(santral: Santral, project: Path) -> None:
    project.joinpath("data").rename(project / "lessons")
    project.joinpath("domain.yml").rename(project / "world.yml")
    done = santral(
        "train",
        "--data",
        "lessons/nlu.yml",
        "--data",
        "lessons/rules.yml",
        "-d",
        "world.yml",
        "--out",
        "made",
    )
    assert done.code == 0, done.told
    assert len(list(project.joinpath("made").glob("*.tar.gz"))) == 1
