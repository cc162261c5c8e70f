"""Colours and sizes as customers say them, what there is of them, and what to offer instead: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from actions.shop.product import Alternative, Availability, Product, Variant
from actions.shop.search import likeness
from bot.turkish import fold

_SIZE_WORDS = {
    "extra small": "xs",
    "cok kucuk": "xs",
    "small": "s",
    "kucuk": "s",
    "medium": "m",
    "orta": "m",
    "large": "l",
    "buyuk": "l",
    "extra large": "xl",
    "x large": "xl",
    "xlarge": "xl",
    "cok buyuk": "xl",
    "2xl": "xxl",
    "3xl": "xxxl",
    "tek": "standart",
    "standard": "standart",
    "std": "standart",
}
_COLOUR_WORDS = {"kahve": "kahverengi", "fume": "antrasit", "krem": "ekru", "lila": "mor", "altin": "gold"}
_AROUND_SIZE = re.compile(r"\b(beden|bedeni|numara|numarasi|no|olan)\b|['’‘`´].*$")
_LONGEST = 60


def colour_among(said: str, colours: Iterable[str]) -> str:
    """The colour of the catalogue that the customer means; empty when there is none like it."""
    wanted = fold(said.strip()[:_LONGEST])
    wanted = _COLOUR_WORDS.get(wanted, wanted)
    if not wanted:
        return ""
    fits = [(likeness(wanted, fold(colour)), colour) for colour in colours]
    best, colour = max(fits, key=lambda fit: fit[0], default=(0.0, ""))
    return colour if best >= 0.5 else ""


def size_among(said: str, sizes: Iterable[str]) -> str:
    """The size of the catalogue that the customer means: ``42 numara``, ``L'si``, ``medium``; or empty."""
    wanted = " ".join(_AROUND_SIZE.sub(" ", fold(said.strip()[:_LONGEST])).split())
    wanted = _SIZE_WORDS.get(wanted, wanted)
    by_name = {fold(size): size for size in sizes}
    if wanted in by_name:
        return by_name[wanted]
    # Written together with a suffix: "42si", "38den".
    head = re.match(r"\d+", wanted)
    return by_name.get(head[0], "") if head else ""


def availability(product: Product, colour: str = "", size: str = "") -> Availability:
    """What there is of a product in this colour and size; an empty wish means any."""
    colour, size = colour.strip()[:_LONGEST], size.strip()[:_LONGEST]
    in_colour = colour_among(colour, product.colours)
    in_size = size_among(size, product.sizes)
    if (colour and not in_colour) or (size and not in_size and product.sizes):
        matching: tuple[Variant, ...] = ()
    else:
        matching = tuple(
            one
            for one in product.variants
            if in_colour in ("", one.colour) and (not product.sizes or in_size in ("", one.size))
        )
    return Availability(product, matching, in_colour or colour, in_size or size)


def alternatives(
    wanted: Availability, catalogue: Iterable[Product], limit: int = 3
) -> tuple[Alternative, ...]:
    """In-stock offers instead of what was wanted, best first; one variant of every other product."""
    product = wanted.product
    taken = {one.sku for one in wanted.matching}
    free = [one for one in product.variants if one.in_stock and one.sku not in taken]
    same_colour = [one for one in free if one.colour == wanted.colour]
    same_size = [one for one in free if one.colour != wanted.colour and one.size == wanted.size]
    rest = [one for one in free if one not in same_colour and one not in same_size]
    same_colour.sort(key=lambda one: _steps(product, one.size, wanted.size))
    offers = [Alternative(product, one, True) for one in (*same_colour, *same_size)]
    if not wanted.colour or not wanted.size:
        offers += [Alternative(product, one, True) for one in rest]
    others = [
        Alternative(other, best, False)
        for other in catalogue
        if other.category == product.category and other.code != product.code
        if (best := _closest(other, wanted)) is not None
    ]
    others.sort(
        key=lambda offer: (-_fit(offer.variant, wanted), abs(offer.product.price_kurus - product.price_kurus))
    )
    return tuple((offers + others)[: max(0, limit)])


def _steps(product: Product, size: str, wanted: str) -> int:
    sizes = product.sizes
    if size not in sizes or wanted not in sizes:
        return len(sizes)
    return abs(sizes.index(size) - sizes.index(wanted))


def _fit(variant: Variant, wanted: Availability) -> int:
    return 2 * (fold(variant.size) == fold(wanted.size)) + (fold(variant.colour) == fold(wanted.colour))


def _closest(product: Product, wanted: Availability) -> Variant | None:
    free = [one for one in product.variants if one.in_stock]
    return max(free, key=lambda one: _fit(one, wanted), default=None)
