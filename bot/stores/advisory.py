"""PostgreSQL's advisory locks: one conversation held by one of many processes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.stores.locks import lock_timeout, to_the_end

Result = TypeVar("Result")

FIRST_PAUSE = 0.002
LONGEST_PAUSE = 0.05
"""Seconds between two looks at a lock that another process holds."""

_TRY = select(func.pg_try_advisory_lock(bindparam("key")))
_UNLOCK = select(func.pg_advisory_unlock(bindparam("key")))


def advisory_key(purpose: str, name: str) -> int:
    """A 64-bit number for PostgreSQL; two conversations that share one merely wait for each other."""
    digest = hashlib.sha256(f"santral:{purpose}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


class AdvisoryLocks:
    """All locks of this process, held by one session of PostgreSQL.

    One session and not one for each conversation: a server allows about a hundred. A session may take its own
    lock twice, so the caller lets only one task of this process ask for a conversation at a time. When the
    session breaks, PostgreSQL frees its locks; the next ``hold`` opens another, and who still believed in the
    old one is told by ``append``'s check of the length.

    A pooler between (PgBouncer) must pool whole sessions, not transactions.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._session: Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="santral-locks")

    @asynccontextmanager
    async def hold(self, name: str, deadline: float, seconds: float) -> AsyncIterator[None]:
        """Hold ``name`` until the block ends.

        Args:
            deadline: the event loop's time at which to give up.
            seconds: the wait that the caller asked for, to be told in the error.

        Raises:
            LockTimeout: another process held it until then.
            StoreError: the server cannot be reached.
        """
        loop = asyncio.get_running_loop()
        key = advisory_key("lock", name)
        pause = FIRST_PAUSE
        # A cancelled wait does not learn whether it got the lock: unlocking what is not held does no harm.
        held = True
        try:
            while not (held := await self._run(lambda: self._attempt(key))):
                remaining = deadline - loop.time()
                if remaining <= 0:
                    raise lock_timeout(seconds)
                await asyncio.sleep(min(pause, remaining))
                pause = min(2 * pause, LONGEST_PAUSE)
                held = True
            yield
        finally:
            if held:
                await self._run(lambda: self._unlock(key))

    async def close(self) -> None:
        await self._run(self._drop)
        self._thread.shutdown()

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await to_the_end(asyncio.get_running_loop().run_in_executor(self._thread, work))

    def _attempt(self, key: int) -> bool:
        fresh = self._session is None
        try:
            return self._try(key)
        except SQLAlchemyError as error:
            self._drop()
            if fresh:
                cause = getattr(error, "orig", None) or error
                raise StoreError(f"The lock cannot be taken: {type(cause).__name__}.") from None
        return self._attempt(key)  # The old session was broken: once more with a new one.

    def _try(self, key: int) -> bool:
        if self._session is None:
            self._session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return bool(self._session.execute(_TRY, {"key": key}).scalar())

    def _unlock(self, key: int) -> None:
        if self._session is None:
            return
        try:
            self._session.execute(_UNLOCK, {"key": key})
        except SQLAlchemyError:
            self._drop()  # With its session the lock is gone as well.

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()
            session.close()
