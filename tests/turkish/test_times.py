"""Times of day, by the clock and by what people say."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import number_to_words, parse_time, part_of_day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15:30", time(15, 30)),
        ("15.30'da", time(15, 30)),
        ("on beş otuz", time(15, 30)),
        ("9 buçuk", time(9, 30)),
        ("saat 3", time(15)),
        ("saat bir", time(13)),
        ("sabah 9", time(9)),
        ("sabahın 5'i", time(5)),
        ("öğlen 1", time(13)),
        ("öğlen 12 buçuk", time(12, 30)),
        ("öğleden sonra 4'te", time(16)),
        ("akşam 6", time(18)),
        ("akşam altı buçukta", time(18, 30)),
        ("AKŞAM ALTIDA", time(18)),
        ("gece 3te", time(3)),
        ("gece üçte", time(3)),
        ("gece 11", time(23)),
        ("gece 12", time(0)),
        ("beşi çeyrek geçe", time(17, 15)),
        ("sabah dokuzu on geçe", time(9, 10)),
        ("üçe on var", time(14, 50)),
        ("sekize on var", time(7, 50)),
        ("akşam yediye çeyrek var", time(18, 45)),
        ("bir ara", None),
        ("geceleyin", None),
        ("0532 111 22 33", None),
        ("25", None),
        ("", None),
    ],
)
def test_times(text: str, expected: time | None) -> None:
    assert parse_time(text) == expected


def test_a_part_of_the_day_named_elsewhere() -> None:
    assert part_of_day("yarın akşam") == 18 and part_of_day("yarın") is None
    assert parse_time("7'de", part_of_day("yarın akşam")) == time(19)
    assert parse_time("7'de", part_of_day("yarın sabah")) == time(7)


@given(hour=st.integers(13, 23), minute=st.integers(10, 59))
def test_what_is_read_from_a_clock_is_said_the_same(hour: int, minute: int) -> None:
    assert parse_time(f"{hour}.{minute}") == time(hour, minute)
    assert parse_time(f"saat {number_to_words(hour)} {number_to_words(minute)}") == time(hour, minute)


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    parse_time(text)
