"""Tokens: Rasa's for the whitespace tokenizer, spaCy's for the other; offsets into the original text."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.component import Component, Draft
from bot.nlu.tokenizers import SpacyTokenizer, WhitespaceTokenizer

WHITESPACE = WhitespaceTokenizer(WhitespaceTokenizer.defaults)
SPACY = SpacyTokenizer(SpacyTokenizer.defaults, "tr")


def words(component: Component, text: str) -> list[str]:
    draft = Draft(text)
    component.process(draft)
    for token in draft.tokens:
        assert text[token.start : token.end] == token.text
        assert len(token.form) == len(token.text)
    return [token.text for token in draft.tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Siparişim nerede?", ["Siparişim", "nerede"]),
        ("Rize'den geldi", ["Rize", "den", "geldi"]),
        ("12345'in durumu", ["12345'in", "durumu"]),
        ("ali@ornek.com, 10'000.00 TL!", ["ali@ornek.com", "10'000.00", "TL"]),
        ("-5 derece", ["-5", "derece"]),
        ("#482913 ne oldu :)", ["#482913", "ne", "oldu"]),
        ("merhaba 🙂 selam", ["merhaba", "selam"]),
        (":)", [":)"]),
        ("http://ornek.com/a?b=1", ["http://ornek.com/a?b=1"]),
        ("kırmızı,mavi", ["kırmızı,mavi"]),
        ("İSTANBUL'A", ["İSTANBUL", "A"]),
        ("", []),
        ("  ", []),
    ],
)
def test_whitespace(text: str, expected: list[str]) -> None:
    assert words(WHITESPACE, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Siparişim nerede?", ["Siparişim", "nerede"]),
        ("250,90 TL ödedim.", ["250,90", "TL", "ödedim"]),
        ("?!", ["?", "!"]),
        ("", []),
    ],
)
def test_spacy(text: str, expected: list[str]) -> None:
    assert words(SPACY, text) == expected


def test_token_pattern_divides_tokens() -> None:
    options = {**WhitespaceTokenizer.defaults, "token_pattern": "[a-zı]+|[0-9]+"}
    assert words(WhitespaceTokenizer(options), "abc12 &") == ["abc", "12", "&"]


def test_turkish_and_other_letters() -> None:
    for language, form in (("tr", "ısı"), ("en", "isi")):
        draft = Draft("ISI", language)
        WHITESPACE.process(draft)
        assert draft.tokens[0].form == form


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_offsets_hold_for_every_text(text: str) -> None:
    words(WHITESPACE, text)
    draft = Draft(text)
    SPACY.process(draft)
    for token in draft.tokens:
        assert len(text[token.start : token.end]) == len(token.text)


def test_spacy_from_many_threads() -> None:
    texts = [f"yeni{number} kelime{number}" for number in range(400)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: words(SPACY, text), texts)) == [text.split() for text in texts]


@pytest.mark.skipif("RASA_PYTHON" not in os.environ, reason="RASA_PYTHON names no interpreter with Rasa 3.6")
def test_whitespace_beside_rasa() -> None:
    texts = [
        "Rize'den 12'de a,b (c) d/e --x y-- 5'ten",
        "ÇOK!!! güzel...di",
        'a_b+c=d; e:f g"h"',
        "1.250,90₺ %10",
    ]
    script = (
        "import json,sys;from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer as W;"
        "from rasa.shared.nlu.training_data.message import Message as M;w=W(W.get_default_config());"
        "print(json.dumps([[t.text for t in w.tokenize(M({'text':x}),'text')] for x in json.loads(sys.argv[1])]))"
    )
    command = [os.environ["RASA_PYTHON"], "-W", "ignore", "-c", script, json.dumps(texts)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    assert [words(WHITESPACE, text) for text in texts] == json.loads(said)
