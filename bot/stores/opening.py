"""The store that ``endpoints.yml`` asks for, by Rasa's keys.

======================  ====================================================================================
``tracker_store.type``  keys
======================  ====================================================================================
(no such section)       a SQLite file of the project
``InMemory``            none
``SQL``                 ``dialect`` (sqlite, postgresql), ``db``, ``url`` or ``host``, ``port``, ``username``,
                        ``password``, ``query``, ``login_db`` (PostgreSQL: create ``db`` from there)
``redis``               ``url`` or ``host``, ``port``, ``db``, ``username``, ``password``, ``key_prefix``,
                        ``record_exp`` (seconds), ``use_ssl``, ``ssl_keyfile``, ``ssl_certfile``,
                        ``ssl_ca_certs``
======================  ====================================================================================

``lock_store.type`` is ``in_memory`` (the lock that belongs to the tracker store), or ``redis`` with its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from bot.database_address import REDIS_KEYS, SQL_KEYS, redis_address, sql_url
from bot.settings import Section, section_of
from bot.stores import Store
from bot.stores.composed import ComposedStore
from bot.stores.memory import MemoryStore
from bot.stores.sql import SqlStore, create_postgresql_database

_MEMORY = ("inmemory", "in_memory", "memory")
KEYS = {
    "memory": frozenset({"type"}),
    "sql": SQL_KEYS | {"login_db"},
    "redis": REDIS_KEYS | {"record_exp"},
}
"""Keys of ``tracker_store``, by type."""
LOCK_KEYS = {"in_memory": frozenset({"type"}), "redis": REDIS_KEYS}
"""Keys of ``lock_store``, by type."""


def open_store(config: Mapping[str, Any] | None, default_path: Path) -> Store:
    """Open the conversations' store; may block while a database is being reached.

    Args:
        config: the content of ``endpoints.yml``, or ``None`` when there is none.
        default_path: the SQLite file that is used when no tracker store is named; its folder is made.

    Raises:
        ProjectError: the file asks for something that does not exist; the complaint has the line.
        StoreError: the database cannot be reached.
    """
    locks = section_of(config, "lock_store")
    locks_in_redis = locks.one_of("type", {"redis": "redis"} | dict.fromkeys(_MEMORY, ""), "in_memory")
    conversations = _conversations(section_of(config, "tracker_store"), default_path)
    if not locks_in_redis:
        return conversations
    return ComposedStore(conversations, _redis(locks, db=1))


def _conversations(section: Section, default_path: Path) -> Store:
    if not section.values:
        return _sqlite(default_path)
    kinds = {"sql": "sql", "redis": "redis"} | dict.fromkeys(_MEMORY, "memory")
    match section.one_of("type", kinds, "InMemory"):
        case "sql":
            return _sql(section, default_path)
        case "redis":
            return _redis(section, db=0)
        case _:
            return MemoryStore()


def _sqlite(path: Path) -> Store:
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqlStore(URL.create("sqlite", database=str(path)))


def _sql(section: Section, default_path: Path) -> Store:
    section.warn_of_others(KEYS["sql"])
    url = sql_url(section, "Conversations", "rasa.db")
    if url.get_backend_name() == "sqlite":
        return SqlStore(url) if url.database else _sqlite(default_path)
    login_db = section.text("login_db")
    if login_db and url.database:
        create_postgresql_database(url.set(database=login_db), url.database)
    return SqlStore(url)


def _redis(section: Section, db: int) -> Store:
    section.warn_of_others(KEYS["redis"])
    try:
        from bot.stores.redis import RedisStore
    except ImportError as error:
        message = "Conversations and locks in redis need its client."
        raise section.error("type", "package", message, "Run: pip install 'santral[redis]'") from error
    url, options = redis_address(section, db)
    prefix = section.text("key_prefix")
    try:
        return RedisStore(
            url,
            prefix=f"{prefix}:santral" if prefix else "santral",
            expire=section.number("record_exp"),
            options=options,
        )
    except (ValueError, TypeError) as error:
        mend = "Write host:port, or redis://host:port/db."
        raise section.error("url", "url", f"redis cannot be addressed so: {error}.", mend) from None
