"""What every message does in SQLite, by sqlite3 itself: appending events and reading them.

Through SQLAlchemy a turn's events take several times the processor time, most of it not in the database. Appends
that come while others are written are committed together: one transaction and one waking of the event loop for
all of them.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.dialects import sqlite

from bot.errors import ConflictError, StoreError
from bot.stores.records import conflict
from bot.stores.schema import EVENTS, LAST_POSITION, LONG_IDS, TAIL

MOST_TOGETHER = 200
"""Appends of one transaction."""

_DIALECT = sqlite.dialect(paramstyle="named")
_LAST, _TAIL, _INSERT, _REMEMBER = (
    str(one.compile(dialect=_DIALECT)) for one in (LAST_POSITION, TAIL, EVENTS.insert(), LONG_IDS.insert())
)
_REMEMBER = _REMEMBER.replace("INSERT", "INSERT OR REPLACE", 1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one conversation, as rows of the table."""

    name: str
    """The conversation's whole id."""
    key: str
    """What stands in the table for it."""
    rows: Sequence[Mapping[str, Any]]
    expected: int
    """How many events the conversation has so far."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    batch: Batch
    loop: asyncio.AbstractEventLoop
    stored: asyncio.Future[None]


class SqliteLog:
    """The events of a SQLite database.

    Args:
        writing: the one thread that writes.
    """

    def __init__(self, engine: Engine, writing: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._writing = writing
        self._mine = threading.local()
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._at_work = False

    def append(self, batch: Batch) -> asyncio.Future[None]:
        """Store events; the future is done when they are committed, or has why they are not.

        Raises:
            RuntimeError: the thread has ended.
        """
        loop = asyncio.get_running_loop()
        one = _Waiting(batch, loop, loop.create_future())
        with self._guard:
            if not self._at_work:
                self._writing.submit(self._write_waiting)
                self._at_work = True
            self._waiting.append(one)
        return one.stored

    def tail(self, key: str, first: int) -> list[tuple[int, str]]:
        """Positions and records from position ``first`` on, in order; to be called in a thread.

        Raises:
            StoreError: they cannot be read.
        """
        try:
            return self._connection().execute(_TAIL, {"key": key, "first": first}).fetchall()
        except sqlite3.Error as error:
            raise told(error) from None

    def _connection(self) -> sqlite3.Connection:
        """This thread's own; it goes back to the engine with the thread."""
        if not hasattr(self._mine, "pooled"):
            self._mine.pooled = self._engine.raw_connection()
        return cast("sqlite3.Connection", self._mine.pooled.driver_connection)

    def _write_waiting(self) -> None:
        with self._guard:
            count = min(len(self._waiting), MOST_TOGETHER)
            together = [self._waiting.popleft() for _ in range(count)]
        outcomes: list[Exception | None]
        try:
            outcomes = list(self._write([one.batch for one in together]))
        except Exception as error:  # whatever it is, somebody waits for it
            outcomes = [self._outcome_alone(one.batch, error, count) for one in together]
        _tell(together, outcomes)
        with self._guard:
            self._at_work = False
            if self._waiting:
                # Behind what else is to be written meanwhile. A store that closes waits for this, too.
                try:
                    self._writing.submit(self._write_waiting)
                    self._at_work = True
                except RuntimeError:
                    left, self._waiting = list(self._waiting), deque()
                    _tell(left, [StoreError("The store is closed.")] * len(left))

    def _outcome_alone(self, batch: Batch, error: Exception, count: int) -> Exception | None:
        """What becomes of one append of a transaction that failed: the others are not to suffer from it."""
        if count > 1:
            try:
                return self._write([batch])[0]
            except Exception as own:
                error = own
        return told(error) if isinstance(error, sqlite3.Error) else error

    def _write(self, batches: Sequence[Batch]) -> list[Exception | None]:
        """Write in one transaction; batches that do not fit to what is stored are left out, and told."""
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_append(connection, one) for one in batches]
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise
        return outcomes


def _append(connection: sqlite3.Connection, batch: Batch) -> Exception | None:
    (last,) = connection.execute(_LAST, {"key": batch.key}).fetchone()
    length = 0 if last is None else last + 1
    if length != batch.expected:
        return conflict(length, batch.expected)
    connection.executemany(_INSERT, batch.rows)
    if batch.rows and not batch.expected and batch.key != batch.name:
        connection.execute(_REMEMBER, {"key": batch.key, "conversation_id": batch.name})
    return None


def _tell(waiting: Sequence[_Waiting], outcomes: Sequence[Exception | None]) -> None:
    """Wake up whoever waits, each event loop once: to wake one costs more than to write a row."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[None], Exception | None]]] = {}
    for one, outcome in zip(waiting, outcomes, strict=True):
        loops.setdefault(one.loop, []).append((one.stored, outcome))
    for loop, own in loops.items():
        with suppress(RuntimeError):  # the loop has gone; nobody waits any more
            loop.call_soon_threadsafe(_settle, own)


def _settle(outcomes: Sequence[tuple[asyncio.Future[None], Exception | None]]) -> None:
    for stored, error in outcomes:
        if stored.done():
            continue
        if error is None:
            stored.set_result(None)
        else:
            stored.set_exception(error)


def told(error: sqlite3.Error) -> StoreError:
    """The database's error in this project's words, without the rows that it may quote."""
    if isinstance(error, sqlite3.IntegrityError):
        return ConflictError("Somebody else wrote to the conversation at the same time.")
    reason = (str(error).splitlines() or [""])[0]
    return StoreError(f"The database cannot be read or written: {type(error).__name__}: {reason}")
