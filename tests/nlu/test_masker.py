"""What is wanted does not depend on which product it is wanted for."""

from __future__ import annotations

from typing import Any

from bot.nlu.component import Corpus, Draft, Token
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.featurizers import ConsonantFeaturizer
from bot.nlu.masker import EntityMasker


def draft_of(text: str, offset: int = 0) -> Draft:
    tokens, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        tokens.append(Token(word, start, at, word))
    return Draft(text, tokens=tokens, offset=offset)


def forms(draft: Draft) -> list[str]:
    return [token.form for token in draft.tokens]


def masker(**options: Any) -> EntityMasker:
    return EntityMasker({**EntityMasker.defaults, **options})


def entity(draft: Draft, name: str, words: str) -> dict[str, Any]:
    start = draft.text.index(words)
    return {"entity": name, "start": start, "end": start + len(words)}


def test_words_of_an_entity_become_one() -> None:
    draft = draft_of("iki spor ayakkabı stokta var mı")
    draft.entities = [entity(draft, "quantity", "iki"), entity(draft, "product", "spor ayakkabı")]
    masker().process(draft)
    assert forms(draft) == ["__quantity__", "__product__", "stokta", "var", "mı"]
    assert [one["start"] for one in draft.entities] == [0, 4]


def test_two_entities_side_by_side_are_two_words() -> None:
    draft = draft_of("etek bluz iade")
    draft.entities = [entity(draft, "product", "etek"), entity(draft, "product", "bluz")]
    masker().process(draft)
    assert forms(draft) == ["__product__", "__product__", "iade"]


def test_only_chosen_entities_are_masked() -> None:
    draft = draft_of("iki bluz iade")
    draft.entities = [entity(draft, "quantity", "iki"), entity(draft, "product", "bluz")]
    masker(entities=["product"]).process(draft)
    assert forms(draft) == ["iki", "__product__", "iade"]


def test_sentences_are_masked_by_the_entities_of_the_message() -> None:
    draft = draft_of("Mavi bluz aldım. Bluz yırtık.")
    part = draft_of("Bluz yırtık.", offset=17)
    draft.parts = [part]
    draft.entities = [entity(draft, "product", "bluz"), entity(draft, "product", "Bluz")]
    masker().process(draft)
    assert forms(draft) == ["Mavi", "__product__", "aldım.", "__product__", "yırtık."]
    assert forms(part) == ["__product__", "yırtık."]


def test_examples_are_masked_as_they_are_marked() -> None:
    example = Example("bluz nerede", "order_status", (EntitySpan("product", 0, 4, "bluz"),))
    draft = draft_of(example.text)
    EntityMasker.train(EntityMasker.defaults, Corpus(TrainingData([example]), [draft]))
    assert forms(draft) == ["__product__", "nerede"]


def test_words_without_vowels_look_like_the_whole_ones() -> None:
    def counted(text: str) -> dict[str, float]:
        draft = draft_of(text)
        ConsonantFeaturizer(ConsonantFeaturizer.defaults).process(draft)
        return draft.features["consonants"]

    assert counted("siparisimi") == counted("sprsmi") == counted("siprsmi")
    assert counted("aldim") != counted("ldim")
    assert "= 1250 " in counted("1250")
