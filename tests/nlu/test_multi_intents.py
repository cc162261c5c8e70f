"""Two wishes at once, as Rasa has them: ``a+b`` is one label, which learns together with ``a`` and ``b``."""

from __future__ import annotations

import pytest

from bot.archive import Archive
from bot.nlu.data import Example, TrainingData
from bot.nlu.interpreter import Interpreter

EXAMPLES = {
    "greet": ["merhaba", "selam", "iyi günler", "günaydın", "iyi akşamlar"],
    "order_status": [
        "siparişim nerede", "siparişim ne durumda", "sipariş durumu", "siparişim hazır mı", "siparişimi soracaktım",
    ],
    "thank": ["teşekkürler", "sağ olun", "çok teşekkür ederim", "eyvallah"],
    "goodbye": ["hoşça kal", "görüşürüz", "görüşmek üzere", "kendinize iyi bakın"],
    "greet+order_status": ["merhaba siparişim nerede", "selam siparişim ne durumda", "iyi günler sipariş durumu"],
    "thank+goodbye": ["teşekkürler hoşça kal", "sağ olun görüşürüz"],
}  # fmt: skip
MESSAGES = [
    ("günaydın siparişim ne oldu", "greet+order_status"),
    ("iyi akşamlar siparişimi soracaktım", "greet+order_status"),
    ("eyvallah görüşürüz", "thank+goodbye"),
    ("sağ olun kendinize iyi bakın", "thank+goodbye"),
    ("selam iyi akşamlar", "greet"),
    ("siparişim hazır mı acaba", "order_status"),
    ("çok sağ olun", "thank"),
    ("görüşürüz hoşça kalın", "goodbye"),
]


def trained(**options: object) -> Interpreter:
    data = TrainingData([Example(text, intent) for intent, texts in EXAMPLES.items() for text in texts])
    tokenizer = {"name": "WhitespaceTokenizer", **options}
    return Interpreter.train([tokenizer, "TurkishNormalizer", "LinearIntentClassifier"], "tr", data)


@pytest.fixture(scope="module")
def bot() -> Interpreter:
    return trained(intent_tokenization_flag=True, intent_split_symbol="+")


@pytest.mark.parametrize(("text", "intent"), MESSAGES)
def test_one_wish_or_two(bot: Interpreter, text: str, intent: str) -> None:
    assert bot.parse(text)["intent"]["name"] == intent


def test_labels_are_whole_without_the_flag() -> None:
    whole = trained()
    right = [whole.parse(text)["intent"]["name"] == intent for text, intent in MESSAGES]
    assert right.count(True) < len(MESSAGES), "the parts would teach nothing"
    ranked = {one["name"] for one in whole.parse("merhaba siparişim nerede")["intent_ranking"]}
    assert ranked == EXAMPLES.keys()


def test_a_split_symbol_that_no_label_has_changes_nothing() -> None:
    text = "günaydın siparişim ne oldu"
    other = trained(intent_tokenization_flag=True, intent_split_symbol="#")
    names = [one["name"] for one in other.parse(text)["intent_ranking"]]
    assert names == [one["name"] for one in trained().parse(text)["intent_ranking"]]


def test_saved_and_loaded(bot: Interpreter) -> None:
    archive = Archive()
    bot.save(archive.part("nlu"))
    again = Interpreter.load(archive.part("nlu"))
    assert again.parse("eyvallah görüşürüz") == bot.parse("eyvallah görüşürüz")
