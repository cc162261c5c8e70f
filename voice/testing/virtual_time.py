"""Virtual time for asyncio: when everybody waits, the clock jumps to whoever waits shortest.

A minute's call takes milliseconds and goes the same way each time. The work of threads is waited for and takes no
time by this clock; sockets and processes have no place in it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

_T = TypeVar("_T")
_STANDSTILL = 5.0


class Standstill(RuntimeError):
    """Everybody waits for somebody else, and no timer runs."""


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type, unused-ignore]
    """Never sleeps: what would have been slept is told."""

    def __init__(self) -> None:
        super().__init__()
        self.slept = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            ready = super().select(_STANDSTILL)
            if not ready:
                raise Standstill("Nothing is left to wait for.")
            return ready
        ready = super().select(0)
        if not ready and timeout > 0:
            self.slept += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time begins at 0 and costs nothing."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.slept

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., _T], *args: Any
    ) -> asyncio.Future[_T]:
        """Work in a thread, which is waited for at once: the clock stands still meanwhile."""
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args) if executor is None else executor.submit(func, *args).result())
        except Exception as error:
            done.set_exception(error)
        return done


def run(work: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end in virtual time, and see that no task is left over.

    Raises:
        Standstill: it would never end.
        AssertionError: a task outlived it.
    """
    loop = VirtualLoop()
    try:
        result = loop.run_until_complete(work)
        left = [task for task in asyncio.all_tasks(loop) if not task.done()]
        assert not left, f"{len(left)} tasks outlive the work: {[task.get_name() for task in left]}"
        return result
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
