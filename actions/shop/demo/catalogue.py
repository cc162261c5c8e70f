"""The demo shop's articles: clothes, shoes, things for the home and things with a plug."""

from __future__ import annotations

from random import Random

from actions.shop.product import Product, Variant
from bot.turkish import fold, upper

_LETTERS = ("XS", "S", "M", "L", "XL", "XXL")
_SHORT = ("S", "M", "L", "XL")
_WAIST = ("28", "30", "32", "34", "36")
_DRESS = ("36", "38", "40", "42", "44")
_WOMEN = ("36", "37", "38", "39", "40")
_MEN = ("40", "41", "42", "43", "44", "45")
_BED = ("tek kişilik", "çift kişilik")
_NONE = ("",)

# name; category; price in TL; discount in percent; colours; sizes
_CLOTHES = (
    ("Keten Gömlek", "gömlek", 899, 0, "siyah beyaz bej mavi", _LETTERS),
    ("Oxford Gömlek", "gömlek", 799, 10, "beyaz mavi lacivert", _LETTERS),
    ("Oduncu Gömlek", "gömlek", 749, 0, "kırmızı yeşil lacivert", _SHORT),
    ("Saten Bluz", "bluz", 649, 0, "ekru siyah bordo", _DRESS),
    ("Dantelli Bluz", "bluz", 699, 20, "beyaz pembe", _DRESS),
    ("Basic Tişört", "tişört", 299, 0, "siyah beyaz gri lacivert haki", _LETTERS),
    ("Polo Yaka Tişört", "tişört", 449, 0, "lacivert beyaz bordo yeşil", _LETTERS),
    ("Oversize Tişört", "tişört", 379, 15, "siyah beyaz mor", _SHORT),
    ("Çizgili Tişört", "tişört", 349, 0, "lacivert kırmızı", _SHORT),
    ("Slim Fit Jean", "jean", 999, 0, "mavi siyah antrasit", _WAIST),
    ("Mom Jean", "jean", 949, 0, "mavi açık_mavi", _WAIST),
    ("Bol Paça Jean", "jean", 1049, 10, "mavi siyah", _WAIST),
    ("Chino Pantolon", "pantolon", 849, 0, "bej haki lacivert", _WAIST),
    ("Kumaş Pantolon", "pantolon", 899, 0, "siyah gri lacivert", _DRESS),
    ("Keten Pantolon", "pantolon", 929, 0, "bej beyaz siyah", _SHORT),
    ("Jogger Eşofman", "eşofman", 599, 0, "siyah gri lacivert", _LETTERS),
    ("Eşofman Takımı", "eşofman", 1199, 20, "gri siyah pembe", _SHORT),
    ("Çiçekli Elbise", "elbise", 1099, 0, "mavi pembe yeşil", _DRESS),
    ("Abiye Elbise", "elbise", 2499, 0, "siyah bordo lacivert", _DRESS),
    ("Triko Elbise", "elbise", 1149, 15, "bej siyah", _SHORT),
    ("Pileli Etek", "etek", 699, 0, "siyah bej haki", _DRESS),
    ("Kot Etek", "etek", 649, 0, "mavi siyah", _DRESS),
    ("Kapüşonlu Sweatshirt", "sweatshirt", 799, 0, "siyah gri haki bordo", _LETTERS),
    ("Bisiklet Yaka Sweatshirt", "sweatshirt", 699, 10, "lacivert ekru yeşil", _LETTERS),
    ("Yün Kazak", "kazak", 1099, 0, "bordo lacivert gri", _SHORT),
    ("Balıkçı Yaka Kazak", "kazak", 899, 0, "siyah ekru kahverengi", _SHORT),
    ("Örgü Hırka", "hırka", 949, 0, "bej gri bordo", _SHORT),
    ("Blazer Ceket", "ceket", 1899, 0, "siyah lacivert bej", _DRESS),
    ("Kot Ceket", "ceket", 1299, 10, "mavi siyah", _SHORT),
    ("Deri Ceket", "ceket", 3499, 0, "siyah kahverengi taba", _SHORT),
    ("Şişme Mont", "mont", 2299, 25, "siyah haki lacivert", _LETTERS),
    ("Su Geçirmez Yağmurluk", "mont", 1599, 0, "sarı lacivert", _SHORT),
    ("Kaşe Kaban", "kaban", 2999, 0, "siyah gri taba", _DRESS),
    ("Yün Kaban", "kaban", 3299, 10, "siyah taba", _DRESS),
    ("Trençkot", "kaban", 2199, 0, "bej siyah", _DRESS),
)
_SHOES_AND_MORE = (
    ("Spor Ayakkabı", "ayakkabı", 1799, 0, "beyaz siyah gri", _MEN),
    ("Koşu Ayakkabısı", "ayakkabı", 2199, 15, "siyah mavi turuncu", _MEN),
    ("Deri Klasik Ayakkabı", "ayakkabı", 2499, 0, "siyah kahverengi", _MEN),
    ("Topuklu Ayakkabı", "ayakkabı", 1499, 0, "siyah ekru kırmızı", _WOMEN),
    ("Babet", "ayakkabı", 899, 0, "siyah bej", _WOMEN),
    ("Süet Bot", "bot", 2299, 0, "taba siyah", _WOMEN),
    ("Deri Çizme", "çizme", 2999, 0, "siyah kahverengi", _WOMEN),
    ("Kışlık Bot", "bot", 2699, 10, "siyah kahverengi", _MEN),
    ("Deri Sandalet", "sandalet", 1099, 30, "taba beyaz", _WOMEN),
    ("Ev Terliği", "terlik", 349, 0, "gri pembe", _WOMEN),
    ("Deri Omuz Çantası", "çanta", 1899, 0, "siyah taba bordo", _NONE),
    ("Sırt Çantası", "çanta", 1199, 0, "siyah lacivert haki", _NONE),
    ("Bez Çanta", "çanta", 249, 0, "ekru siyah", _NONE),
    ("Deri Cüzdan", "cüzdan", 699, 0, "siyah kahverengi", _NONE),
    ("Deri Kemer", "kemer", 499, 0, "siyah kahverengi", ("95", "105", "115")),
    ("Yün Atkı", "atkı", 449, 0, "bordo gri lacivert", _NONE),
    ("Örgü Bere", "bere", 299, 0, "siyah gri kırmızı", _NONE),
    ("Hasır Şapka", "şapka", 399, 20, "bej", _NONE),
    ("Güneş Gözlüğü", "gözlük", 1299, 0, "siyah kahverengi", _NONE),
)
_HYGIENE = (
    ("Pamuklu Çorap 5'li", "çorap", 199, 0, "siyah beyaz gri", ("36-40", "41-45")),
    ("Boxer 3'lü", "iç giyim", 399, 0, "siyah lacivert", _SHORT),
    ("Pamuklu Pijama", "pijama", 449, 0, "mavi gri", _SHORT),
    ("Yüzücü Mayo", "mayo", 799, 0, "siyah lacivert", _DRESS),
    ("Erkek Parfümü", "parfüm", 1299, 0, "lacivert", ("50 ml", "100 ml")),
    ("Kadın Parfümü", "parfüm", 1399, 10, "pembe", ("50 ml", "100 ml")),
    ("Gümüş Küpe", "küpe", 549, 0, "gümüş", _NONE),
)
_HOME = (
    ("Pamuk Saten Nevresim Takımı", "nevresim", 1499, 10, "beyaz gri mavi", _BED),
    ("Bambu Havlu Seti", "havlu", 599, 0, "beyaz bej pembe", _NONE),
    ("Polar Battaniye", "battaniye", 699, 0, "gri bordo", _BED),
    ("Visco Yastık", "yastık", 799, 0, "beyaz", _NONE),
    ("Çift Taraflı Yorgan", "yorgan", 1199, 0, "beyaz", _BED),
    ("Yaylı Yatak", "yatak", 8999, 15, "beyaz", ("90x190", "160x200")),
    ("Yün Halı", "halı", 3499, 0, "gri bej krem", ("80x150", "160x230", "200x290")),
    ("Stor Perde", "perde", 899, 0, "beyaz krem gri", ("100x200", "200x260")),
    ("Köşe Koltuk", "koltuk", 24999, 10, "gri bej lacivert", _NONE),
    ("Ofis Koltuğu", "koltuk", 3999, 0, "siyah gri", _NONE),
    ("Yemek Masası", "masa", 6999, 0, "kahverengi beyaz", _NONE),
    ("Çalışma Masası", "masa", 2999, 0, "beyaz siyah", _NONE),
    ("Granit Tencere Seti", "tencere", 2799, 20, "siyah bordo", _NONE),
    ("Döküm Tava", "tava", 999, 0, "siyah", ("24 cm", "28 cm")),
    ("Çay Bardağı Seti", "bardak", 349, 0, "şeffaf", _NONE),
    ("Porselen Kupa", "kupa", 149, 0, "beyaz mavi sarı", _NONE),
    ("Çelik Termos", "termos", 699, 0, "siyah gümüş yeşil", _NONE),
    ("Kabin Boy Valiz", "valiz", 2199, 0, "siyah pembe gri", _NONE),
    ("Bebek Arabası", "bebek arabası", 5999, 0, "gri pembe", _NONE),
    ("Dekoratif Kırlent", "kırlent", 249, 0, "sarı mavi ekru", _NONE),
)
# name; category; price; discount; colours; sizes; months of warranty
_WITH_PLUG = (
    ("Kablosuz Kulaklık", "kulaklık", 1299, 15, "siyah beyaz", _NONE, 24),
    ("Bluetooth Hoparlör", "hoparlör", 1599, 0, "siyah mavi kırmızı", _NONE, 24),
    ("Akıllı Telefon", "telefon", 19999, 5, "siyah mavi beyaz", ("128 GB", "256 GB"), 24),
    ("Tablet", "tablet", 8999, 0, "gri gümüş", ("64 GB", "128 GB"), 24),
    ("Dizüstü Bilgisayar", "laptop", 27999, 10, "gri gümüş", ("14 inç", "16 inç"), 24),
    ("Televizyon", "televizyon", 18999, 0, "siyah", ("43 inç", "55 inç", "65 inç"), 24),
    ("No-Frost Buzdolabı", "buzdolabı", 29999, 0, "beyaz inox", _NONE, 36),
    ("Duvar Tipi Klima", "klima", 22999, 0, "beyaz", _NONE, 36),
    ("Airfryer", "airfryer", 4499, 15, "siyah beyaz", _NONE, 24),
    ("Akıllı Saat", "saat", 2999, 10, "siyah gümüş pembe", _NONE, 24),
    ("Powerbank 20000 mAh", "powerbank", 899, 0, "siyah beyaz", _NONE, 24),
    ("Türk Kahvesi Makinesi", "kahve makinesi", 2499, 0, "siyah bordo", _NONE, 24),
    ("Filtre Kahve Makinesi", "kahve makinesi", 2799, 0, "siyah gümüş", _NONE, 24),
    ("Blender Seti", "blender", 1899, 20, "beyaz siyah", _NONE, 24),
    ("Buharlı Ütü", "ütü", 2199, 0, "mavi mor", _NONE, 36),
    ("Elektrikli Süpürge", "süpürge", 4999, 10, "kırmızı antrasit", _NONE, 36),
)

SOLD_OUT = frozenset({("Keten Gömlek", "siyah", "M"), ("Basic Tişört", "beyaz", "L")})
"""Never on the shelf, whatever the seed: README and tests ask for them."""
GONE = "Kaşe Kaban"
"""Sold out in every colour and size, so that only another product can be offered."""
PLENTY = ("Keten Gömlek", "Spor Ayakkabı", "Kablosuz Kulaklık")
"""Everything of these that is not in :data:`SOLD_OUT` is on the shelf."""


def catalogue(random: Random) -> tuple[Product, ...]:
    """Every article; ``random`` decides the quantities, nothing else."""
    rows = [(*row, True, 0) for row in _CLOTHES + _SHOES_AND_MORE + _HOME]
    rows += [(*row, False, 0) for row in _HYGIENE]
    rows += [(*row[:6], True, row[6]) for row in _WITH_PLUG]
    return tuple(_product(f"U-{1000 + number}", row, random) for number, row in enumerate(rows, 1))


def _product(
    code: str, row: tuple[str, str, int, int, str, tuple[str, ...], bool, int], random: Random
) -> Product:
    name, category, price, discount, colours, sizes, returnable, warranty = row
    kept = tuple(
        Variant(_sku(code, colour, size), colour, size, _quantity(name, colour, size, random))
        for colour in (word.replace("_", " ") for word in colours.split())
        for size in sizes
    )
    full = price * 100 + 99
    # Prices end in ,99 before and after the discount.
    now = full - price * discount // 100 * 100
    return Product(code, name, category, now, full, kept, returnable, warranty)


def _sku(code: str, colour: str, size: str) -> str:
    parts = (code, colour.replace(" ", ""), size.replace(" ", ""))
    return "-".join(upper(fold(part)).replace("İ", "I") for part in parts if part)


def _quantity(name: str, colour: str, size: str, random: Random) -> int:
    drawn = random.choice((0, 0, 1, 2, 3, 5, 8, 13, 21))
    if name == GONE or (name, colour, size) in SOLD_OUT:
        return 0
    return max(drawn, 3) if name in PLENTY else drawn
