from __future__ import annotations

import re
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import fold, lower, normalise

MESSAGE = (
    "Merhaba, İSTANBUL'dan verdiğim sipariş hâlâ gelmedi; kargom nerede kaldı acaba? ISPARTA'ya mı gitti ki"[
        :100
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ÇĞIİÖŞÜ ÂÎÛ", "cgiiosu aiu"),
        ("çğıiöşü âîû", "cgiiosu aiu"),
        ("Isparta", "isparta"),
        ("naïve Müller", "naïve muller"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected


@given(st.text())
def test_fold_keeps_offsets_and_is_settled_after_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("change", [lower, fold])
def test_a_message_takes_a_few_microseconds(change: object) -> None:
    assert callable(change)
    assert len(MESSAGE) == 100
    fastest = min(timeit.repeat(lambda: change(MESSAGE), number=1000, repeat=5)) / 1000
    assert fastest < 20e-6  # measured: below 1 µs; the rest is for slow machines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kargom nerdeeeee???", "kargom nerde?"),
        ("Saaaat kaçta", "saat kaçta"),
        ("tabiiii", "tabii"),
        ("maaaalesef", "maalesef"),
        ("dikkkat", "dikkat"),
        ("hayırrrrr", "hayır"),
        ("XXXL 555 www.a.com", "xxxl 555 www.a.com"),
        ("aaaa@b.com", "aaaa@b.com"),
        ("İ̇stanbul’daki “şube”", 'istanbul\'daki "şube"'),
        ("Ali´ye, Veli`ye", "ali'ye, veli'ye"),
        ("i\u0307yi", "iyi"),
        ("s\u0327is\u0327li", "şişli"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("a\u00a0 \t\n b", "a b"),
        ("  iki  uç  ", "iki uç"),
        ("peki…", "peki."),
        ("1–3 gün", "1-3 gün"),
        ("tamam👍🏽", "tamam 👍"),
        ("😀😀😀", "😀"),
        ("ok👍yes", "ok 👍 yes"),
        ("🇹🇷", "🇹🇷"),
        ("2️⃣", "2"),
        ("１２", "12"),
        ("\x00\x07", ""),
        ("z̷̧a̴l", "zal"),
        ("", ""),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_emoji_can_be_dropped() -> None:
    assert normalise("kargo😀nerede 😡", keep_emoji=False).text == "kargo nerede"


@pytest.mark.parametrize(
    ("text", "piece", "original"),
    [
        ("Kargom nerdeeee???", "nerde", "nerdeeee"),
        ("👍🏽 tamam  mı", "tamam", "tamam"),
        ("i\u0307s\u0327i", "iş", "i\u0307s\u0327"),
        ("kargo😀nerede", "kargo", "kargo"),
        ("kargo😀nerede", "😀", "😀"),
        ("a\u200bb", "ab", "a\u200bb"),
        ("İZMİR’den", "izmir'den", "İZMİR’den"),
    ],
)
def test_spans_lead_back_to_the_original(text: str, piece: str, original: str) -> None:
    normalised = normalise(text)
    found = re.search(re.escape(piece), normalised.text)
    assert found
    start, end = normalised.original_span(*found.span())
    assert text[start:end] == original


def test_empty_spans_have_a_place_too() -> None:
    assert normalise("").original_span(0, 0) == (0, 0)
    assert normalise(" ab ").original_span(0, 0) == (1, 1)
    assert normalise(" ab ").original_span(2, 2) == (3, 3)


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 3)])
def test_spans_outside_the_text_are_refused(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="outside"):
        normalise("ab").original_span(*span)


@given(st.text())
def test_offsets_rise_and_stay_inside(text: str) -> None:
    normalised = normalise(text)
    assert len(normalised.offsets) == len(normalised.text)
    last = 0
    for start, end in normalised.offsets:
        assert 0 <= start <= end <= len(text)
        assert start >= last or (start, end) in normalised.offsets
        last = start
    assert normalised.text == normalised.text.strip(" ")
    assert "  " not in normalised.text


@given(st.text(alphabet="abcçıiİIşŞğ .!?😀👍\u0307\u200b '", max_size=40))
def test_normal_text_stays_as_it_is(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(alphabet="abçıİI .!?'\"", max_size=30))
def test_ordinary_text_takes_the_short_way_to_the_same_form(text: str) -> None:
    marked = normalise("\u200b" + text)
    plain = normalise(text)
    assert plain.text == marked.text
    assert plain.offsets == tuple((start - 1, end - 1) for start, end in marked.offsets)
