"""The demo shop's customers and where they live: nobody of them exists, nor their 5xx 000 xx xx numbers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_FIRST = (
    *("Ayşe", "Fatma", "Zeynep", "Elif", "Merve", "Esra", "Büşra", "Hatice", "Özge", "Gizem", "Ece", "Selin"),
    *("Derya", "Sibel", "İrem", "Nazlı", "Pınar", "Şule", "Tuğba", "Yasemin", "Mehmet", "Mustafa", "Ahmet"),
    *(
        "Hüseyin",
        "Emre",
        "Burak",
        "Murat",
        "Serkan",
        "Okan",
        "Oğuz",
        "Kerem",
        "Barış",
        "Cem",
        "Deniz",
        "Uğur",
    ),
)
_LAST = (
    *("Örnek", "Deneme", "Kurgu", "Masal", "Öykü", "Temsil", "Sahne", "Perde", "Roman", "Şiir", "Destan"),
    *("Hikâye", "Rivayet", "Efsane", "Tasvir", "Figür", "Taslak", "Hayal", "Düş", "Senaryo"),
)
_PREFIXES = ("501", "505", "530", "532", "535", "541", "542", "544", "551", "553", "555", "559")


@dataclass(frozen=True, slots=True)
class Place:
    """Where parcels go."""

    city: str
    district: str
    hub: str
    """The carrier's transfer centre for the city."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer."""

    first_name: str
    last_name: str
    phone: str
    """E.164."""
    place: Place


PLACES = (
    Place("İstanbul", "Kadıköy", "İstanbul Ataşehir"),
    Place("İstanbul", "Beşiktaş", "İstanbul İkitelli"),
    Place("İstanbul", "Bakırköy", "İstanbul İkitelli"),
    Place("İstanbul", "Üsküdar", "İstanbul Ataşehir"),
    Place("İstanbul", "Esenyurt", "İstanbul Hadımköy"),
    Place("Ankara", "Çankaya", "Ankara Ostim"),
    Place("Ankara", "Keçiören", "Ankara Ostim"),
    Place("İzmir", "Karşıyaka", "İzmir Işıkkent"),
    Place("İzmir", "Buca", "İzmir Işıkkent"),
    Place("Bursa", "Nilüfer", "Bursa Demirtaş"),
    Place("Antalya", "Muratpaşa", "Antalya Döşemealtı"),
    Place("Adana", "Seyhan", "Adana Sarıçam"),
    Place("Konya", "Selçuklu", "Konya Karatay"),
    Place("Gaziantep", "Şahinbey", "Gaziantep Şehitkamil"),
    Place("Kayseri", "Melikgazi", "Kayseri Kocasinan"),
    Place("Samsun", "Atakum", "Samsun Tekkeköy"),
    Place("Trabzon", "Ortahisar", "Trabzon Arsin"),
    Place("Diyarbakır", "Kayapınar", "Diyarbakır Bağlar"),
    Place("Eskişehir", "Odunpazarı", "Eskişehir Tepebaşı"),
    Place("Isparta", "Merkez", "Isparta Merkez"),
    Place("Iğdır", "Merkez", "Iğdır Merkez"),
    Place("Muğla", "Bodrum", "Muğla Milas"),
)

ELIF = Person("Elif", "Örnek", "+905320004567", PLACES[0])
"""Whose orders README shows: last four digits 4567."""
MERT = Person("Mert", "Deneme", "+905550008901", PLACES[7])
"""Somebody else, so that "not yours" can be tried: last four digits 8901."""


def people(random: Random, count: int) -> list[Person]:
    """So many customers, each with a phone of their own."""
    taken = {ELIF.phone, MERT.phone}
    found: list[Person] = []
    while len(found) < count:
        phone = f"+90{random.choice(_PREFIXES)}000{random.randrange(10_000):04d}"
        # The showcase's last digits stay the showcase's: nobody else's order opens with them by chance.
        if phone in taken or phone.endswith((ELIF.phone[-4:], MERT.phone[-4:])):
            continue
        taken.add(phone)
        found.append(Person(random.choice(_FIRST), random.choice(_LAST), phone, random.choice(PLACES)))
    return found
