from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.turkish import find_dates, fold
from tests.turkish.tables import rows

SUNDAY = date(2026, 11, 22)

DATES = """
dün | dün | 2026-11-21
dun | dun | 2026-11-21
dünkü siparişim | dünkü | 2026-11-21
dün sabah geldi | dün sabah | 2026-11-21
bugün | bugün | 2026-11-22
bu gün | bu gün | 2026-11-22
BUGÜN | BUGÜN | 2026-11-22
bu akşam | bu akşam | 2026-11-22
yarın | yarın | 2026-11-23
yarin aksam | yarin aksam | 2026-11-23
yarına kadar | yarına | 2026-11-23
evvelsi gün | evvelsi gün | 2026-11-20
önceki gün | önceki gün | 2026-11-20
öbür gün | öbür gün | 2026-11-24
obur gun | obur gun | 2026-11-24
3 gün önce | 3 gün önce | 2026-11-19
üç gün önce aldım | üç gün önce | 2026-11-19
yirmi beş gün sonra | yirmi beş gün sonra | 2026-12-17
iki hafta sonra | iki hafta sonra | 2026-12-06
bir hafta önce | bir hafta önce | 2026-11-15
bi hafta once | bi hafta once | 2026-11-15
1 ay sonra | 1 ay sonra | 2026-12-22
1 yıl önce | 1 yıl önce | 2025-11-22
iki gün sonraya | iki gün sonraya | 2026-11-24
2 hafta sonra salı | 2 hafta sonra salı | 2026-12-01
geçen salı | geçen salı | 2026-11-17
gecen persembe | gecen persembe | 2026-11-19
geçen pazar | geçen pazar | 2026-11-15
haftaya çarşamba | haftaya çarşamba | 2026-11-25
gelecek hafta cuma | gelecek hafta cuma | 2026-11-27
önümüzdeki cuma | önümüzdeki cuma | 2026-11-27
geçen hafta salı | geçen hafta salı | 2026-11-10
bu hafta salı | bu hafta salı | 2026-11-17
bu cuma | bu cuma | 2026-11-27
cuma günü | cuma | 2026-11-27
salıya | salıya | 2026-11-24
saliya | saliya | 2026-11-24
Salı'ya | Salı | 2026-11-24
PERŞEMBE | PERŞEMBE | 2026-11-26
cumartesiye kadar | cumartesiye | 2026-11-28
pazar | pazar | 2026-11-29
haftaya bugün | haftaya bugün | 2026-11-29
15 Mart | 15 Mart | 2027-03-15
20 kasım | 20 kasım | 2026-11-20
15 mart 2026 | 15 mart 2026 | 2026-03-15
15 mart'ta | 15 mart | 2027-03-15
15 martta geldi | 15 martta | 2026-03-15
15 mart'ta aldığım ürün | 15 mart | 2026-03-15
15 martta gelecekmiş | 15 martta | 2027-03-15
15 martta gelecekti | 15 martta | 2026-03-15
29 Ekim'de teslim edilecek | 29 Ekim | 2027-10-29
15 Mart Pazar | 15 Mart Pazar | 2027-03-15
on beş mart | on beş mart | 2027-03-15
on bes mart iki bin yirmi alti | on bes mart iki bin yirmi alti | 2026-03-15
on beş sıfır üç iki bin yirmi altı | on beş sıfır üç iki bin yirmi altı | 2026-03-15
15 ocağa | 15 ocağa | 2027-01-15
martın 15'inde | martın 15 | 2027-03-15
martın on beşi | martın on beşi | 2027-03-15
15.03.2026 | 15.03.2026 | 2026-03-15
15.03.26'da | 15.03.26 | 2026-03-15
15/03/2026 | 15/03/2026 | 2026-03-15
15/3 | 15/3 | 2027-03-15
2026-03-15 | 2026-03-15 | 2026-03-15
25.12 tarihinde | 25.12 | 2026-12-25
ay sonu | ay sonu | 2026-11-30
ay sonuna kadar | ay sonuna | 2026-11-30
mart sonu | mart sonu | 2027-03-31
yıl sonu | yıl sonu | 2026-12-31
ayın 15'i | ayın 15 | 2026-11-15
ayın on beşinde | ayın on beşinde | 2026-11-15
ayin ucunde | ayin ucunde | 2026-11-03
ayın dördünde | ayın dördünde | 2026-11-04
gelecek ayın 5'i | gelecek ayın 5 | 2026-12-05
29 şubat | 29 şubat | 2028-02-29
yılbaşı | yılbaşı | 2027-01-01
dün değil evvelsi gün | evvelsi gün | 2026-11-20
"""
RANGES = """
bu hafta | bu hafta | 2026-11-16/2026-11-22
haftaya | haftaya | 2026-11-23/2026-11-29
gelecek hafta | gelecek hafta | 2026-11-23/2026-11-29
geçen hafta | geçen hafta | 2026-11-09/2026-11-15
öbür hafta | öbür hafta | 2026-11-30/2026-12-06
hafta sonu | hafta sonu | 2026-11-21/2026-11-22
gelecek hafta sonu | gelecek hafta sonu | 2026-11-28/2026-11-29
geçen ay | geçen ay | 2026-10-01/2026-10-31
bu yıl | bu yıl | 2026-01-01/2026-12-31
martta | martta | 2027-03-01/2027-03-31
Ocak 2026 | Ocak 2026 | 2026-01-01/2026-01-31
geçen mart | geçen mart | 2026-03-01/2026-03-31
15-20 mart | 15-20 mart | 2027-03-15/2027-03-20
15 mart - 20 mart | 15 mart - 20 mart | 2027-03-15/2027-03-20
15 Mart ile 20 Mart arasında | 15 Mart ile 20 Mart | 2027-03-15/2027-03-20
"""
NO_DATE = """
30 şubat
31.02.2026
ayın 31'i
üç dört gün önce
2-3 gün önce
birkaç gün önce
1,5 ay sonra
on gün içinde
her salı
cuma günleri
3. ayın 5'i
üçüncü ayın beşi
dünya
saat 12.30
12.10 tl
3 taksit
mart
siparişim nerede
99999 gün sonra
"""


@pytest.mark.parametrize(("text", "written", "expected"), rows(DATES) + rows(RANGES))
def test_one_date(text: str, written: str, expected: str) -> None:
    found = [(text[one.start : one.end], one.iso) for one in find_dates(text, SUNDAY)]
    assert found == [(written, expected)]


@pytest.mark.parametrize("text", NO_DATE.strip().splitlines())
def test_vague_and_impossible_dates_are_not_found(text: str) -> None:
    assert find_dates(text, SUNDAY) == []


def test_several_dates_in_order() -> None:
    found = find_dates("dün aldım, salıya gelsin, 5 aralık da olur", SUNDAY)
    assert [one.iso for one in found] == ["2026-11-21", "2026-11-24", "2026-12-05"]


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2026, 11, 24), "bu salı", "2026-11-24"),
        (date(2026, 11, 24), "salı", "2026-12-01"),
        (date(2026, 11, 24), "geçen salı", "2026-11-17"),
        (date(2026, 11, 24), "haftaya pazar", "2026-12-06"),
        (date(2026, 1, 31), "1 ay sonra", "2026-02-28"),
        (date(2024, 2, 29), "1 yıl sonra", "2025-02-28"),
        (date(2026, 12, 31), "yarın", "2027-01-01"),
        (date(2026, 1, 2), "31 aralık", "2025-12-31"),
    ],
)
def test_on_other_days(today: date, text: str, expected: str) -> None:
    assert [one.iso for one in find_dates(text, today)] == [expected]


@given(
    st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{:%d.%m.%Y}", "{:%d/%m/%Y}", "{:%Y-%m-%d}"]),
)
def test_written_dates_come_back(day: date, form: str) -> None:
    assert [one.value for one in find_dates(form.format(day), SUNDAY)] == [day]


PIECES = st.sampled_from([row[0] for row in rows(DATES)] + ["ve", "15", ".", "999 yıl sonra", "ayın", "'"])


@given(st.lists(PIECES | st.text(max_size=8), max_size=6), st.dates())
def test_any_text_can_be_searched_on_any_day(pieces: list[str], today: date) -> None:
    text = " ".join(pieces)
    last = 0
    for found in find_dates(text, today):
        assert last <= found.start < found.end <= len(text)
        assert found.end_value is None or found.value <= found.end_value
        last = found.end


@pytest.mark.parametrize(("text", "expected"), [(row[0], row[2]) for row in rows(DATES)])
def test_turkish_letters_are_not_needed(text: str, expected: str) -> None:
    assert [one.iso for one in find_dates(fold(text), SUNDAY)] == [expected]
