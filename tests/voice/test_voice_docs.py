"""docs/voice.md names every setting, and none that is not there."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from voice.call_settings import CallTexts
from voice.check_digits import CHECKS
from voice.endpointing import Patience
from voice.line import Line
from voice.opening import ASR_KEYS, KEYS, RECORDING_KEYS, TTS_KEYS
from voice.turn_parts import Rules

PAGE = (Path(__file__).parent.parent.parent / "docs" / "voice.md").read_text(encoding="utf-8")
DESIGNERS = {
    "expects",
    "lengths",
    "check",
    "hotwords",
    "interruptible",
    "simpler",
    "keys",
    "hang_up",
    "sensitive",
    "send",
    "say",
}


def table(head: str) -> dict[str, str]:
    """The rows of the table whose header begins so: names of the first cell → the rest."""
    body = PAGE.partition(f"| {head} |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+?`) \| (.*)\|$", body, re.MULTILINE)
    return {name: rest for names, rest in rows for name in re.findall(r"`(\w+)`", names)}


def test_every_setting_has_a_row() -> None:
    rows = table("key of `voice`")
    assert set(rows) == KEYS
    assert set(re.findall(r"`(\w+)`", rows["asr"])) == (ASR_KEYS | {"small"})
    assert set(re.findall(r"`(\w+)`", rows["tts"])) == TTS_KEYS
    assert set(re.findall(r"`(\w+)`", rows["recording"])) == RECORDING_KEYS
    rules = Rules()
    for key in ("silence", "longest", "call"):
        assert float(rows[key].split("|")[0]) == getattr(rules, key)


def test_every_text_has_a_row() -> None:
    assert set(table("text")) == {one.name for one in fields(CallTexts)}


def test_what_designers_may_say_is_all_told() -> None:
    assert set(table("key")) == DESIGNERS
    assert set(re.findall(r"`(\w+)`", table("key")["check"])) == set(CHECKS)
    source = "".join(
        (Path(__file__).parent.parent.parent / "voice" / name).read_text(encoding="utf-8")
        for name in ("expectation.py", "wording.py", "written.py")
    )
    assert set(re.findall(r'(?:voice|wanted)(?:_of\(reply\))?\.get\("(\w+)"\)', source)) == DESIGNERS


def test_the_pauses_are_those_of_the_code() -> None:
    told = {float(one) for one in re.findall(r"(\d\.\d+) s\b", PAGE.partition("## Who speaks now")[2])}
    patience = Patience()
    assert {patience.sure, patience.sentence, patience.open, patience.unfinished, patience.partial} <= told
    assert Rules().speculate in told


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_examples_are_code_of_ours(code: str) -> None:
    names: dict[str, object] = {}
    exec(compile(ast.parse(code), "docs/voice.md", "exec"), names)
    if "MyLine" in names:
        wanted = {name for name in (*vars(Line), *Line.__annotations__) if not name.startswith("_")}
        assert wanted <= set(vars(names["MyLine"]))  # type: ignore[arg-type]
