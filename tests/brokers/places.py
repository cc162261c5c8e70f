"""Where brokers put events, read by somebody else: each place gives the events back as they were told."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aio_pika
from redis.asyncio import Redis
from sqlalchemy import create_engine, make_url, text

from bot.events import BotUttered, Event, SlotSet, UserUttered
from tests.stores.servers import PostgresServer, RedisServer

from .rabbit import RabbitServer

SAID: Sequence[Event] = (
    UserUttered("Siparişim nerede? \N{SMILING FACE WITH SUNGLASSES}\0\ud800", {"name": "order_status"}),
    SlotSet("order_no", ["1", None, 2.5]),
    BotUttered("İki satır\n\nve 'tırnak' \\ ters", {"buttons": [{"title": "Evet", "payload": "/affirm"}]}),
)
"""Events with characters that formats, databases and protocols like to break."""


class Place(Protocol):
    """A section of endpoints.yml, and what has arrived there."""

    section: dict[str, Any]

    async def read(self) -> list[dict[str, Any]]:
        """Everything that has arrived, in order."""


class FilePlace:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "olaylar.log"
        self.section: dict[str, Any] = {"type": "file", "path": "olaylar.log"}

    async def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text("ascii").splitlines()]


class SqlPlace:
    def __init__(self, section: dict[str, Any], url: str) -> None:
        self.section = section
        self.url = make_url(url)

    async def read(self) -> list[dict[str, Any]]:
        engine = create_engine(self.url)
        try:
            with engine.connect() as connection:
                rows = connection.execute(text("SELECT id, sender_id, data FROM events ORDER BY id")).all()
        finally:
            engine.dispose()
        found = [json.loads(row.data) for row in rows]
        assert [row.sender_id for row in rows] == [one["sender_id"] for one in found]
        return found


def sqlite_place(folder: Path) -> SqlPlace:
    section = {"type": "SQL", "dialect": "sqlite", "db": "olaylar.db"}
    return SqlPlace(section, f"sqlite:///{folder}/olaylar.db")


def postgres_place(server: PostgresServer) -> SqlPlace:
    """A database of its own."""
    name = f"events_{uuid.uuid4().hex}"
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    section = {"type": "sql", "dialect": "postgresql", "url": "127.0.0.1", "port": server.port}
    return SqlPlace(section | {"username": "santral", "db": name}, server.url(database=name))


class RedisPlace:
    def __init__(self, server: RedisServer) -> None:
        self.server = server
        self.section: dict[str, Any] = {"type": "redis", "url": "127.0.0.1", "port": server.port}
        self.section |= {"key_prefix": uuid.uuid4().hex}

    async def read(self) -> list[dict[str, Any]]:
        redis: Any = Redis.from_url(self.server.url, decode_responses=True)
        async with redis:
            rows = await redis.xrange(f"{self.section['key_prefix']}:rasa_core_events")
        found = [json.loads(fields["data"]) for _, fields in rows]
        assert [fields["sender_id"] for _, fields in rows] == [one["sender_id"] for one in found]
        return found


class PikaPlace:
    def __init__(self, server: RabbitServer) -> None:
        self.server = server
        name = uuid.uuid4().hex
        self.queues = [f"{name}-1", f"{name}-2"]
        self.section: dict[str, Any] = {
            "url": "127.0.0.1",
            "port": server.port,
            "username": "guest",
            "password": "guest",
            "queues": self.queues,
            "exchange_name": name,
        }

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[Any]:
        url = f"amqp://guest:guest@127.0.0.1:{self.server.port}/"
        async with await aio_pika.connect(url) as connection:
            yield await connection.channel()

    async def read(self) -> list[dict[str, Any]]:
        """What is in the first queue, which stays there; the second one has the same."""
        found: list[list[dict[str, Any]]] = []
        async with self._channel() as channel:
            for name in self.queues:
                queue = await channel.get_queue(name)
                found.append([])
                while (message := await queue.get(fail=False)) is not None:
                    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
                    found[-1].append(json.loads(message.body))
        assert found[0] == found[1]
        return found[0]
