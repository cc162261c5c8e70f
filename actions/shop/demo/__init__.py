"""A demo shop, the same for everybody: ``fill`` writes it into a database, ``describe`` shows its orders.

Products, customers and orders are made up. Orders are dated backwards from ``today``, so that parcels are on
their way and returns are still possible; fill again when the data have grown old.
"""

from __future__ import annotations

from datetime import date, datetime

from rich.console import Console

from actions.shop.database import address
from actions.shop.demo.filling import Counts, fill, fill_within
from actions.shop.demo.showing import describe
from actions.shop.demo.world import SEED, SHOWCASE, Showcase, build
from actions.shop.order import ISTANBUL

__all__ = ["SEED", "SHOWCASE", "Counts", "Showcase", "build", "describe", "fill", "fill_within", "main"]


def main(url: str | None = None, today: date | None = None, seed: int = SEED) -> Counts:
    """Fill the shop's database (see ``address``) as of today and show what to try: what ``santral demo`` does.

    Raises:
        ShopError: as ``fill`` says.
    """
    counts = fill(address(url), today or datetime.now(ISTANBUL).date(), seed)
    console = Console()
    console.print(f"{counts.products} ürün, {counts.orders} sipariş, {counts.shipments} kargo yazıldı.")
    console.print(describe())
    return counts
