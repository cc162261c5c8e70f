"""The texts and figures that the small speech models are trained and measured by."""

from __future__ import annotations

import random

import pytest

from bench.speech.__main__ import UNSEEN, Score, distance
from bench.speech.texts import cardinal, cities, in_groups, phrases, text
from bot.turkish import lower, number_to_words


def test_texts_are_words_in_small_letters() -> None:
    chance = random.Random(1)
    for said in (*phrases(), *cities(), *(text(chance, turn) for turn in range(500))):
        assert said == lower(said).strip() and said.replace(" ", "").isalpha(), said
    assert len(cities()) == 81 and len(set(phrases())) == len(phrases()) > 150


def test_no_phrase_is_rare() -> None:
    chance = random.Random(1)
    count = dict.fromkeys(phrases(), 0)
    for turn in range(10 * len(phrases())):
        said = text(chance, turn)
        if said in count:
            count[said] += 1
    assert min(count.values()) >= 5


@pytest.mark.parametrize("number", [0, 1, 10, 16, 100, 101, 482, 999])
def test_cardinals_are_those_of_the_rest_of_the_project(number: int) -> None:
    assert cardinal(number) == number_to_words(number)


@pytest.mark.parametrize(
    ("digits", "sizes", "words"),
    [
        ("482913", (3, 3), "dört yüz seksen iki dokuz yüz on üç"),
        ("4007", (2, 2), "kırk sıfır yedi"),
        ("000", (3,), "sıfır sıfır sıfır"),
        ("0532123", (1, 3, 3), "sıfır beş yüz otuz iki yüz yirmi üç"),
    ],
)
def test_digits_are_read_in_groups(digits: str, sizes: tuple[int, ...], words: str) -> None:
    assert in_groups(digits, sizes) == words


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b", "a c b", 1), ("a b c", "", 3), ("", "a", 1)],
)
def test_word_errors(said: str, heard: str, wrong: int) -> None:
    assert distance(said.split(), heard.split()) == wrong


def test_a_score() -> None:
    score = Score()
    score.take("a b", "a b", 0.1)
    score.take("a b", "a", 0.1)
    assert (score.exact, score.utterances, score.word_error_rate) == (1, 2, 0.25)
    assert UNSEEN > 28 * 500, "what is measured was not trained on"
