"""``santral init`` and ``santral demo``: the starter bot, from a checkout and from a wheel."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bot.cli.init import STARTER
from tests.cli.conftest import Santral, environment

ROOT = Path(__file__).parent.parent.parent


def test_the_starter_bot_is_whole_and_right(santral: Santral, tmp_path: Path) -> None:
    done = santral("init", "--init-dir", "shop", "--no-prompt", cwd=tmp_path)
    assert done.code == 0, done.told
    assert "santral train" in done.out
    shop = tmp_path / "shop"
    assert all((shop / name).exists() for name in STARTER)
    assert not list(shop.rglob("__pycache__")) and not list(shop.rglob("*.db"))
    done = santral("data", "validate", cwd=shop)
    assert done.code == 0, done.told


def test_nothing_is_overwritten(santral: Santral, project: Path) -> None:
    before = project.joinpath("domain.yml").read_bytes()
    done = santral("init", "--no-prompt")
    assert done.code == 1 and done.err.startswith("Error [init]")
    assert project.joinpath("domain.yml").read_bytes() == before
    assert not project.joinpath("actions").exists()


def test_the_folder_is_asked_for(santral: Santral, tmp_path: Path) -> None:
    done = santral("init", text="dukkan\n", cwd=tmp_path)
    assert done.code == 0, done.told
    assert (tmp_path / "dukkan" / "domain.yml").is_file()


def test_the_demo_shop_is_filled(santral: Santral, tmp_path: Path) -> None:
    santral("init", "--init-dir", ".", "--no-prompt", cwd=tmp_path)
    done = santral("demo", cwd=tmp_path)
    assert done.code == 0, done.told
    assert "SN-100005" in done.out
    assert (tmp_path / "shop.db").is_file()


def test_a_project_without_a_demo_is_told_so(santral: Santral) -> None:
    done = santral("demo")
    assert done.code == 1 and done.err.startswith("Error [no-demo]")


def test_the_wheel_packs_what_init_copies() -> None:
    settings = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))
    packed = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert packed == {name: f"bot/starter/{name}" for name in STARTER}


@pytest.mark.parametrize("verb", [["--version"], ["init", "--init-dir", "shop", "--no-prompt"]], ids=str)
def test_an_installed_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path, verb: list[str]) -> None:
    code = f"import sys; sys.argv = {['santral', *verb]!r}; from bot.cli import main; main()"
    installed = environment() | {"PYTHONPATH": str(wheel)}
    # -P keeps the working folder out of the path; the unpacked wheel comes before the checkout.
    command = [sys.executable, "-P", "-c", code]
    subprocess.run(command, cwd=tmp_path, env=installed, check=True, capture_output=True, text=True)
    if verb[0] == "init":
        assert (tmp_path / "shop" / "actions" / "shop" / "ports.py").is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(folder), str(ROOT)], check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"
