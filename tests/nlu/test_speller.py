"""Unknown words are read as the known ones that they are a slip away from; spans stay."""

from __future__ import annotations

import pytest

from bot.archive import Archive
from bot.nlu.component import Corpus, Draft
from bot.nlu.data import Example, TrainingData
from bot.nlu.normalizer import TurkishNormalizer
from bot.nlu.speller import SpellingCorrector
from bot.nlu.tokenizers import WhitespaceTokenizer

TEXTS = ["Siparişim nerede?", "kargom nerede", "kargom gelmedi", "siparişimi iptal edin", "bu nerede", "iade"]


@pytest.fixture(scope="module")
def corrector() -> SpellingCorrector:
    corpus = Corpus(
        TrainingData([Example(text, "x") for text in TEXTS], lookups={"product": ["kablosuz kulaklık"]}), []
    )
    corpus.drafts = [tokenised(text) for text in TEXTS]
    return SpellingCorrector.train(SpellingCorrector.defaults, corpus)


def tokenised(text: str) -> Draft:
    draft = Draft(text)
    WhitespaceTokenizer(WhitespaceTokenizer.defaults).process(draft)
    TurkishNormalizer(TurkishNormalizer.defaults).process(draft)
    return draft


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("siparişm nerde", ["siparisim", "nerede"]),  # letters left out
        ("siprarişim nerrede", ["siparisim", "nerede"]),  # a letter too many
        ("sipraişim nereed", ["siparisim", "nerede"]),  # neighbours exchanged
        ("SİPARİÇİM NEREFE", ["siparisim", "nerede"]),  # the key beside
        ("sprşm nrd", ["siparisim", "nerede"]),  # no vowels
        ("kargomnerede", ["kargom", "nerede"]),  # run together
        ("kulaklik kulaklıkk", ["kulaklik", "kulaklik"]),  # of a lookup table
        ("iade ide", ["iade", "ide"]),  # too short to be corrected
        ("buzdolabı XYZ123 4567", ["buzdolabi", "xyz123", "4567"]),  # nothing near, no word
        ("?!", ["?!"]),
    ],
)
def test_slips(corrector: SpellingCorrector, written: str, read: list[str]) -> None:
    draft = tokenised(written)
    corrector.process(draft)
    assert [token.form for token in draft.tokens] == read
    for token in draft.tokens:
        assert written[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2 tne bn", ["2", "tane", "ben"]),  # common words, however short
        ("kldm kaldım", ["kldm", "kaldim"]),  # "kldm" is a word of an example, and "kaldım" is not common
        ("gmlek gömlek", ["gomlek", "gomlek"]),  # "gmlek" is one, too, but "gömlek" is common
        ("tna", ["tna"]),  # the letters are those of "tane" but for the last
    ],
)
def test_clipped_words(written: str, read: list[str]) -> None:
    texts = [*["2 tane gömlek", "ben"] * 20, "kldm", "kaldım", "gmlek"]
    corpus = Corpus(TrainingData([Example(text, "x") for text in texts]), [tokenised(text) for text in texts])
    corrector = SpellingCorrector.train({**SpellingCorrector.defaults, "split": False}, corpus)
    draft = tokenised(written)
    corrector.process(draft)
    assert [token.form for token in draft.tokens] == read


def test_words_far_too_long_stay(corrector: SpellingCorrector) -> None:
    draft = tokenised("a" * 100_000 + " " + "bcd" * 40_000)
    corrector.process(draft)
    assert len(draft.tokens) == 2


def test_without_splitting_and_consonants(corrector: SpellingCorrector) -> None:
    plain = SpellingCorrector({"least": 1, "split": False, "consonants": False}, corrector.words)
    draft = tokenised("kargomnerede sprşm")
    plain.process(draft)
    assert [token.form for token in draft.tokens] == ["kargomnerede", "sprsm"]


def test_saved_and_loaded_it_reads_the_same(corrector: SpellingCorrector) -> None:
    archive = Archive()
    corrector.save(archive.part("0"))
    loaded = SpellingCorrector.load(SpellingCorrector.defaults, archive.part("0"))
    draft = tokenised("kargomnerede siparişm")
    loaded.process(draft)
    assert [token.form for token in draft.tokens] == ["kargom", "nerede", "siparisim"]


def test_equally_near_words_are_chosen_by_their_letters() -> None:
    words = {"kasa": 2, "masa": 2, "yasa": 2, "kasap": 2}
    for order in (words, dict(reversed(words.items()))):
        corrector = SpellingCorrector(SpellingCorrector.defaults, order)
        assert corrector.corrected("kase") == ("kasa",)
        assert corrector.corrected("zasa") == ("yasa",)
