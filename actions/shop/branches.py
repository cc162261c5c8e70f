"""The demo shop's stores, a list that every adapter shares. Addresses and phones are made up."""

from __future__ import annotations

from collections.abc import Sequence

from actions.shop.product import NearStore, Store
from actions.shop.provinces import PROVINCES, km_between, name_among, province_of
from bot.turkish import fold

_DAILY = "her gün 10.00-22.00"
_STREET = "pazartesi-cumartesi 09.30-20.00, pazar 12.00-19.00"

STORES: tuple[Store, ...] = (
    Store(
        "Kadıköy Mağazası",
        "İstanbul",
        "Kadıköy",
        "Örnek Çarşı Cad. No: 12",
        "+902160000101",
        _STREET,
        40.990,
        29.029,
    ),
    Store(
        "Beşiktaş Mağazası",
        "İstanbul",
        "Beşiktaş",
        "Deneme Sok. No: 4",
        "+902120000102",
        _STREET,
        41.043,
        29.006,
    ),
    Store(
        "Bakırköy Mağazası",
        "İstanbul",
        "Bakırköy",
        "Örnek AVM Kat: 1",
        "+902120000103",
        _DAILY,
        40.980,
        28.873,
    ),
    Store(
        "Ümraniye Mağazası",
        "İstanbul",
        "Ümraniye",
        "Deneme AVM Kat: 2",
        "+902160000104",
        _DAILY,
        41.026,
        29.125,
    ),
    Store(
        "Kızılay Mağazası",
        "Ankara",
        "Çankaya",
        "Örnek Bulvarı No: 55",
        "+903120000105",
        _STREET,
        39.920,
        32.854,
    ),
    Store(
        "Batıkent Mağazası",
        "Ankara",
        "Yenimahalle",
        "Deneme AVM Zemin Kat",
        "+903120000106",
        _DAILY,
        39.968,
        32.731,
    ),
    Store(
        "Karşıyaka Mağazası",
        "İzmir",
        "Karşıyaka",
        "Örnek Çarşı No: 8",
        "+902320000107",
        _STREET,
        38.455,
        27.119,
    ),
    Store(
        "Bornova Mağazası", "İzmir", "Bornova", "Örnek AVM Kat: 1", "+902320000108", _DAILY, 38.450, 27.210
    ),
    Store(
        "Nilüfer Mağazası", "Bursa", "Nilüfer", "Deneme AVM Kat: 1", "+902240000109", _DAILY, 40.213, 28.988
    ),
    Store(
        "Muratpaşa Mağazası",
        "Antalya",
        "Muratpaşa",
        "Örnek Cad. No: 21",
        "+902420000110",
        _STREET,
        36.887,
        30.705,
    ),
    Store(
        "Seyhan Mağazası", "Adana", "Seyhan", "Deneme Bulvarı No: 3", "+903220000111", _STREET, 36.992, 35.325
    ),
    Store(
        "Şahinbey Mağazası",
        "Gaziantep",
        "Şahinbey",
        "Örnek AVM Kat: 2",
        "+903420000112",
        _DAILY,
        37.060,
        37.380,
    ),
    Store(
        "Selçuklu Mağazası", "Konya", "Selçuklu", "Deneme AVM Kat: 1", "+903320000113", _DAILY, 37.890, 32.480
    ),
    Store(
        "Odunpazarı Mağazası",
        "Eskişehir",
        "Odunpazarı",
        "Örnek Sok. No: 9",
        "+902220000114",
        _STREET,
        39.770,
        30.520,
    ),
    Store(
        "Atakum Mağazası", "Samsun", "Atakum", "Deneme AVM Kat: 1", "+903620000115", _DAILY, 41.330, 36.270
    ),
    Store(
        "Ortahisar Mağazası",
        "Trabzon",
        "Ortahisar",
        "Örnek Cad. No: 30",
        "+904620000116",
        _STREET,
        41.005,
        39.730,
    ),
    Store(
        "Kayapınar Mağazası",
        "Diyarbakır",
        "Kayapınar",
        "Deneme AVM Kat: 1",
        "+904120000117",
        _DAILY,
        37.940,
        40.180,
    ),
    Store(
        "İzmit Mağazası", "Kocaeli", "İzmit", "Örnek AVM Zemin Kat", "+902620000118", _DAILY, 40.766, 29.940
    ),
)


class ListedStores:
    """The port ``Stores`` over a list."""

    def __init__(self, stores: Sequence[Store] = STORES) -> None:
        self._stores = tuple(stores)
        self._districts = {fold(store.district): store.district for store in stores}

    async def near(self, city: str, district: str = "", limit: int = 3) -> tuple[NearStore, ...]:
        """See :class:`actions.shop.ports.Stores`."""
        asked = name_among(district, self._districts) or name_among(city, self._districts)
        province = province_of(city) or province_of(district)
        if asked and not province:
            province = next(store.city for store in self._stores if store.district == asked)
        if not province:
            return ()
        middle = PROVINCES[province]
        ranked = sorted(self._stores, key=lambda store: self._rank(store, province, asked, middle))
        return tuple(
            NearStore(store, None if store.city == province else round(self._km(store, middle)))
            for store in ranked[: max(0, limit)]
        )

    async def nearest(self, latitude: float, longitude: float, limit: int = 3) -> tuple[NearStore, ...]:
        """See :class:`actions.shop.ports.Stores`."""
        here = (latitude, longitude)
        ranked = sorted(self._stores, key=lambda store: self._km(store, here))
        return tuple(NearStore(store, round(self._km(store, here))) for store in ranked[: max(0, limit)])

    def _rank(
        self, store: Store, province: str, district: str, middle: tuple[float, float]
    ) -> tuple[bool, bool, float]:
        here = store.city == province
        return not here, not (here and store.district == district), self._km(store, middle)

    @staticmethod
    def _km(store: Store, middle: tuple[float, float]) -> float:
        return km_between(middle, (store.latitude, store.longitude))
