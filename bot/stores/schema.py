"""The tables of :mod:`bot.stores.sql`.

Their names begin with ``santral_`` because Rasa's own tracker store calls its table ``events``: a project
that moves here with its ``endpoints.yml`` keeps both in one database, and neither disturbs the other.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
)

from bot.stores.records import permanent

VERSION = 1
"""Raised when the tables change."""

METADATA = MetaData()

EVENTS = Table(
    "santral_events",
    METADATA,
    Column("conversation_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    # Nullable because SQLite turns NaN into NULL; the data below has the real value.
    Column("timestamp", Double),
    Column("data", Text, nullable=False),
)
"""One row an event; ``position`` counts from 0 without gaps."""

LONG_IDS = Table(
    "santral_long_ids",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
)
"""The whole text of ids that :func:`key_of` shortened."""

TIMERS = Table(
    "santral_timers",
    METADATA,
    # A hash of conversation and name: both may be longer than an index allows.
    Column("key", Text, primary_key=True),
    Column("conversation_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("due", Double, nullable=False, index=True),
)

SCHEMA = Table("santral_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

OF_CONVERSATION = EVENTS.c.conversation_id == bindparam("key")
LAST_POSITION = select(func.max(EVENTS.c.position)).where(OF_CONVERSATION)
TAIL = (
    select(EVENTS.c.position, EVENTS.c.data)
    .where(OF_CONVERSATION, EVENTS.c.position >= bindparam("first"))
    .order_by(EVENTS.c.position)
)

_LONGEST = 500
_SHORTENED = "sha256:"


def key_of(conversation_id: str) -> str:
    """What stands in ``conversation_id``: the id, or its hash when it is longer than 500 bytes.

    PostgreSQL cannot index a text of more than about 2,700 bytes. An id that looks like a hash is hashed as
    well, so that no short id can claim a long one's conversation.
    """
    raw = conversation_id.encode()
    if len(raw) <= _LONGEST and not conversation_id.startswith(_SHORTENED):
        return conversation_id
    return _SHORTENED + hashlib.sha256(raw).hexdigest()


def timer_key(conversation_id: str, name: str) -> str:
    """The primary key of a timer."""
    return hashlib.sha256(f"{len(conversation_id)}:{conversation_id}{name}".encode()).hexdigest()


def create(connection: Connection) -> None:
    """Create the tables that are missing; the caller holds the database's write lock and commits.

    Raises:
        StoreError: a newer version of Santral wrote this database; no retry helps.
    """
    METADATA.create_all(connection)
    found = connection.execute(select(func.max(SCHEMA.c.version))).scalar()
    if found is None:
        connection.execute(insert(SCHEMA), {"version": VERSION})
    elif found > VERSION:
        raise permanent(
            f"This database was written by a newer Santral (its tables have version {found}; this one knows "
            f"versions up to {VERSION}). Update Santral, or name another database in endpoints.yml."
        )
