"""The shop put together: the only place that names the SQL adapters."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from actions.shop.branches import ListedStores
from actions.shop.database import HEAD, Database, address, revision_of
from actions.shop.order import ISTANBUL
from actions.shop.ports import Shop
from actions.shop.proofs import SqlProofs
from actions.shop.sql import SqlCargo, SqlOrders, SqlRequests, SqlStock

log = logging.getLogger(__name__)


def open_shop(url: str | None = None, now: Callable[[], datetime] | None = None) -> Shop:
    """The shop at ``url``, or at ``SHOP_DATABASE_URL``, or in ``shop.db`` of the working folder.

    An older schema is brought up to date. A SQLite file that is missing, or has no tables yet, is made and
    filled with demo data; processes that start at the same moment wait for the one that does it.

    Raises:
        ShopError: no such database, or it failed.
    """
    clock = now or _now
    database = Database(address(url))
    _prepare(database, clock)
    return Shop(
        SqlOrders(database, clock),
        SqlCargo(database, clock),
        SqlStock(database),
        SqlRequests(database, clock),
        ListedStores(),
        SqlProofs(database, clock),
        database.close,
    )


def _now() -> datetime:
    return datetime.now(ISTANBUL)


def _prepare(database: Database, now: Callable[[], datetime]) -> None:
    with database.reading() as connection:
        if revision_of(connection) == HEAD:
            return
    # Alembic and the demo are imported only by the process that needs them.
    from actions.shop.demo import fill_within
    from actions.shop.migrations import upgrade_within

    with database.writing() as connection:
        revision = revision_of(connection)
        if revision == HEAD:
            return
        if revision is None and database.sqlite:
            counts = fill_within(connection, now().astimezone(ISTANBUL).date())
            where = database.engine.url.database
            log.info("made the demo shop %s: %d products, %d orders", where, counts.products, counts.orders)
            return
        upgrade_within(connection)
