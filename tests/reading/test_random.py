"""Whatever stands in the files, reading never raises: it complains."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.entity_markup import MarkupError, read_markup
from bot.errors import Complaints
from bot.validation import read_project
from tests.reading.reading import domain_of, examples_of, stories_of

KEYS = st.sampled_from(
    [
        "version",
        "intents",
        "entities",
        "slots",
        "responses",
        "actions",
        "forms",
        "e2e_actions",
        "config",
        "session_config",
        "nlu",
        "stories",
        "rules",
        "story",
        "rule",
        "steps",
        "intent",
        "user",
        "entities",
        "action",
        "bot",
        "checkpoint",
        "slot_was_set",
        "active_loop",
        "or",
        "condition",
        "examples",
        "synonym",
        "regex",
        "lookup",
        "metadata",
        "text",
        "buttons",
        "title",
        "payload",
        "type",
        "mappings",
        "conditions",
        "values",
        "min_value",
        "max_value",
        "initial_value",
        "use_entities",
        "roles",
        "required_slots",
        "ignored_intents",
        "name",
        "city",
        "greet",
        "utter_greet",
        "order_form",
    ]
)
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    KEYS,
    st.sampled_from(
        ["", "- x\n- [y](city)", '/greet{"city": 1}', "3.1", "9.0", "from_entity", "categorical", "float"]
    ),
    st.text(max_size=8),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=25,
)
FILES = st.dictionaries(KEYS, TREES, max_size=5)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def complained(complaints: Complaints) -> bool:
    """Every complaint has all its parts."""
    return all(one.code and one.message.strip() and one.mend.strip() for one in complaints)


@QUICK
@given(FILES)
def test_trees_of_the_formats_own_keys(content: dict[str, Any]) -> None:
    text = json.dumps(content)
    for read in (domain_of, stories_of, examples_of):
        complaints = Complaints()
        read(text, complaints)
        assert complained(complaints)


@QUICK
@given(FILES, FILES, FILES)
def test_whole_projects(config: dict[str, Any], domain: dict[str, Any], data: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data").mkdir()
        for name, content in (("config.yml", config), ("domain.yml", domain), ("data/data.yml", data)):
            (root / name).write_text(json.dumps(content), encoding="utf-8")
        complaints = Complaints()
        read_project(root, complaints, environment={})
        assert complained(complaints)


@QUICK
@given(st.binary(max_size=200))
def test_random_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("config.yml", "domain.yml", "endpoints.yml", "data.yml"):
            (root / name).write_bytes(content)
        complaints = Complaints()
        read_project(root, complaints, data=["data.yml"], environment={})
        assert complaints.found and complained(complaints)


@QUICK
@given(st.text("[](){}:,\"ab \n-|>&*#!%@`'?~0", max_size=60))
def test_random_yaml(text: str) -> None:
    for read in (domain_of, stories_of, examples_of):
        complaints = Complaints()
        read(text, complaints)
        assert complained(complaints)


@QUICK
@given(st.text('[](){}:,"ab entityvalue', max_size=60))
def test_markup_offsets_point_into_the_plain_text(text: str) -> None:
    try:
        said, found = read_markup(text)
    except MarkupError as error:
        assert error.mend
        return
    assert all(0 <= one.start < one.end <= len(said) for one in found)
