"""Which button a reply chooses: tables of replies, and what holds for all menus."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.menu import choose, read_answer
from bot.turkish import find_numbers

HERE = Path(__file__).parent
TUNED = ("replies.jsonl", "replies_second.jsonl", "replies_third.jsonl", "replies_fourth.jsonl")
"""Tables that the matcher was written against, one after the other; each was measured before that."""

FIRST_SEEN = {
    "replies_fifth.jsonl": 0.96,  # short replies
    "replies_sixth.jsonl": 0.83,  # chatty ones
    "replies_seventh.jsonl": 0.93,  # many sentences, and recognised speech
    "replies_eighth.jsonl": 0.98,  # what menus are mostly answered with
}
"""Tables that were written blind, and the share of each that is understood."""

MAIN = [
    "Siparişim nerede?",
    "Kargo takibi",
    "İade ve değişim",
    "Ürün ve stok",
    "Mağazalar",
    "Müşteri temsilcisi",
]
PLAIN_TITLES = st.lists(
    st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇİIŞ ", min_size=5, max_size=30).filter(
        lambda title: len(title.split()) == 1 and title == title.strip()
    ),
    min_size=2,
    max_size=10,
    unique_by=lambda title: title.casefold(),
)


def rows(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("file", TUNED)
def test_a_table_of_replies_is_understood(file: str) -> None:
    table = rows(file)
    missed = [row for row in table if choose(row["buttons"], row["user"]) != row["choice"]]
    wrong = [row for row in missed if choose(row["buttons"], row["user"]) is not None]

    assert len(table) - len(missed) >= 0.98 * len(table), missed
    assert len(wrong) <= 0.01 * len(table), wrong


@pytest.mark.parametrize(("file", "least"), FIRST_SEEN.items())
def test_a_blind_table_stays_understood(file: str, least: float) -> None:
    table = rows(file)
    taken = [(row, choose(row["buttons"], row["user"])) for row in table]
    missed = [row for row, index in taken if index != row["choice"]]
    wrong = [row for row, index in taken if index not in (row["choice"], None)]

    assert len(table) - len(missed) >= least * len(table), missed
    assert len(wrong) <= 0.01 * len(table), wrong


@pytest.mark.parametrize(
    ("titles", "text", "choice"),
    [
        (["Kredi kartı", "Havale / EFT"], "kartımın limiti yetmiyor o yüzden havale yapacağım", 1),
        (
            ["Paketim gelmedi", "Paketim eksik geldi"],
            "açtım baktım paketim eksik gelmiş, tişört yok içinde",
            1,
        ),
        (["Cevahir AVM", "Kanyon AVM"], "kanyondaki mağazadan alacağım", 1),
        (["Kadın", "Çocuk"], "çocuğum hasta bugün bakamıcam", None),
        (["Pazartesi", "Salı"], "pazartesi gelir demiştiniz gelmedi", None),
        (["Aras Kargo", "PTT Kargo"], "pe te te kargo olsun", 1),
        (["L", "XL", "XXL"], "iks iks el", 2),
        (["6 ay", "12 ay"], "on iki aylık yapalım", 1),
        (["Gaziantep", "Hatay"], "antep", 0),
    ],
)
def test_what_stands_plainly_in_more_words(titles: list[str], text: str, choice: int | None) -> None:
    assert choose(titles, text) == choice


@pytest.mark.parametrize(
    "text",
    [
        "482913",
        "0532 111 22 33",
        "2 gündür bekliyorum",
        "iki tane sipariş verdim",
        "12.03.2026",
        "149,90 TL",
        "-1",
        "2,5",
        "bir saniye",
        "bir şey soracağım",
        "sipariş vermek istiyorum",
        "siparişten vazgeçtim",
        "iade etmek istemiyorum",
        "insan mısın",
        "kargo",
    ],
)
def test_what_is_no_choice(text: str) -> None:
    titles = [*MAIN, "Kargo ücreti"] if text == "kargo" else MAIN

    assert choose(titles, text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("7", "no_such_place"),
        ("onuncu", "no_such_place"),
        ("kargo mu iade mi", "several"),
        ("bilmiyorum", "undecided"),
        ("fark etmez", "undecided"),
        ("faturamı gönderin", None),
        ("482913", None),
        ("2", None),
    ],
)
def test_an_unclear_answer_is_told_from_another_matter(text: str, why: str | None) -> None:
    assert read_answer(MAIN, text).unclear == why


@settings(deadline=None)
@given(PLAIN_TITLES)
@example(["Evet", "Hayır"])
@example(["2 ay", "4 ay"])
@example(["XL", "L", "2XL"])
def test_every_title_chooses_itself(titles: list[str]) -> None:
    assert [choose(titles, title) for title in titles] == list(range(len(titles)))


@settings(deadline=None)
@given(PLAIN_TITLES)
def test_every_number_chooses_its_button(titles: list[str]) -> None:
    assume(not any(map(find_numbers, titles)))
    for number in range(1, len(titles) + 1):
        for written in (f"{number}", f"{number}.", f"({number})", f"{number} numara"):
            assert choose(titles, written) == number - 1
    assert choose(titles, str(len(titles) + 1)) is None
    assert choose(titles, "0") is None


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=60))
@example([], "")
@example([""], "")
@example(["\u0300", "⭐"], "\ud800")
@example(["İ̇I"], "i̇ı" * 300)
def test_no_text_is_too_strange(titles: list[str], text: str) -> None:
    index = choose(titles, text)

    assert index is None or 0 <= index < len(titles)


def test_a_full_title_wins_over_a_place() -> None:
    assert choose(["4 ay", "1 yıl", "2 ay"], "2 ay") == 2
    assert choose(["6 taksit", "3 taksit", "2 taksit"], "iki taksit") == 2
    assert choose(["4", "2"], "2") == 1


def test_two_equal_titles_choose_neither() -> None:
    assert choose(["Kargo", "Kargo"], "kargo") is None
    assert choose(["Kargo", "Kargo"], "2") == 1


def test_ten_titles_take_a_moment() -> None:
    titles = [*MAIN, "Garanti ve servis", "Fatura", "Kampanyalar", "Şikâyet"]
    texts = [
        "ikincisi",
        "kargomu takip etmek istiyorum",
        "garanti",
        "iade değil değişim",
        "hava nasıl",
        "faturra",
    ]
    for text in texts:
        choose(titles, text)
    began = time.process_time()
    for _ in range(50):
        for text in texts:
            choose(titles, text)

    # 0.15 ms on an ordinary machine; the test only finds what has become another order of magnitude.
    assert (time.process_time() - began) / (50 * len(texts)) < 0.002
