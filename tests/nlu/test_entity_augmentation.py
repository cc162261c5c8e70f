"""Copies for entity extractors: other numbers and names of the same kinds, spans in place."""

from __future__ import annotations

import random

import pytest

from bot.nlu.component import Draft, Token
from bot.nlu.data import TrainingData
from bot.nlu.entity_augmentation import said, tables_of, varied
from bot.nlu.interpreter import Interpreter
from bot.nlu.turkish_featurizer import TurkishFeaturizer
from bot.turkish import digits_from_words, fold, lower

from .conftest import PIPELINE, example

TABLES = {"city": ["Ankara", "İzmir", "Iğdır"], "product": ["kol saati", "gözlük"]}
ONE = example("x", "[482913](order_no) ile [Rize'den](city) [gözlüğümü](product), 0532'yi arayın")


@pytest.mark.parametrize("seed", range(30))
def test_spans_hold_the_new_words(seed: int) -> None:
    copy = varied(ONE, tables_of(TABLES), random.Random(seed))
    assert [span.entity for span in copy.entities] == ["order_no", "city", "product"]
    for span in copy.entities:
        assert copy.text[span.start : span.end] == span.value
    order, city, product = (span.value for span in copy.entities)
    assert order.isdigit() and len(order) == 6
    assert any(fold(city).startswith(fold(name)) for name in TABLES["city"])
    assert fold(product)[:3] in ("kol", "goz")
    assert copy.text.endswith(", 0532'yi arayın")


def test_names_are_made_up_where_no_table_is_complete() -> None:
    names = {"product": ["deri ceket", "çamaşır makinesi", "palto"], "city": ["Van", "Rize"]}
    one = example("x", "[deri ceket](product) [Van](city) içinde")
    copies = [varied(one, tables_of(names, ["product"]), random.Random(seed)) for seed in range(200)]
    products = {lower(copy.entities[0].value) for copy in copies}
    assert set(names["product"]) < products and len(products) > 8
    assert "deri makinesi" in products  # a word of one name before the end of another
    assert any(word not in " ".join(names["product"]) for name in products for word in name.split())
    assert {copy.entities[1].value for copy in copies} <= {"Van", "van", "Rize", "rize"}
    for copy in copies:
        assert all(copy.text[span.start : span.end] == span.value for span in copy.entities)


def test_beginnings_of_long_numbers_stay() -> None:
    one = example("x", "[0532 111 22 33](phone)")
    assert all(varied(one, {}, random.Random(seed)).text.startswith("05") for seed in range(20))


@pytest.mark.parametrize("seed", range(20))
def test_spoken_copies_say_the_same_digits(seed: int) -> None:
    copy = said(ONE, random.Random(seed))
    assert not any(char in copy.text for char in "',.")
    assert digits_from_words(copy.text[copy.entities[0].start : copy.entities[0].end]) == "482913"
    assert copy.text[copy.entities[2].start : copy.entities[2].end] == "gözlüğümü"


def test_only_entities_learn_from_copies(data: TrainingData) -> None:
    plain = Interpreter.train(PIPELINE, "tr", data)
    more = Interpreter.train(["EntityAugmenter", *PIPELINE], "tr", data)
    text = "77 1234 numaralı siparişim nerede"
    assert more.parse(text)["intent"] == plain.parse(text)["intent"]
    again = Interpreter.train(["EntityAugmenter", *PIPELINE], "tr", data)
    assert again.parse(text) == more.parse(text)


def test_misspelt_dates_are_marked_once_corrected() -> None:
    text = "yrn 3 mrt dedi"
    draft = Draft(text, tokens=[Token("yrn", 0, 3, "yarin"), Token("mrt", 6, 9, "mart")])
    TurkishFeaturizer({"numbers": False, "dates": True}).process(draft)
    assert [text[one.start : one.end] for one in draft.matches] == ["yrn", "3 mrt"]
