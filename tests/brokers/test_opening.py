"""``event_broker`` as Rasa writes it, and as people mistype it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from bot.brokers.custom import CustomSink
from bot.brokers.kafka import KafkaSink
from bot.brokers.opening import open_broker
from bot.brokers.outbox import Outbox, Pace
from bot.brokers.pika import PikaSink
from bot.errors import Complaints, ProjectError
from bot.events import SlotSet
from bot.yaml_file import read_yaml
from tests.stores.test_opening import run

pytestmark = pytest.mark.asyncio


def endpoints(text: str) -> Any:
    complaints = Complaints()
    found = read_yaml(text, "endpoints.yml", complaints)
    complaints.raise_errors()
    return found


def sink_of(text: str, folder: Path) -> Any:
    broker = open_broker(endpoints(text), folder)
    assert isinstance(broker, Outbox)
    return broker.sink


@pytest.mark.parametrize("config", [None, {}, {"event_broker": None}, {"event_broker": {}}])
async def test_without_the_section_there_is_no_broker(config: Any, tmp_path: Path) -> None:
    assert open_broker(config, tmp_path) is None


async def test_a_broker_without_a_type_is_rabbitmq(tmp_path: Path) -> None:
    text = "event_broker:\n  url: localhost\n  username: u\n  password: p@ss\n  queues: tek\n"
    sink = sink_of(f"{text}  raise_on_failure: true\n", tmp_path)

    assert isinstance(sink, PikaSink)
    assert sink.options.queues == ("tek",)
    assert str(sink.options.url()) == "amqp://u:p%40ss@localhost:5672"


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("rabbit", "amqp://u:p@rabbit:5672"),
        ("amqp://rabbit", "amqp://u:p@rabbit:5672"),
        ("amqps://rabbit:5671/depo?cafile=ca.pem", "amqps://u:p@rabbit:5671/depo?cafile=ca.pem"),
        ("amqp://a:b@rabbit", "amqp://a:b@rabbit:5672"),
    ],
)
async def test_rabbitmqs_address(url: str, whole: str, tmp_path: Path) -> None:
    sink = sink_of(f"event_broker:\n  url: {url}\n  username: u\n  password: p\n", tmp_path)
    assert str(sink.options.url()) == whole


async def test_kafka_by_rasas_keys(tmp_path: Path) -> None:
    text = "event_broker:\n  type: Kafka\n  url: [a:9092, b:9092]\n  topic: t\n  sasl_username: u\n"
    sink = sink_of(text, tmp_path)

    assert isinstance(sink, KafkaSink)
    assert sink.options.servers == ["a:9092", "b:9092"]
    assert (sink.options.protocol, sink.options.sasl_mechanism) == ("SASL_PLAINTEXT", "PLAIN")
    assert not sink.options.partition_by_sender


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("event_broker: pika\n", 1, "is no mapping"),
        ("event_broker:\n  type: sqs\n", 2, "Unknown type 'sqs'"),
        ("event_broker:\n  type: pika\n", 2, "'url' is missing"),
        ("event_broker:\n  url: http://rabbit\n", 2, "no address of RabbitMQ"),
        ("event_broker:\n  url: a\n  queues: [[a]]\n", 3, "list of texts"),
        ("event_broker:\n  url: a\n  port: many\n", 3, "whole number"),
        ("event_broker:\n  type: kafka\n", 2, "'url' is missing"),
        (
            "event_broker:\n  type: kafka\n  url: a\n  security_protocol: NONE\n",
            4,
            "Unknown security_protocol",
        ),
        ("event_broker:\n  type: file\n  path: no/such/folder/a.log\n", 3, "cannot be written"),
        ("event_broker:\n  type: sql\n  dialect: mssql\n", 3, "Unknown dialect"),
        ("event_broker:\n  type: redis\n  url: ftp://x\n", 3, "redis cannot be addressed"),
        ("event_broker:\n  type: nobody.has.This\n", 2, "cannot be used: No module named 'nobody'"),
        ("event_broker:\n  type: json.JSONDecoder\n", 2, "lacks from_endpoint_config and publish"),
        ("event_broker:\n  type: file\n  queue_size: -1\n", 3, "whole number"),
    ],
)
async def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as told:
        open_broker(endpoints(text), tmp_path)
    (complaint,) = told.value.complaints
    assert words in complaint.message
    assert complaint.mend
    assert str(complaint.place) == f"endpoints.yml:{line}" or "is missing" in words


@pytest.mark.parametrize(
    ("missing", "kind", "extra"),
    [("aio_pika", "pika", "pika"), ("aiokafka", "kafka", "kafka"), ("redis", "redis", "redis")],
)
async def test_a_missing_library_is_told_with_its_install(
    missing: str, kind: str, extra: str, tmp_path: Path
) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from pathlib import Path\n"
        "from bot.errors import ProjectError\n"
        "from bot.brokers.opening import open_broker\n"
        f"try: open_broker({{'event_broker': {{'type': {kind!r}, 'url': 'a'}}}}, Path('.'))\n"
        "except ProjectError as error: print(error)\n"
    )
    assert f"pip install 'santral[{extra}]'" in await run(code, tmp_path)


OWN = """
class Own:
    made = []

    def __init__(self, config):
        self.config, self.published, self.closed = config, [], False
        Own.made.append(self)

    @classmethod
    async def from_endpoint_config(cls, broker_config, event_loop=None):
        return cls(broker_config)

    def publish(self, event):
        self.published.append(event)

    async def close(self):
        self.closed = True
"""


async def test_a_class_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_broker.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    text = "event_broker:\n  type: own_broker.Own\n  url: here\n  depth: 3\n"
    broker = open_broker(endpoints(text), tmp_path)
    assert isinstance(broker, Outbox)
    assert isinstance(broker.sink, CustomSink)
    broker.publish("ayşe", [SlotSet("a", 1), SlotSet("a", 2)])
    await broker.close()

    (made,) = sys.modules["own_broker"].Own.made
    assert (made.config.url, made.config.kwargs) == ("here", {"depth": 3})
    assert [(one["sender_id"], one["value"]) for one in made.published] == [("ayşe", 1), ("ayşe", 2)]
    assert made.closed


async def test_an_unreachable_broker_opens_nevertheless(tmp_path: Path) -> None:
    broker = open_broker({"event_broker": {"url": "127.0.0.1", "port": 1}}, tmp_path)
    assert isinstance(broker, Outbox)
    broker.publish("ayşe", [SlotSet("a", 1)])
    assert len(broker) == 1
    broker.pace = Pace(grace=0.01)
    await broker.close()
