"""Entities carry values that programs can use; their spans stay."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.archive import Archive
from bot.clock import ManualClock
from bot.nlu.component import Corpus, Draft
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.entity_normalizer import TurkishEntityNormalizer
from bot.nlu.synonyms import EntitySynonymMapper
from bot.nlu.values import READERS, read_value
from bot.turkish import Suffix, attach

SUNDAY = date(2026, 11, 22)
CITIES = """
    Adana Adıyaman Afyonkarahisar Ağrı Aksaray Amasya Ankara Antalya Ardahan Artvin Aydın Balıkesir Bartın Batman
    Bayburt Bilecik Bingöl Bitlis Bolu Burdur Bursa Çanakkale Çankırı Çorum Denizli Diyarbakır Düzce Edirne Elazığ
    Erzincan Erzurum Eskişehir Gaziantep Giresun Gümüşhane Hakkari Hatay Iğdır Isparta İstanbul İzmir
    Kahramanmaraş Karabük Karaman Kars Kastamonu Kayseri Kilis Kırıkkale Kırklareli Kırşehir Kocaeli Konya Kütahya
    Malatya Manisa Mardin Mersin Muğla Muş Nevşehir Niğde Ordu Osmaniye Rize Sakarya Samsun Şanlıurfa Siirt Sinop
    Şırnak Sivas Tekirdağ Tokat Trabzon Tunceli Uşak Van Yalova Yozgat Zonguldak
""".split()  # noqa: SIM905 - a wall of quoted names reads worse


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("order_no", "SN-482913", "482913"),
        ("order_no", "sn 482 913", "482913"),
        ("order_no", "#007123", "007123"),
        ("order_no", "dört yüz seksen iki dokuz yüz on üç", "482913"),
        ("order_no", "A1-20394", None),
        ("order_no", "siparişim", None),
        ("tracking_no", "tr 123 456 789", "TR123456789"),
        ("tracking_no", "1234 5678 9012", "123456789012"),
        ("tracking_no", "rr123456789tr", "RR123456789TR"),
        ("tracking_no", "bir iki üç dört beş altı yedi sekiz dokuz sıfır", "1234567890"),
        ("phone", "0532 111 22 33", "+905321112233"),
        ("phone", "5321112233", "+905321112233"),
        ("phone", "+90 (532) 111 22 33", "+905321112233"),
        ("phone", "905321112233", "+905321112233"),
        ("phone", "sıfır beş yüz otuz iki yüz on bir yirmi iki otuz üç", "+905302112233"),
        ("phone", "sıfır beş yüz kırk bir yüz on bir yirmi iki otuz üç", "+905411112233"),
        ("phone", "+49 30 901820", "+4930901820"),
        ("phone", "12", None),
        ("date", "yarın", "2026-11-23"),
        ("date", "3 Mart 2027'de", "2027-03-03"),
        ("date", "geçen salı", "2026-11-17"),
        ("date", "bir ara", None),
        ("amount", "1.299,90 TL", "1299.90"),
        ("amount", "1299,9 TL", "1299.90"),
        ("amount", "iki bin beş yüz lira", "2500.00"),
        ("amount", "40 bin", "40000.00"),
        ("amount", "₺750", "750.00"),
        ("amount", "750 lira 50 kuruş", "750.50"),
        ("amount", "yüz lira elli kuruş", "100.50"),
        ("amount", "50 kuruş", "0.50"),
        ("amount", "100-200 lira", None),
        ("amount", "çok", None),
        ("quantity", "iki", 2),
        ("quantity", "12", 12),
        ("quantity", "birkaç", None),
        ("quantity", "2'si", 2),
        ("quantity", "iki düzine", 24),
        ("quantity", "düzine", 12),
        ("order_no", "SN–482913", "482913"),
        ("order_no", "S N 4 8 2 9 1 3", "482913"),
        ("order_no", "es en 482913", "482913"),
        ("order_no", "se ne tire 482 913", "482913"),
        ("order_no", "482913 nolu", "482913"),
        ("order_no", "12345in", "12345"),
        ("order_no", "kapı 482913", None),
        ("tracking_no", "te re 7310045812", "TR7310045812"),
        ("tracking_no", "yedi yüz otuz bir sıfır sıfır kırk beş", "7310045"),
        ("tracking_no", "te re yedi yüz otuz bir sıfır sıfır kırk beş", "TR7310045"),
        ("tracking_no", "7310045812 yi", "7310045812"),
        ("tracking_no", "7310045812nin", "7310045812"),
        ("tracking_no", "731-004-5812", "7310045812"),
        ("amount", "1,299.90 TL", "1299.90"),
        ("amount", "1.5 milyon TL", "1500000.00"),
        ("amount", "yüz elli buçuk lira", "150.50"),
        ("amount", "doksan dokuz lira doksan kuruş", "99.90"),
        ("phone", "0090 532 111 22 33'ü", "+905321112233"),
        ("phone", "artı doksan beş yüz kırk bir yüz on bir yirmi iki otuz üç", "+905411112233"),
        ("date", "10-15 Aralık", "2026-12-10/2026-12-15"),
        ("date", "ayın 3'ü", "2026-11-03"),
        ("time", "saat 15.30'da", "15:30"),
        ("time", "bir ara", None),
        ("email", "Ali.Veli@Ornek.com'a", "ali.veli@ornek.com"),
        ("email", "ali at ornek", None),
        ("ordinal", "üçüncüsü", 3),
        ("ordinal", "çok", None),
        ("yes_no", "olur tabii", "yes"),
        ("yes_no", "yok istemem", "no"),
        ("yes_no", "belki", None),
    ],
)  # fmt: skip
def test_values(kind: str, words: str, value: str | int | None) -> None:
    assert read_value(kind, words, SUNDAY) == value


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    "words", ["", " ", "?", "'", "9" * 5_000, "bin " * 2_000, "\ud800", "٣٤٥", "1,2,3", "+"]
)
def test_no_words_are_too_odd(kind: str, words: str) -> None:
    read_value(kind, words, SUNDAY)


@pytest.fixture
def normalizer() -> TurkishEntityNormalizer:
    spans = [EntitySpan(name, 0, 1, "x") for name in ("city", "product", "date", "quantity")]
    lookups = {"city": CITIES, "product": ["kulaklık", "ceket", "spor ayakkabı", "kitap"], "foreign": ["x"]}
    corpus = Corpus(TrainingData([Example("x", "y", tuple(spans))], lookups=lookups), [])
    found = TurkishEntityNormalizer.train(TurkishEntityNormalizer.defaults, corpus)
    found.clock = ManualClock(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())
    return found


def entity(name: str, text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"entity": name, "start": start, "end": start + len(words), "value": words, "extractor": "X"}


@pytest.mark.parametrize(
    ("name", "text", "words", "value"),
    [
        ("city", "istanbuldan geldi", "istanbuldan", "İstanbul"),
        ("city", "İSTANBUL'DAN geldi", "İSTANBUL", "İstanbul"),
        ("city", "sanliurfaya", "sanliurfaya", "Şanlıurfa"),
        ("product", "deri ceketimi iade", "deri ceketimi", "deri ceket"),
        ("product", "spor ayakkabımı", "spor ayakkabımı", "spor ayakkabı"),
        ("product", "Kitabını aldım", "Kitabını", "kitap"),
        ("product", "zımbırtımı", "zımbırtımı", "zımbırtımı"),
        ("date", "yarın gelin", "yarın", "2026-11-23"),
        ("quantity", "iki tane", "iki", 2),
        ("color", "kırmızısı", "kırmızısı", "kırmızısı"),
    ],
)
def test_entities(
    normalizer: TurkishEntityNormalizer, name: str, text: str, words: str, value: str | int
) -> None:
    draft = Draft(text, entities=[entity(name, text, words)])
    normalizer.process(draft)
    found = draft.entities[0]
    assert found["value"] == value
    assert text[found["start"] : found["end"]] == words
    assert ("processors" in found) == (value != words)


@pytest.mark.parametrize("city", CITIES)
def test_all_cities_lose_their_suffix(normalizer: TurkishEntityNormalizer, city: str) -> None:
    for suffix in (Suffix.ABLATIVE, Suffix.DATIVE, Suffix.LOCATIVE, Suffix.ACCUSATIVE, Suffix.GENITIVE):
        words = attach(city, suffix, apostrophe=False)
        draft = Draft(words, entities=[entity("city", words, words)])
        normalizer.process(draft)
        assert draft.entities[0]["value"] == city


def test_values_given_before_stay(normalizer: TurkishEntityNormalizer) -> None:
    given = {**entity("date", "yarın", "yarın"), "value": "tomorrow"}
    button = {"entity": "city", "value": "istanbuldan", "start": None, "end": None}
    draft = Draft("yarın", entities=[given, button])
    normalizer.process(draft)
    assert [one["value"] for one in draft.entities] == ["tomorrow", "istanbuldan"]


def test_numbers_have_no_synonyms() -> None:
    draft = Draft("iki", entities=[{**entity("quantity", "iki", "iki"), "value": 2}])
    EntitySynonymMapper({"2": "iki tane"}).process(draft)
    assert draft.entities[0]["value"] == 2


def test_saved_and_loaded_it_gives_the_same(normalizer: TurkishEntityNormalizer) -> None:
    archive = Archive()
    normalizer.save(archive.part("0"))
    loaded = TurkishEntityNormalizer.load(TurkishEntityNormalizer.defaults, archive.part("0"))
    draft = Draft("vanda", entities=[entity("city", "vanda", "vanda")])
    loaded.process(draft)
    assert draft.entities[0]["value"] == "Van"
