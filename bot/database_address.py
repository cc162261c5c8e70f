"""Addresses of databases, as sections of ``endpoints.yml`` write them: SQL and redis."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import Section

SQL_KEYS = frozenset({"type", "dialect", "url", "host", "port", "db", "username", "password", "query"})
REDIS_KEYS = frozenset({"type", "url", "host", "port", "db", "username", "password", "key_prefix"}) | {
    "use_ssl",
    "ssl_keyfile",
    "ssl_certfile",
    "ssl_ca_certs",
    "socket_timeout",
}


def sql_url(section: Section, what: str, postgresql_db: str | None = None) -> URL:
    """SQLAlchemy's URL of the section's database: ``sqlite`` (its path may be missing) or PostgreSQL.

    Args:
        what: is kept there, for complaints, such as ``Conversations``.
        postgresql_db: the database's name unless ``db`` says otherwise.

    Raises:
        ProjectError: there is no such address, or PostgreSQL's driver is not installed.
    """
    whole = next((url for url in map(section.text, ("url", "host")) if url and "://" in url), None)
    url = _given_url(section, whole, what) if whole else _built_url(section, postgresql_db)
    if url.get_backend_name() == "sqlite":
        return url
    try:
        import psycopg  # noqa: F401
    except ImportError:
        message = f"{what} in PostgreSQL need its driver."
        mend = "Run: pip install 'santral[postgresql]'"
        raise section.error("dialect", "package", message, mend) from None
    return url.set(drivername="postgresql+psycopg")


def _given_url(section: Section, whole: str, what: str) -> URL:
    key = "url" if section.text("url") == whole else "host"
    if whole.startswith("postgres://"):  # What Heroku and others hand out.
        whole = whole.replace("postgres://", "postgresql://", 1)
    try:
        url = make_url(whole)
    except ArgumentError:
        mend = "Write it as postgresql://user:password@host:5432/db or sqlite:///file.db."
        raise section.error(key, "url", "This is not a database's URL.", mend) from None
    if url.drivername.partition("+")[0] not in ("sqlite", "postgresql"):
        message = f"{what} cannot be kept in '{url.drivername}'."
        raise section.error(key, "dialect", message, "Use a URL that begins with sqlite:// or postgresql://.")
    return url


def _built_url(section: Section, postgresql_db: str | None) -> URL:
    dialects = {"sqlite": "sqlite"} | dict.fromkeys(("postgresql", "postgres"), "postgresql")
    dialects |= {"postgresql+psycopg": "postgresql", "postgresql+psycopg2": "postgresql"}
    dialect = section.one_of("dialect", dialects, "sqlite")
    if dialect == "sqlite":
        return URL.create("sqlite", database=section.text("db"))
    host, port = section.address()
    return URL.create(
        "postgresql",
        username=section.text("username"),
        password=section.text("password"),
        host=host,
        port=port,
        database=section.text("db") or postgresql_db,
        query=section.mapping("query"),
    )


def redis_address(section: Section, db: int) -> tuple[str, dict[str, Any]]:
    """redis-py's URL and options.

    Args:
        db: the database's number unless the section says otherwise.

    Raises:
        ProjectError: there is no such address.
    """
    url = section.text("url") or section.text("host") or "localhost"
    if "://" not in url:
        scheme = "rediss" if section.flag("use_ssl") else "redis"
        host, port = section.address()
        address = f"[{host}]" if host and ":" in host else host or "localhost"
        chosen = section.number("db")
        url = f"{scheme}://{address}:{port or 6379}/{db if chosen is None else chosen}"
    names = ["username", "password"]
    if url.startswith("rediss://"):
        names += ["ssl_keyfile", "ssl_certfile", "ssl_ca_certs"]
    options: dict[str, Any] = {name: section.text(name) for name in names if section.text(name)}
    if seconds := section.number("socket_timeout"):
        options["socket_timeout"] = seconds
    return url, options
