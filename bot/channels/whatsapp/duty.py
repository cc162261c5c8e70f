"""One process at a time works on a queue: the others keep what they get, and stand by.

What may be sent to one customer, and to all of them together, is counted in memory, and a customer's messages are
answered one after the other. So the work is not shared but handed on: when the process on duty ends, however it
ends, its lock is free at once, and the next takes up all that is there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

PAUSE = 1.0
"""Seconds between two looks whether the duty is free, or still ours."""
_LOCK = 0x77615F6C  # with the schema's name, since one server has many queues
_TRY = f"SELECT pg_try_advisory_lock({_LOCK}, hashtext(current_schema()))"


class LostDuty(Exception):
    """Another process may be on duty now."""


class Duty(Protocol):
    """The right to work on a queue."""

    shared: bool
    """Other processes, perhaps on other machines, put things into the queue."""

    async def take(self) -> None:
        """Return when this process is on duty."""

    async def watch(self) -> None:
        """Look on while on duty; raises :class:`LostDuty` when that is no longer sure."""

    async def leave(self) -> None:
        """Be on duty no more."""


def duty_of(database: URL) -> Duty:
    """The duty of a queue's database."""
    if database.get_backend_name() != "sqlite":
        return PostgresDuty(database)
    return FileDuty(f"{database.database}.lock" if database.database else "")


async def _stand_by(take: Callable[[], Awaitable[bool]]) -> None:
    """Return when the duty was taken; that somebody else has it is told once."""
    told = False
    while not await take():
        if not told:
            logger.info("Another process works on the queue of WhatsApp; this one stands by.")
            told = True
        await asyncio.sleep(PAUSE)


class PostgresDuty:
    """An advisory lock of PostgreSQL; its session ends with the process, and with the session the lock.

    A pooler between (PgBouncer) must pool whole sessions.
    """

    shared = True

    def __init__(self, url: URL) -> None:
        self._engine: Engine = create_engine(
            url, hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._session: Connection | None = None
        self._thread = ThreadPoolExecutor(1, "santral-whatsapp-duty")

    async def take(self) -> None:
        """See :class:`Duty`."""
        await _stand_by(lambda: self._run(self._try))

    async def watch(self) -> None:
        """See :class:`Duty`."""
        while True:
            if not await self._run(self._is_there):
                raise LostDuty
            await asyncio.sleep(PAUSE)

    async def leave(self) -> None:
        """See :class:`Duty`."""
        await self._run(self._drop)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _try(self) -> bool:
        try:
            if self._session is None:
                self._session = self._engine.connect()
            return bool(self._session.exec_driver_sql(_TRY).scalar())
        except SQLAlchemyError as error:
            logger.error("The queue of WhatsApp cannot be reached (%s); trying again.", type(error).__name__)
            self._drop()
            return False

    def _is_there(self) -> bool:
        try:
            return self._session is not None and self._session.exec_driver_sql("SELECT 1").scalar() == 1
        except SQLAlchemyError:
            self._drop()
            return False

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()
            session.close()


class FileDuty:
    """A lock on a file beside the queue's; where the system has none (Windows), everybody is on duty."""

    shared = False

    def __init__(self, path: str) -> None:
        self._path = path if path and ":memory:" not in path else ""
        self._file: int | None = None

    async def take(self) -> None:
        """See :class:`Duty`."""
        await _stand_by(self._take)

    async def watch(self) -> None:
        """See :class:`Duty`; a file's lock is never lost."""
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """See :class:`Duty`."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    async def _take(self) -> bool:
        try:
            import fcntl
        except ImportError:
            return True
        if not self._path or self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True
