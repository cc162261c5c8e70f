from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import Suffix, attach, lower, stems
from tests.turkish.tables import rows

STEMS = """
istanbuldan | istanbul
İstanbul'dan | istanbul
izmirdeki | izmir
rizeden | rize
kargomu | kargo
kargonun | kargo
siparişimi | sipariş
siparisimi | siparis
ürünlerimizden | ürün
urunlerimizden | urun
faturamın | fatura
ayakkabılarımdan | ayakkabı
iademi | iade
telefonunuza | telefon
numarasını | numara
numarasini | numara
kitabı | kitap
çocuğu | çocuk
gomlegi | gomlek
rengi | renk
şehre | şehir
saati | saat
şemsiyeyi | şemsiye
cüzdanım | cüzdan
kartımla | kart
ankara | ankara
"""


@pytest.mark.parametrize(("word", "stem"), rows(STEMS))
def test_the_stem_is_among_the_candidates(word: str, stem: str) -> None:
    assert stem in stems(word)


def test_longest_first() -> None:
    assert stems("istanbuldan") == ("istanbuldan", "istanbulda", "istanbul")


def test_suffixes_keep_to_vowel_harmony() -> None:
    assert "masa" not in stems("masade")
    assert "masa" in stems("masada")


CASES = [Suffix.DATIVE, Suffix.ACCUSATIVE, Suffix.LOCATIVE, Suffix.ABLATIVE, Suffix.GENITIVE, Suffix.PLURAL]


@given(st.from_regex(r"[bdmst][aeıioöuü]l[aeıioöuü]", fullmatch=True), st.sampled_from(CASES))
def test_every_case_comes_off(word: str, case: Suffix) -> None:
    assert word in stems(attach(word, case))


@given(st.text(max_size=30))
def test_any_word_has_itself_as_a_candidate(word: str) -> None:
    found = stems(word)
    assert lower(word) in found
    assert [len(stem) for stem in found] == sorted((len(stem) for stem in found), reverse=True)
