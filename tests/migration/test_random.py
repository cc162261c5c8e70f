"""Whatever stands in the files of an old project: it is migrated, or every mistake is told."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ProjectError
from bot.migration import Report, Request, migrate_project
from tests.migration.trees import tree

TEXTS = st.sampled_from(
    ["", "a", "2.0", "unfeaturized", "from_text", "FormPolicy", "1e3", "yes", "ş", "a: b", "- x"]
)
SCALARS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-2, 2), st.floats(0, 1))
_PARTS = ["intents", "entities", "actions", "slots", "templates", "responses", "forms", "config"]
_SETTINGS = ["type", "mappings", "auto_fill", "required_slots", "triggers", "name", "store_entities_as_slots"]
_OTHERS = ["pipeline", "policies", "featurizer", "session_config", "conditions", "version", "a", "b"]
KEYS = st.sampled_from([*_PARTS, *_SETTINGS, *_OTHERS])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)
LINES = st.lists(
    st.sampled_from(
        [
            "## intent:a",
            "## s",
            "* a",
            '* a{"b": 1}',
            "- x",
            "  - x",
            '  - slot{"a": 1}',
            "> c",
            "- [a](b)",
            "<!--",
            "-->",
            "text",
            '  - form{"name": null}',
            "## lookup:c",
            "* a: hi",
            "* f/k",
            "{",
            "",
            "*",
            "-",
        ]
    ),
    max_size=8,
).map("\n".join)


def outcome(domain: Any, config: Any, markdown: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        (root / "domain.yml").write_text(yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8")
        (root / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        (root / "data" / "x.md").write_text(markdown, encoding="utf-8")
        before = tree(root)
        try:
            migrate_project(Request(root))
        except ProjectError as error:
            assert error.complaints
            assert all(one.place for one in error.complaints)
            assert tree(root) == before
        else:
            assert migrate_project(Request(root)) == Report()


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), st.sampled_from([{}, {"version": "2.0"}]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_domain(domain: dict[str, Any], version: dict[str, Any]) -> None:
    outcome({**version, **domain, "intents": domain.get("intents", ["a"])}, {"language": "tr"}, "")


@given(st.dictionaries(KEYS, VALUES, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_config(config: dict[str, Any]) -> None:
    outcome({"version": "2.0", "intents": ["a"]}, config, "")


@given(LINES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_markdown(markdown: str) -> None:
    outcome({"version": "2.0", "intents": ["a"]}, {"language": "tr"}, markdown)
