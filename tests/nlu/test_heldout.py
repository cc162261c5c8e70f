"""The shop's bot understands messages that it was not trained on; ``python -m bench.heldout`` prints more."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.earlier import earlier_in
from bench.crossval import calibration_error
from bench.heldout import FILES, Found, measure
from bot.errors import Complaints
from bot.nlu.interpreter import Interpreter
from bot.sources import read_sources

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trained() -> Interpreter:
    sources = read_sources(ROOT, Complaints())
    config = sources.project.config
    return Interpreter.train(config.pipeline, config.language, sources.examples)


@pytest.fixture(scope="module")
def found(trained: Interpreter) -> Found:
    return measure(trained, [ROOT / file for file in FILES])


@pytest.mark.parametrize("variant", ["clean", "ascii", "typo", "asr", "long"])
def test_intents_in_every_kind_of_writing(found: Found, variant: str) -> None:
    clean = found.scores["clean"].accuracy
    assert clean >= 0.92
    assert found.scores[variant].accuracy >= clean - 0.04


def test_entities(found: Found) -> None:
    assert found.scores["all"].entity_f1 >= 0.88
    assert found.scores["clean"].entity_f1 >= 0.90


def test_what_is_not_the_shops_is_refused(found: Found) -> None:
    assert found.scores["all"].refused_strangers >= 0.80
    assert found.scores["all"].refused_wishes <= 0.05


def test_confidences_mean_what_they_say(found: Found) -> None:
    score = found.scores["all"]
    assert calibration_error(score.confidences, score.hits) <= 0.05


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("demin telefonda sorduğum sipariş", "order_status"),
        ("whatsapp'tan yazmıştım siparişim için", "order_status"),
        ("siteden yazmıştım siparişimle ilgili", "order_status"),
        ("sizi aramıştım siparişim ne oldu", "order_status"),
        ("telefonda görüştüğümüz siparişle ilgili yazıyorum", "order_status"),
        ("az once webde sordugum kargo", "cargo_tracking"),
        ("siteden sorduğum kargo nerede kaldı", "cargo_tracking"),
        ("dün whatsappta sorduğum kargo", "cargo_tracking"),
        ("whatsapptan yazdığım siparişi iptal edelim", "cancel_order"),
        ("az önce webde sorduğum siparişi iade etmek istiyorum", "return_request"),
        ("demin telefonda sorduğum kargo ne zaman gelecek", "delivery_time_query"),
    ],
)
def test_wishes_that_point_to_an_earlier_conversation(trained: Interpreter, text: str, intent: str) -> None:
    """Each goes to the form or action that looks for that conversation (``actions/earlier.py``)."""
    assert trained.parse(text)["intent"]["name"] == intent
    assert earlier_in(text) is not None
