"""Events as rows of Rasa's table ``events(id, sender_id, data)``: Rasa's ``sql`` broker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    insert,
)
from sqlalchemy.exc import DataError
from sqlalchemy.pool import NullPool

from bot.brokers import Record, Refused

DEFAULT_DB = "events.db"
SECONDS = 10
"""In which a connection must be made."""

METADATA = MetaData()
EVENTS = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("data", Text),
)


class SqlSink:
    """Inserts each batch in one transaction; the table is made if it is missing."""

    def __init__(self, url: URL) -> None:
        self._engine = _engine(url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="santral-events")
        self._ready = False

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        rows = [{"sender_id": one.conversation_id, "data": one.as_json()} for one in records]
        await asyncio.get_running_loop().run_in_executor(self._thread, self._insert, rows)

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if not self._ready:
            METADATA.create_all(self._engine)
            self._ready = True
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(EVENTS), rows)
        except DataError:
            raise Refused("the table's columns do not hold it.") from None

    async def close(self) -> None:
        """See :meth:`bot.brokers.Sink.close`."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._engine.dispose()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        # No connection is kept: the file may be moved away, or its disk be full for a time.
        return create_engine(url, poolclass=NullPool, connect_args={"timeout": SECONDS})
    return create_engine(
        url, pool_pre_ping=True, pool_size=1, max_overflow=0, connect_args={"connect_timeout": SECONDS}
    )
