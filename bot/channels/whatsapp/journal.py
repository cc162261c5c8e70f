"""Writes that outlive the process, many to one commit.

A webhook may be answered only when its content is on disk, and a disk takes a few milliseconds for that however
much is written. So writes that wait while others are being written are committed together: hundreds of requests
a second cost a few dozen commits.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.errors import StoreError

Result = TypeVar("Result")
Work = Callable[[Connection], Result]

MOST_TOGETHER = 500
LINGER = 0.002
"""Seconds to wait for more to write, while there is much."""
MAKING_TABLES = 0x77615F7461626C65
"""The advisory lock of whoever makes the tables in PostgreSQL."""
BUSY_TIMEOUT = 10.0
"""Seconds that SQLite waits for another process's transaction."""


class Journal:
    """A database with one writing thread and one reading thread.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://...``.
        tables: created where they are missing.

    Raises:
        StoreError: the database cannot be reached.
    """

    def __init__(self, url: URL, tables: MetaData) -> None:
        self._engine = _engine(url)
        self._tables = tables
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._closed = False
        with _told():
            _prepare(self._engine, tables)
        self._reading = ThreadPoolExecutor(1, "santral-whatsapp-read")
        self._writing = threading.Thread(target=self._write_all, name="santral-whatsapp-write", daemon=True)
        self._writing.start()

    async def write(self, work: Work[Result], *, durable: bool = False) -> Result:
        """Run ``work`` in a transaction and return when it is committed.

        It must do no harm when it is run twice: a batch with a failure in it is run again, one by one.

        Args:
            durable: outlives a power cut, too, not only the end of the process.

        Raises:
            StoreError: it could not be written.
        """
        self._check()
        loop = asyncio.get_running_loop()
        write = _Write(work, durable, loop, loop.create_future())
        self._waiting.put(write)
        # Whoever hangs up does not take back what is being written.
        result: Result = await asyncio.shield(write.future)
        return result

    async def read(self, work: Work[Result]) -> Result:
        """Run ``work``, which writes nothing; raises :class:`StoreError`."""
        self._check()
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._read, work)

    def _check(self) -> None:
        if self._closed:
            raise StoreError("The queue of WhatsApp is closed.")

    async def close(self) -> None:
        """Finish what waits, and give back threads and connections."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            await asyncio.to_thread(self._writing.join)
            await asyncio.to_thread(self._reading.shutdown)
            self._engine.dispose()

    def _read(self, work: Work[Result]) -> Result:
        with _told(), self._engine.connect() as connection:
            return work(connection)

    def _write_all(self) -> None:
        busy = False
        while (first := self._waiting.get()) is not None:
            if busy:  # many write: a moment's patience makes fewer commits of it
                time.sleep(LINGER)
            batch, last = [first], False
            while len(batch) < MOST_TOGETHER and not last:
                try:
                    one = self._waiting.get_nowait()
                except queue.Empty:
                    break
                last = one is None
                if one is not None:
                    batch.append(one)
            self._write_batch(batch)
            busy = len(batch) > 1
            if last:
                return

    def _write_batch(self, batch: list[_Write]) -> None:
        try:
            with _told(), self._engine.connect() as connection:
                _begin(connection, any(one.durable for one in batch))
                results = [one.work(connection) for one in batch]
                connection.commit()
        except Exception as error:  # whatever it is, somebody waits for it
            if len(batch) == 1:
                _tell([(batch[0], None, error)])
            else:
                for one in batch:
                    self._write_batch([one])
            return
        _tell([(one, result, None) for one, result in zip(batch, results, strict=True)])


@dataclass(slots=True)
class _Write:
    """Something to be written, and who waits for it."""

    work: Work[Any]
    durable: bool
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


def _tell(outcomes: list[tuple[_Write, Any, Exception | None]]) -> None:
    """Wake up whoever waits, each event loop once: to wake one costs more than to write a row."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[_Write, Any, Exception | None]]] = {}
    for one in outcomes:
        loops.setdefault(one[0].loop, []).append(one)
    for loop, own in loops.items():
        with suppress(RuntimeError):  # the loop has gone; nobody waits any more
            loop.call_soon_threadsafe(_set, own)


def _set(outcomes: list[tuple[_Write, Any, Exception | None]]) -> None:
    for write, result, error in outcomes:
        if write.future.done():
            continue
        if error is None:
            write.future.set_result(result)
        else:
            write.future.set_exception(error)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=2, max_overflow=0)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # Transactions are begun here, not by sqlite3.


def _begin(connection: Connection, durable: bool = True) -> None:
    if connection.dialect.name == "sqlite":
        # Waiting for the disk takes longer than all the rest. PostgreSQL does so always.
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare(engine: Engine, tables: MetaData) -> None:
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                _begin(connection)
                if engine.dialect.name == "postgresql":  # two that begin at once would both make them
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKING_TABLES})")
                tables.create_all(connection)
                connection.commit()
            return
        except OperationalError as error:
            busy = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _told() -> Iterator[None]:
    """Tell the database's errors without the rows that they quote."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        reason = (str(cause).splitlines() or [""])[0]
        text = f"The queue of WhatsApp cannot be read or written: {type(cause).__name__}: {reason}"
        raise StoreError(text) from None
