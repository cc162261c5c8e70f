"""Products, what is on the shelf, and the stores, as values. Money is whole kuruş."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variant:
    """One colour and size of a product."""

    sku: str
    colour: str
    size: str
    """Empty when the product has no sizes."""
    quantity: int
    """Pieces on hand."""

    @property
    def in_stock(self) -> bool:
        return self.quantity > 0


@dataclass(frozen=True, slots=True)
class Product:
    """An article with all its variants."""

    code: str
    """``KG-1001``"""
    name: str
    category: str
    """In Turkish, singular: ``gömlek``."""
    price_kurus: int
    """What it costs now, VAT included."""
    list_price_kurus: int
    """Before the discount; equal to the price without one."""
    variants: tuple[Variant, ...]
    returnable: bool = True
    warranty_months: int = 0

    @property
    def colours(self) -> tuple[str, ...]:
        """Every colour, in stock or not, in the catalogue's order."""
        return tuple(dict.fromkeys(one.colour for one in self.variants))

    @property
    def sizes(self) -> tuple[str, ...]:
        """Every size, small to large; empty when there are none."""
        return tuple(dict.fromkeys(one.size for one in self.variants if one.size))

    @property
    def in_stock(self) -> bool:
        return any(one.in_stock for one in self.variants)

    @property
    def discounted(self) -> bool:
        return self.price_kurus < self.list_price_kurus


@dataclass(frozen=True, slots=True)
class Availability:
    """The answer to "is there a black one in L?"."""

    product: Product
    matching: tuple[Variant, ...]
    """Variants of the wanted colour and size, in stock or not; empty when it was never made so."""
    colour: str = ""
    """The wanted colour as the catalogue writes it; the customer's word when there is no such colour."""
    size: str = ""
    """The wanted size as the catalogue writes it; the customer's word when there is no such size."""

    @property
    def available(self) -> tuple[Variant, ...]:
        """The matching variants that can be bought now."""
        return tuple(one for one in self.matching if one.in_stock)

    @property
    def in_stock(self) -> bool:
        return bool(self.available)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something to offer instead: the same product in another colour or size, or a similar product."""

    product: Product
    variant: Variant
    """In stock."""
    same_product: bool


@dataclass(frozen=True, slots=True)
class Store:
    """A shop that customers can walk into."""

    name: str
    city: str
    district: str
    address: str
    phone: str
    """E.164."""
    hours: str
    """In Turkish: ``her gün 10.00-22.00``."""
    latitude: float
    longitude: float
    """Degrees."""


@dataclass(frozen=True, slots=True)
class NearStore:
    """A store and how far it is."""

    store: Store
    km: int | None
    """Straight line from the asked place or the middle of the asked province; None within that province."""
