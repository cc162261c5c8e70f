"""Prompts kept as WAV files, by voice and text: never half written, never more bytes than a limit."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from pathlib import Path

from voice.audio import AudioError, Sound, read_wav, write_wav

logger = logging.getLogger(__name__)


class PromptCache:
    """A folder of prompts. Processes may share it. A full or broken disk costs time, never a call.

    Args:
        folder: made when it is not there.
        limit: bytes; the prompts that were not used for longest go first.
    """

    def __init__(self, folder: Path, limit: int = 200_000_000) -> None:
        self._folder = folder
        self._limit = limit
        self._size: int | None = None
        self._complained = False

    def get(self, voice: str, text: str, rate: int) -> Sound | None:
        """The prompt, unless it is not there, broken, or of another rate."""
        path = self._path(voice, text)
        try:
            sound, own = read_wav(path.read_bytes())
            os.utime(path)
        except (OSError, AudioError):
            return None
        return sound if own == rate else None

    def put(self, voice: str, text: str, sound: Sound, rate: int) -> None:
        """Keep a prompt; when that fails, it is told once in the log."""
        data = write_wav(sound, rate)
        if len(data) > self._limit:
            return
        path = self._path(voice, text)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(data))
            handle, name = tempfile.mkstemp(suffix=".part", dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            self._size = (self._size or 0) + len(data)
        except OSError as error:
            self._size = None
            if not self._complained:
                self._complained = True
                logger.warning("Prompts cannot be kept in %s (%s).", self._folder, error.strerror)

    def _path(self, voice: str, text: str) -> Path:
        digest = hashlib.sha256(f"{voice}\0{text}".encode()).hexdigest()
        return self._folder / f"{digest[:40]}.wav"

    def _make_room(self, wanted: int) -> None:
        if self._size is not None and self._size + wanted <= self._limit:
            return
        held = []
        for path in [*self._folder.glob("*.wav"), *self._folder.glob("*.part")]:
            try:
                found = path.stat()
            except OSError:  # another process was quicker
                continue
            held.append((found.st_mtime, found.st_size, path))
        self._size = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if self._size + wanted <= self._limit:
                break
            path.unlink(missing_ok=True)
            self._size -= size
