"""Child processes, watched from outside and ended by their id."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import procfs
from bench.errors import BenchError

GRACE = 20.0
"""Seconds that a server gets to end by itself."""
TAIL = 2_000
"""Bytes of a failed child's log that are shown."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to start, and where."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log: Path
    """Gets what the process writes; it is appended to."""

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.arguments,
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is ours; we end our children ourselves
            )

    def failed(self, what: str) -> BenchError:
        """An error with the end of the log."""
        text = self.log.read_bytes()[-TAIL:].decode(errors="replace")
        # A progress bar writes over its own line: what it wrote last counts.
        lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
        return BenchError("\n".join([what, *lines]).strip())


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process used from its start to its end."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """The largest resident size; never below that of the parent at the start, which is small."""


def run_to_end(command: Command, limit: float) -> Finished:
    """Run a process until it ends by itself.

    Args:
        limit: seconds after which it is ended.

    Raises:
        BenchError: it failed, or took too long.
    """
    began = time.perf_counter()
    process = command.start()
    try:
        watch = os.pidfd_open(process.pid)
        try:
            ended, _, _ = select.select([watch], [], [], limit)
        finally:
            os.close(watch)
        seconds = time.perf_counter() - began
        if not ended:
            raise command.failed(f"Not ready within {limit:.0f} s.")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        end(process)
    if process.returncode:
        raise command.failed(f"Ended with status {process.returncode}.")
    return Finished(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def end(process: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """Ask the process to end; after ``grace`` seconds, end it and its descendants."""
    if process.poll() is not None:
        return
    descendants = [watch for pid in procfs.tree(process.pid)[1:] if (watch := _watch(pid)) is not None]
    try:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for watch in descendants:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(watch, signal.SIGKILL)
            select.select([watch], [], [], grace)
    finally:
        for watch in descendants:
            os.close(watch)


def _watch(pid: int) -> int | None:
    """A handle that means this process even when another one gets its number later."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def free_port() -> int:
    """A port on the loopback interface that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(slots=True)
class Server:
    """A bot's server on the loopback interface."""

    command: Command
    port: int
    began: float = field(init=False)
    """``time.perf_counter()`` just before the process was made."""
    process: subprocess.Popen[bytes] = field(init=False)

    def __enter__(self) -> Server:
        self.began = time.perf_counter()
        self.process = self.command.start()
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    def check_alive(self) -> None:
        """
        Raises:
            BenchError: it has ended.
        """
        status = self.process.poll()
        if status is not None:
            raise self.command.failed(f"The server ended with status {status}.")
