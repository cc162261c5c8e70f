"""Components of a project's own: the example of the documentation, and all that can be wrong with one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import Complaints, ProjectError
from bot.model import Model
from bot.nlu.component import Draft, Untrained
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter
from bot.sources import read_sources
from bot.training import train
from tests.turn.parts import ask, bot_with

DOCS = Path(__file__).parents[2] / "docs" / "nlu.md"
BOT = """
version: "3.1"
intents: [complaint]
entities: [anger]
nlu:
- intent: complaint
  examples: |
    - bu ne rezalet
    - kargom kayboldu
- lookup: anger
  examples: |
    - kepaze
"""


def example_of_the_docs() -> tuple[str, str]:
    """The module and the pipeline."""
    text = DOCS.read_text(encoding="utf-8").split("## A component of your own")[1]
    module = re.search(r"<!-- example: shop_words\.py -->\n```python\n(.*?)```", text, re.DOTALL)
    pipeline = re.search(r"```yaml\n(pipeline:.*?)```", text, re.DOTALL)
    assert module and pipeline
    return module[1], pipeline[1]


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, source: str, pipeline: str) -> Path:
    folder.joinpath(f"{module}.py").write_text(source, encoding="utf-8")
    folder.joinpath("config.yml").write_text(f"language: tr\n{pipeline}", encoding="utf-8")
    folder.joinpath("all.yml").write_text(BOT, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def trained(folder: Path) -> Model:
    complaints = Complaints()
    sources = read_sources(folder, complaints, domain="all.yml", data=("all.yml",))
    complaints.raise_errors()
    return train(sources, complaints)


def test_the_example_of_the_documentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, pipeline = example_of_the_docs()
    folder = project(tmp_path, monkeypatch, "shop_words", module, pipeline)
    model = trained(folder)
    model.save(folder / "model.tar.gz")
    loaded = Model.load(folder / "model.tar.gz", {"pipeline": [{"name": "shop_words.AngerExtractor"}]})
    for one in (model, loaded):
        found = one.interpreter.parse("Bu bir FELAKET, kepaze; skandal değil")["entities"]
        assert [(entity["value"], entity["start"]) for entity in found] == [("felaket", 7), ("kepaze", 16)]


@pytest.mark.parametrize(
    ("source", "name", "code", "told", "mend"),
    [
        (
            "",
            "broken_words_a.Missing",
            "component-unknown",
            "has no attribute 'Missing'",
            "my_module.MyComponent",
        ),
        ("", "no_such_words.Thing", "component-unknown", "No module named", "my_module.MyComponent"),
        ("def", "broken_words_b.Thing", "component-unknown", "SyntaxError", "Correct broken_words_b.py"),
        (
            "1 / 0",
            "broken_words_c.Thing",
            "component-unknown",
            "ZeroDivisionError",
            "Correct broken_words_c.py",
        ),
        (
            "class Thing:\n    def process(self, draft): ...\n    def save(self, part): ...",
            "broken_words_d.Thing",
            "component-foreign",
            "it has no train, load",
            "Inherit from bot.nlu.component.Component",
        ),
        (
            "from bot.nlu.component import Component\nclass Thing(Component):\n"
            "    @classmethod\n    def train(cls, options, corpus): raise KeyError('words')",
            "broken_words_e.Thing",
            "component-failed",
            "KeyError: 'words'",
            "--debug shows where",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_mend(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    name: str,
    code: str,
    told: str,
    mend: str,
) -> None:
    pipeline = f"pipeline:\n- name: WhitespaceTokenizer\n- name: {name}\n"
    folder = project(tmp_path, monkeypatch, name.split(".")[0], source, pipeline)
    if name.startswith("no_such"):
        (folder / "no_such_words.py").unlink()
    with pytest.raises(ProjectError) as raised:
        trained(folder)
    [complaint] = [one for one in raised.value.complaints if not one.warning]
    assert (complaint.code, str(complaint.place)) == (code, "config.yml:4")
    assert told in complaint.message and mend in complaint.mend


class Fragile(Untrained):
    """Fails on every message, after it has begun to add something."""

    def process(self, draft: Draft) -> None:
        raise RuntimeError(f"cannot read {draft.text}")


class Bare:
    """Does not inherit: it only looks like a component."""

    @classmethod
    def train(cls, options: object, corpus: object) -> Bare:
        return cls()

    load = train

    def save(self, part: object) -> None:
        """Nothing to keep."""

    def process(self, draft: Draft) -> None:
        draft.intent = {"name": "bare", "confidence": 1.0}


def test_one_that_only_looks_like_a_component() -> None:
    found = Interpreter.train([f"{__name__}.Bare"], "tr", TrainingData())
    assert found.parse("merhaba")["intent"]["name"] == "bare"


@pytest.mark.asyncio
async def test_one_that_fails_on_a_message_does_not_lose_it(caplog: pytest.LogCaptureFixture) -> None:
    bot = bot_with()
    steps = Interpreter.train([f"{__name__}.Fragile"], "tr", TrainingData()).steps
    assert isinstance(bot.parser, Interpreter)
    bot.parser = Interpreter(bot.parser.language, [*steps, *bot.parser.steps], bot.parser.known)
    healthy = await ask(bot_with(), "selam")
    assert await ask(bot, "selam") == healthy
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("bot.")]
    assert any("Fragile failed (RuntimeError)" in line for line in lines)
    assert not any("selam" in line for line in lines)
    assert bot.parser.parse("selam")["intent"]["name"] is not None
