"""Model work in threads of its own: loaded once, on first use, beside the event loop and never inside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from voice.threads import Threads

M = TypeVar("M")
R = TypeVar("R")


class Workers(Generic[M]):
    """Threads that share one model.

    Args:
        name: of the threads.
        load: makes the model; called once, in a worker. When it raises, the next use tries again.
        count: of the threads: how many calls are served at once.
    """

    def __init__(self, name: str, load: Callable[[], M], count: int = 1) -> None:
        self._load = load
        self._model: M | None = None
        self._loading = threading.Lock()
        self._threads = Threads(count, name)

    async def run(self, work: Callable[[M], R]) -> R:
        """Give work to a thread and wait for it. Who is cancelled waits no longer; a thread's work goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, work)

    async def warm(self) -> None:
        """Load the model now, so that the first call does not wait for it."""
        await self.run(lambda model: None)

    def _work(self, work: Callable[[M], R]) -> R:
        return work(self.model())

    def model(self) -> M:
        """The model, loaded by whoever comes first."""
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def close(self) -> None:
        """Begin no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)
