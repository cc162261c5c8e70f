"""Of several sentences the last ones decide, and mere courtesy never does."""

from __future__ import annotations

import pytest

from bot.nlu.component import Draft
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import Interpreter
from bot.nlu.sentences import SentenceSplitter, sentences

from .conftest import PIPELINE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kargom nerede?", ["Kargom nerede?"]),
        ("Sipariş verdim. Gelmedi! Nerede?", ["Sipariş verdim.", "Gelmedi!", "Nerede?"]),
        ("sipariş verdim. gelmedi\nnerede", ["sipariş verdim.", "gelmedi", "nerede"]),
        ("Bekliyorum... Nerede kaldı?!", ["Bekliyorum...", "Nerede kaldı?!"]),
        ("Sipariş no. 12345 nerede?", ["Sipariş no. 12345 nerede?"]),
        ("Sn. Yetkili, 3. kez yazıyorum", ["Sn. Yetkili, 3. kez yazıyorum"]),
        ("NO. 12345 TEL. 05321112233", ["NO. 12345 TEL. 05321112233"]),
        ("Kapı numarası 3. Kargom nerede?", ["Kapı numarası 3.", "Kargom nerede?"]),
        ("1.299,90 TL ödedim. İptal edin", ["1.299,90 TL ödedim.", "İptal edin"]),
        ("santral.example.com çalışmıyor", ["santral.example.com çalışmıyor"]),
        ("??? !!! ...", []),
        ("", []),
        ('"Yolda." yazıyor', ['"Yolda."', "yazıyor"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kargom nerede", ["kargom nerede"]),
        (
            "geçen hafta bir tost makinesi aldım hiç çalışmadı bunu size geri göndermek istiyorum",
            ["geçen hafta bir tost makinesi aldım", "hiç çalışmadı", "bunu size geri göndermek istiyorum"],
        ),
        (  # the words of a number don't make a sentence long
            "dört yüz on iki otuz altı yirmi beş kırk numaralı siparişim geldi mi bir bakın",
            ["dört yüz on iki otuz altı yirmi beş kırk numaralı siparişim geldi mi bir bakın"],
        ),
        (  # what somebody said belongs to who tells it
            "kurye dün akşam kapıya kadar geldi diye mesaj gelmiş ama ben onu hiç görmedim kardeşim",
            ["kurye dün akşam kapıya kadar geldi diye mesaj gelmiş", "ama ben onu hiç görmedim kardeşim"],
        ),
    ],
)
def test_where_unpunctuated_clauses_end(text: str, expected: list[str]) -> None:
    assert parts_of(text) == (expected if len(expected) > 1 else [])


def parts_of(text: str) -> list[str]:
    draft = Draft(text)
    SentenceSplitter({}).process(draft)
    return [part.text for part in draft.parts]


def test_courtesy_is_no_part() -> None:
    assert parts_of("Merhaba. Kargom gelmedi. Nerede? Teşekkürler.") == ["Kargom gelmedi.", "Nerede?"]
    assert parts_of("Merhaba. Kargom nerede?") == ["Kargom nerede?"]
    assert parts_of("Merhaba. Teşekkürler.") == []
    assert parts_of("Merhaba") == []


def test_long_messages_have_few_parts() -> None:
    assert len(parts_of("Kargom gelmedi. " * 20_000)) == 6


def test_the_wish_comes_last(data: TrainingData) -> None:
    story = "Siparişimi verdim. Siparişimin durumunu her gün gördüm. "
    divided = Interpreter.train(["SentenceSplitter", *PIPELINE], "tr", data)
    for wish, intent in (("İptal eder misiniz?", "cancel_order"), ("Günaydın!", "greet")):
        parsed = divided.parse(story + wish)
        assert parsed["intent_ranking"][0]["name"] == intent
        total = sum(one["confidence"] for one in parsed["intent_ranking"] if one["name"] != "nlu_fallback")
        assert total == pytest.approx(1.0, abs=1e-3)


def test_one_sentence_is_understood_as_without(data: TrainingData, interpreter: Interpreter) -> None:
    divided = Interpreter.train(["SentenceSplitter", *PIPELINE], "tr", data)
    for text in ("siparişim nerede", "merhaba [x]", "...", "selam 👍"):
        assert divided.parse(text) == interpreter.parse(text)
