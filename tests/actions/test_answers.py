"""What customers' words mean as answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from actions.answers import (
    callback_time,
    can_be_called,
    last_four_in,
    order_no_in,
    phone_in,
    score_in,
    tracking_no_in,
    wants_to_stop,
)
from actions.shop.order import ISTANBUL
from actions.wording import day, listed, moment, money

NOW = datetime(2026, 3, 16, 11, 30, tzinfo=ISTANBUL)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yarın öğleden sonra", "2026-03-17 14:00"),
        ("Yarın sabah", "2026-03-17 10:00"),
        ("yarın 14:30", "2026-03-17 14:30"),
        ("yarın saat 14.30'da arayın", "2026-03-17 14:30"),
        ("bugün akşam 6'da", "2026-03-16 18:00"),
        ("akşam altı buçukta", "2026-03-16 18:30"),
        ("saat üçte", "2026-03-16 15:00"),
        ("saat 10'da", "2026-03-17 10:00"),
        ("gece 3te", "2026-03-17 03:00"),
        ("yarın beşe çeyrek kala", "2026-03-17 16:45"),
        ("çarşamba günü öğlen", "2026-03-18 12:00"),
        ("cumartesi on birde", "2026-03-21 11:00"),
        ("18 martta saat 16 gibi", "2026-03-18 16:00"),
        ("hemen", "2026-03-16 12:00"),
        ("En kısa zamanda", "2026-03-16 12:00"),
        ("fark etmez", "2026-03-16 12:00"),
    ],
)
def test_times_to_be_called_are_read(text: str, expected: str) -> None:
    found = callback_time(text, NOW)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == expected
    assert found > NOW


@pytest.mark.parametrize(
    "text", ["", "bilmem", "beni arayın", "bir ara", "😀", "99999999999999", "0532 111 22 33"]
)
def test_what_names_no_time_is_none(text: str) -> None:
    assert callback_time(text, NOW) is None


def test_soon_is_never_at_night_nor_on_sunday() -> None:
    for hour in range(24):
        for date in range(16, 23):
            found = callback_time("hemen", NOW.replace(day=date, hour=hour))
            assert found is not None
            assert can_be_called(found)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("9", 9),
        ("10", 10),
        ("0", 0),
        ("10 üzerinden 8 veriyorum", 8),
        ("on üzerinden yedi", 7),
        ("5 yıldız", 5),
        ("9/10", 9),
        ("bir puan vereyim, sekiz", 8),
        ("11", None),
        ("8,5", None),
        ("-3", None),
        ("çok iyiydi", None),
        ("7 ya da 8", None),
        ("", None),
    ],
)
def test_scores_are_read(text: str, score: int | None) -> None:
    assert score_in(text) == score


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("SN-482913", "SN-482913"),
        ("siparişim 482913 idi", "SN-482913"),
        ("SN 482 913", "SN-482913"),
        ("dört yüz seksen iki dokuz yüz on üç", "SN-482913"),
        ("05320001234", ""),
        ("0532 000 12 34", ""),
        ("48291", ""),
        ("3 gündür bekliyorum", ""),
    ],
)
def test_order_numbers_are_found(text: str, number: str) -> None:
    assert order_no_in(text) == number


@pytest.mark.parametrize(
    "text", ["731004581233", "2840 1173 5596", "KP 02123456789", "takip no 731004581233"]
)
def test_tracking_numbers_are_found(text: str) -> None:
    assert tracking_no_in(text)


@pytest.mark.parametrize("text", ["", "482913", "SN-482913", "kargom nerede", "x" * 10_000])
def test_what_is_no_tracking_number_is_not_found(text: str) -> None:
    assert tracking_no_in(text) == ""


@pytest.mark.parametrize(
    "text", ["4567", "45 67", "45-67", "4567'dir", "son dört hanesi 4567", "+90 532 000 45 67"]
)
def test_last_four_digits_are_found(text: str) -> None:
    assert last_four_in(text) == "4567"


@pytest.mark.parametrize("text", ["456", "45678", "yok", "", "4567 1234"])
def test_what_is_no_four_digits_is_not_found(text: str) -> None:
    assert last_four_in(text) == ""


@pytest.mark.parametrize(
    "text", ["0532 000 12 34", "5320001234", "+905320001234", "numaram 0 (532) 000-12-34"]
)
def test_phones_are_found(text: str) -> None:
    assert phone_in(text) == "+905320001234"


@pytest.mark.parametrize("text", ["vazgeçtim", "Boş ver.", "VAZGEÇTİM", "iptal"])
def test_giving_up_is_heard(text: str) -> None:
    assert wants_to_stop(text)


@pytest.mark.parametrize("text", ["siparişi iptal et", "vazgeçmedim", "evet", "boş verilmiş"])
def test_what_gives_nothing_up(text: str) -> None:
    assert not wants_to_stop(text)


def test_values_are_worded_as_people_say_them() -> None:
    assert [money(kurus) for kurus in (14990, 500000, 0, 5)] == ["149,90 TL", "5.000 TL", "0 TL", "0,05 TL"]
    assert day(datetime(2026, 3, 12, 22, tzinfo=ISTANBUL)) == "12 Mart Perşembe"
    assert moment(datetime(2026, 3, 12, 14, 30, tzinfo=ISTANBUL)) == "12 Mart Perşembe günü saat 14.30'da"
    assert listed(["a", "b", "c"], "veya") == "a, b veya c"
    assert listed([]) == ""
