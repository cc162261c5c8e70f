"""The nearest store, by city or district in any spelling."""

from __future__ import annotations

import pytest

from actions.shop.branches import STORES, ListedStores
from actions.shop.provinces import PROVINCES, km_between, province_of

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("city", "district", "nearest", "same_city"),
    [
        ("İstanbul", "Kadıköy", "Kadıköy Mağazası", True),
        ("ISTANBUL", "bakirkoyde", "Bakırköy Mağazası", True),
        ("kadıköy", "", "Kadıköy Mağazası", True),
        ("", "Bornova'ya", "Bornova Mağazası", True),
        ("İZMİR'de", "", "Karşıyaka Mağazası", True),
        ("ankaradaki", "", "Kızılay Mağazası", True),
        ("Isparta", "", "Muratpaşa Mağazası", False),
        ("antep", "", "Şahinbey Mağazası", True),
        ("maraş", "", "Şahinbey Mağazası", False),
    ],
)
async def test_nearest_first(city: str, district: str, nearest: str, same_city: bool) -> None:
    first, *others = await ListedStores().near(city, district)
    assert first.store.name == nearest
    assert (first.km is None) == same_city
    assert len(others) == 2


@pytest.mark.parametrize("place", ["Paris", "", "'; --", "😀", "x" * 10_000])
async def test_an_unknown_place_has_none(place: str) -> None:
    assert await ListedStores().near(place, place) == ()


async def test_all_provinces_are_known_and_every_store_lies_in_its_own() -> None:
    assert len(PROVINCES) == 81
    assert all(province_of(name) == name for name in PROVINCES)
    for store in STORES:
        assert km_between(PROVINCES[store.city], (store.latitude, store.longitude)) < 60
    assert round(km_between(PROVINCES["İstanbul"], PROVINCES["Ankara"])) in range(340, 360)
