"""Threads that nobody waits for when the process ends.

A model may hang or take minutes to be fetched, and a disk may not answer; whoever stops a server wants it to stop.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any, TypeVar

_T = TypeVar("_T")
_Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]
_working: set[threading.Thread] = set()


class Threads(Executor):
    """An executor whose threads end with the process, whatever they do.

    Args:
        count: of the threads; they begin as they are needed.
        name: of each, with a number behind it.
    """

    def __init__(self, count: int, name: str) -> None:
        self._count, self._name = count, name
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._changing = threading.Lock()
        self._closed = False
        # The threads hold the queue and not this object: when it is forgotten, they end.
        weakref.finalize(self, self._tasks.put, None).atexit = False

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Do this in a thread, after what was given before.

        Raises:
            RuntimeError: they were shut down.
        """
        future: Future[_T] = Future()
        with self._changing:
            if self._closed:
                raise RuntimeError("These threads begin no more work.")
            self._tasks.put((future, fn, args, kwargs))
            if len(self._threads) < self._count:
                name = f"{self._name}_{len(self._threads)}"
                self._threads.append(
                    threading.Thread(target=_work, args=(self._tasks,), name=name, daemon=True)
                )
                self._threads[-1].start()
        return future

    def waiting(self) -> int:
        """How many things no thread has begun yet."""
        return self._tasks.qsize()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Begin no more work; see :meth:`concurrent.futures.Executor.shutdown`."""
        with self._changing:
            self._closed = True
            with suppress(queue.Empty):
                while cancel_futures:
                    if (task := self._tasks.get_nowait()) is not None:
                        task[0].cancel()
            self._tasks.put(None)
        for thread in self._threads if wait else ():
            thread.join()


def leave(status: int) -> None:
    """End the process now if one of these threads works; else nothing happens.

    A library that is ended in the midst of its work may abort the process, and the status would be another one.
    """
    if _working:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # its reader is gone, or it is closed
                stream.flush()
        os._exit(status)


def _work(tasks: queue.SimpleQueue[_Task | None]) -> None:
    me = threading.current_thread()
    while (task := tasks.get()) is not None:
        future, fn, args, kwargs = task
        if future.set_running_or_notify_cancel():
            _working.add(me)
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # it is for whoever waits
                future.set_exception(error)
            finally:
                _working.discard(me)
        del task, future, fn, args, kwargs  # nothing is kept until the next one comes
    tasks.put(None)  # for the next thread
