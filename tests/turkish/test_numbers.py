from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import (
    digits_from_words,
    find_numbers,
    number_to_words,
    ordinal_word,
    parse_number_words,
    parse_ordinal,
)
from tests.turkish.tables import rows

CARDINALS = """
sıfır | 0
bir | 1
on bir | 11
yirmi üç | 23
kırk beş | 45
yüz | 100
yüz bir | 101
iki yüz on | 210
dokuz yüz doksan dokuz | 999
bin | 1000
bin bir | 1001
bin beş yüz | 1500
iki bin yirmi altı | 2026
on iki bin üç yüz kırk beş | 12345
yüz bin | 100000
üç yüz kırk bin beş | 340005
bir milyon | 1000000
iki milyon beş yüz bin | 2500000
bir milyar üç | 1000000003
bir trilyon iki yüz milyar üç | 1200000000003
bir katrilyon | 1000000000000000
"""
HEARD_NUMBERS = """
uc yuz | 300
dort yuz altmis | 460
KIRK BEŞ | 45
yirmibir | 21
onikibinüçyüzkırkbeş | 12345
altıyüz bin | 600000
kırk beşi | 45
otuz bire | 31
on beşte | 15
dokuzuncuya | None
2 bin 500 | 2500
12 bin 345 | 12345
2 yüz yirmi | 220
yüz 45 | 145
yirmi 5 | 25
20 beş | 25
12.345 | 12345
iki buçuk bin | 2500
bir buçuk milyon | 1500000
bi | 1
bir iki | None
yüz yüz | None
beş elma | None
ön | None
uç | None
onu | None
yüzde | None
altında | None
birbirine | None
 merhaba | None
"""
DIGITS = """
bir iki üç dört | 1234
yüz yirmi üç kırk beş | 12345
on iki otuz dört elli altı | 123456
dört yüz altmış | 460
altmış dört yüz | 60400
sıfır beş yüz otuz iki | 0532
sıfır sıfır yedi | 007
çift sıfır beş | 005
iki tane beş üç | 553
üç tane sıfır 7 | 0007
cift uc | 33
0532 123 45 67 | 05321234567
1 2 yüz yirmi | 1220
beş 6 7 | 567
numaram bir iki üç sonra dört beş | 12345
bir saniye beş altı | 56
bir dakika bakayım yedi sekiz | 78
bir şey söyleyeyim iki üç | 23
on iki bin üç yüz kırk beş altmış yedi | 1234567
TR 12 otuz dört | 1234
yok |
yirmibeş otuz | 2530
beş ona | 510
"""
ORDINALS = """
birinci | 1
ikinci | 2
üçüncü | 3
ucuncu | 3
dördüncü | 4
dördüncüsü | 4
altıncıyı | 6
on ikincisini | 12
yirmi birinci | 21
yüzüncü | 100
ilk | 1
3. | 3
3'üncü | 3
3’üncüsü | 3
3üncü | 3
3ncü | 3
üç | None
3 | None
üçüncü kat | None
"""
WORDS = """
0 | sıfır
7 | yedi
10 | on
18 | on sekiz
40 | kırk
100 | yüz
111 | yüz on bir
200 | iki yüz
1000 | bin
1100 | bin yüz
2000 | iki bin
21000 | yirmi bir bin
100000 | yüz bin
1000000 | bir milyon
1001001 | bir milyon bin bir
1000000000000000 | bir katrilyon
"""


def _number(cell: str) -> int | None:
    return None if cell == "None" else int(cell)


@pytest.mark.parametrize(("text", "expected"), rows(CARDINALS) + rows(HEARD_NUMBERS))
def test_one_cardinal(text: str, expected: str) -> None:
    assert parse_number_words(text.split()) == _number(expected)


@pytest.mark.parametrize(
    ("text", "expected"), [(*row, "")[:2] for row in rows(DIGITS.replace("yok |", "yok"))]
)
def test_digits_side_by_side(text: str, expected: str) -> None:
    assert digits_from_words(text) == expected


@pytest.mark.parametrize(("text", "expected"), rows(ORDINALS))
def test_ordinals_are_read(text: str, expected: str) -> None:
    assert parse_ordinal(text) == _number(expected)


@pytest.mark.parametrize(("number", "expected"), rows(WORDS))
def test_numbers_are_spelt(number: str, expected: str) -> None:
    assert number_to_words(int(number)) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "birinci"), (4, "dördüncü"), (6, "altıncı"), (9, "dokuzuncu"), (20, "yirminci"), (40, "kırkıncı")],
)
def test_ordinals_are_spelt(number: int, expected: str) -> None:
    assert ordinal_word(number) == expected


@pytest.mark.parametrize("number", [-1, 10**18])
def test_numbers_without_a_spoken_form_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="cannot be spelt"):
        number_to_words(number)


def test_numbers_are_found_where_they_stand() -> None:
    text = "Siparişim ON İKİ bin, 3'üncü paket kırk beşi"
    found = [(text[number.start : number.end], number.value, number.ordinal) for number in find_numbers(text)]
    assert found == [("ON İKİ bin", 12000, False), ("3'üncü", 3, True), ("kırk beşi", 45, False)]


@given(st.integers(0, 10**15))
def test_words_lead_back_to_the_number(number: int) -> None:
    words = number_to_words(number)
    assert parse_number_words(words.split()) == number
    assert parse_ordinal(ordinal_word(number)) == number


@given(st.integers(0, 999_999))
def test_words_may_be_written_together(number: int) -> None:
    assert parse_number_words(number_to_words(number).replace(" ", "")) == number


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_dictated_digits_come_back(digits: list[int]) -> None:
    assert digits_from_words(" ".join(map(number_to_words, digits))) == "".join(map(str, digits))


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for number in find_numbers(text):
        assert 0 <= number.start < number.end <= len(text)
    digits_from_words(text)
    parse_ordinal(text)


@pytest.mark.parametrize("text", ["1" * 6000, "on" * 3000, "on " * 3000])
def test_endless_numbers_are_no_trouble(text: str) -> None:
    find_numbers(text)
    digits_from_words(text)
