"""Conversations in SQLite or PostgreSQL, by SQLAlchemy Core.

Who may write when:

- **PostgreSQL:** ``lock`` is a line within the process and an advisory lock between processes, so any number
  of workers may share a database. In one process waiting is first come first served; between processes the
  lock goes to whoever asks first after it became free.
- **SQLite:** ``lock`` is a line within the process only. A second process on the same file is still safe:
  ``append`` compares the length in the transaction that writes, so whoever comes late gets ``ConflictError``
  and nothing is overwritten. Two processes cost retries; for many workers take PostgreSQL or redis.

What ``append`` wrote outlives the process at once. SQLite runs with a write-ahead log and
``synchronous=NORMAL``: a power cut may take the last moments' events, never leave half of them.

When a connection breaks during a write, ``StoreError`` cannot say whether the write was done: repeating it
with the same ``expected`` is safe, for it writes once or meets ``ConflictError``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from bot.errors import ConflictError, StoreError
from bot.events import Event
from bot.stores import Timer, schema
from bot.stores.advisory import AdvisoryLocks, advisory_key
from bot.stores.locks import FifoLocks, to_the_end
from bot.stores.records import (
    check_after,
    check_conversation_id,
    conflict,
    event_of,
    permanent,
    records_of,
    too_short,
)
from bot.stores.schema import (
    EVENTS,
    LAST_POSITION,
    LONG_IDS,
    OF_CONVERSATION,
    TAIL,
    TIMERS,
    key_of,
    timer_key,
)
from bot.stores.sqlite_log import Batch, SqliteLog

Result = TypeVar("Result")

BUSY_TIMEOUT = 10.0
"""Seconds that SQLite waits for another process's transaction, and PostgreSQL for a connection."""

_WRITE_LOCK = select(func.pg_advisory_xact_lock(bindparam("key")))


class SqlStore:
    """One row an event, keyed by conversation and position."""

    def __init__(self, url: URL, threads: int = 8) -> None:
        """Connect and create the tables that are missing; for the program's start, as it blocks.

        Args:
            url: ``sqlite:///path`` or ``postgresql+psycopg://...``.
            threads: how many PostgreSQL connections may work at once; SQLite has one writer and one reader.

        Raises:
            StoreError: the database cannot be reached, or a newer version wrote it.
        """
        self._engine = _engine(url, threads)
        self._line = FifoLocks()
        self._between: AdvisoryLocks | None = None
        self._log: SqliteLog | None = None
        if url.get_backend_name() == "sqlite":
            # One writing thread: writers of one process line up here, not in SQLite's polling for its lock.
            self._writing = ThreadPoolExecutor(1, thread_name_prefix="santral-write")
            in_memory = url.database in (None, "", ":memory:")  # Such a database belongs to its thread.
            self._reading = self._writing if in_memory else ThreadPoolExecutor(1, "santral-read")
            self._log = SqliteLog(self._engine, self._writing)
        else:
            self._writing = self._reading = ThreadPoolExecutor(threads, "santral-sql")
            self._between = AdvisoryLocks(self._engine)
        try:
            self._writing.submit(self._prepare).result()
        except BaseException:
            self._shut()
            raise

    async def load(self, conversation_id: str, after: int = 0) -> list[Event]:
        """See :meth:`bot.stores.Store.load`."""
        check_conversation_id(conversation_id)
        check_after(after)
        return await self._run(self._reading, lambda: self._load(key_of(conversation_id), after))

    async def append(self, conversation_id: str, events: Sequence[Event], expected: int) -> None:
        """See :meth:`bot.stores.Store.append`."""
        check_conversation_id(conversation_id)
        rows = _rows(conversation_id, events, expected)
        if self._log is None:
            await self._run(self._writing, lambda: self._append(conversation_id, rows, expected))
            return
        try:
            stored = self._log.append(Batch(conversation_id, key_of(conversation_id), rows, expected))
        except RuntimeError:
            raise permanent("The store is closed.") from None
        await to_the_end(stored)

    async def replace(self, conversation_id: str, events: Sequence[Event]) -> None:
        """See :meth:`bot.stores.Store.replace`."""
        check_conversation_id(conversation_id)
        rows = _rows(conversation_id, events, 0)
        await self._run(self._writing, lambda: self._replace(conversation_id, rows))

    async def conversation_ids(self) -> list[str]:
        """See :meth:`bot.stores.Store.conversation_ids`."""
        return await self._run(self._reading, self._ids)

    def lock(self, conversation_id: str, timeout: float = 60.0) -> AbstractAsyncContextManager[None]:
        """See :meth:`bot.stores.Store.lock`; the module says what it means between processes."""
        check_conversation_id(conversation_id)
        if self._between is None:
            return self._line.hold(conversation_id, timeout)
        return self._hold(self._between, conversation_id, timeout)

    async def set_timer(self, timer: Timer) -> None:
        """See :meth:`bot.stores.Store.set_timer`."""
        check_conversation_id(timer.conversation_id)
        await self._run(self._writing, lambda: self._set_timer(timer))

    async def drop_timer(self, conversation_id: str, name: str) -> None:
        """See :meth:`bot.stores.Store.drop_timer`."""
        key = timer_key(conversation_id, name)
        await self._run(self._writing, lambda: self._drop_timer(key))

    async def timers(self, until: float, most: int = 100) -> list[Timer]:
        """See :meth:`bot.stores.Store.timers`."""
        return await self._run(self._reading, lambda: self._timers(until, most))

    async def close(self) -> None:
        """Close connections and threads; the store cannot be used after it."""
        if self._between is not None:
            between, self._between = self._between, None
            await between.close()
        await asyncio.to_thread(self._shut)

    def _shut(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        self._engine.dispose()

    @asynccontextmanager
    async def _hold(self, between: AdvisoryLocks, name: str, seconds: float) -> AsyncIterator[None]:
        deadline = asyncio.get_running_loop().time() + seconds
        async with self._line.hold(name, seconds), between.hold(name, deadline, seconds):
            yield

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        try:
            running = asyncio.get_running_loop().run_in_executor(threads, work)
        except RuntimeError:
            raise permanent("The store is closed.") from None
        return await to_the_end(running)

    def _load(self, key: str, after: int) -> list[Event]:
        # The event before the tail comes along as a witness that nothing is missing in front.
        first = max(after - 1, 0)
        rows = self._tail(key, first) if self._log is None else self._log.tail(key, first)
        if after and not rows:
            raise too_short(after)
        for wanted, (position, _) in enumerate(rows, first):
            if position != wanted:
                raise permanent(f"The event at position {wanted} of the conversation is missing.")
        return [event_of(data, position) for position, data in rows[after - first :]]

    def _tail(self, key: str, first: int) -> list[Any]:
        with _told(), self._engine.connect() as connection:
            return list(connection.execute(TAIL, {"key": key, "first": first}))

    def _append(self, name: str, rows: list[dict[str, Any]], expected: int) -> None:
        key = key_of(name)
        with self._write(key) as connection:
            last = connection.execute(LAST_POSITION, {"key": key}).scalar()
            length = 0 if last is None else last + 1
            if length != expected:
                raise conflict(length, expected)
            if rows:
                connection.execute(insert(EVENTS), rows)
                if not expected and key != name:
                    _remember(connection, key, name)

    def _replace(self, name: str, rows: list[dict[str, Any]]) -> None:
        key = key_of(name)
        with self._write(key) as connection:
            connection.execute(delete(EVENTS).where(OF_CONVERSATION), {"key": key})
            if rows:
                connection.execute(insert(EVENTS), rows)
                if key != name:
                    _remember(connection, key, name)

    def _ids(self) -> list[str]:
        with _told(), self._engine.connect() as connection:
            keys = connection.execute(select(EVENTS.c.conversation_id).distinct()).scalars().all()
            names = {row.key: row.conversation_id for row in connection.execute(select(LONG_IDS))}
        return [names.get(key, key) for key in keys]

    def _set_timer(self, timer: Timer) -> None:
        key = timer_key(timer.conversation_id, timer.name)
        row = {"conversation_id": timer.conversation_id, "name": timer.name, "due": timer.due}
        with self._write(key) as connection:
            connection.execute(delete(TIMERS).where(TIMERS.c.key == key))
            connection.execute(insert(TIMERS), {"key": key, **row})

    def _drop_timer(self, key: str) -> None:
        with self._write(key) as connection:
            connection.execute(delete(TIMERS).where(TIMERS.c.key == key))

    def _timers(self, until: float, most: int) -> list[Timer]:
        wanted = select(TIMERS).where(TIMERS.c.due <= until).order_by(TIMERS.c.due).limit(most)
        with _told(), self._engine.connect() as connection:
            return [Timer(row.conversation_id, row.name, row.due) for row in connection.execute(wanted)]

    @contextmanager
    def _write(self, key: str) -> Iterator[Connection]:
        """A transaction that nobody else's write to the conversation can come between."""
        with _told(), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(_WRITE_LOCK, {"key": advisory_key("write", key)})
            yield connection
            connection.commit()

    def _prepare(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with _told():
                _use_write_ahead_log(self._engine)
        with self._write("") as connection:
            schema.create(connection)


def _engine(url: URL, threads: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    # Pinged before use, so that a restarted server costs nobody an error; one more for the locks' session.
    connect = {"client_encoding": "utf8"}
    if "connect_timeout" not in url.query:
        connect["connect_timeout"] = f"{BUSY_TIMEOUT:.0f}"
    return create_engine(
        url,
        hide_parameters=True,
        connect_args=connect,
        pool_pre_ping=True,
        pool_size=threads + 1,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT,
    )


def create_postgresql_database(login: URL, name: str) -> None:
    """Create the database ``name`` if the server has none, connected as ``login`` (Rasa's ``login_db``).

    Raises:
        StoreError: the server cannot be reached, or does not allow it.
    """
    engine = create_engine(login, isolation_level="AUTOCOMMIT", connect_args={"client_encoding": "utf8"})
    exists = text("SELECT 1 FROM pg_catalog.pg_database WHERE datname = :name")
    try:
        with _told(), engine.connect() as connection:
            if connection.execute(exists, {"name": name}).first() is None:
                quoted = engine.dialect.identifier_preparer.quote_identifier(name)
                with suppress(ProgrammingError, IntegrityError):  # Another worker was a moment earlier.
                    connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
            if connection.execute(exists, {"name": name}).first() is None:
                raise permanent("The database does not exist, and this user may not create it.")
    finally:
        engine.dispose()


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # sqlite3 would begin transactions by itself, in the mode that cannot wait for another writer.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=NORMAL")


def _use_write_ahead_log(engine: Engine) -> None:
    """Switch the file over; while another process does the same, SQLite refuses without waiting."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            busy = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _rows(conversation_id: str, events: Sequence[Event], first: int) -> list[dict[str, Any]]:
    key = key_of(conversation_id)
    return [
        {
            "conversation_id": key,
            "position": position,
            "kind": one.kind,
            "timestamp": one.timestamp,
            "data": record,
        }
        for position, (one, record) in enumerate(zip(events, records_of(events), strict=True), first)
    ]


def _remember(connection: Connection, key: str, name: str) -> None:
    """Write down a shortened id's whole text."""
    connection.execute(delete(LONG_IDS).where(LONG_IDS.c.key == key))
    connection.execute(insert(LONG_IDS), {"key": key, "conversation_id": name})


@contextmanager
def _told() -> Iterator[None]:
    """Tell the database's errors in this project's words, without the rows that they quote."""
    try:
        yield
    except IntegrityError:
        raise ConflictError("Somebody else wrote to the conversation at the same time.") from None
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        reason = (str(cause).splitlines() or [""])[0]
        raise StoreError(
            f"The database cannot be read or written: {type(cause).__name__}: {reason}"
        ) from None
