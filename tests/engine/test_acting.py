"""Slots, forms, fallback and wording, each as a table of what goes in and what comes out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from bot.dialogue.acting import Actor
from bot.dialogue.slot_filling import extract_slots
from bot.errors import ActionError, ActionRejected
from bot.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, Event, SlotSet, UserUttered
from bot.nlg import choose_variation, fill_text, suitable_variations, utterance

from .project import LISTEN, conversation, domain_of, run, said, stage

DOMAIN = domain_of("""
    version: "3.1"
    intents: [inform, affirm, deny, chat, go]
    entities: [city, {stop: {roles: [from, to], groups: [a]}}]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city, not_intent: chat}]}
      start: {type: text, mappings: [{type: from_entity, entity: stop, role: from}]}
      end: {type: text, mappings: [{type: from_entity, entity: stop, role: to, group: a}]}
      stops: {type: list, mappings: [{type: from_entity, entity: stop}]}
      agreed:
        type: bool
        mappings:
        - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: trip, requested_slot: agreed}]}
        - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: trip, requested_slot: agreed}]}
      words: {type: text, mappings: [{type: from_text, conditions: [{active_loop: note}]}]}
      outside: {type: text, mappings: [{type: from_text, intent: deny, conditions: [{active_loop: null}]}]}
      why: {type: text, mappings: [{type: from_trigger_intent, intent: go, value: wanted}]}
      guess: {type: text, mappings: [{type: custom, action: action_guess}]}
    forms:
      trip: {required_slots: [city, agreed], ignored_intents: [chat]}
      note: {required_slots: [words]}
      bare: {required_slots: []}
    actions: [action_guess, validate_note, action_fails]
    responses:
      utter_ask_trip_city: [{text: "which city?"}]
      utter_ask_agreed: [{text: "is {city} right?"}]
      utter_ask_words: [{text: "say it"}]
      utter_default: [{text: "sorry"}]
""")

TRIP = [said("go"), "trip", ActiveLoop("trip")]


def role(entity: str, value: str, **labels: str) -> UserUttered:
    found = {"entity": entity, "value": value, **labels}
    return UserUttered("x", {"name": "inform", "confidence": 1.0}, (found,))


@pytest.mark.parametrize(
    ("events", "filled"),
    [
        ([said("inform", city="Rize")], {"city": "Rize"}),
        ([said("chat", city="Rize")], {}),
        ([role("stop", "A", role="from")], {"start": "A"}),
        ([role("stop", "A", role="to")], {}),
        ([role("stop", "A", role="to", group="a")], {"end": "A"}),
        ([role("stop", "A")], {"stops": ["A"]}),
        ([said("affirm")], {}),
        ([*TRIP, SlotSet("requested_slot", "agreed"), LISTEN, said("deny")], {"agreed": False}),
        ([*TRIP, SlotSet("requested_slot", "city"), LISTEN, said("deny")], {}),
        ([*TRIP, LISTEN, said("chat", city="Rize")], {}),
        ([said("go"), "note", ActiveLoop("note"), LISTEN, said("chat", "any words")], {"words": "any words"}),
        ([said("deny", "no!")], {"outside": "no!"}),
        ([*TRIP, LISTEN, said("go")], {"why": "wanted"}),
        ([said("go")], {}),
        ([said("inform", city=None)], {}),
        ([SlotSet("city", "Rize"), said("inform", city=None)], {"city": None}),
    ],
)
def test_a_message_fills_slots_by_their_mappings(events: list[Any], filled: dict[str, Any]) -> None:
    found = run(extract_slots(conversation(DOMAIN, *events), DOMAIN, stage(DOMAIN)))
    assert {one.name: one.value for one in found} == filled


def test_a_custom_mapping_may_set_slots_and_speak_but_nothing_else() -> None:
    table = {
        "action_guess": {
            "events": [{"event": "slot", "name": "guess", "value": "x"}, {"event": "restart"}],
            "responses": [{"text": "a guess"}],
        }
    }
    found = run(extract_slots(conversation(DOMAIN, said("chat")), DOMAIN, stage(DOMAIN, table)))
    assert [one.kind for one in found] == ["slot"]
    assert found[0] == SlotSet("guess", "x")


def test_a_custom_mapping_that_fails_leaves_the_other_slots() -> None:
    table = {"action_guess": {"error": True}}
    found = run(
        extract_slots(conversation(DOMAIN, said("inform", city="Rize")), DOMAIN, stage(DOMAIN, table))
    )
    assert found == [SlotSet("city", "Rize")]


def ran(action: str, events: Sequence[Any], table: dict[str, Any] | None = None) -> list[Any]:
    """Kinds and values of what an action answers."""
    tracker = conversation(DOMAIN, *events)
    found: list[Event] = run(Actor(DOMAIN, stage(DOMAIN, table)).run(action, tracker))
    told: list[Any] = []
    for one in found:
        match one:
            case SlotSet():
                told.append((one.name, one.value))
            case ActiveLoop():
                told.append(("loop", one.name))
            case _:
                told.append(getattr(one, "text", None) or one.kind)
    return told


ASKED = [*TRIP, SlotSet("requested_slot", "city"), LISTEN]


@pytest.mark.parametrize(
    ("action", "events", "answer"),
    [
        (
            "trip",
            [said("go")],
            [("loop", "trip"), ("why", "wanted"), ("requested_slot", "city"), "which city?"],
        ),
        (
            "trip",
            [said("inform", city="Rize"), SlotSet("city", "Rize")],
            [("loop", "trip"), ("city", "Rize"), ("requested_slot", "agreed"), "is Rize right?"],
        ),
        (
            "trip",
            [*ASKED, said("inform", city="Rize"), SlotSet("city", "Rize")],
            [("requested_slot", "agreed"), "is Rize right?"],
        ),
        (
            "trip",
            [*ASKED, SlotSet("city", "Rize"), said("affirm"), SlotSet("agreed", True)],
            [("requested_slot", None), ("loop", None)],
        ),
        ("bare", [said("chat")], [("loop", "bare"), ("requested_slot", None), ("loop", None)]),
        ("action_deactivate_loop", ASKED, [("loop", None), ("requested_slot", None)]),
        ("action_default_fallback", [said("chat")], ["sorry", "rewind"]),
        ("action_restart", [said("restart")], ["restart"]),
        ("action_back", [said("back")], ["rewind", "rewind"]),
        (
            "action_two_stage_fallback",
            [said("nlu_fallback")],
            [("loop", "action_two_stage_fallback"), "Did you mean 'nlu_fallback'?"],
        ),
    ],
)
def test_what_an_action_answers(action: str, events: list[Any], answer: list[Any]) -> None:
    assert ran(action, events) == answer


def test_a_form_that_hears_no_answer_declines() -> None:
    with pytest.raises(ActionRejected, match="city"):
        ran("trip", [*ASKED, said("chat")])


def test_a_form_that_was_interrupted_only_asks_again() -> None:
    from bot.events import LoopInterrupted

    events = [*ASKED, said("chat"), "utter_default", LoopInterrupted(True)]
    assert ran("trip", events) == [("requested_slot", "city"), "which city?"]


def test_validation_may_refuse_answer_for_other_slots_and_end_the_form() -> None:
    asked = [said("go"), "note", ActiveLoop("note"), SlotSet("requested_slot", "words"), LISTEN]
    asked += [said("chat", "hm"), SlotSet("words", "hm")]
    refuse = {"validate_note": {"validate": {"words": {"allowed": ["yes"], "invalid": "utter_default"}}}}
    assert ran("note", asked, refuse) == ["sorry", ("words", None), ("requested_slot", "words"), "say it"]
    accept = {"validate_note": {"validate": {"words": {"map": {"hm": "hmm"}}}}}
    assert ran("note", asked, accept) == [("words", "hmm"), ("requested_slot", None), ("loop", None)]
    dynamic = {"validate_note": {"events": [{"event": "slot", "name": "requested_slot", "value": "agreed"}]}}
    assert ran("note", asked, dynamic) == [("requested_slot", "agreed"), "is None right?"]
    with pytest.raises(ActionRejected):
        ran("note", asked, {"validate_note": {"reject": True}})
    with pytest.raises(ActionError):
        ran("note", asked, {"validate_note": {"error": True}})
    by_hand = {"validate_note": {"events": [{"event": "action_execution_rejected", "name": "note"}]}}
    assert ran("note", asked, by_hand) == [ActionExecutionRejected("note").kind]


def test_an_unknown_action_is_told() -> None:
    with pytest.raises(ActionError, match="action_nobody"):
        ran("action_nobody", [said("chat")])


FALLBACK = [said("nlu_fallback"), ActionExecuted("action_two_stage_fallback")]
IN_FALLBACK = [*FALLBACK, ActiveLoop("action_two_stage_fallback"), LISTEN]


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        (["inform"], [("loop", None), "rewind", "action", "/inform"]),
        (["nlu_fallback"], [("loop", None), "sorry", "rewind"]),
        (["out_of_scope", "nlu_fallback", "out_of_scope"], [("loop", None), "sorry", "rewind"]),
        (["out_of_scope", "nlu_fallback"], ["Did you mean 'nlu_fallback'?"]),
    ],
)
def test_the_two_stage_fallback_ends_by_being_understood_or_by_giving_up(
    answers: list[str], end: list[Any]
) -> None:
    events: list[Any] = list(IN_FALLBACK)
    for intent in answers[:-1]:
        events += [said(intent), ActionExecuted("action_two_stage_fallback"), LISTEN]
    assert ran("action_two_stage_fallback", [*events, said(answers[-1])]) == end


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("plain", {}, "plain"),
        ("{a} and {b}", {"a": 1, "b": None}, "1 and None"),
        ("{a} and {unknown}", {"a": 1}, "{a} and {unknown}"),
        ('/x{{"k": "{a}"}}', {"a": "v"}, '/x{"k": "v"}'),
        ("{{a}}", {"a": 1}, "{a}"),
        ("{", {"a": 1}, "{"),
        ("{a", {"a": 1}, "{a"),
        ("{}", {"a": 1}, "{}"),
        ("{a.b} {a[0]}", {"a.b": 1, "a[0]": 2}, "1 2"),
        ("{şehir}", {"şehir": "Iğdır"}, "Iğdır"),
        ("{a}", {"a": "{b}", "b": "c"}, "{b}"),
    ],
)
def test_names_in_braces_are_filled_in(text: str, values: dict[str, Any], filled: str) -> None:
    assert fill_text(text, values) == filled


PLAIN, CHANNEL = {"text": "p"}, {"text": "c", "channel": "x"}
CONDITION = {"text": "k", "condition": [{"type": "slot", "name": "s", "value": "Yes"}]}
ALL = [PLAIN, CHANNEL, CONDITION, {**CONDITION, "text": "kc", "channel": "x"}]


@pytest.mark.parametrize(
    ("variations", "channel", "slot", "suitable"),
    [
        (ALL, "x", "yes", ["kc"]),
        (ALL, "x", "no", ["c"]),
        (ALL, "y", "YES", ["k"]),
        (ALL, "y", None, ["p"]),
        ([CHANNEL], "y", None, []),
        ([CONDITION], "x", "no", []),
        ([PLAIN, PLAIN], "x", None, ["p", "p"]),
    ],
)
def test_the_most_special_variation_is_said(
    variations: list[dict[str, Any]], channel: str, slot: Any, suitable: list[str]
) -> None:
    found = suitable_variations(variations, channel, {"s": slot})
    assert [one["text"] for one in found] == suitable
    chosen = choose_variation(variations, channel, {"s": slot}, {}, random.Random(1))
    assert (chosen or {}).get("text") in [*suitable, None]


def test_filling_in_does_not_change_the_domain() -> None:
    variation = {"text": "{s}", "custom": {"deep": ["{s}"]}, "elements": ["{s}"]}
    chosen = choose_variation([variation], "x", {"s": 1}, {"s": 2}, random.Random(1))
    assert chosen == {"text": "2", "custom": {"deep": ["2"]}, "elements": ["{s}"]}
    assert variation["custom"] == {"deep": ["{s}"]}


def test_what_is_no_text_goes_to_data_and_an_image_is_an_attachment_too() -> None:
    said = utterance({"text": "t", "image": "i.png", "buttons": [], "utter_action": "utter_x", "mine": 1})
    assert said.text == "t"
    assert said.data == {"image": "i.png", "attachment": "i.png", "buttons": []}
    assert said.metadata == {"utter_action": "utter_x", "mine": 1}


def test_the_same_point_of_a_conversation_is_worded_the_same_way() -> None:
    domain = domain_of("""
        version: "3.1"
        responses: {utter_x: [{text: a}, {text: b}, {text: c}, {text: d}]}
    """)
    texts = set()
    for number in range(30):
        tracker = conversation(domain, *["utter_x"] * number)
        first, second = (run(stage(domain).word("utter_x", tracker)) for _ in range(2))
        assert first == second
        texts.add(first.text)
    assert texts == {"a", "b", "c", "d"}
