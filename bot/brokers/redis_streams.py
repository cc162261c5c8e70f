"""Events in a redis stream, one entry each with ``sender_id`` and ``data``: ours, Rasa has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.brokers import Record

try:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
except ImportError as error:
    raise ImportError("Events in redis need its client: pip install 'santral[redis]'") from error

DEFAULT_STREAM = "rasa_core_events"
SOCKET_TIMEOUT = 10.0
"""Seconds in which redis must connect, and answer."""


class RedisStreamSink:
    """Adds each batch in one transaction.

    Args:
        url: ``redis://host:port/db``, ``rediss://`` with TLS, or ``unix://path``.
        stream: the key.
        max_length: about how many entries the stream keeps; ``None``: all.
        options: what else redis-py's connection takes.
    """

    def __init__(
        self,
        url: str,
        stream: str = DEFAULT_STREAM,
        max_length: int | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        seconds = {"socket_timeout": SOCKET_TIMEOUT, "socket_connect_timeout": SOCKET_TIMEOUT}
        self._redis: Any = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **(seconds | dict(options or {})))
        self.stream = stream
        self.max_length = max_length

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            for one in records:
                fields = {"sender_id": one.conversation_id, "data": one.as_json()}
                pipeline.xadd(self.stream, fields, maxlen=self.max_length, approximate=True)
            await pipeline.execute()

    async def close(self) -> None:
        """See :meth:`bot.brokers.Sink.close`."""
        await self._redis.aclose()
