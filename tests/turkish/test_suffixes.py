from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import Suffix, attach, strip_case
from tests.turkish.tables import rows

ATTACHED = """
Ankara | dative | Ankara'ya
Ankara | e | Ankara'ya
İzmir | accusative | İzmir'i
Muş | ablative | Muş'tan
Iğdır | locative | Iğdır'da
Isparta | genitive | Isparta'nın
ISPARTA | ablative | ISPARTA'dan
Zonguldak | dative | Zonguldak'a
Ürgüp | genitive | Ürgüp'ün
Trendyol | instrumental | Trendyol'la
Ayşe | instrumental | Ayşe'yle
Ahmet | accusative | Ahmet'i
Ahmet | plural | Ahmetler
Kemal | dative | Kemal'e
Bolu | possessive | Bolu'su
14:30 | locative | 14:30'da
14:30 | dative | 14:30'a
09:00 | locative | 09:00'da
14:00 | ablative | 14:00'ten
18.00 | dative | 18.00'e
10:05 | locative | 10:05'te
0 | accusative | 0'ı
1 | dative | 1'e
2 | accusative | 2'yi
3 | dative | 3'e
4 | dative | 4'e
5 | accusative | 5'i
6 | dative | 6'ya
7 | ablative | 7'den
8 | locative | 8'de
9 | accusative | 9'u
10 | genitive | 10'un
20 | dative | 20'ye
30 | dative | 30'a
40 | locative | 40'ta
50 | accusative | 50'yi
60 | ablative | 60'tan
70 | ablative | 70'ten
80 | dative | 80'e
90 | locative | 90'da
100 | accusative | 100'ü
1000 | accusative | 1000'i
1.000.000 | dative | 1.000.000'a
1.250 | accusative | 1.250'yi
2026 | locative | 2026'da
12345 | genitive | 12345'in
007 | accusative | 007'yi
3 | ordinal | 3'üncü
6 | ordinal | 6'ncı
15 Mart | locative | 15 Mart'ta
1.299,90 TL | dative | 1.299,90 TL'ye
80 ₺ | dative | 80 ₺'ya
5 kg | ablative | 5 kg'dan
3 cm | accusative | 3 cm'yi
PTT | locative | PTT'de
AVM | dative | AVM'ye
THY | instrumental | THY'yle
SMS | accusative | SMS'i
PTT | plural | PTT'ler
VAN | dative | VAN'a
iPhone | accusative | iPhone'u
Google | dative | Google'a
ornek.com | ablative | ornek.com'dan
kitap | accusative | kitabı
kitap | locative | kitapta
ağaç | dative | ağaca
çocuk | genitive | çocuğun
renk | accusative | rengi
ayakkabı | accusative | ayakkabıyı
paket | dative | pakete
sipariş | ablative | siparişten
şehir | dative | şehre
şehir | locative | şehirde
isim | accusative | ismi
kayıt | possessive | kaydı
hak | accusative | hakkı
saat | locative | saatte
saat | accusative | saati
iptal | accusative | iptali
kontrol | dative | kontrole
otopark | dative | otoparka
stok | locative | stokta
katalog | accusative | kataloğu
grup | dative | gruba
kâğıt | accusative | kâğıdı
su | genitive | suyun
su | possessive | suyu
dört | accusative | dördü
üç | dative | üçe
kargo | instrumental | kargoyla
fatura | plural | faturalar
şube | relative | şubedeki
"""
POSSESSED = """
kargo ücreti | accusative | kargo ücretini
kargo ücreti | ablative | kargo ücretinden
sipariş numarası | dative | sipariş numarasına
teslimat adresi | locative | teslimat adresinde
iade tutarı | genitive | iade tutarının
"""
STRIPPED = """
12345'in | 12345
İstanbul'dan | İstanbul
İstanbul’dan | İstanbul
Rize`de | Rize
Rize´ye | Rize
14:30'da | 14:30
15'inde | 15
15'indeki | 15
3'üncü | 3
5'li | 5
Ankara'dakiler | Ankara
Mart'tı | Mart
Trendyol'unuzdan | Trendyol
KARGO'YA | KARGO
IĞDIR'IN | IĞDIR
TL'ye | TL
Levi's | Levi's
O'Neill | O'Neill
McDonald's'tan | McDonald's
kargo | kargo
'da | 'da
"""


@pytest.mark.parametrize(("word", "suffix", "expected"), rows(ATTACHED))
def test_attach(word: str, suffix: str, expected: str) -> None:
    assert attach(word, suffix) == expected


@pytest.mark.parametrize(("word", "suffix", "expected"), rows(POSSESSED))
def test_attach_behind_a_possessive(word: str, suffix: str, expected: str) -> None:
    assert attach(word, suffix, possessed=True) == expected


def test_the_apostrophe_can_be_chosen() -> None:
    assert attach("Siparişler", Suffix.LOCATIVE, apostrophe=False) == "Siparişlerde"
    assert attach("kapıda ödeme", "accusative", apostrophe=True) == "kapıda ödeme'yi"


def test_numbers_beyond_every_name_take_suffixes_too() -> None:
    assert attach("1" + "0" * 5000, "dative").endswith("0'a")
    assert attach("7" * 5000, "dative").endswith("7'ye")


@pytest.mark.parametrize("word", ["", "  ", "???", "-"])
def test_nothing_to_attach_to(word: str) -> None:
    with pytest.raises(ValueError, match="no letter or digit"):
        attach(word, "dative")


def test_unknown_suffixes_are_named() -> None:
    with pytest.raises(ValueError, match="known are dative"):
        attach("Ankara", "vocative")


@pytest.mark.parametrize(("text", "expected"), rows(STRIPPED))
def test_strip_case(text: str, expected: str) -> None:
    assert strip_case(text) == expected


@given(st.from_regex(r"[A-ZÇÖŞÜ][a-zçğıöşü]{1,12}", fullmatch=True), st.sampled_from(list(Suffix)))
def test_what_is_attached_with_an_apostrophe_comes_off_again(word: str, suffix: Suffix) -> None:
    assert strip_case(attach(word, suffix, apostrophe=True)) == word


@given(st.integers(0, 10**15), st.sampled_from(list(Suffix)))
def test_every_number_takes_every_suffix(number: int, suffix: Suffix) -> None:
    assert strip_case(attach(str(number), suffix)) == str(number)


@given(st.text())
def test_what_is_left_is_a_beginning_of_the_text(text: str) -> None:
    assert text.startswith(strip_case(text))
