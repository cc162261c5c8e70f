"""What is heard, by the golden table, of what is said, and of any text."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.turkish import fold
from tests.speech.tables import rows
from voice.speech.digits import corrected
from voice.speech.hear import hear
from voice.speech.kinds import HEARD, UnknownKind
from voice.speech.read_back import read_back
from voice.speech.say import say

SUNDAY = date(2026, 11, 22)
TABLE = [
    row
    for name in (
        "hear",
        "hear_callers",
        "hear_shop",
        "hear_counter",
        "hear_rounds",
        "hear_last",
        "hear_conventions",
    )
    for row in rows(f"{name}.tsv")
]


@pytest.mark.parametrize(("expected", "text", "value"), TABLE, ids=lambda cell: cell[:40])
def test_is_heard_as_it_was_meant(expected: str, text: str, value: str) -> None:
    heard = hear(text, expected, SUNDAY)
    assert ("EMPTY" if heard is None else str(heard)) == value


@pytest.mark.parametrize(("expected", "text", "value"), TABLE[::3], ids=lambda cell: cell[:40])
def test_turkish_letters_are_not_needed(expected: str, text: str, value: str) -> None:
    heard = hear(fold(text), expected, SUNDAY)
    assert ("EMPTY" if heard is None else str(heard)) == value


def test_the_table_has_everything_that_is_asked_for() -> None:
    assert {kind for kind, _, _ in TABLE} == set(HEARD)
    assert len(TABLE) >= 700


def test_an_unknown_expectation_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKind, match=r"'colour'.*order_no"):
        hear("beş", "colour", SUNDAY)


def test_a_date_needs_today() -> None:
    with pytest.raises(ValueError, match="today"):
        hear("yarın", "date")


PIECES = st.sampled_from(
    [text for _, text, _ in TABLE]
    + ["yok", "pardon", "değil", "baştan alıyorum", "bir", "buçuk", "99", ",", "ayın"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES | st.text(max_size=12), max_size=6), st.sampled_from(HEARD), st.dates())
def test_any_text_can_be_heard_on_any_day(pieces: list[str], expected: str, today: date) -> None:
    value = hear(" ".join(pieces), expected, today)
    if value is not None:
        assert read_back(value, expected)


DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=20)


@settings(deadline=None)
@given(DIGITS)
def test_an_order_number_that_is_read_back_is_heard_as_it_was(digits: str) -> None:
    assert hear(read_back(digits, "order_no"), "order_no") == digits
    assert hear(read_back(digits, "order_no", digit_by_digit=True), "order_no") == digits


@settings(deadline=None)
@given(DIGITS)
def test_an_order_number_that_is_said_is_heard_as_it_was(digits: str) -> None:
    said = say(digits, "order_no")
    # "otuz iki yüz" is thirty and two hundred, by convention: only a pause tells it from thirty-two and hundred.
    words = said.split()
    units = {"iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"}
    assume(said == read_back(digits, "order_no").replace(",", "") and _unambiguous(digits, words, units))
    assert hear(said, "order_no") == digits


def _unambiguous(digits: str, words: list[str], units: set[str]) -> bool:
    from voice.speech.figures import cardinal, groups

    cut = [cardinal(group).split() for group in groups(digits)]
    for first, second in pairwise(cut):
        if second[0] == "yüz" and first[-1] in units:
            return False
        if first[-1] in {
            "yüz",
            "on",
            "yirmi",
            "otuz",
            "kırk",
            "elli",
            "altmış",
            "yetmiş",
            "seksen",
            "doksan",
        }:
            return False
    return len(words) > 0


@settings(deadline=None)
@given(st.from_regex(r"[23458][0-9]{9}", fullmatch=True))
def test_a_telephone_number_that_is_read_back_is_heard_as_it_was(digits: str) -> None:
    value = f"+90{digits}"
    assert hear(read_back(value, "phone"), "phone") == value
    assert hear(read_back(value, "phone", digit_by_digit=True), "phone") == value


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_that_is_read_back_is_heard_as_it_was(day: date) -> None:
    assert hear(read_back(day.isoformat(), "date"), "date", SUNDAY) == day.isoformat()


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_an_amount_that_is_read_back_is_heard_as_it_was(lira: int, kurus: int) -> None:
    value = f"{lira}.{kurus:02d}"
    assert hear(read_back(value, "amount"), "amount") == value


@given(st.integers(1, 9))
def test_small_numbers_that_are_read_back_are_heard(number: int) -> None:
    for expected in ("quantity", "score_0_10", "choice_1_9"):
        assert hear(read_back(number, expected), expected) == number


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "12 34", "12 34"),
        ("1 2 3", "1 2 4", "1 2 4"),
        ("1 2 3 4", "5", "1 2 3 5"),
        ("123 45", "46", "123 46"),
        ("123 45 67", "124", "124 45 67"),
        ("123 456", "457 789", "123 457 789"),
        ("1 2 3", "124", "124"),
    ],
)
def test_a_correction_takes_the_place_of_what_it_repeats(before: str, after: str, expected: str) -> None:
    assert corrected(before.split(), after.split())[0] == expected.split()


@pytest.mark.parametrize(
    ("value", "expected", "said", "slowly"),
    [
        ("482913", "order_no", "dört yüz seksen iki, dokuz yüz on üç", "dört, sekiz, iki, dokuz, bir, üç"),
        ("+905321234567", "phone", "sıfır beş yüz otuz iki, yüz yirmi üç, kırk beş, altmış yedi", None),
        ("2026-11-25", "date", "yirmi beş kasım iki bin yirmi altı çarşamba", None),
        (
            "1250.50",
            "amount",
            "bin iki yüz elli lira elli kuruş",
            "bir, iki, beş, sıfır lira, beş, sıfır kuruş",
        ),
        ("yes", "yes_no", "evet", "evet"),
        (12, "quantity", "on iki", "bir, iki"),
    ],
)
def test_values_are_read_back(value: str | int, expected: str, said: str, slowly: str | None) -> None:
    assert read_back(value, expected) == said
    if slowly:
        assert read_back(value, expected, digit_by_digit=True) == slowly


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "order_no"),
        ("532", "phone"),
        ("30 Şubat", "date"),
        ("12,5", "amount"),
        ("belki", "yes_no"),
        ("x", "quantity"),
    ],
)
def test_what_is_no_value_is_not_read_back(value: str, expected: str) -> None:
    with pytest.raises(ValueError):
        read_back(value, expected)
