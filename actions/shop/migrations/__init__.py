"""The database's schema, brought up to date step by step (Alembic), without an ini file.

A new step: copy the newest file in ``versions/``, give it the next number, set ``HEAD`` in ``database.py``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from actions.shop.database import HEAD, Database, revision_of

_LOCK = 0x53414E54
"""Any number: the PostgreSQL advisory lock that lets one process migrate at a time."""


def upgrade(url: str, revision: str = HEAD) -> None:
    """Bring the database at ``url`` up to ``revision``; creates the tables in an empty one.

    Raises:
        ShopError: no such database, or it failed; the schema is as before.
    """
    database = Database(url)
    try:
        with database.writing() as connection:
            upgrade_within(connection, revision)
    finally:
        database.close()


def upgrade_within(connection: Connection, revision: str = HEAD) -> None:
    """The same in a writing transaction that is already open, so that whatever follows commits together."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    if revision_of(connection) == revision:
        return
    # Alembic takes a tenth of a second to import: only when there is something to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
