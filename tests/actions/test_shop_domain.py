"""The domain, the rules and the actions name the same things."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action
from talking import DOMAIN, ROOT

from actions import billing, cargo, conversation, identity, orders, privacy, returns, service, stock
from actions.shop.order import CancelRefusal, OrderState, ShipmentState
from actions.shop.rules import ReturnRefusal

MODULES = (billing, cargo, conversation, identity, orders, privacy, returns, service, stock)
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py")}


def concrete(kind: type[Action]) -> set[str]:
    names: set[str] = set()
    for one in kind.__subclasses__():
        if one.__module__.startswith("actions") and not getattr(one, "__abstractmethods__", None):
            names.add(one().name())
        names |= concrete(one)
    return names


def test_every_action_of_the_domain_is_written_and_the_other_way_round() -> None:
    assert MODULES
    assert concrete(Action) == set(DOMAIN["actions"])


def test_every_form_has_a_validation_and_slots_that_exist() -> None:
    for form, settings in DOMAIN["forms"].items():
        assert f"validate_{form}" in DOMAIN["actions"]
        assert set(settings["required_slots"]) <= set(DOMAIN["slots"])


def test_every_state_has_its_answer() -> None:
    wanted = {f"utter_order_{state}" for state in OrderState}
    wanted |= {f"utter_parcel_{state}" for state in ShipmentState}
    wanted |= {f"utter_return_refused_{refusal}" for refusal in ReturnRefusal}
    wanted |= set(orders._CANCEL_ANSWERS.values())
    assert set(orders._CANCEL_ANSWERS) == set(CancelRefusal)
    assert wanted <= set(DOMAIN["responses"])


def test_every_response_that_the_actions_name_exists() -> None:
    named = {name for source in SOURCES.values() for name in re.findall(r'"(utter_[a-z_]+[a-z])"', source)}
    assert named - set(DOMAIN["responses"]) == set()


def test_no_response_is_left_unused() -> None:
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data/stories").glob("*.yml"))
    asked = {f"utter_ask_{slot}" for slot in DOMAIN["slots"]} | {
        "utter_ask_deletion_form_confirmed",
        "utter_default",
        "utter_restart",
        "utter_back",
    }
    patterns = (
        "utter_order_",
        "utter_parcel_",
        "utter_return_refused_",
        "utter_ask_for_",
        "utter_callback_",
        "utter_handoff_",
    )
    everything = rules + "\n".join(SOURCES.values())
    unused = [
        name
        for name in DOMAIN["responses"]
        if name not in asked and not name.startswith(patterns) and not re.search(rf"\b{name}\b", everything)
    ]
    assert unused == []


def test_every_intent_has_a_rule() -> None:
    ruled: set[str] = set()
    for path in (ROOT / "data/stories").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8")).get("rules", []):
            ruled |= {step["intent"] for step in rule["steps"] if "intent" in step}
    assert set(DOMAIN["intents"]) - ruled == set()


def test_there_are_enough_rules_stories_and_test_conversations() -> None:
    def count(folder: str, key: str) -> int:
        files: list[Path] = sorted((ROOT / folder).glob("*.yml"))
        return sum(len(yaml.safe_load(one.read_text(encoding="utf-8")).get(key, [])) for one in files)

    assert count("data/stories", "rules") + count("data/stories", "stories") >= 60
    assert count("tests/conversations", "stories") >= 60


def test_buttons_name_intents_and_entities_that_exist() -> None:
    entities = {name for one in DOMAIN["entities"] for name in one}
    for name, variants in DOMAIN["responses"].items():
        for button in variants[0].get("buttons", []):
            payload: Any = button["payload"]
            if payload.startswith("/"):
                assert payload[1:].split("{")[0] in DOMAIN["intents"], name
    for source in SOURCES.values():
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.match(r"/[a-z]", node.value)
            ):
                assert re.match(r"/(\w+)", node.value)[1] in DOMAIN["intents"]  # type: ignore[index]
    assert {"order_no", "product", "color", "size"} <= entities


def test_texts_are_short_ask_one_thing_and_read_no_address() -> None:
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            text = variant["text"]
            assert len(text) <= 240, name
            assert text.count("?") <= 1, name
            assert "http" not in text and "www" not in text, name
            assert not re.search(r"\b(sen|sana|senin|misin|musun)\b", text), name
