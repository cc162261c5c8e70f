"""The tables of WhatsApp's queue. They lie in a file of their own, or in the PostgreSQL database that is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite

METADATA = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")

INBOX = Table(
    "santral_whatsapp_inbox",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("received", Double, nullable=False),
    Column("lane", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Bodies of webhooks that were answered with 200 and are not done yet."""

SEEN = Table(
    "santral_whatsapp_seen",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("at", Double, nullable=False, index=True),
)
"""What was done, for as long as Meta may send it again."""

CUSTOMERS = Table(
    "santral_whatsapp_customers",
    METADATA,
    Column("address", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False, index=True),
)
"""Phone number or user id → conversation."""

CONVERSATIONS = Table(
    "santral_whatsapp_conversations",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("last_heard", Double),
    Column("marketing", Integer, nullable=False, server_default="1"),
)
"""Where a conversation's replies go, when the customer wrote last, and whether marketing is wanted."""

OUTBOX = Table(
    "santral_whatsapp_outbox",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("conversation_id", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Double, nullable=False, server_default="0"),
    Column("wamid", Text, index=True),
    Column("status", Text, nullable=False, server_default=""),
    Column("error", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created", Double, nullable=False),
    Column("changed", Double, nullable=False),
    UniqueConstraint("key"),
    sqlite_autoincrement=True,
)
"""What is to be sent, what was sent, and what was given up; states: :class:`~.outbox.State`."""

PAYLOADS = Table(
    "santral_whatsapp_payloads",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("payload", Text, nullable=False),
)
"""Payloads of buttons that are longer than an id may be."""

NOTICES = Table(
    "santral_whatsapp_notices",
    METADATA,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("data", Text, nullable=False),
)
"""What came in and is no message: calls, the account's changes, what nobody here knows."""


def add_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key is there; whether it was."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    if dialect is sqlite:
        return bool(connection.execute(statement).rowcount)
    # SQLAlchemy has PostgreSQL return what it inserted, and then there is no count.
    return connection.execute(statement.returning(literal_column("1"))).first() is not None


def put(connection: Connection, table: Table, key: str, values: Mapping[str, Any]) -> None:
    """Insert a row, or change the one with the same ``key``."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values)
    changes = {name: one for name, one in values.items() if name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changes))
