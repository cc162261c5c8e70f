"""``endpoints.yml`` as Rasa writes it, and as people mistype it."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.errors import Complaints, LockTimeout, ProjectError, StoreError
from bot.stores.composed import ComposedStore
from bot.stores.memory import MemoryStore
from bot.stores.opening import open_store
from bot.stores.redis import RedisStore
from bot.stores.sql import SqlStore
from bot.yaml_file import read_yaml

from .every_event import slot
from .servers import PostgresServer, RedisServer

pytestmark = pytest.mark.asyncio


def endpoints(text: str) -> Any:
    complaints = Complaints()
    found = read_yaml(text, "endpoints.yml", complaints)
    complaints.raise_errors()
    return found


@pytest.mark.parametrize("config", [None, {}, {"tracker_store": None}, {"action_endpoint": {"url": "x"}}])
async def test_without_a_tracker_store_a_file_is_used(config: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "conversations.db"
    store = open_store(config, path)
    await store.append("a", [slot(0)], 0)
    await store.close()
    again = open_store(config, path)
    assert await again.load("a") == [slot(0)]
    await again.close()


@pytest.mark.parametrize("name", ["InMemory", "in_memory", "memory"])
async def test_in_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    assert isinstance(open_store({"tracker_store": {"type": name}}, path), MemoryStore)
    assert not path.exists()


async def test_sqlite_by_rasas_keys(tmp_path: Path) -> None:
    path = tmp_path / "rasa.db"
    config = endpoints(f"tracker_store:\n  type: SQL\n  dialect: sqlite\n  url: ''\n  db: '{path}'\n")
    store = open_store(config, tmp_path / "unused.db")
    assert isinstance(store, SqlStore)
    await store.append("a", [slot(0)], 0)
    await store.close()
    assert path.exists()
    assert not (tmp_path / "unused.db").exists()


async def test_sqlite_in_memory_and_by_url(tmp_path: Path) -> None:
    for section in ({"db": ":memory:"}, {"url": f"sqlite:///{tmp_path}/b.db"}):
        store = open_store({"tracker_store": {"type": "sql", **section}}, tmp_path / "a.db")
        await store.append("a", [slot(0)], 0)
        assert await store.load("a") == [slot(0)]
        await store.close()


async def test_the_postgresql_database_is_created(postgres: PostgresServer, tmp_path: Path) -> None:
    section = {"type": "SQL", "dialect": "postgresql", "url": "127.0.0.1", "port": str(postgres.port)}
    section |= {"username": "santral", "login_db": "postgres", "db": f'bot "{uuid.uuid4().hex}"'}
    for _ in range(2):
        store = open_store({"tracker_store": section | {"query": {"application_name": "bot"}}}, tmp_path)
        await store.append("a", [], 0)
        await store.close()


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://", "postgresql+psycopg2://"])
async def test_postgresql_by_url(postgres: PostgresServer, prefix: str, tmp_path: Path) -> None:
    url = f"{prefix}santral@127.0.0.1:{postgres.port}/postgres"
    store = open_store({"tracker_store": {"type": "SQL", "url": url}}, tmp_path)
    assert isinstance(store, SqlStore)
    await store.close()


async def test_an_unreachable_database_is_told(tmp_path: Path) -> None:
    section = {"type": "SQL", "dialect": "postgresql", "url": "127.0.0.1:1", "password": "gizli", "db": "a"}
    with pytest.raises(StoreError, match="cannot be read or written") as told:
        open_store({"tracker_store": section}, tmp_path)
    assert "gizli" not in str(told.value)


async def test_redis_by_rasas_keys(redis: RedisServer, tmp_path: Path) -> None:
    section = {"type": "redis", "url": "localhost", "port": redis.port, "db": "0", "key_prefix": "deneme"}
    store = open_store({"tracker_store": section | {"record_exp": 60, "use_ssl": False}}, tmp_path)
    assert isinstance(store, RedisStore)
    await store.append("a", [slot(0)], 0)
    other = RedisStore(redis.url, prefix="deneme:santral")
    assert await other.conversation_ids() == ["a"]
    await other.replace("a", [])
    await other.close()
    await store.close()


async def test_locks_in_redis_and_conversations_in_a_file(redis: RedisServer, tmp_path: Path) -> None:
    config = {"lock_store": {"type": "redis", "url": f"127.0.0.1:{redis.port}", "socket_timeout": 5}}
    stores = [open_store(config, tmp_path / "a.db") for _ in range(2)]
    assert all(isinstance(store, ComposedStore) for store in stores)
    async with stores[0].lock("a"):
        with pytest.raises(LockTimeout):
            async with stores[1].lock("a", timeout=0.05):
                pytest.fail("two holders")
        await stores[0].append("a", [slot(0)], 0)
        await stores[0].replace("a", [slot(1)])
    assert await stores[1].load("a") == [slot(1)]
    assert await stores[1].conversation_ids() == ["a"]
    for store in stores:
        await store.close()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("tracker_store:\n  type: mongod\n", 2, "Unknown type 'mongod'"),
        ("tracker_store:\n  url: x\n  type: my.own.Store\n", 3, "Unknown type 'my.own.Store'"),
        ("tracker_store: SQL\n", 1, "is no mapping"),
        ("tracker_store:\n  type: SQL\n  dialect: oracle\n", 3, "Unknown dialect 'oracle'"),
        ("tracker_store:\n  type: SQL\n  url: mysql://a/b\n", 3, "cannot be kept in 'mysql'"),
        ("tracker_store:\n  type: SQL\n  url: '://'\n", 3, "not a database's URL"),
        ("tracker_store:\n  type: SQL\n  dialect: postgresql\n  port: abc\n", 4, "must be a whole number"),
        ("tracker_store:\n  type: SQL\n  dialect: postgresql\n  query: abc\n", 4, "'query' is no mapping"),
        ("tracker_store:\n  type: SQL\n  db: [a]\n", 3, "must be a text"),
        ("tracker_store:\n  type: SQL\n  dialect: postgresql\n  url: 'a:99999'\n", 4, "is no address"),
        ("tracker_store:\n  type: redis\n  port: -1\n", 3, "must be a whole number"),
        ("tracker_store:\n  type: redis\n  use_ssl: perhaps\n", 3, "true or false"),
        ("tracker_store:\n  type: redis\n  url: ftp://x\n", 3, "redis cannot be addressed"),
        ("tracker_store:\n  type: redis\n  url: 'a:99999'\n", 3, "is no address"),
        ("lock_store:\n  type: zookeeper\n", 2, "lock_store: Unknown type"),
    ],
)
async def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as told:
        open_store(endpoints(text), tmp_path / "a.db")
    (complaint,) = told.value.complaints
    assert words in complaint.message
    assert complaint.mend
    assert str(complaint.place) == f"endpoints.yml:{line}"


async def test_an_unknown_key_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = open_store({"tracker_store": {"type": "SQL", "pasword": "x"}}, tmp_path / "a.db")
    await store.close()
    assert "no key 'pasword'" in caplog.text


@pytest.mark.parametrize(
    ("missing", "section", "words"),
    [
        ("redis", "{'type': 'redis'}", "santral[redis]"),
        ("psycopg", "{'type': 'SQL', 'dialect': 'postgresql'}", "santral[postgresql]"),
    ],
)
async def test_a_missing_driver_is_told_with_its_install(
    missing: str, section: str, words: str, tmp_path: Path
) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from pathlib import Path\n"
        "from bot.errors import ProjectError\n"
        "from bot.stores.opening import open_store\n"
        f"try: open_store({{'tracker_store': {section}}}, Path('a.db'))\n"
        "except ProjectError as error: print(error)\n"
    )
    assert words in await run(code, tmp_path)


async def test_importing_the_redis_store_without_its_client_says_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['redis'] = None; import bot.stores.redis"
    words = "ImportError: Conversations in redis need its client: pip install 'santral[redis]'"
    assert words in await run(code, tmp_path)


async def run(code: str, folder: Path) -> str:
    """What a Python of its own prints."""
    environment = os.environ | {"PYTHONPATH": str(Path(bot.__file__).parents[1])}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return printed.decode()
