"""A recording on disk: a WAV file that can be read at every moment, even after its process was killed.

The left channel is the caller, the right one the bot. After every piece of sound the header tells the new length.
"""

from __future__ import annotations

import os
import re
import secrets
import struct
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from voice.audio import Sound
from voice.resampling import Resampler

RATE = 16_000
"""Samples a second of every recording, whatever its line has."""
_CHANNELS, _BYTES = 2, 2
_HEAD = 44
_MOST = 0xFFFFFFFF - _HEAD
_PIECE = 10 * RATE
"""Samples of silence that are written at once."""
_NAMES = re.compile(r"(?P<when>\d{8}-\d{6})-[0-9a-f]{32}\.wav")
_DAY = 86_400
_WHEN = "%Y%m%d-%H%M%S"


def name_at(when: float) -> str:
    """A new recording's file name: when it began (UTC), and chance. It tells nothing of who called."""
    return f"{datetime.fromtimestamp(when, UTC).strftime(_WHEN)}-{secrets.token_hex(16)}.wav"


def sweep(folder: Path, days: float, now: float) -> int:
    """Delete recordings that began longer ago; files of other names, links and folders are left alone.

    Returns:
        How many were deleted.

    Raises:
        OSError: the folder cannot be read, or a recording cannot be deleted; the others are.
    """
    count, failed = 0, None
    for path in folder.iterdir():
        match = _NAMES.fullmatch(path.name)
        if match is None:
            continue
        try:
            began = datetime.strptime(match["when"], _WHEN).replace(tzinfo=UTC)
        except ValueError:  # digits that are no day: not of ours
            continue
        if now - began.timestamp() > days * _DAY and path.is_file() and not path.is_symlink():
            try:
                path.unlink(missing_ok=True)
                count += 1
            except OSError as error:
                failed = error
    if failed is not None:
        raise failed
    return count


class RecordingFile:
    """One recording, open for writing; only its owner may read it.

    Args:
        rate: samples a second of what is written; the file has :data:`RATE`.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, rate: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._changers = [Resampler(rate, RATE) for _ in range(_CHANNELS)]
        self._size = 0
        """Bytes of sound."""
        try:
            self._head()
        except BaseException:
            os.close(self._file)
            raise

    def write(self, caller: Sound, bot: Sound) -> None:
        """Append a piece of both sides, equally long.

        Raises:
            OSError: it cannot be written, as when the disk is full; what was written before can be read.
        """
        sides = zip(self._changers, (caller, bot), strict=True)
        self._append([changer.push(sound) for changer, sound in sides])

    def write_silence(self, samples: int) -> None:
        """Append silence of so many samples of the line.

        Raises:
            OSError: as :meth:`write`.
        """
        while samples > 0:
            nothing = np.zeros(min(samples, _PIECE), np.int16)
            self.write(nothing, nothing)
            samples -= len(nothing)

    def close(self) -> None:
        """Write what the change of rate has held back, and close.

        Raises:
            OSError: as :meth:`write`; it is closed nevertheless.
        """
        try:
            self._append([changer.flush() for changer in self._changers])
        finally:
            os.close(self._file)

    def _append(self, sides: list[Sound]) -> None:
        pcm = memoryview(np.stack(sides, axis=1).astype("<i2", copy=False).tobytes())
        pcm = pcm[: max(0, _MOST - self._size) // (_CHANNELS * _BYTES) * _CHANNELS * _BYTES]
        while len(pcm):
            written = os.pwrite(self._file, pcm, _HEAD + self._size)
            self._size += written
            pcm = pcm[written:]
        self._head()

    def _head(self) -> None:
        whole = self._size // (_CHANNELS * _BYTES) * _CHANNELS * _BYTES
        second = RATE * _CHANNELS * _BYTES
        form = struct.pack("<HHIIHH", 1, _CHANNELS, RATE, second, _CHANNELS * _BYTES, 8 * _BYTES)
        head = (
            b"RIFF" + struct.pack("<I", whole + _HEAD - 8) + b"WAVEfmt " + struct.pack("<I", len(form)) + form
        )
        os.pwrite(self._file, head + b"data" + struct.pack("<I", whole), 0)
