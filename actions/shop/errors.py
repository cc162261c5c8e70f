"""What can go wrong behind the ports.

::

    ShopError
    ├── ShopUnavailable   the database cannot be read or written just now; a retry may help
    └── NotADemo          demo data were to replace what is no demo data
"""

from __future__ import annotations


class ShopError(Exception):
    """Root of the tree above."""

    code = "shop"
    retry = False
    """Whether the same call may succeed a little later."""


class ShopUnavailable(ShopError):
    """The database cannot be read or written just now."""

    code = "shop-unavailable"
    retry = True


class NotADemo(ShopError):
    """The database holds orders that no demo wrote: they are left alone."""

    code = "shop-not-a-demo"
