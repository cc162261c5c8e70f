"""Misspelt copies keep their entities; hints mark what is a number or a date."""

from __future__ import annotations

import random

from bot.nlu.augmentation import misspelt
from bot.nlu.component import Draft
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter
from bot.nlu.turkish_featurizer import TurkishFeaturizer

from .conftest import PIPELINE, example


def test_entities_move_along() -> None:
    one = example("order_status", "[kırmızı elbise](product) siparişim [482913](order_no) numaralı")
    for seed in range(200):
        copy = misspelt(one, random.Random(seed))
        assert copy.text != one.text or seed
        assert [span.entity for span in copy.entities] == ["product", "order_no"]
        for span in copy.entities:
            assert copy.text[span.start : span.end] == span.value
        assert copy.entities[1].value == "482913"


def test_values_that_a_designer_gave_stay() -> None:
    one = example("x", "[başkent](city:Ankara) merkez")
    assert {misspelt(one, random.Random(seed)).entities[0].value for seed in range(20)} == {"Ankara"}


def test_texts_without_letters_stay() -> None:
    for text in ("", "5", "?", "123 456"):
        assert misspelt(example("x", text), random.Random(0)).text == text


def test_training_with_copies_leaves_the_data_alone(data: TrainingData) -> None:
    before = len(data.examples)
    trained = Interpreter.train(["TypoAugmenter", *PIPELINE], "tr", data)
    assert len(data.examples) == before
    assert trained.parse("sipraişim nerde")["intent"]["name"] == "order_status"


def test_numbers_and_dates_are_marked() -> None:
    draft = Draft("on iki bin lira, geçen salı")
    TurkishFeaturizer(TurkishFeaturizer.defaults).process(draft)
    assert [(one.name, draft.text[one.start : one.end]) for one in draft.matches] == [
        ("tr_number", "on iki bin"),
        ("tr_date", "geçen salı"),
    ]
    assert draft.features == {"patterns": {"tr_number": 1.0, "tr_date": 1.0}}
