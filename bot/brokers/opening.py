"""The broker that ``endpoints.yml`` asks for under ``event_broker``, by Rasa's keys.

=========  ==============================================================================================
``type``   keys
=========  ==============================================================================================
``pika``   (also without a type) ``url``, ``port``, ``username``, ``password``, ``queues``, ``exchange_name``
``kafka``  ``url``, ``topic``, ``client_id``, ``partition_by_sender``, ``security_protocol``, ``sasl_*``, ``ssl_*``
``sql``    ``dialect``, ``url``, ``host``, ``port``, ``db``, ``username``, ``password``, ``query``
``file``   ``path``
``redis``  ours: the keys of a tracker store in redis; ``stream``, ``max_length``
a.b.Class  the project's own; all keys are handed on
=========  ==============================================================================================

``queue_size`` is how many events wait at most while the broker is away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.brokers import Broker, Sink
from bot.brokers.custom import BrokerConfig, CustomSink, load_class
from bot.brokers.file import DEFAULT_PATH, FileSink
from bot.brokers.outbox import MOST_WAITING, Outbox
from bot.database_address import REDIS_KEYS, SQL_KEYS, redis_address, sql_url
from bot.settings import Section, section_of

_ALL = frozenset({"type", "queue_size"})
_INEFFECTIVE = (
    "should_keep_unpublished_messages",
    "raise_on_failure",
    "connection_attempts",
    "retry_delay_in_seconds",
)
"""Rasa's; here what could not be sent is always kept and tried again."""
KEYS = {
    "pika": _ALL
    | {"url", "port", "username", "password", "queues", "exchange_name"}
    | frozenset(_INEFFECTIVE),
    "kafka": _ALL
    | {"url", "topic", "client_id", "partition_by_sender", "security_protocol"}
    | {"sasl_username", "sasl_password", "sasl_mechanism"}
    | {"ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"},
    "sql": _ALL | SQL_KEYS,
    "file": _ALL | {"path"},
    "redis": _ALL | REDIS_KEYS | {"stream", "max_length"},
}
"""Keys of ``event_broker``, by type."""


def open_broker(config: Mapping[str, Any] | None, root: Path) -> Broker | None:
    """The broker, not connected yet; ``None`` when none is asked for.

    Args:
        config: the content of ``endpoints.yml``, or ``None`` when there is none.
        root: the project's folder, for relative paths.

    Raises:
        ProjectError: the section is wrong, or a library is missing; the complaint has the line.
    """
    section = section_of(config, "event_broker", "broker")
    if not section.values:
        return None
    name = section.text("type") or "pika"
    most = section.number("queue_size") or MOST_WAITING
    if "." in name:
        return Outbox(_custom(section, name), name, most)
    kind = section.one_of("type", {one: one for one in KEYS}, "pika")
    section.warn_of_others(KEYS[kind])
    return Outbox(_OPENERS[kind](section, root), kind, most)


def _custom(section: Section, path: str) -> Sink:
    try:
        found = load_class(path)
    except Exception as error:  # importing runs the project's code, which may raise anything
        mend = "Write the path of a class that can be imported from the project's folder."
        raise section.error("type", "class", f"'{path}' cannot be used: {error}.", mend) from error
    rest = {key: value for key, value in section.values.items() if key not in ("type", "url", "queue_size")}
    return CustomSink(found, BrokerConfig(path, section.text("url"), rest))


def _file(section: Section, root: Path) -> Sink:
    path = root / (section.text("path") or DEFAULT_PATH)
    if not path.parent.is_dir() or path.is_dir():
        mend = "Name a file in a folder that exists."
        raise section.error("path", "path", f"'{path}' cannot be written.", mend)
    return FileSink(path)


def _sql(section: Section, root: Path) -> Sink:
    from bot.brokers.sql import DEFAULT_DB, SqlSink

    url = sql_url(section, "Events", DEFAULT_DB)
    if url.get_backend_name() == "sqlite":
        database = url.database or DEFAULT_DB
        url = url if database == ":memory:" else url.set(database=str(root / database))
    return SqlSink(url)


def _redis(section: Section, root: Path) -> Sink:
    try:
        from bot.brokers.redis_streams import DEFAULT_STREAM, RedisStreamSink
    except ImportError as error:
        raise _missing(section, error) from error
    url, options = redis_address(section, 0)
    prefix, stream = section.text("key_prefix"), section.text("stream") or DEFAULT_STREAM
    key = f"{prefix}:{stream}" if prefix else stream
    try:
        return RedisStreamSink(url, key, section.number("max_length"), options)
    except (ValueError, TypeError) as error:
        mend = "Write host:port, or redis://host:port/db."
        raise section.error("url", "url", f"redis cannot be addressed so: {error}.", mend) from None


def _pika(section: Section, root: Path) -> Sink:
    try:
        from bot.brokers.pika import DEFAULT_EXCHANGE, DEFAULT_PORT, DEFAULT_QUEUE, PikaOptions, PikaSink
    except ImportError as error:
        raise _missing(section, error) from error
    section.warn_of_ineffective(_INEFFECTIVE)
    host = section.text("url")
    if host is None:
        raise section.error("url", "url", "'url' is missing.", "Write RabbitMQ's host, such as localhost.")
    options = PikaOptions(
        host,
        section.number("port") or DEFAULT_PORT,
        section.text("username"),
        section.text("password"),
        section.text("exchange_name") or DEFAULT_EXCHANGE,
        tuple(section.texts("queues")) or (DEFAULT_QUEUE,),
    )
    try:
        return PikaSink(options)
    except ValueError:
        mend = "Write a host, or amqp://host:port/vhost."
        raise section.error("url", "url", f"'{host}' is no address of RabbitMQ.", mend) from None


def _kafka(section: Section, root: Path) -> Sink:
    try:
        from bot.brokers.kafka import DEFAULT_TOPIC, PROTOCOLS, KafkaOptions, KafkaSink
    except ImportError as error:
        raise _missing(section, error) from error
    servers = section.texts("url")
    if not servers:
        raise section.error(
            "url", "url", "'url' is missing.", "Write Kafka's address, such as localhost:9092."
        )
    return KafkaSink(
        KafkaOptions(
            servers,
            section.text("topic") or DEFAULT_TOPIC,
            section.text("client_id"),
            section.flag("partition_by_sender"),
            section.one_of("security_protocol", PROTOCOLS, "SASL_PLAINTEXT"),
            section.text("sasl_mechanism") or "PLAIN",
            section.text("sasl_username"),
            section.text("sasl_password"),
            section.text("ssl_cafile"),
            section.text("ssl_certfile"),
            section.text("ssl_keyfile"),
            section.flag("ssl_check_hostname"),
        )
    )


def _missing(section: Section, error: ImportError) -> Exception:
    message, _, mend = str(error).partition(": ")
    return section.error("type", "package", f"{message}.", f"Run: {mend}")


_OPENERS: Mapping[str, Callable[[Section, Path], Sink]] = {
    "pika": _pika,
    "kafka": _kafka,
    "sql": _sql,
    "file": _file,
    "redis": _redis,
}
