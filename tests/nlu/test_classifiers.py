"""Intents: by a linear model, by keywords, by retrieval key; and when to doubt them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bot.archive import Archive
from bot.nlu.component import Corpus, Draft
from bot.nlu.data import Example, TrainingData
from bot.nlu.fallback import FallbackClassifier
from bot.nlu.featurizers import forms_of
from bot.nlu.interpreter import Interpreter
from bot.nlu.keyword import KeywordIntentClassifier
from bot.nlu.lbfgs import minimise
from bot.nlu.linear_training import train
from bot.nlu.tokenizers import WhitespaceTokenizer
from bot.nlu.turkish_featurizer import TurkishFeaturizer


def ranked(*confidences: float) -> Draft:
    draft = Draft("x")
    draft.ranking = [{"name": f"i{at}", "confidence": one} for at, one in enumerate(confidences)]
    draft.intent = dict(draft.ranking[0])
    return draft


@pytest.mark.parametrize(
    ("confidences", "falls_back"),
    [
        ((0.9, 0.05), False),
        ((0.3, 0.1), False),
        ((0.29, 0.1), True),
        ((0.5, 0.4), False),
        ((0.5, 0.45), True),
        ((0.5,), False),
    ],
)
def test_fallback(confidences: tuple[float, ...], falls_back: bool) -> None:
    draft = ranked(*confidences)
    FallbackClassifier({"threshold": 0.3, "ambiguity_threshold": 0.0999}).process(draft)
    assert (draft.intent["name"] == "nlu_fallback") is falls_back
    assert len(draft.ranking) == len(confidences) + falls_back
    assert draft.ranking[0] == draft.intent


def keywords(examples: dict[str, str], **options: Any) -> KeywordIntentClassifier:
    data = TrainingData([Example(text, intent) for text, intent in examples.items()])
    return KeywordIntentClassifier.train({"case_sensitive": True, **options}, Corpus(data, []))


def intent_of(classifier: KeywordIntentClassifier, text: str) -> tuple[str | None, float]:
    draft = Draft(text)
    classifier.process(draft)
    return draft.intent["name"], draft.intent["confidence"]


def test_keywords() -> None:
    classifier = keywords({"iptal": "cancel", "nerede": "where", ":(": "sad", "kaç?": "price"})
    assert intent_of(classifier, "siparişi iptal et") == ("cancel", 1.0)
    assert intent_of(classifier, "iptaller") == (None, 0.0)
    assert intent_of(classifier, "ah :( ya") == ("sad", 1.0)
    assert intent_of(classifier, "İPTAL") == (None, 0.0)
    assert intent_of(keywords({"iptal": "cancel"}, case_sensitive=False), "İPTAL et") == ("cancel", 1.0)


def test_keywords_of_two_intents_are_left_out() -> None:
    classifier = keywords({"iptal": "cancel", "iptal iade ne zaman": "refund", "kargo": "cargo"})
    assert classifier.keywords == {"iptal iade ne zaman": "refund", "kargo": "cargo"}


def test_keywords_set_no_intent_where_they_find_none() -> None:
    draft = ranked(0.8)
    keywords({"iptal": "cancel"}).process(draft)
    assert draft.intent["name"] == "i0"


def test_confidence_of_separable_texts_is_high_and_of_noise_is_low() -> None:
    words = {name: [f"{name}{number}" for number in range(6)] for name in "abc"}
    clear = [({"w": {name: 1.0, word: 1.0}}, name) for name in words for word in words[name]]
    model = train([one for one, _ in clear], [label for _, label in clear], seed=1)
    assert model.ranking({"w": {"a": 1.0}}, 1)[0][0] == "a"
    assert model.probabilities({"w": {"a": 1.0}}).max() > 0.8

    chance = np.random.default_rng(0)
    noise = [{"w": {f"n{word}": 1.0 for word in chance.integers(0, 30, 4)}} for _ in range(60)]
    doubtful = train(noise, [str(label) for label in chance.integers(0, 3, 60)], seed=1)
    assert doubtful.probabilities(noise[0]).max() < 0.7


def test_the_two_spaces_of_training_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [{"w": {f"w{number % 7}": 1.0, f"v{number % 5}": 2.0, f"u{number}": 1.0}} for number in range(40)]
    labels = [f"l{number % 5}" for number in range(40)]
    span = train(texts, labels, seed=1)
    monkeypatch.setattr("bot.nlu.linear_training.DENSE", 0)
    features = train(texts, labels, seed=1)
    for text in texts:
        assert span.probabilities(text) == pytest.approx(features.probabilities(text), abs=0.03)


def test_minimise_finds_the_lowest_point() -> None:
    scale = np.array([1.0, 10.0, 100.0], dtype=np.float32)
    lowest = np.array([3.0, -2.0, 0.5], dtype=np.float32)

    def bowl(point: Any) -> tuple[float, Any]:
        away = point - lowest
        return float((scale * away * away).sum()) + 1.0, 2 * scale * away

    assert minimise(bowl, np.zeros(3, dtype=np.float32), precision=1e-9) == pytest.approx(lowest, abs=1e-2)
    assert minimise(bowl, lowest, precision=1e-9) == pytest.approx(lowest)


def test_response_selector() -> None:
    examples = [
        Example(text, f"faq/{key}")
        for key, texts in {
            "hours": ["kaçta açılıyorsunuz", "çalışma saatleriniz", "kaçta kapanıyor"],
            "where": ["mağazanız nerede", "adresiniz ne", "neredesiniz"],
        }.items()
        for text in texts
    ]
    examples += [Example("merhaba", "greet"), Example("selam", "greet")]
    responses = {"utter_faq/hours": [{"text": "9-18"}], "utter_faq/where": [{"text": "Kadıköy"}]}
    pipeline = [
        "WhitespaceTokenizer",
        "LinearIntentClassifier",
        {"name": "ResponseSelector", "retrieval_intent": "faq"},
    ]
    trained = Interpreter.train(pipeline, "tr", TrainingData(examples, responses=responses))
    archive = Archive()
    trained.save(archive.root)
    parsed = Interpreter.load(archive.root).parse("çalışma saatleri")
    assert parsed["intent"]["name"] == "faq"
    selected = parsed["response_selector"]["faq"]
    assert selected["response"]["intent_response_key"] == "faq/hours"
    assert selected["response"]["utter_action"] == "utter_faq/hours"
    assert selected["response"]["responses"] == [{"text": "9-18"}]
    assert [one["intent_response_key"] for one in selected["ranking"]] == ["faq/hours", "faq/where"]
    assert parsed["response_selector"]["all_retrieval_intents"] == ["faq"]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("sıfır beş yüz elli sekiz silinsin", ["__NUMBER__", "silinsin"]),
        ("482913 nerede", ["__NUMBER__", "nerede"]),
        ("on puan", ["on", "puan"]),
        ("kırk iki beden", ["kırk", "iki", "beden"]),
        ("42 beden", ["42", "beden"]),
    ],
)
def test_a_long_number_is_one_feature(text: str, forms: list[str]) -> None:
    draft = Draft(text)
    WhitespaceTokenizer(WhitespaceTokenizer.defaults).process(draft)
    assert forms_of(draft) == text.split(), "nothing has marked the numbers"
    TurkishFeaturizer(TurkishFeaturizer.defaults).process(draft)
    assert forms_of(draft) == forms
