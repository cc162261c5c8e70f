"""Events in a Kafka topic: Rasa's ``kafka`` broker."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.brokers import Record, Refused

try:
    from aiokafka import AIOKafkaProducer
    from aiokafka.errors import InvalidTopicError, MessageSizeTooLargeError, RecordTooLargeError
    from aiokafka.helpers import create_ssl_context
except ImportError as error:
    raise ImportError("Events in Kafka need its client: pip install 'santral[kafka]'") from error

DEFAULT_TOPIC = "rasa_core_events"
PROTOCOLS = {
    "plaintext": "PLAINTEXT",
    "ssl": "SSL",
    "sasl_plaintext": "SASL_PLAINTEXT",
    "sasl_ssl": "SASL_SSL",
}
ENVIRONMENT = "RASA_ENVIRONMENT"
"""Environment variable that every message carries as a header, as in Rasa."""
SECONDS = 10
"""In which Kafka must answer."""


@dataclass(frozen=True, slots=True)
class KafkaOptions:
    """Rasa's; ``protocol`` is one of :data:`PROTOCOLS`."""

    servers: Sequence[str]
    topic: str = DEFAULT_TOPIC
    client_id: str | None = None
    partition_by_sender: bool = False
    protocol: str = "SASL_PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str | None = None
    sasl_password: str | None = None
    cafile: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    check_hostname: bool = False


class KafkaSink:
    """Sends a batch and waits until all replicas have it."""

    def __init__(self, options: KafkaOptions) -> None:
        self.options = options
        self._producer: Any = None

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        try:
            producer = self._producer or await self._connect()
            waiting = [await self._send(producer, record) for record in records]
            for one in waiting:
                await one
        except (InvalidTopicError, MessageSizeTooLargeError, RecordTooLargeError) as error:
            raise Refused(f"{type(error).__name__}.") from None
        except BaseException:
            await self.close()
            raise

    async def _connect(self) -> Any:
        producer = AIOKafkaProducer(**self._arguments())
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer
        return producer

    async def _send(self, producer: Any, record: Record) -> Any:
        environment = os.environ.get(ENVIRONMENT, "RASA_ENVIRONMENT_NOT_SET")
        return await producer.send(
            self.options.topic,
            record.as_json().encode(),
            key=record.conversation_id.encode() if self.options.partition_by_sender else None,
            headers=[(ENVIRONMENT, environment.encode())],
        )

    def _arguments(self) -> dict[str, Any]:
        options = self.options
        found: dict[str, Any] = {
            "bootstrap_servers": list(options.servers),
            "security_protocol": options.protocol,
            "acks": "all",
            "request_timeout_ms": SECONDS * 1000,
        }
        if options.client_id:
            found["client_id"] = options.client_id
        if options.protocol.startswith("SASL"):
            found["sasl_mechanism"] = options.sasl_mechanism
            found["sasl_plain_username"] = options.sasl_username
            found["sasl_plain_password"] = options.sasl_password
        if options.protocol.endswith("SSL"):
            context = create_ssl_context(
                cafile=options.cafile, certfile=options.certfile, keyfile=options.keyfile
            )
            context.check_hostname = options.check_hostname
            found["ssl_context"] = context
        return found

    async def close(self) -> None:
        """See :meth:`bot.brokers.Sink.close`."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()
