"""The shop's tables, and the one way to reach them.

Times are stored as UTC without an offset, money as whole kuruş, enumerations by their value.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from actions.shop.errors import ShopError, ShopUnavailable
from actions.shop.order import ISTANBUL

log = logging.getLogger(__name__)

HEAD = "0003"
"""The newest revision in ``migrations/versions``; a test keeps it true."""

VARIABLE = "SHOP_DATABASE_URL"
"""The environment's name for the database's address."""
DEFAULT_URL = "sqlite:///shop.db"
"""In the working folder, which is the project's."""

BUSY_SECONDS = 30.0
"""How long a SQLite connection waits for another process to finish writing."""


class Moment(TypeDecorator[datetime]):
    """An aware time: UTC in the database, Europe/Istanbul in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be kept: {value}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC).astimezone(ISTANBUL)


metadata = MetaData()

products = Table(
    "products",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("category", String(60), nullable=False, index=True),
    Column("price_kurus", Integer, nullable=False),
    Column("list_price_kurus", Integer, nullable=False),
    Column("returnable", Boolean, nullable=False),
    Column("warranty_months", Integer, nullable=False),
)

variants = Table(
    "variants",
    metadata,
    Column("sku", String(48), primary_key=True),
    Column("product_code", String(32), ForeignKey("products.code"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("colour", String(40), nullable=False),
    Column("size", String(20), nullable=False),
    Column("quantity", Integer, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("phone", String(20), primary_key=True),
    Column("first_name", String(60), nullable=False),
    Column("last_name", String(60), nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("phone", String(20), ForeignKey("customers.phone"), nullable=False),
    Column("state", String(24), nullable=False),
    Column("city", String(40), nullable=False),
    Column("district", String(40), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("shipping_kurus", Integer, nullable=False),
    Column("total_kurus", Integer, nullable=False),
    Column("payment", String(24), nullable=False),
    Column("payment_problem", String(200), nullable=False),
    Column("promised", Date),
    Column("delay_reason", String(200), nullable=False),
    Column("delivered_at", Moment),
    Column("cancelled_at", Moment),
    Column("refunded_kurus", Integer, nullable=False),
    Column("invoice_no", String(32), nullable=False),
    Index("ix_orders_phone_placed_at", "phone", "placed_at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_number", String(20), ForeignKey("orders.number"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sku", String(48), nullable=False),
    Column("product_code", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("colour", String(40), nullable=False),
    Column("size", String(20), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_kurus", Integer, nullable=False),
    Column("returnable", Boolean, nullable=False),
    Column("warranty_months", Integer, nullable=False),
)

shipments = Table(
    "shipments",
    metadata,
    Column("tracking_no", String(32), primary_key=True),
    Column("order_number", String(20), ForeignKey("orders.number"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("carrier", String(24), nullable=False),
    Column("state", String(24), nullable=False),
    Column("skus", Text, nullable=False),
    Column("branch", String(80), nullable=False),
    Column("estimated", Date),
    Column("delivered_at", Moment),
    Column("delivered_to", String(80), nullable=False),
)
"""``skus`` are divided by blanks."""

movements = Table(
    "movements",
    metadata,
    Column("tracking_no", String(32), ForeignKey("shipments.tracking_no"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("place", String(80), nullable=False),
    Column("text", String(200), nullable=False),
)

demo_fills = Table(
    "demo_fills",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("today", Date, nullable=False),
    Column("seed", Integer, nullable=False),
)
"""One row when the orders are demo data: only then may a demo replace them."""

tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation", String(200), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_tries_conversation_at", "conversation", "at"),
    Index("ix_tries_subject_at", "subject", "at"),
)
"""Wrong answers about whose an order is."""

proofs = Table(
    "proofs",
    metadata,
    Column("conversation", String(200), primary_key=True),
    Column("order_number", String(20), ForeignKey("orders.number"), primary_key=True, index=True),
    Column("channel", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_proofs_at", "at"),
)
"""Which conversation has shown that an order is its customer's own. Whose it is stands with the order alone."""

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("kind", String(24), nullable=False, index=True),
    Column("conversation", String(200), nullable=False),
    Column("order_number", String(20), nullable=False),
    Column("phone", String(20), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("department", String(60), nullable=False),
    Column("callback_at", Moment),
    Column("score", Integer),
    Column("details", Text, nullable=False),
    Column("photos", Text, nullable=False, server_default=""),
    Column("recorded_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
"""``photos`` are divided by line feeds."""


class Database:
    """Connections to the shop's database, in transactions that either read or write.

    SQLite (a file) and PostgreSQL are meant; blocking, so callers on an event loop go through a thread.
    """

    def __init__(self, url: str) -> None:
        """Open nothing yet.

        Raises:
            ShopError: the address is none, or SQLite in memory, which threads cannot share.
        """
        try:
            parsed = make_url(url)
        except SQLAlchemyError as error:
            raise ShopError(f"{url!r} is no database address; write one like sqlite:///shop.db") from error
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            # The address may hold a password: only its beginning is told.
            message = f"the shop cannot be kept in '{parsed.drivername}'; the address must begin with"
            raise ShopError(f"{message} sqlite:/// or postgresql+psycopg://")
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite and parsed.database in (None, "", ":memory:"):
            raise ShopError("the shop's database needs a file: write an address like sqlite:///shop.db")
        arguments: dict[str, Any] = {"timeout": BUSY_SECONDS} if self.sqlite else {}
        # An error's text must not carry phones and names into a log.
        try:
            self.engine: Engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)
        except (SQLAlchemyError, ImportError) as error:
            message = (
                f"the driver of '{parsed.drivername}' is not installed; with psycopg, write the address as"
            )
            raise ShopError(f"{message} postgresql+psycopg://") from error
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            ShopUnavailable: the database failed.
        """
        with _told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; with SQLite, one at a time over all processes.

        Raises:
            ShopUnavailable: the database failed; nothing was written.
        """
        with _told(), self.engine.connect() as connection:
            connection = connection.execution_options(santral_writes=True)
            with connection.begin():
                if not self.sqlite:
                    connection.execute(text("SET LOCAL lock_timeout = '30s'"))
                yield connection

    def hold(self, connection: Connection, kind: int, name: str) -> None:
        """Be alone with this name until the writing transaction ends; SQLite's writers are alone anyway."""
        if not self.sqlite:
            alone = text("SELECT pg_advisory_xact_lock(:kind, hashtext(:name))")
            connection.execute(alone, {"kind": kind, "name": name})

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def address(url: str | None = None) -> str:
    """The database's address: this one, or the environment's ``SHOP_DATABASE_URL``, or the default."""
    return url or os.environ.get(VARIABLE) or DEFAULT_URL


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = Table("alembic_version", MetaData(), Column("version_num", String(32)))
    found = connection.execute(select(version.c.version_num)).scalar()
    return None if found is None else str(found)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        # The driver's text stays in the log, at its lowest level: customers and designers need the kind only.
        log.debug("database error", exc_info=error)
        raise ShopUnavailable(f"the shop's database failed ({type(error).__name__})") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy shall say BEGIN itself (see _begin_sqlite), not the driver at its first writing statement.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a reader that becomes a writer later could fail without waiting.
    writes = connection.get_execution_options().get("santral_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
