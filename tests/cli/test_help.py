"""What a newcomer reads first, and how quickly."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import Santral

VERBS = ["init", "train", "run", "shell", "test", "data", "demo", "replay", "say", "hear", "listen", "voice"]
HEAVY = ["numpy", "aiohttp", "sqlalchemy", "rich", "yaml", "asyncio", "rasa_sdk"]


def test_help_names_every_verb(santral: Santral) -> None:
    done = santral("--help")
    assert done.code == 0
    listed = done.out.partition("Commands:")[2]
    assert [verb for verb in VERBS if f"\n  {verb} " not in listed] == []


@pytest.mark.parametrize(
    "verb",
    [[one] for one in VERBS]
    + [["train", "nlu"], ["train", "core"], ["run", "actions"], ["shell", "nlu"], ["data", "validate"]]
    + [["voice", "download"], ["voice", "bench"]],
    ids=" ".join,
)
def test_every_verb_tells_what_it_does(santral: Santral, verb: list[str]) -> None:
    done = santral(*verb, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: santral {' '.join(verb)}")


def test_nothing_heavy_is_imported_before_a_verb_runs() -> None:
    program = "import sys, santral.program; santral.program.program();"
    code = f"{program} print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_version(santral: Santral) -> None:
    assert santral("--version").out.startswith("Santral 0.")


def test_unknown_verbs_and_options_are_told_without_a_traceback(santral: Santral) -> None:
    done = santral("trian")
    assert done.code == 2 and "trian" in done.err
    done = santral("train", "--epochs", "3")
    assert done.code == 2 and "--epochs" in done.err
