"""Customers' words for products, colours and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.shop.search import Index, distance, inflects, likeness
from actions.shop.shelf import colour_among, size_among
from actions.shop.world import World


@pytest.fixture(scope="module")
def index(world: World) -> Index:
    return Index(world.products)


@pytest.mark.parametrize(
    ("asked", "best"),
    [
        ("keten gömlek", "Keten Gömlek"),
        ("KETEN GÖMLEĞİNİZ VAR MI", "Keten Gömlek"),
        ("keten gomlegin fiyati ne kadar", "Keten Gömlek"),
        ("merhaba keten gömlek var mı acaba", "Keten Gömlek"),
        ("ketn gömlek", "Keten Gömlek"),
        ("basic t-shirt", "Basic Tişört"),
        ("polo yaka tshirt", "Polo Yaka Tişört"),
        ("spor ayakabı", "Spor Ayakkabı"),
        ("SPOR AYAKKABILARINIZ", "Spor Ayakkabı"),
        ("sneaker var mı 42 numara", "Spor Ayakkabı"),
        ("slm kablosuz kulaklıkk kaç para", "Kablosuz Kulaklık"),
        ("türk kahvesi makinası", "Türk Kahvesi Makinesi"),
        ("akilli saatin garantisi", "Akıllı Saat"),
        ("şisme mont", "Şişme Mont"),
        ("kapşonlu svetşört", "Kapüşonlu Sweatshirt"),
        ("günes gozlugu", "Güneş Gözlüğü"),
        ("deri çanta", "Deri Omuz Çantası"),
        ("yün kazağınızdan istiyorum", "Yün Kazak"),
        ("ütü", "Buharlı Ütü"),
        ("u 1001", "Keten Gömlek"),
        ("monttt", "Şişme Mont"),
        ("160x230 halı stokta mı", "Yün Halı"),
        ("hangi laptopu önerirsiniz", "Dizüstü Bilgisayar"),
    ],
)
def test_what_is_meant_comes_first(index: Index, world: World, asked: str, best: str) -> None:
    names = {product.code: product.name for product in world.products}
    assert names[index.find(asked)[0]] == best


@pytest.mark.parametrize(
    "asked",
    [
        "kargom nerede",
        "merhaba nasılsınız",
        "siyah",
        "iade etmek istiyorum",
        "kupon kodu",
        "hayırlı işler",
        "",
        "???",
    ],
)
def test_what_names_no_product_finds_none(index: Index, asked: str) -> None:
    assert index.find(asked) == []


@given(text=st.text(max_size=300))
def test_any_text_is_answered(index: Index, text: str) -> None:
    assert len(index.find(text, 3)) <= 3


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("gomlegim", "gomlek"),
        ("montlar", "mont"),
        ("cantasi", "canta"),
        ("kitabi", "kitap"),
        ("botun", "bot"),
    ],
)
def test_suffixes_belong_to_the_word(word: str, stem: str) -> None:
    assert inflects(word, stem)


@pytest.mark.parametrize(
    ("word", "stem"), [("botanik", "bot"), ("kargom", "kar"), ("masal", "mas"), ("", "a")]
)
def test_other_words_do_not(word: str, stem: str) -> None:
    assert not inflects(word, stem)


def test_distance_counts_a_swap_once_and_gives_up_early() -> None:
    assert distance("monc", "mont", 2) == 1
    assert distance("mnot", "mont", 2) == 1
    assert distance("abcdef", "uvwxyz", 2) == 3
    assert likeness("glmek", "gomlek") == 0 < likeness("gmolek", "gomlek")


@pytest.mark.parametrize(
    ("said", "colour"),
    [
        ("SİYAH", "siyah"),
        ("siyahından", "siyah"),
        ("sıyah", "siyah"),
        ("kahve", "kahverengi"),
        ("mor", ""),
        ("", ""),
    ],
)
def test_colours(said: str, colour: str) -> None:
    assert colour_among(said, ("siyah", "kahverengi", "mavi")) == colour


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("l", "L"),
        ("L'si", "L"),
        ("large", "L"),
        ("M beden", "M"),
        ("42 numara", "42"),
        ("42si", "42"),
        ("43", ""),
    ],
)
def test_sizes(said: str, size: str) -> None:
    assert size_among(said, ("S", "M", "L", "42")) == size
