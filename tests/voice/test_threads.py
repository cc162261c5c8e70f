"""Threads that a process does not wait for."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from concurrent.futures import CancelledError

import pytest

from voice.threads import Threads


def names() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("few_")]


def test_work_is_done_in_order_and_what_it_raises_is_passed_on() -> None:
    threads, done = Threads(1, "few"), list[int]()
    found = [threads.submit(done.append, count) for count in range(9)]
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result()
    assert all(one.done() for one in found) and done == list(range(9)) and names() == ["few_0"]
    threads.shutdown()
    assert not names()
    with pytest.raises(RuntimeError):
        threads.submit(int)


def test_no_more_threads_than_were_asked_for_work_at_once() -> None:
    threads, go, both = Threads(2, "few"), threading.Event(), threading.Barrier(3)

    def work() -> None:
        both.wait(10)
        go.wait(10)

    for _ in range(2):
        threads.submit(work)
    both.wait(10)
    late = threads.submit(int)
    assert threads.waiting() == 1
    threads.shutdown(wait=False, cancel_futures=True)
    go.set()
    with pytest.raises(CancelledError):
        late.result(10)


def test_threads_that_are_forgotten_end() -> None:
    threads = Threads(2, "few")
    threads.submit(int).result()
    (thread,) = [one for one in threading.enumerate() if one.name == "few_0"]
    del threads
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("leaves", ["", "leave(7)"])
def test_a_process_ends_though_a_thread_works(leaves: str) -> None:
    program = f"""
import sys, threading
from voice.threads import Threads, leave
leave(3)
begun = threading.Event()
Threads(1, "few").submit(lambda: begun.set() or threading.Event().wait())
begun.wait()
print("said")
{leaves}
sys.exit(7)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "said\n", "")
