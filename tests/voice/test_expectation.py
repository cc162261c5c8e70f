"""What is waited for: from what the designer wrote to pauses, keys and check digits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.message import Reply
from voice.check_digits import CHECKS, iban, luhn, tckn
from voice.expectation import ANYTHING, CHOICE, Expectation, expectation_of
from voice.keypad import COMMANDS, ONE_KEY, TWO_KEYS

BUTTONS = {"buttons": [{"title": "Evet", "payload": "/affirm"}, {"title": "Hayır", "payload": "/deny"}]}


def of(*replies: tuple[dict[str, Any], dict[str, Any]]) -> Expectation:
    return expectation_of([Reply("…", data, metadata) for data, metadata in replies])


def test_a_responses_name_tells_what_it_asks_for() -> None:
    for name in ("utter_ask_order_no", "utter_ask_return_form_order_no", "utter_ask_order_no_to_cancel"):
        assert of(({}, {"utter_action": name})).kind == "order_no"
    assert of(({}, {"utter_action": "utter_ask_for_tracking_no"})).kind == "tracking_no"
    for name in (
        "utter_ask_phone_last_four",
        "utter_ask_city",
        "utter_order_no",
        "utter_ask_reorder_nov",
        7,
        None,
    ):
        assert of(({}, {"utter_action": name})) == ANYTHING


def test_what_the_designer_says_wins() -> None:
    found = of(
        (
            {},
            {
                "utter_action": "utter_ask_phone",
                "voice": {"expects": "order_no", "lengths": [6, 4], "check": "luhn"},
            },
        )
    )
    assert found == Expectation("order_no", (4, 6), "luhn")


def test_buttons_are_a_menu_and_their_titles_are_likely() -> None:
    assert of((BUTTONS, {})) == Expectation(CHOICE, choices=("Evet", "Hayır"), hotwords=("Evet", "Hayır"))
    assert of((BUTTONS, {"voice": {"expects": "yes_no"}})).kind == "yes_no"


def test_the_last_question_counts() -> None:
    asks = ({}, {"utter_action": "utter_ask_order_no"})
    assert of(asks, ({}, {})).kind == "order_no"
    assert of(asks, (BUTTONS, {})).kind == CHOICE
    assert expectation_of([]) == ANYTHING


@pytest.mark.parametrize(
    "voice",
    [
        None,
        "order_no",
        [],
        {"expects": "nonsense"},
        {"expects": "choice"},
        {"expects": None},
        {"expects": ["order_no"]},
    ],
)
def test_what_makes_no_sense_expects_anything(voice: Any) -> None:
    assert of(({}, {"voice": voice})) == ANYTHING


def test_lengths_that_make_no_sense_are_passed_over() -> None:
    found = of(({}, {"voice": {"expects": "order_no", "lengths": [0, -3, "6", 6, 4000], "check": "x"}}))
    assert found == Expectation("order_no", (6,))
    odd = {"expects": "order_no", "lengths": 6, "check": ["luhn"], "hotwords": "kargo"}
    assert of(({}, {"voice": odd})) == Expectation("order_no")


def test_keys_follow_the_expectation() -> None:
    assert ANYTHING.keys == COMMANDS
    assert Expectation("yes_no").keys == ONE_KEY
    assert Expectation(CHOICE, choices=("a",) * 9).keys == ONE_KEY
    assert Expectation(CHOICE, choices=("a",) * 10).keys == TWO_KEYS
    assert Expectation(CHOICE, choices=("6", "12")).keys == TWO_KEYS, "both are called by their number"
    assert Expectation("order_no", (4, 6)).keys.longest == 6
    assert Expectation("order_no").keys.longest is None
    assert Expectation("phone").keys.lengths == (10,)


def test_check_digits() -> None:
    assert luhn("79927398713") and not luhn("79927398714") and not luhn("7") and not luhn("")
    assert (
        tckn("10000000146") and not tckn("10000000147") and not tckn("00000000000") and not tckn("1000000014")
    )
    assert iban("330006100519786457841326") and not iban("330006100519786457841327") and not iban("33")
    for check in CHECKS.values():
        for text in ("", "x", "١٢٣", "²", "12 34"):
            assert check(text) is False
