"""What is said, by the golden table and for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.speech.tables import plain, rows
from voice.speech.figures import groups
from voice.speech.kinds import SAID, UnknownKind
from voice.speech.lexicon import LexiconError, pronunciations, read_entries, readings
from voice.speech.say import say

TABLE = [
    row
    for name in ("say", "say_callers", "say_shop", "say_counter", "say_rounds", "say_last", "say_conventions")
    for row in rows(f"{name}.tsv")
]


@pytest.mark.parametrize(("kind", "text", "expected"), TABLE, ids=lambda cell: cell[:40])
def test_is_said_as_people_say_it(kind: str, text: str, expected: str) -> None:
    assert plain(say(text, kind)) in [plain(reading) for reading in expected.split(" | ")]


def test_the_table_has_every_kind() -> None:
    assert {kind for kind, _, _ in TABLE} == set(SAID)
    assert len(TABLE) >= 800


def test_an_unknown_kind_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKind, match=r"'fiyat'.*price"):
        say("5", "fiyat")


PIECES = st.sampled_from(
    [text for _, text, _ in TABLE]
    + [
        "'",
        "’ye",
        "-",
        "%",
        "₺",
        "TL",
        ".",
        ",",
        "٣",
        "²",
        "①",
        "½",
        "🙂",
        "12.",
        "x",
        "@",
        "#",
        "+90",
        "no: ",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES | st.text(max_size=12), max_size=6), st.sampled_from(SAID))
def test_any_text_is_said_without_a_digit(pieces: list[str], kind: str) -> None:
    said = say(" ".join(pieces), kind)
    assert not any(char.isdigit() for char in said)
    assert said == " ".join(said.split())


@settings(deadline=None)
@given(st.text(alphabet="0123456789 .,:-/x%'TLtrA", max_size=400), st.sampled_from(SAID))
def test_figures_in_any_order_are_said(text: str, kind: str) -> None:
    assert not any(char.isdigit() for char in say(text, kind))


@given(st.text(alphabet="0123456789", min_size=2, max_size=40))
def test_groups_leave_no_digit_alone(digits: str) -> None:
    cut = groups(digits)
    assert "".join(cut) == digits
    assert all(len(group) in (2, 3) for group in cut)


def test_a_word_of_the_shop_wins(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("# ours\n\nKDV\tkatma değer vergisi\nMağazaX\tmağaza iks\n", encoding="utf-8")
    words = readings().and_also(read_entries(path))
    assert (
        say("MağazaX'ten KDV'li alışveriş", lexicon=words) == "mağaza iksten katma değer vergisili alışveriş"
    )


@pytest.mark.parametrize("line", ["KDV", "KDV\t", "\tx", "4K\t4 ke", "a\tb\tc"])
def test_a_bad_line_of_a_lexicon_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"TL\tlira\n{line}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"lexicon\.tsv:2: "):
        read_entries(path)


def test_foreign_names_are_respelt_for_a_voice_only() -> None:
    assert say("iPhone'unuz yolda") == "iPhone'unuz yolda"
    assert say("iPhone'unuz yolda", lexicon=pronunciations()) == "ayfonunuz yolda"


@pytest.mark.parametrize("text", ["1" * 5000, "1." * 2000, "A1" * 2000, "1-" * 2000, "a@" * 2000, "'" * 5000])
def test_long_texts_are_said_too(text: str) -> None:
    for kind in SAID:
        assert not any(char.isdigit() for char in say(text, kind))
