"""Training and other long work, each in a process of its own: conversations go on, and nothing of it stays.

The process gets a folder with what was sent, and none of the server's environment variables, so that
``${NAME}`` in what was sent tells no secrets. What it answers is in the folder, too: ``result.json``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bot.server.errors import ApiError, unavailable

logger = logging.getLogger(__name__)

MOST = 2
"""Processes at once; whoever comes beyond is asked to try again."""
SECONDS = 3_600.0
"""So long a process may take; Rasa's ``--response-timeout``."""
ORDER, RESULT = "order.json", "result.json"
_KEPT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV", "TZ"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
)


class Jobs:
    """Runs :mod:`bot.server.workshop`.

    Args:
        root: the project's folder, where its own components are imported from.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.active = 0
        self.training = 0
        """``num_active_training_jobs``."""
        self._closed = False
        self._processes: set[asyncio.subprocess.Process] = set()

    @contextmanager
    def counted_as_training(self) -> Iterator[None]:
        self.training += 1
        try:
            yield
        finally:
            self.training -= 1

    async def run(self, folder: Path, order: Mapping[str, Any], failure: str) -> dict[str, Any]:
        """Have an order worked on.

        Args:
            folder: holds what the order is about; its own, and deleted by the caller.
            failure: Rasa's reason of a failure, such as ``TrainingError``.

        Raises:
            ApiError: 503, too many are running; 500, it died or took too long.
        """
        if self._closed:
            raise _ending()
        if self.active >= MOST:
            raise unavailable("Other work of this kind is going on. Please try again later.")
        self.active += 1
        try:
            await asyncio.to_thread((folder / ORDER).write_text, json.dumps(order), "utf-8")
            return await self._run(folder, failure)
        finally:
            self.active -= 1

    async def _run(self, folder: Path, failure: str) -> dict[str, Any]:
        command = (sys.executable, "-m", "bot.server.workshop", str(folder))
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self.root, env=_environment(), stdin=asyncio.subprocess.DEVNULL
        )
        self._processes.add(process)
        if self._closed:  # while it started
            _end(process)
        try:
            async with asyncio.timeout(SECONDS):
                status = await process.wait()
        except TimeoutError:
            raise _failed(failure, f"It took longer than {SECONDS:.0f} s.") from None
        finally:
            self._processes.discard(process)
            _end(process)
        if self._closed:
            raise _ending()
        result = folder / RESULT
        if status != 0 or not result.is_file():
            logger.error("A process for %s ended with status %d.", failure, status)
            raise _failed(failure, "The process that worked on it died; the server's log has more.")
        found: dict[str, Any] = json.loads(await asyncio.to_thread(result.read_text, "utf-8"))
        return found

    async def close(self) -> None:
        """End what is running, and begin nothing more."""
        self._closed = True
        for process in self._processes:
            _end(process)


def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()


def _ending() -> ApiError:
    return unavailable("The server is ending. Please try again later.")


def _failed(reason: str, message: str) -> ApiError:
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, reason, message)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
