"""Real servers for the tests: started on a free loopback port, ended by their process id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine

S = TypeVar("S")

DEADLINE = 30.0
"""Seconds in which a server must be ready, or gone."""


class NotInstalled(Exception):
    """The server's program is missing; the text says how to get it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One server process; it is ready when it prints the given words."""

    def __init__(self, command: Sequence[str], ready: str, user: str | None = None) -> None:
        self.command = list(command)
        self.ready = ready
        self.user = user
        self.process: subprocess.Popen[str] | None = None
        self._printed: list[str] = []

    def start(self) -> None:
        """Start and wait until it is ready."""
        is_ready = threading.Event()
        process = subprocess.Popen(
            self.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=self.user,
            cwd="/",
        )
        self.process = process

        def listen() -> None:
            # Read on to the end: a full pipe would stop the server.
            assert process.stdout is not None
            with process.stdout:
                for line in process.stdout:
                    self._printed.append(line)
                    if self.ready in line:
                        is_ready.set()
            is_ready.set()  # It has ended, with or without having been ready.

        self._listener = threading.Thread(target=listen, daemon=True)
        self._listener.start()
        if not is_ready.wait(DEADLINE) or process.poll() is not None:
            self.kill()
            raise RuntimeError(f"{self.command[0]} did not start:\n{''.join(self._printed)}")

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in an orderly way."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join(DEADLINE)
        self.process = None


class RedisServer(Server):
    """redis that has on disk whatever it acknowledged."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise NotInstalled("redis-server is not installed: apt-get install redis-server")
        self.port = free_port()
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        super().__init__(command, "Ready to accept connections")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class PostgresServer(Server):
    """PostgreSQL with a fresh cluster; it refuses to run as root, so root lends it another user."""

    def __init__(self, folder: Path, user: str | None) -> None:
        programs = _postgres_programs()
        self.port = free_port()
        self.data = folder / "data"
        create = [str(programs / "initdb"), "-D", str(self.data), "-U", "santral", "-A", "trust"]
        create += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            create,
            check=True,
            capture_output=True,
            user=user,
            cwd="/",
        )
        command = [str(programs / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        command += ["-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"]
        super().__init__(command, "database system is ready to accept connections", user)

    def kill(self) -> None:
        """End it as a crash would, but for its children: they end too, so that it can be started again."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it without waiting until everybody has gone."""
        self._end(signal.SIGINT)

    def url(self, schema: str = "public", database: str = "postgres") -> str:
        address = f"postgresql+psycopg://santral@127.0.0.1:{self.port}/{database}"
        return f"{address}?options=-csearch_path%3D{schema}"


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NotInstalled("PostgreSQL is not installed: apt-get install postgresql")


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory(prefix="santral-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="santral-postgres-") as folder:
        user = None
        if os.geteuid() == 0:
            users = {one.pw_name for one in pwd.getpwall()}
            user = "postgres" if "postgres" in users else "nobody"
            shutil.chown(folder, user)
        server = PostgresServer(Path(folder), user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def schema_of(server: PostgresServer) -> Iterator[str]:
    """A schema of its own in the server."""
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server.url())
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        yield schema
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    finally:
        engine.dispose()


def or_skip(server: AbstractContextManager[S]) -> Iterator[S]:
    """A fixture's body: the running server; its tests are skipped where it is not installed."""
    try:
        with server as running:
            yield running
    except NotInstalled as missing:
        pytest.skip(str(missing))
