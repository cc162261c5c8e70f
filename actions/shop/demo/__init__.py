"""A demo shop, the same for everybody: ``fill`` writes it into a database, ``describe`` shows its orders.

Products, customers and orders are made up. Orders are dated backwards from ``today``, so that parcels are on
their way and returns are still possible; fill again when the data have grown old.
"""

from __future__ import annotations

from actions.shop.demo.filling import Counts, fill, fill_within
from actions.shop.demo.showing import describe
from actions.shop.demo.world import SEED, SHOWCASE, Showcase, build

__all__ = ["SEED", "SHOWCASE", "Counts", "Showcase", "build", "describe", "fill", "fill_within"]
