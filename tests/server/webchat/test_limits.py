"""How much one visitor may ask for; time passes only when a test says so."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.server.webchat import limits
from bot.server.webchat.limits import Buckets, Counts, address_of


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_a_bucket_is_emptied_and_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(3, 60.0, clock)

    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, pytest.approx(20.0)]
    assert buckets.take("b") == 0.0, "another visitor has a bucket of their own"
    clock.time += 20.0
    assert buckets.take("a") == 0.0 and buckets.take("a") > 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_never_more_than_allowed_in_any_time(pauses: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(5, 60.0, clock)
    taken = []
    for pause in pauses:
        clock.time += pause
        if buckets.take("a") == 0.0:
            taken.append(clock.time)
    for index, begin in enumerate(taken):
        within = [one for one in taken[index:] if one <= begin + 60.0]
        assert len(within) <= 10, "five at once, and five more as the bucket fills"


def test_full_buckets_are_forgotten() -> None:
    clock = Clock()
    buckets = Buckets(5, 60.0, clock)
    for number in range(1_000):
        clock.time += 1.0
        buckets.take(str(number))

    assert len(buckets) < 100


def test_a_crowd_of_visitors_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 50)
    buckets = Buckets(5, 60.0, Clock())
    for number in range(500):
        buckets.take(str(number))

    assert len(buckets) == 50


def test_counts_bound_each_address_and_all_of_them() -> None:
    counts = Counts(each=2, most=3)

    assert [counts.enter("a"), counts.enter("a"), counts.enter("a")] == [True, True, False]
    assert [counts.enter("b"), counts.enter("b")] == [True, False]
    counts.leave("a")
    assert counts.enter("b") and counts.total == 3


LOCAL = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),  # a client's own claim
        ("127.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", "1.2.3.4, 203.0.113.1", "203.0.113.1"),  # what came before the proxy is a claim
        ("127.0.0.1", "203.0.113.1, 10.0.0.2", "203.0.113.1"),
        ("127.0.0.1", "nonsense", "nonsense"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:198.51.100.7", None, "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        (None, None, ""),
    ],
)
def test_who_asks_is_told_by_trusted_proxies_only(
    remote: str | None, forwarded: str | None, found: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote or "")

    assert address_of(request, LOCAL) == found


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\r\n\0"), max_size=30), max_size=5))
def test_no_header_breaks_it(parts: list[str]) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": ",".join(parts)}).clone(
        remote="127.0.0.1"
    )

    assert len(address_of(request, LOCAL)) <= 64
