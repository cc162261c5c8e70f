"""A trained model as a plain archive: a ``.tar.gz`` of JSON documents, arrays and raw bytes.

::

    manifest.json     {"format": 1, "santral": "0.1.0", ...what the trainer adds: fingerprints, names}
    nlu/pipeline.json
    nlu/2/weights.npy

Reading executes nothing: no pickle, no links, no files on disk. Every limit is checked before the memory
for it is taken. The same contents give the same bytes, so equal models have equal archives.
"""

from __future__ import annotations

import gzip
import io
import json
import math
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import ModelError

FORMAT = 1
"""Version of the layout; an archive with a higher one is refused."""
MANIFEST = "manifest.json"
_MANIFEST_SIZE = 2**20
"""So many bytes at an archive's beginning hold its manifest."""

JSON_SIZE = 64 * 2**20
"""Most bytes of a JSON document: read, it may take twenty times as much memory."""

_ARRAY_MAGIC = b"\x93NUMPY\x01\x00"
_ARRAY_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<|][biuf][1248])', 'fortran_order': False, "
    rb"'shape': \((?P<shape>|\d{1,12},|\d{1,12}(?:, \d{1,12}){1,7})\), \} *\n"
)
"""What NumPy writes; read by this and not by NumPy, which evaluates it as Python."""

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may cost its reader; sizes in bytes."""

    files: int = 2_000
    file_size: int = 512 * 2**20
    total_size: int = 2**30
    ratio: int = 200
    """Most bytes that one compressed byte may unpack to, once the first megabyte is through."""


class Archive:
    """The contents of one model in memory: name → bytes, under a manifest."""

    def __init__(self, manifest: Mapping[str, Any] | None = None) -> None:
        self.manifest: dict[str, Any] = dict(manifest or {})
        self.files: dict[str, bytes] = {}

    @property
    def root(self) -> Part:
        return Part(self, "")

    def part(self, prefix: str) -> Part:
        """The view of the files below ``prefix``."""
        return self.root.part(prefix)

    def save(self, path: Path | str) -> None:
        """Write the archive; a reader sees the old file or the whole new one, never half of it."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        manifest = {"format": FORMAT, "santral": _own_version(), **self.manifest}
        documents = {MANIFEST: _to_json(manifest), **self.files}
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".model-", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                _write_tar(file, documents)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path | str, limits: Limits | None = None) -> Archive:
        """Read an archive.

        Raises :class:`ModelError` when the file is missing, broken, hostile, or of a newer format.
        """
        source = Path(path)
        try:
            with source.open("rb") as file:
                files = _read_tar(file, source.stat().st_size, limits or Limits())
        except ModelError as error:
            raise ModelError(f"{source}: {error}") from error
        except OSError as error:
            raise ModelError(f"{source}: cannot be read: {error.strerror or error}.") from error
        archive = cls()
        archive.files = files
        archive.manifest = _checked_manifest(source, archive)
        del archive.files[MANIFEST]
        return archive


def read_manifest(path: Path | str) -> dict[str, Any]:
    """What the manifest of a model says, without unpacking the rest of it (nor noticing what is wrong with that).

    Raises :class:`ModelError` when the file has no manifest at its beginning, or one of a newer format.
    """
    source = Path(path)
    try:
        with source.open("rb") as file, gzip.GzipFile(fileobj=file, mode="rb") as packed:
            beginning = io.BytesIO(packed.read(_MANIFEST_SIZE))
        with tarfile.open(fileobj=beginning, mode="r:") as tar:
            member = tar.next()
            is_manifest = member is not None and member.name == MANIFEST and member.isreg()
            content = tar.extractfile(member) if member is not None and is_manifest else None
            archive = Archive()
            if content is not None:
                archive.files[MANIFEST] = content.read()
    except OSError as error:
        raise ModelError(f"{source}: cannot be read: {error.strerror or error}.") from error
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise ModelError(f"{source}: not a model archive, or a damaged one.") from error
    return _checked_manifest(source, archive)


@dataclass(frozen=True, slots=True)
class Part:
    """The files of an archive below one prefix: what a component writes to and reads from."""

    archive: Archive
    prefix: str

    def part(self, name: str) -> Part:
        return Part(self.archive, f"{self.prefix}{_checked_name(name)}/")

    def __contains__(self, name: str) -> bool:
        return self.prefix + name in self.archive.files

    def __iter__(self) -> Iterator[str]:
        """Names of the files below this prefix, relative to it."""
        return (name[len(self.prefix) :] for name in self.archive.files if name.startswith(self.prefix))

    def write(self, name: str, content: bytes) -> None:
        self.archive.files[self.prefix + _checked_name(name)] = content

    def write_json(self, name: str, value: Any) -> None:
        self.write(name, _to_json(value))

    def write_array(self, name: str, array: Array) -> None:
        """Store a numeric array of any shape."""
        if array.dtype.hasobject:
            raise TypeError(f"{name}: an archive holds numbers, not Python objects")
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
        self.write(name, buffer.getvalue())

    def read(self, name: str) -> bytes:
        try:
            return self.archive.files[self.prefix + name]
        except KeyError:
            raise ModelError(f"The model lacks {self.prefix + name!r}. Train it again.") from None

    def read_json(self, name: str) -> Any:
        content = self.read(name)
        if len(content) > JSON_SIZE:
            raise ModelError(f"{self.prefix + name!r} in the model is longer than {JSON_SIZE} bytes.")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ModelError(f"{self.prefix + name!r} in the model is not JSON. Train it again.") from error

    def read_array(self, name: str) -> Array:
        """The array as it was written; its header is believed only as far as its bytes reach."""
        content = self.read(name)
        try:
            return _array_from(content)
        except (ValueError, TypeError) as error:
            raise ModelError(
                f"{self.prefix + name!r} in the model is not an array. Train it again."
            ) from error


def _array_from(content: bytes) -> Array:
    size = int.from_bytes(content[8:10], "little")
    header = _ARRAY_HEADER.fullmatch(content[10 : 10 + size])
    if not content.startswith(_ARRAY_MAGIC) or header is None:
        raise ValueError("not the header of an array of numbers")
    dtype = np.dtype(header["dtype"].decode())
    shape = tuple(int(side) for side in header["shape"].decode().split(",") if side.strip())
    if math.prod(shape) * dtype.itemsize != len(content) - 10 - size:
        raise ValueError("the header and the data disagree")
    return np.frombuffer(content, dtype=dtype, offset=10 + size).reshape(shape)


def _write_tar(file: IO[bytes], documents: Mapping[str, bytes]) -> None:
    with (
        gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in sorted(documents, key=lambda one: (one != MANIFEST, one)):
            member = tarfile.TarInfo(name)
            member.size = len(documents[name])
            member.mode = 0o644
            tar.addfile(member, io.BytesIO(documents[name]))


def _read_tar(file: IO[bytes], packed_size: int, limits: Limits) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        unpacked = _unpack(file, min(max(packed_size * limits.ratio, 2**20), limits.total_size))
        with tarfile.open(fileobj=unpacked, mode="r:") as tar:
            for member in tar:
                _check_member(member, files, limits)
                content = tar.extractfile(member)
                assert content is not None
                files[member.name] = content.read()
                if len(files[member.name]) != member.size:
                    raise ModelError(f"{member.name!r} is cut off. Copy or train the model again.")
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise ModelError("not a model archive, or a damaged one. Copy or train the model again.") from error
    return files


def _unpack(file: IO[bytes], most: int) -> io.BytesIO:
    """The whole stream, checksum verified; nothing is unpacked beyond ``most`` bytes."""
    unpacked = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        while chunk := packed.read(2**20):
            if unpacked.tell() + len(chunk) > most:
                raise ModelError("unpacks to more than a model may. It is not from this program.")
            unpacked.write(chunk)
    unpacked.seek(0)
    return unpacked


def _check_member(member: tarfile.TarInfo, seen: Mapping[str, bytes], limits: Limits) -> None:
    if not member.isreg() or member.issparse():
        raise ModelError(f"{member.name!r} is not a plain file. The archive is not from this program.")
    if not _is_plain(member.name):
        raise ModelError(f"{member.name!r} is not a name that a model may hold.")
    if member.name in seen:
        raise ModelError(f"{member.name!r} comes twice. The archive is not from this program.")
    if len(seen) >= limits.files:
        raise ModelError(f"holds more than {limits.files} files. It is not from this program.")
    if member.size > limits.file_size:
        raise ModelError(f"{member.name!r} is larger than {limits.file_size} bytes.")


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        0 < len(name) <= 255
        and name == "/".join(parts)
        and not name.startswith("/")
        and ".." not in parts
        and not any(char in name for char in ("\\", ":", "\0"))
    )


def _checked_name(name: str) -> str:
    if not _is_plain(name):
        raise ValueError(f"{name!r} is not a plain relative name")
    return name


def _checked_manifest(source: Path, archive: Archive) -> dict[str, Any]:
    if MANIFEST not in archive.files:
        raise ModelError(f"{source}: has no {MANIFEST}: it is not a model of Santral.")
    manifest = archive.root.read_json(MANIFEST)
    layout = manifest.get("format") if isinstance(manifest, dict) else None
    if not isinstance(layout, int) or isinstance(layout, bool):
        raise ModelError(f"{source}: its {MANIFEST} names no format. Train it again.")
    if layout > FORMAT:
        raise ModelError(
            f"{source}: has format {layout}, and this version reads up to {FORMAT}. "
            "Update Santral or train the model again."
        )
    if layout < 1:
        raise ModelError(f"{source}: has format {layout}, which never was. Train it again.")
    assert isinstance(manifest, dict)
    return manifest


def _to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _own_version() -> str:
    try:
        return version("santral")
    except PackageNotFoundError:
        return "0"
