"""A small Kafka: one broker, one partition, spoken to by its real protocol (there is none in Debian)."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.record.memory_records import MemoryRecords

PRODUCE, METADATA, API_VERSIONS = 0, 3, 18
VERSIONS = ((PRODUCE, 3, 3), (METADATA, 1, 1), (API_VERSIONS, 0, 0))


def _text(value: str) -> bytes:
    return struct.pack(">h", len(value)) + value.encode()


class KafkaPlace:
    """See :class:`tests.brokers.places.Place`."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self.port = 0
        self.refused: list[int] = []
        """Errors to answer the next requests with."""
        self.section: dict[str, Any] = {"type": "kafka", "security_protocol": "plaintext"}
        self.section |= {"topic": "olaylar", "partition_by_sender": "true", "client_id": "santral"}

    async def read(self) -> list[dict[str, Any]]:
        found = [json.loads(record.value) for record in self.records]
        assert [record.key.decode() for record in self.records] == [one["sender_id"] for one in found]
        assert {tuple(record.headers) for record in self.records} == {
            (("RASA_ENVIRONMENT", b"RASA_ENVIRONMENT_NOT_SET"),)
        }
        return found

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (size,) = struct.unpack(">i", await reader.readexactly(4))
                request = await reader.readexactly(size)
                kind, _, number, name = struct.unpack(">hhih", request[:10])
                answer = struct.pack(">i", number) + self._answer(kind, request[10 + max(name, 0) :])
                writer.write(struct.pack(">i", len(answer)) + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, kind: int, body: bytes) -> bytes:
        if kind == API_VERSIONS:
            versions = b"".join(struct.pack(">hhh", *one) for one in VERSIONS)
            return struct.pack(">hi", 0, len(VERSIONS)) + versions
        if kind == METADATA:
            node = struct.pack(">i", 0) + _text("127.0.0.1") + struct.pack(">ih", self.port, -1)
            partition = struct.pack(">hiiiiii", 0, 0, 0, 1, 0, 1, 0)
            topic = struct.pack(">h", 0) + _text("olaylar") + struct.pack(">bi", 0, 1) + partition
            return struct.pack(">i", 1) + node + struct.pack(">ii", 0, 1) + topic
        assert kind == PRODUCE
        error = self.refused.pop(0) if self.refused else self._keep(body)
        partition = struct.pack(">ihqq", 0, error, len(self.records), -1)
        return (
            struct.pack(">i", 1) + _text("olaylar") + struct.pack(">i", 1) + partition + struct.pack(">i", 0)
        )

    def _keep(self, body: bytes) -> int:
        transactional, acks, _, topics = struct.unpack(">hhii", body[:12])
        (length,) = struct.unpack(">h", body[12:14])
        topic, rest = body[14 : 14 + length], body[14 + length :]
        partitions, partition, size = struct.unpack(">iii", rest[:12])
        assert (transactional, acks, topics, topic, partitions, partition) == (-1, -1, 1, b"olaylar", 1, 0)
        batches = MemoryRecords(rest[12 : 12 + size])
        while (batch := batches.next_batch()) is not None:
            self.records += batch
        return 0


@asynccontextmanager
async def fake_kafka() -> AsyncIterator[KafkaPlace]:
    place = KafkaPlace()
    server = await asyncio.start_server(place.serve, "127.0.0.1", 0)
    place.port = server.sockets[0].getsockname()[1]
    place.section["url"] = f"127.0.0.1:{place.port}"
    try:
        yield place
    finally:
        server.close()
