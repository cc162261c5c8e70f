"""A small Turkish shop, and its trained pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from bot.entity_markup import read_markup
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.interpreter import Interpreter

EXAMPLES = {
    "order_status": """
        Siparişim nerede?
        [482913](order_no) numaralı siparişim ne durumda
        siparişimin durumunu öğrenmek istiyorum
        [12345](order_no)'in durumu nedir
        [77120](order_no) nolu siparişim hazırlandı mı
        sipariş numaram [90817](order_no)
        [55501](order_no)'in son durumu
    """,
    "cancel_order": """
        Siparişimi iptal etmek istiyorum
        [30142](order_no) numaralı siparişi iptal edin
        vazgeçtim iptal edelim
        siparişi iptal eder misiniz
    """,
    "delivery": """
        [İzmir]{"entity": "city", "role": "from"}'den [Ankara]{"entity": "city", "role": "to"}'ya gönderin
        [Bursa]{"entity": "city", "role": "from"}'dan [Rize]{"entity": "city", "role": "to"}'ye gidecek
        [Adana]{"entity": "city", "role": "from"}'dan [İstanbul]{"entity": "city", "role": "to"}'a kargo
        [İzmir]{"entity": "city", "role": "from"}'den [Rize]{"entity": "city", "role": "to"}'ye kargo
        [Muğla]{"entity": "city", "role": "from"}'dan [Van]{"entity": "city", "role": "to"}'a gönderin
    """,
    "greet": """
        merhaba
        selam
        iyi günler
        günaydın
    """,
}

PIPELINE: list[Any] = [
    "SpacyNLP",
    "SpacyTokenizer",
    "TurkishNormalizer",
    {"name": "RegexFeaturizer", "case_sensitive": False},
    "CountVectorsFeaturizer",
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    "LinearIntentClassifier",
    "CRFEntityExtractor",
    "EntitySynonymMapper",
    {"name": "FallbackClassifier", "threshold": 0.4, "ambiguity_threshold": 0.05},
]


def example(intent: str, written: str) -> Example:
    """An example in the notation of the training files."""
    text, marks = read_markup(written)
    return Example(text, intent, tuple(EntitySpan(*mark) for mark in marks))


@pytest.fixture(scope="session")
def data() -> TrainingData:
    examples = [
        example(intent, line.strip())
        for intent, lines in EXAMPLES.items()
        for line in lines.strip().splitlines()
    ]
    return TrainingData(
        examples,
        {"payitaht": "Ankara"},
        [("order_no", r"\b\d{5,6}\b")],
        {"city": ["Ankara", "İzmir", "Iğdır"]},
    )


@pytest.fixture(scope="session")
def interpreter(data: TrainingData) -> Interpreter:
    return Interpreter.train(PIPELINE, "tr", data)
