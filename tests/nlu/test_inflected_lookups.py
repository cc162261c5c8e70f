"""Entries of lookup tables are found with Turkish suffixes and misspelt, at any size of the table."""

from __future__ import annotations

import time

import pytest

from bot.nlu.component import Corpus, Draft
from bot.nlu.data import Example, TrainingData
from bot.nlu.featurizers import RegexFeaturizer
from bot.nlu.normalizer import TurkishNormalizer
from bot.nlu.patterns import Patterns
from bot.nlu.speller import SpellingCorrector
from bot.nlu.tokenizers import WhitespaceTokenizer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("trabzondan elma", ["trabzondan"]),
        ("TRABZON'DAN elma", ["TRABZON"]),
        ("Bebek telsizini aldım", ["Bebek telsizini"]),
        ("bebek telsiziniz bebek arabası", ["bebek telsiziniz"]),  # "bebek" alone is no entry
        ("trbzon elma", ["trbzon"]),
        ("trabzonspor telsizi", []),
    ],
)
def test_lookups_with_suffixes_and_slips(text: str, found: list[str]) -> None:
    lookups = {"x": ["Trabzon", "bebek telsizi"]}
    corpus = Corpus(TrainingData([Example("elma aldım", "y")], lookups=lookups), [])
    speller = SpellingCorrector.train(SpellingCorrector.defaults, corpus)
    featurizer = RegexFeaturizer.train(
        {**RegexFeaturizer.defaults, "inflected": True, "case_sensitive": False}, corpus
    )
    draft = Draft(text)
    tokenizer = WhitespaceTokenizer(WhitespaceTokenizer.defaults)
    for component in (tokenizer, TurkishNormalizer(TurkishNormalizer.defaults), speller, featurizer):
        component.process(draft)
    assert [text[one.start : one.end] for one in draft.matches] == found


def test_fifty_thousand_names_cost_less_than_a_millisecond() -> None:
    names = [f"marka{number % 997} model{number} ürünü" for number in range(50_000)]
    patterns = Patterns({"product": names}, [], case_sensitive=False)
    text = "marka640 model1637 ürününü aldım ama marka641 model1638 ürününden de bakacağım acaba var mı"
    patterns.find(text, inflected=True)
    times = []
    for _ in range(50):
        began = time.perf_counter()
        found = patterns.find(text, inflected=True)
        times.append(time.perf_counter() - began)
    assert [text[one.start : one.end] for one in found] == [
        "marka640 model1637 ürününü",
        "marka641 model1638 ürününden",
    ]
    assert min(times) < 0.001
