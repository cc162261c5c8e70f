from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import equal, lower, title, upper


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İSTANBUL", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("KÂĞIT", "kâğıt"),
        ("DÎNÎ SÛRE", "dînî sûre"),
        ("ÇĞÖŞÜ", "çğöşü"),
        ("I\u0307zmir", "i\u0307zmir"),
        ("ΟΔΟΣ", "οδος"),
        ("", ""),
    ],
)
def test_lower(text: str, expected: str) -> None:
    assert lower(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("istanbul", "İSTANBUL"),
        ("ısparta", "ISPARTA"),
        ("hâlâ", "HÂLÂ"),
        ("i\u0307yi", "I\u0307Yİ"),
        ("Straße", "STRAßE"),
        ("ﬁyat", "ﬁYAT"),
    ],
)
def test_upper(text: str, expected: str) -> None:
    assert upper(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISPARTA'DAN izmir’e", "Isparta'dan İzmir’e"),
        ("ığdır ilçesi", "Iğdır İlçesi"),
        ("şişli-BEŞİKTAŞ", "Şişli-Beşiktaş"),
        ("s\u0327is\u0327li", "S\u0327is\u0327li"),
        ("14 mart", "14 Mart"),
    ],
)
def test_title(text: str, expected: str) -> None:
    assert title(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ŞİŞLİ", "sisli"),
        ("ISPARTA", "isparta"),
        ("İzmir", "i\u0307zmir"),
        ("kâr", "KAR"),
        ("şu", "s\u0327u"),
        ("Iğdır", "IĞDIR"),
    ],
)
def test_equal_regardless_of_case_and_diacritics(one: str, other: str) -> None:
    assert equal(one, other)
    assert equal(other, one)


def test_other_letters_are_not_equal() -> None:
    assert not equal("on", "un")
    assert not equal("kar", "karı")


@given(st.text())
def test_case_never_changes_the_number_of_characters(text: str) -> None:
    assert len(lower(text)) == len(upper(text)) == len(title(text)) == len(text)


@given(st.text())
def test_lower_is_settled_after_once(text: str) -> None:
    assert lower(lower(text)) == lower(text)


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzâîû 019'"))
def test_upper_and_back_is_the_same_text(text: str) -> None:
    assert lower(upper(text)) == text
