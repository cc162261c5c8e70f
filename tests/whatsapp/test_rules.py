"""The rules of the house, in virtual time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.whatsapp.rules import (
    MOST_ATTEMPTS,
    WINDOW,
    Answer,
    judge,
    later_status,
    number_bucket,
    pair_bucket,
    window_open,
)
from bot.channels.whatsapp.signature import answer_challenge, is_signed, signature_of


def test_the_window_is_open_for_a_day() -> None:
    assert window_open(100.0, 100.0 + WINDOW - 1)
    assert not window_open(100.0, 100.0 + WINDOW)
    assert not window_open(None, 100.0)


def test_one_customer_gets_45_at_once_and_then_one_in_six_seconds() -> None:
    bucket, now, sent = pair_bucket(0.0), 0.0, []
    for _ in range(60):
        bucket, wait = bucket.take(now)
        now += wait
        sent.append(now)
    assert sent[:45] == [0.0] * 45
    assert [later - earlier for earlier, later in itertools.pairwise(sent[45:])] == pytest.approx([6.0] * 14)


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=400))
def test_no_second_sees_more_than_eighty(gaps: list[float]) -> None:
    bucket, now, sent = number_bucket(0.0), 0.0, []
    for gap in gaps:
        now += gap
        bucket, wait = bucket.take(now)
        sent.append(now + wait)
    sent.sort()
    assert all(later - earlier >= 1.0 - 1e-6 for earlier, later in zip(sent, sent[80:], strict=False))


@pytest.mark.parametrize("code", [131026, 131047, 131050, 132000, 132001, 132015, 190, 100, 131009, 368])
def test_never_tried_again(code: int) -> None:
    assert judge(code, 1).answer is not Answer.RETRY


@pytest.mark.parametrize("code", [4, 80007, 130429, 131048, 131056, 133016, 131064, 131000, 131016, 131057])
def test_tried_again_for_a_while(code: int) -> None:
    pauses = [judge(code, attempt).pause for attempt in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses) and pauses[0] > 0
    assert judge(code, MOST_ATTEMPTS).answer is Answer.GIVE_UP


def test_what_errors_ask_for() -> None:
    assert judge(131047, 1).answer is Answer.REOPEN
    assert judge(131050, 1).answer is Answer.OPT_OUT
    assert [judge(131056, attempt).pause for attempt in (1, 2, 3)] == [4, 16, 64]
    assert judge(0, 1, broken=True, retry_after=30).pause == 30
    assert judge(0, 1).answer is Answer.GIVE_UP


@given(st.permutations(["sent", "delivered", "read", "sent", "delivered"]))
def test_statuses_in_any_order_end_at_the_furthest(told: list[str]) -> None:
    known, seen = "", []
    for one in told:
        known = later_status(known, one)
        seen.append(["sent", "delivered", "read"].index(known))
    assert known == "read" and seen == sorted(seen)


def test_a_failure_counts_only_for_what_was_not_delivered() -> None:
    assert later_status("sent", "failed") == "failed"
    assert later_status("delivered", "failed") == "delivered"
    assert later_status("failed", "delivered") == "delivered"
    assert later_status("read", "invented") == "read"


def test_a_known_signature() -> None:
    """Computed with ``openssl dgst -sha256 -hmac gizli``."""
    known = "sha256=afdbceca46298202998e59693d4a9781f59299d3cf7698308f761ab32cb611b1"
    body = '{"body": "Şükrü"}'.encode()
    assert is_signed("gizli", body, signature_of("gizli", body))
    assert signature_of("gizli", body) == known
    assert not is_signed("gizli", body, None) and not is_signed("gizli", body, known[:-1])
    assert not is_signed("başka", body, signature_of("gizli", body))
    assert not is_signed("gizli", body + b" ", signature_of("gizli", body))


def test_the_handshake() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "p", "hub.challenge": "7"}
    assert answer_challenge("p", query) == "7"
    assert answer_challenge("q", query) is None
    assert answer_challenge("", {**query, "hub.verify_token": ""}) is None
