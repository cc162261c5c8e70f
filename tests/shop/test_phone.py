"""Phones, order numbers and tracking numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.shop.order import Proof
from actions.shop.ownership import order_number, owns, tracking_number
from actions.shop.phone import e164, last_four_of


@pytest.mark.parametrize(
    "written",
    [
        "0532 000 12 34",
        "532 000 1234",
        "905320001234",
        "+90 (532) 000-12-34",
        "0090 532 000 12 34",
        " 05320001234 ",
    ],
)
def test_one_form_for_a_phone(written: str) -> None:
    assert e164(written) == "+905320001234"


@pytest.mark.parametrize("written", ["", "123", "abc", "😀", "+", "0" * 50, "'; --"])
def test_no_phone(written: str) -> None:
    assert e164(written) == ""


def test_other_countries_keep_theirs() -> None:
    assert e164("+49 1511 2345678") == e164("4915112345678") == "+4915112345678"


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert e164(text) == "" or e164(text).startswith("+")
    assert len(last_four_of(text)) in (0, 4)
    assert order_number(text) == "" or len(order_number(text)) == 9
    tracking_number(text)


def test_tracking_numbers_are_read_in_any_spelling() -> None:
    assert tracking_number("kp 02-5712 22388") == "KP02571222388"
    assert tracking_number("İ1ı2") == "I1I2"


def test_nobody_owns_what_does_not_exist() -> None:
    nobody = "+900000000000"
    assert not owns(None, Proof("c", last_four="0000", verified_phone=nobody), tries_left=3)
    assert not owns("+905320004567", Proof("c", last_four="4567"), tries_left=0)
    assert owns("+905320004567", Proof("c", last_four="4567"), tries_left=1)
