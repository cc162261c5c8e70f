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

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import Complaint, Place, ProjectError
from bot.stores import Store
from bot.stores.composed import ComposedStore
from bot.stores.memory import MemoryStore
from bot.stores.sql import SqlStore, create_postgresql_database
from bot.yaml_file import Map

logger = logging.getLogger(__name__)

_MEMORY = ("inmemory", "in_memory", "memory")
_SQL_KEYS = {"type", "dialect", "url", "host", "port", "db", "username", "password", "query", "login_db"}
_REDIS_KEYS = {"type", "url", "host", "port", "db", "username", "password", "key_prefix", "record_exp"} | {
    "use_ssl",
    "ssl_keyfile",
    "ssl_certfile",
    "ssl_ca_certs",
    "socket_timeout",
}


def open_store(config: Mapping[str, Any] | None, default_path: Path) -> Store:
    """Open the conversations' store; may block while a database is being reached.

    Args:
        config: the content of ``endpoints.yml``, or ``None`` when there is none.
        default_path: the SQLite file that is used when no tracker store is named; its folder is made.

    Raises:
        ProjectError: the file asks for something that does not exist; the complaint has the line.
        StoreError: the database cannot be reached.
    """
    settings = config or {}
    locks = _section(settings, "lock_store")
    locks_in_redis = locks.one_of("type", {"redis": "redis"} | dict.fromkeys(_MEMORY, ""), "in_memory")
    conversations = _conversations(_section(settings, "tracker_store"), default_path)
    if not locks_in_redis:
        return conversations
    return ComposedStore(conversations, _redis(locks, db=1))


def _conversations(section: _Section, default_path: Path) -> Store:
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


def _sql(section: _Section, default_path: Path) -> Store:
    section.warn_of_others(_SQL_KEYS)
    whole = next((url for url in map(section.text, ("url", "host")) if url and "://" in url), None)
    url = _given_url(section, whole) if whole else _built_url(section)
    backend = url.get_backend_name()
    if backend == "sqlite":
        return SqlStore(url) if url.database else _sqlite(default_path)
    url = url.set(drivername="postgresql+psycopg")
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise section.error(
            "dialect",
            "store-package",
            "Conversations in PostgreSQL need its driver.",
            "Run: pip install 'santral[postgresql]'",
        ) from None
    login_db = section.text("login_db")
    if login_db and url.database:
        create_postgresql_database(url.set(database=login_db), url.database)
    return SqlStore(url)


def _given_url(section: _Section, whole: str) -> URL:
    key = "url" if section.text("url") == whole else "host"
    if whole.startswith("postgres://"):  # What Heroku and others hand out.
        whole = whole.replace("postgres://", "postgresql://", 1)
    try:
        url = make_url(whole)
    except ArgumentError:
        raise section.error(
            key,
            "store-url",
            "This is not a database's URL.",
            "Write it as postgresql://user:password@host:5432/db or sqlite:///file.db.",
        ) from None
    if url.drivername.partition("+")[0] not in ("sqlite", "postgresql"):
        raise section.error(
            key,
            "store-dialect",
            f"Conversations cannot be kept in '{url.drivername}'.",
            "Use a URL that begins with sqlite:// or postgresql://.",
        )
    return url


def _built_url(section: _Section) -> URL:
    dialects = {"sqlite": "sqlite"} | dict.fromkeys(("postgresql", "postgres"), "postgresql")
    dialects |= {"postgresql+psycopg": "postgresql", "postgresql+psycopg2": "postgresql"}
    dialect = section.one_of("dialect", dialects, "sqlite")
    if dialect == "sqlite":
        return URL.create("sqlite", database=section.text("db"))
    host, port = _address(section)
    query = section.values.get("query") or {}
    if not isinstance(query, Mapping):
        raise section.error(
            "query", "store-query", "'query' is no mapping.", "Write 'sslmode: require' under it."
        )
    return URL.create(
        "postgresql",
        username=section.text("username"),
        password=section.text("password"),
        host=host,
        port=port,
        database=section.text("db") or "rasa.db",
        query={str(key): str(value) for key, value in query.items()},
    )


def _address(section: _Section) -> tuple[str | None, int | None]:
    """Host and port; Rasa also takes ``host:port`` for the host, and that port then counts."""
    key = "url" if section.text("url") else "host"
    host, port = section.text(key), section.number("port")
    if not host:
        return None, port
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname or host, parts.port or port
    except ValueError:
        message = f"'{host}' is no address."
        raise section.error(key, "store-url", message, "Write a host, or host:port.") from None


def _redis(section: _Section, db: int) -> Store:
    section.warn_of_others(_REDIS_KEYS)
    try:
        from bot.stores.redis import RedisStore
    except ImportError as error:
        message = "Conversations and locks in redis need its client."
        raise section.error("type", "store-package", message, "Run: pip install 'santral[redis]'") from error
    url = section.text("url") or section.text("host") or "localhost"
    if "://" not in url:
        scheme = "rediss" if section.flag("use_ssl") else "redis"
        host, port = _address(section)
        address = f"[{host}]" if host and ":" in host else host or "localhost"
        chosen = section.number("db")
        url = f"{scheme}://{address}:{port or 6379}/{db if chosen is None else chosen}"
    names = ["username", "password"]
    if url.startswith("rediss://"):
        names += ["ssl_keyfile", "ssl_certfile", "ssl_ca_certs"]
    options: dict[str, Any] = {name: section.text(name) for name in names if section.text(name)}
    if seconds := section.number("socket_timeout"):
        options["socket_timeout"] = seconds
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
        raise section.error("url", "store-url", f"redis cannot be addressed so: {error}.", mend) from None


def _section(config: Mapping[str, Any], name: str) -> _Section:
    values = config.get(name)
    if values is None:
        return _Section(name, {}, None)
    place = config.place_of(name) if isinstance(config, Map) else None
    if not isinstance(values, Mapping):
        message = f"'{name}' is no mapping."
        raise ProjectError([Complaint("store-section", message, "Write 'type: SQL' under it.", place)])
    return _Section(name, values, place)


class _Section:
    """One section of ``endpoints.yml``; environment variables may have turned its numbers into texts."""

    def __init__(self, name: str, values: Mapping[str, Any], place: Place | None) -> None:
        self.name = name
        self.values = values
        self.place = place

    def error(self, key: str, code: str, message: str, mend: str) -> ProjectError:
        place = self.values.place_of(key) if isinstance(self.values, Map) else self.place
        return ProjectError([Complaint(code, f"{self.name}: {message}", mend, place)])

    def one_of(self, key: str, meanings: Mapping[str, str], default: str) -> str:
        """What the key's value means; upper and lower case are the same, as in Rasa."""
        value = self.values.get(key)
        name = default if value is None else str(value)
        found = meanings.get(name.lower())
        if found is None:
            known = ", ".join(dict.fromkeys(meanings))
            raise self.error(key, f"store-{key}", f"Unknown {key} '{name}'.", f"Choose one of: {known}.")
        return found

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if isinstance(value, Mapping | list):
            raise self.error(key, "store-value", f"'{key}' must be a text.", "Write it in one line.")
        return None if value is None or value == "" else str(value)

    def number(self, key: str) -> int | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            found = float(text)
            if found < 0 or found != int(found):
                raise ValueError
        except (ValueError, OverflowError):
            message = f"'{key}' must be a whole number, not '{text}'."
            raise self.error(key, "store-value", message, "Write digits only.") from None
        return int(found)

    def flag(self, key: str) -> bool:
        text = (self.text(key) or "false").lower()
        if text not in ("true", "false"):
            message = f"'{key}' must be true or false, not '{text}'."
            raise self.error(key, "store-value", message, "Write true or false.")
        return text == "true"

    def warn_of_others(self, known: set[str]) -> None:
        for key in self.values:
            if key not in known:
                logger.warning("endpoints.yml: %s has no key '%s': passed over.", self.name, key)
