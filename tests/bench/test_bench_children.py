"""Processes that are measured: what they used, how they fail, and that none is left."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench import procfs
from bench.children import Command, end, run_to_end
from bench.errors import BenchError


def python(code: str, folder: Path) -> Command:
    return Command([sys.executable, "-c", code], folder, os.environ, folder / "log")


def test_time_and_memory_of_a_process(tmp_path: Path) -> None:
    used = run_to_end(python("x = bytearray(150_000_000); sum(range(2_000_000))", tmp_path), 60)
    assert used.peak_bytes > 150_000_000
    assert used.cpu_seconds > 0
    assert used.seconds > 0


def test_a_failure_shows_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"status 3\.\n100 % done\nno such file"):
        run_to_end(python("print('0 %\\r100 % done\\nno such file'); raise SystemExit(3)", tmp_path), 60)


def test_a_process_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    code = "import os, signal; open('pid', 'w').write(str(os.getpid())); signal.pause()"
    with pytest.raises(BenchError, match="Not ready within 2 s"):
        run_to_end(python(code, tmp_path), 2)
    assert procfs.tree(int((tmp_path / "pid").read_text())) == []


def test_descendants_of_a_stubborn_process_are_ended(tmp_path: Path) -> None:
    fifo = tmp_path / "ready"
    os.mkfifo(fifo)
    code = (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); child = os.fork()\n"
        f"child and open({str(fifo)!r}, 'w').write(str(child))\n"
        "while True: signal.pause()"
    )
    process = python(code, tmp_path).start()
    child = int(fifo.read_text())
    assert procfs.tree(process.pid) == [process.pid, child]
    assert procfs.resident_bytes(process.pid) > procfs.resident_bytes(child) > 1_000_000
    end(process, grace=0.5)
    assert process.returncode == -9
    # A killed orphan is init's to bury: it may be listed for a moment, but holds nothing any more.
    assert procfs.resident_bytes(child) == 0


def test_what_is_gone_uses_nothing() -> None:
    gone = 2**22 + 1  # above the highest id that Linux gives
    assert procfs.tree(gone) == []
    assert procfs.resident_bytes(gone) == 0
    assert procfs.cpu_seconds(gone) == 0


def test_the_machine_is_described_without_names() -> None:
    machine = procfs.this_machine()
    assert machine.cores >= 1
    assert machine.memory_gib >= 1
    assert os.uname().nodename not in machine.system
