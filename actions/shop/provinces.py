"""The 81 provinces and roughly where their centres lie, to tell which store is nearest."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from actions.shop.search import inflects
from bot.turkish import fold

_EARTH_KM = 6371.0
_LONGEST = 80

_TABLE = """
Adana 37.00 35.32|Adıyaman 37.76 38.28|Afyonkarahisar 38.76 30.54|Ağrı 39.72 43.05|Aksaray 38.37 34.03
Amasya 40.65 35.83|Ankara 39.93 32.86|Antalya 36.90 30.70|Ardahan 41.11 42.70|Artvin 41.18 41.82
Aydın 37.85 27.85|Balıkesir 39.65 27.88|Bartın 41.64 32.34|Batman 37.88 41.13|Bayburt 40.26 40.23
Bilecik 40.14 29.98|Bingöl 38.88 40.50|Bitlis 38.40 42.11|Bolu 40.74 31.61|Burdur 37.72 30.29
Bursa 40.19 29.06|Çanakkale 40.15 26.41|Çankırı 40.60 33.62|Çorum 40.55 34.95|Denizli 37.77 29.09
Diyarbakır 37.91 40.24|Düzce 40.84 31.16|Edirne 41.68 26.56|Elazığ 38.67 39.22|Erzincan 39.75 39.50
Erzurum 39.90 41.27|Eskişehir 39.78 30.52|Gaziantep 37.07 37.38|Giresun 40.91 38.39|Gümüşhane 40.46 39.48
Hakkari 37.58 43.74|Hatay 36.20 36.16|Iğdır 39.92 44.04|Isparta 37.76 30.56|İstanbul 41.01 28.98
İzmir 38.42 27.14|Kahramanmaraş 37.58 36.93|Karabük 41.20 32.62|Karaman 37.18 33.22|Kars 40.60 43.10
Kastamonu 41.38 33.78|Kayseri 38.73 35.49|Kırıkkale 39.85 33.51|Kırklareli 41.73 27.22|Kırşehir 39.15 34.16
Kilis 36.72 37.12|Kocaeli 40.77 29.94|Konya 37.87 32.48|Kütahya 39.42 29.98|Malatya 38.35 38.31
Manisa 38.61 27.43|Mardin 37.31 40.74|Mersin 36.81 34.64|Muğla 37.22 28.36|Muş 38.74 41.49
Nevşehir 38.62 34.71|Niğde 37.97 34.68|Ordu 40.98 37.88|Osmaniye 37.07 36.25|Rize 41.02 40.52
Sakarya 40.77 30.40|Samsun 41.29 36.33|Siirt 37.93 41.94|Sinop 42.03 35.15|Sivas 39.75 37.02
Şanlıurfa 37.16 38.79|Şırnak 37.52 42.46|Tekirdağ 40.98 27.51|Tokat 40.31 36.55|Trabzon 41.00 39.72
Tunceli 39.11 39.55|Uşak 38.68 29.41|Van 38.50 43.38|Yalova 40.65 29.27|Yozgat 39.82 34.81
Zonguldak 41.45 31.79
"""

PROVINCES: dict[str, tuple[float, float]] = {
    entry.split()[0]: (float(entry.split()[1]), float(entry.split()[2]))
    for line in _TABLE.strip().splitlines()
    for entry in line.split("|")
}
"""Name to latitude and longitude, in degrees."""

_OTHER_NAMES = {
    "antep": "Gaziantep",
    "maras": "Kahramanmaraş",
    "urfa": "Şanlıurfa",
    "afyon": "Afyonkarahisar",
    "izmit": "Kocaeli",
    "adapazari": "Sakarya",
    "antakya": "Hatay",
    "icel": "Mersin",
}
_BY_FOLDED = {fold(name): name for name in PROVINCES} | _OTHER_NAMES


def name_among(text: str, names: dict[str, str]) -> str:
    """The name that a text such as ``İzmir'deki`` gives, whole or with suffixes; or empty.

    Args:
        names: folded name to name.
    """
    folded = fold(text.strip()[:_LONGEST])
    words = [part for word in folded.split() for part in (word, word.split("'")[0].split("’")[0]) if part]
    for word in (folded, *words):
        if word in names:
            return names[word]
    for word in words:
        bare = word.replace("'", "").replace("’", "")
        for name in sorted(names, key=len, reverse=True):
            if inflects(bare, name):
                return names[name]
    return ""


def province_of(text: str) -> str:
    """The province that a text names in any spelling; empty for none."""
    return name_among(text, _BY_FOLDED)


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle kilometres between two places given as latitude and longitude in degrees."""
    (north, east), (north2, east2) = one, other
    half = sin(radians(north2 - north) / 2) ** 2
    half += cos(radians(north)) * cos(radians(north2)) * sin(radians(east2 - east) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
