"""Events in RabbitMQ: Rasa's ``pika`` broker. A fanout exchange, durable queues, persistent messages."""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yarl import URL

from bot.brokers import Record

try:
    import aio_pika
    from aio_pika.abc import AbstractConnection, AbstractExchange
except ImportError as error:
    raise ImportError("Events in RabbitMQ need its client: pip install 'santral[pika]'") from error

DEFAULT_PORT = 5672
DEFAULT_EXCHANGE = "rasa-exchange"
DEFAULT_QUEUE = "rasa_core_events"
CERTIFICATE = "RABBITMQ_SSL_CLIENT_CERTIFICATE"
KEY = "RABBITMQ_SSL_CLIENT_KEY"
"""Environment variables with the paths of a client's certificate and key, as in Rasa."""
APP_ID = "RASA_ENVIRONMENT"
"""Environment variable that names the sender of messages, as in Rasa."""


@dataclass(frozen=True, slots=True)
class PikaOptions:
    """``host`` is a name or a whole ``amqp://`` or ``amqps://`` address, with certificates in its query."""

    host: str
    port: int = DEFAULT_PORT
    username: str | None = None
    password: str | None = None
    exchange: str = DEFAULT_EXCHANGE
    queues: Sequence[str] = (DEFAULT_QUEUE,)

    def url(self) -> URL:
        """The address with user, password and port, unless it has them already.

        Raises:
            ValueError: it is none.
        """
        url = URL(self.host) if "://" in self.host else URL.build(scheme="amqp", host=self.host)
        if url.scheme not in ("amqp", "amqps") or not url.host:
            raise ValueError("not an amqp:// address")
        if url.user is None and self.username is not None:
            url = url.with_user(self.username).with_password(self.password)
        return url if url.explicit_port else url.with_port(self.port)


class PikaSink:
    """Publishes with confirmations: what was sent is in RabbitMQ's queues."""

    def __init__(self, options: PikaOptions) -> None:
        self.options = options
        self._url = options.url()
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        try:
            exchange = self._exchange or await self._connect()
            for record in records:
                await exchange.publish(_message(record), routing_key="")
        except BaseException:
            # Whatever it was, the channel may be gone with it: begin anew next time.
            await self.close()
            raise

    async def _connect(self) -> AbstractExchange:
        # Without aio-pika's own reconnecting: the outbox repeats what failed.
        self._connection = await aio_pika.connect(self._url, ssl_context=_client_certificate())
        channel = await self._connection.channel(publisher_confirms=True)
        exchange = await channel.declare_exchange(self.options.exchange, aio_pika.ExchangeType.FANOUT)
        for name in self.options.queues:
            queue = await channel.declare_queue(name, durable=True)
            await queue.bind(exchange, "")
        self._exchange = exchange
        return exchange

    async def close(self) -> None:
        """See :meth:`bot.brokers.Sink.close`."""
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None:
            await connection.close()


def _message(record: Record) -> Any:
    return aio_pika.Message(
        record.as_json().encode(),
        app_id=os.environ.get(APP_ID),
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def _client_certificate() -> ssl.SSLContext | None:
    certificate, key = os.environ.get(CERTIFICATE), os.environ.get(KEY)
    if not certificate or not key:
        return None
    context = ssl.create_default_context()
    context.load_cert_chain(certificate, key)
    return context
