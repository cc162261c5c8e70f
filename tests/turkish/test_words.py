from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import is_courtesy, is_filler, without_fillers, yes_no

YES = """
evet
EVET
evettt
hıhı
hı hı
olur
tabii
tabii ki
aynen
aynen öyle
tamam
tmm
ok
he
hee
heeee
he ya
Evet, lütfen
doğru
doğru değil mi
adres doğru
onaylıyorum
ben onaylıyorum
iyi olur
neden olmasın
itirazım yok
sorun değil
hay hay
peki
hayır pardon evet
yok pardon evet
evet ama ben siparişimi iptal etmek istiyorum
tamam o zaman öyle yapalım
👍
"""
NO = """
hayır
HAYIR
hayir
hayırrr
yok
yok ya
yok yok
yoo
istemem
istemiyorum
olmaz
kalsın
gerek yok
yok sağ ol
yok teşekkür ederim
teşekkürler gerek yok
doğru değil
yanlış
cık
vazgeçtim
onaylamıyorum
kabul etmiyorum
evet pardon hayır
boş ver
hayır, istemiyorum
ı ıh
yok tamam kalsın
hayır teşekkürler
👎
"""
NEITHER = """
evet hayır
evet mi hayır mı
bilmiyorum
belki
fark etmez
emin değilim
merhaba
iyi günler
siparişim nerede
stokta yok mu
mavi olsun mu
fatura gönderin
mavi istiyorum
sipariş vermek istiyorum
siparişimi iptal edin lütfen
kargom nerede acaba lütfen
2
...
"""


@pytest.mark.parametrize("text", YES.strip().splitlines())
def test_yes(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize("text", NO.strip().splitlines())
def test_no(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize("text", [*NEITHER.strip().splitlines(), ""])
def test_neither_yes_nor_no(text: str) -> None:
    assert yes_no(text) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert yes_no(text) in {True, False, None}


@pytest.mark.parametrize("word", ["şey", "ııı", "IIII", "yani", "hani,", "acaba", "bi", "sey"])
def test_fillers(word: str) -> None:
    assert is_filler(word)


def test_words_of_content_are_no_fillers() -> None:
    assert without_fillers(["şey", "ben", "ııı", "kargom", "yani", "nerede"]) == ["ben", "kargom", "nerede"]


def test_courtesy() -> None:
    assert is_courtesy("LÜTFEN")
    assert is_courtesy("tesekkurler")
    assert not is_courtesy("kargo")
