"""Whole projects: which files belong, versions, variables, and the checks across files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.errors import Complaints, ProjectError
from bot.project import load_project, load_tests
from bot.project_config import DEFAULT_PIPELINE, DEFAULT_POLICIES
from bot.sources import Sources
from bot.validation import read_project
from tests.reading.reading import told

CARGO = Path(__file__).parent / "projects" / "cargo"
ENVIRONMENT = {"ACTION_HOST": "actions", "WHATSAPP_TOKEN": "secret"}

CONFIG = """
recipe: default.v1
language: tr
assistant_id: x
pipeline: [{name: WhitespaceTokenizer}]
policies: [{name: MemoizationPolicy}, {name: RulePolicy}]
"""
DOMAIN = """
intents: [greet]
responses:
  utter_greet: [{text: Merhaba}]
"""
DATA = """
nlu:
- intent: greet
  examples: |
    - selam
    - merhaba
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
"""


def written(root: Path, **files: str) -> Path:
    """A project of the files given (``data__nlu`` is ``data/nlu.yml``), beside small good ones."""
    contents = {"config": CONFIG, "domain": DOMAIN, "data__data": DATA, **files}
    for name, text in contents.items():
        path = root / (name.replace("__", "/") + ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read(root: Path, environment: Mapping[str, str] | None = None) -> tuple[Sources, Complaints]:
    complaints = Complaints()
    return read_project(root, complaints, environment=environment or {}), complaints


def test_the_golden_project_is_read_whole() -> None:
    complaints = Complaints()
    found = read_project(CARGO, complaints, domain="domain", environment=ENVIRONMENT)
    assert not complaints.found
    assert found.project.endpoints["action_endpoint"]["url"] == "http://actions:5055/webhook"
    assert found.project.credentials["whatsapp"] == {"token": "secret"}
    assert [one.file for one in found.project.domain_documents] == ["domain/memory.yml", "domain/talk.yml"]
    assert [one.file for one in found.project.documents] == ["data/nlu.yml", "data/stories.yml"]
    assert list(found.domain.intents) == ["greet", "cargo_tracking", "inform", "faq"]
    assert found.domain.retrieval_intents == ("faq",)
    assert found.domain.action_names[13:] == [
        "action_track",
        "utter_faq",
        "utter_ask_order_no",
        "utter_faq/hours",
        "utter_greet",
        "cargo_form",
    ]
    assert (len(found.stories.plain_stories), len(found.stories.rules)) == (1, 1)
    assert len(found.examples.examples) == 8
    assert found.project.config.policies[0] == {"name": "MemoizationPolicy", "max_history": 5}


def test_conversation_tests_are_found() -> None:
    complaints = Complaints()
    found = load_tests(CARGO, complaints, tests=["tests", "data"])
    assert [one.file for one in found] == ["data/test_greet.yml", "tests/test_cargo.yml"]
    assert not complaints.found
    load_tests(CARGO, complaints, tests=["nowhere"])
    assert told(complaints) == ["error tests-missing -"]


def test_a_small_project_is_read_without_complaint(tmp_path: Path) -> None:
    _, complaints = read(written(tmp_path))
    assert not complaints.found


def test_an_empty_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    _, complaints = read(tmp_path)
    assert {one.code for one in complaints.errors} == {"config-missing", "domain-missing", "data-missing"}
    with pytest.raises(ProjectError, match="domain-missing"):
        complaints.raise_errors()


def test_absent_lists_get_rasas_defaults(tmp_path: Path) -> None:
    found, complaints = read(
        written(tmp_path, config="recipe: default.v1\nlanguage: tr\nassistant_id: x\npipeline:\n")
    )
    assert not complaints.found
    assert found.project.config.pipeline == DEFAULT_PIPELINE
    assert found.project.config.policies == DEFAULT_POLICIES


@pytest.mark.parametrize(
    ("config", "expected", "mend"),
    [
        ("pipeline: x", "error config-type 4", "Begin each"),
        ("pipeline:\n- WhitespaceTokenizer", "error config-component 5", "- name: WhitespaceTokenizer"),
        ("pipeline:\n- nmae: x", "error config-component 5", "name: "),
        ("imports: [other]", "warning config-importers 4", "--data"),
        ("pipline: []", "warning config-key 4", "Did you mean 'pipeline'?"),
        (
            "policies:\n- name: RulePolicy\n  core_fallback_action_name: x",
            "error fallback-undeclared 5",
            "Add 'x'",
        ),
    ],
)
def test_complains_of_the_config(tmp_path: Path, config: str, expected: str, mend: str) -> None:
    text = f"recipe: default.v1\nlanguage: tr\nassistant_id: x\n{config}\n"
    _, complaints = read(written(tmp_path, config=text))
    assert told(complaints) == [expected]
    assert mend in complaints.found[0].mend


def test_complains_of_an_unknown_recipe(tmp_path: Path) -> None:
    _, complaints = read(written(tmp_path, config=CONFIG.replace("default.v1", "graph.v1")))
    assert told(complaints) == ["error config-recipe 2"]


def test_an_unset_variable_is_named(tmp_path: Path) -> None:
    root = written(tmp_path, endpoints='a:\n  url: "http://${HOST}:${PORT}/"\n')
    _, complaints = read(root, {"HOST": "h"})
    (one,) = complaints.found
    assert str(one).startswith(
        "endpoints.yml:2: error [variable-unset] The environment variable PORT is not set."
    )


def test_variables_in_training_files_count_only_without_quotes(tmp_path: Path) -> None:
    domain = "intents: [greet]\nresponses:\n  utter_greet:\n  - text: ${HELLO}\n  - text: '${HELLO}'\n"
    found, complaints = read(written(tmp_path, domain=domain), {"HELLO": "Selam"})
    assert [one["text"] for one in found.domain.responses["utter_greet"]] == ["Selam", "${HELLO}"]
    assert not complaints.errors


@pytest.mark.parametrize(
    ("version", "code", "stories"),
    [
        ('"3.1"', None, 1),
        ('"2.0"', None, 1),
        ('"4.0"', "version-newer", 0),
        ('"3.10"', "version-newer", 0),
        ("3.1", "version-type", 1),
    ],
)
def test_versions(tmp_path: Path, version: str, code: str | None, stories: int) -> None:
    found, complaints = read(written(tmp_path, data__data=f"version: {version}\n{DATA}"))
    assert len(found.stories.rules) == stories
    assert [one.code for one in complaints if one.code.startswith("version")] == ([code] if code else [])


def test_every_file_is_parsed_once(tmp_path: Path) -> None:
    root = written(tmp_path, data__broken="nlu: [")
    complaints = Complaints()
    load_project(root, complaints, domain=["domain.yml", "data"], data=["data", "data/broken.yml"])
    assert told(complaints) == ["error yaml-syntax 1"]


def test_json_examples_belong_to_the_project(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "data" / "old.json").write_text('{"rasa_nlu_data": {}}', encoding="utf-8")
    (root / "data" / "prices.json").write_text("[1, 2]", encoding="utf-8")
    found, complaints = read(root)
    assert told(complaints) == []
    assert "data/old.json" in [one.file for one in found.project.documents]


def test_markdown_of_rasa_1_is_told_and_other_markdown_is_not(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "data" / "nlu.md").write_text("<!-- x -->\n## intent:greet\n- hey\n", encoding="utf-8")
    (root / "data" / "stories.md").write_text("## hi\n* greet\n  - utter_greet\n", encoding="utf-8")
    (root / "data" / "README.md").write_text("## Files\n* nlu.yml\n  - our examples\n", encoding="utf-8")
    _, complaints = read(root)
    assert told(complaints) == ["warning markdown-skipped 2", "warning markdown-skipped 1"]
    assert "santral data migrate" in complaints.found[0].mend


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    root = written(tmp_path)
    (root / "data" / "latin.yml").write_bytes("nlu:\n- intent: şehir\n".encode("iso-8859-9"))
    _, complaints = read(root)
    assert told(complaints) == ["error file-encoding 2"]
