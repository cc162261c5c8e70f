"""Events as lines of JSON in a file: Rasa's ``file`` broker."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.brokers import Record

DEFAULT_PATH = "rasa_event.log"


class FileSink:
    """Appends to a file, which is opened for each batch: it may be moved away meanwhile (logrotate)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._whole = False

    async def send(self, records: Sequence[Record]) -> None:
        """See :meth:`bot.brokers.Sink.send`."""
        lines = "".join(f"{record.as_json()}\n" for record in records).encode()
        await asyncio.to_thread(self._write, lines)

    def _write(self, lines: bytes) -> None:
        if not self._whole and self._ends_within_a_line():
            # A crash or a full disk cut a line off: it must not spoil the next one.
            lines = b"\n" + lines
        self._whole = False
        with self.path.open("ab", buffering=0) as file:
            rest = memoryview(lines)
            while rest:
                rest = rest[file.write(rest) :]
        self._whole = True

    def _ends_within_a_line(self) -> bool:
        try:
            with self.path.open("rb") as file:
                if file.seek(0, 2) == 0:
                    return False
                file.seek(-1, 2)
                return file.read(1) != b"\n"
        except FileNotFoundError:
            return False

    async def close(self) -> None:
        """Nothing to give back."""
